//! Fitting a ticket of another system into this desk: its words become ours, its texts fit, its people are looked up.
//!
//! What a ticket cannot do without is refused, so that it can be mended and the import run again; what it can do without
//! is left out or cut, and told.

use std::{collections::HashMap, sync::Arc};

use chrono_tz::Tz;
use sportello_domain::{
    contact::{
        ContactImport, email,
        phone::{self, Country},
    },
    directory::Directory,
    text::{self, name_key},
    ticket::{ImportNote, ImportTicket},
};
use sportello_entity::{
    Timestamp, ticket_status,
    value::{MacroStatus, Priority},
};

use super::{
    draft::{Draft, DraftNote, Person, Remark},
    system::System,
    texts, times,
};

/// Into which desk, and how.
pub(super) struct Fitting {
    pub(super) system: System,
    /// What stands before their keys; "" for nothing.
    pub(super) namespace: String,
    /// Their words in lower case, and the keys of our statuses; they go before what is known of the system.
    pub(super) statuses: HashMap<String, String>,
    pub(super) keeps_references: bool,
    pub(super) country: Option<Country>,
    pub(super) date_format: Option<String>,
    pub(super) directory: Arc<Directory>,
}

/// A ticket that can be brought along, and what is to be told of it.
pub(super) struct Fitted {
    pub(super) ticket: ImportTicket,
    pub(super) remarks: Vec<Remark>,
}

impl Fitting {
    /// Their key as ours.
    pub(super) fn key(&self, theirs: &str) -> String {
        if self.namespace.is_empty() { theirs.to_owned() } else { format!("{}:{theirs}", self.namespace) }
    }

    /// Fits the ticket in.
    ///
    /// # Errors
    /// What it cannot do without.
    pub(super) fn fit(&self, draft: Draft) -> Result<Fitted, Remark> {
        if draft.id.is_empty() {
            return Err(Remark::new("externalId", "is missing: without it an import cannot be repeated"));
        }
        let opened_at = self.moment("openedAt", draft.opened_at.as_deref())?;
        let opened_at = opened_at.ok_or_else(|| Remark::new("openedAt", "is missing"))?;
        let status = self.status(draft.status.as_deref())?;
        let closed_at = self.closed_at(&draft, status, opened_at)?;
        let (status_key, mut remarks) = (status.key.clone(), draft.remarks);
        let (title, description, mut notes) = text_of(&draft.id, &draft.title, &draft.description);
        notes.extend(draft.notes.into_iter().flat_map(|note| self.notes(note, opened_at)));
        let ticket = ImportTicket {
            external_id: self.key(&draft.id),
            reference: draft
                .reference
                .filter(|_| self.keeps_references)
                .and_then(|text| reference(&text, &mut remarks)),
            contact: self.contact(draft.contact, &mut remarks),
            title,
            description: Some(description),
            priority: draft.priority.and_then(|word| self.priority(&word, &mut remarks)),
            status_key,
            category: draft.category.and_then(|name| category(&name, &mut remarks)),
            assignee_email: draft.assignee_email.and_then(|email| self.assignee(email, &mut remarks)),
            opened_at,
            closed_at,
            notes,
        };
        Ok(Fitted { ticket, remarks })
    }

    fn moment(&self, field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, Remark> {
        let Some(text) = text else { return Ok(None) };
        let zone = self.directory.account.time_zone.parse().unwrap_or(Tz::UTC);
        let moment = times::read(text, zone, self.date_format.as_deref());
        let reason = || {
            format!(
                "\"{text}\" is no time that can be read: write 2024-12-31T23:59:00Z, or say --date-format"
            )
        };
        moment.map(Some).ok_or_else(|| Remark::new(field, reason()))
    }

    /// By what was typed, by what is known of the system, or by the key or name of one of ours.
    fn status(&self, theirs: Option<&str>) -> Result<&ticket_status::Model, Remark> {
        let mut ours = self.directory.statuses.iter().filter(|status| status.deleted_at.is_none());
        let Some(theirs) = theirs else {
            let default = self.directory.default_status();
            return default.ok_or_else(|| Remark::new("statusKey", "is missing"));
        };
        let word = texts::one_line(theirs).to_lowercase();
        let key = self.statuses.get(&word).map(String::as_str).or_else(|| self.system.status(&word));
        let found = match key {
            Some(key) => ours.find(|status| status.key == key),
            None => ours.find(|status| status.key == word || status.name_key == name_key(&word)),
        };
        let reason = || {
            format!(
                "\"{theirs}\" is no status here: say --status \"{theirs}=KEY\" with the key of one that is"
            )
        };
        found.ok_or_else(|| Remark::new("statusKey", reason()))
    }

    /// When it was closed; where they do not tell, when it last changed. Never before it was opened.
    fn closed_at(
        &self,
        draft: &Draft,
        status: &ticket_status::Model,
        opened_at: Timestamp,
    ) -> Result<Option<Timestamp>, Remark> {
        if status.macro_status == MacroStatus::InProgress {
            return Ok(None);
        }
        let told = self.moment("closedAt", draft.closed_at.as_deref().or(draft.updated_at.as_deref()))?;
        Ok(Some(told.unwrap_or(opened_at).max(opened_at)))
    }

    fn notes(&self, note: DraftNote, opened_at: Timestamp) -> Vec<ImportNote> {
        let written_at = self.moment("notes", note.written_at.as_deref()).ok().flatten();
        let written_at = written_at.map(|moment| moment.max(opened_at));
        let body = texts::lines(&note.body);
        if body.is_empty() {
            return Vec::new();
        }
        let text = match (note.author.map(|name| texts::one_line(&name)), note.is_private) {
            (Some(name), false) => format!("{name}:\n{body}"),
            (Some(name), true) => format!("{name} (private):\n{body}"),
            (None, _) => body,
        };
        in_pieces(&text, written_at)
    }

    fn contact(&self, person: Person, remarks: &mut Vec<Remark>) -> ContactImport {
        let mut keep =
            |field: &'static str, checked: Option<Result<String, sportello_domain::Refusal>>| match checked {
                Some(Ok(text)) => Some(text),
                Some(Err(refusal)) => {
                    remarks.push(Remark::new(field, format!("was left out: {}", refusal.message)));
                    None
                }
                None => None,
            };
        let phone = person.phone.as_deref().map(|text| {
            phone::normalised_in(self.country, text, &[]).map_err(|mut refusal| {
                refusal.message = format!("\"{text}\" {}", refusal.message);
                refusal
            })
        });
        let phone = keep("contactPhone", phone);
        let email = keep("contactEmail", person.email.as_deref().map(|text| email::checked(text, &[])));
        // Somebody without a key is known by the address, so that two of their tickets do not make two of them.
        let id = person.id.or_else(|| email.as_ref().map(|email| email.to_lowercase()));
        ContactImport {
            external_id: id.map(|id| self.key(&texts::one_line(&id))),
            phone,
            name: person.name.or_else(|| email.clone()),
            email,
        }
    }

    fn priority(&self, word: &str, remarks: &mut Vec<Remark>) -> Option<Priority> {
        let priority = self.system.priority(&texts::one_line(word).to_lowercase());
        if priority.is_none() {
            remarks
                .push(Remark::new("priority", format!("\"{word}\" is no priority here: it became MEDIUM")));
        }
        priority
    }

    fn assignee(&self, email: String, remarks: &mut Vec<Remark>) -> Option<String> {
        let key = email.trim().to_lowercase();
        let is_there = self.directory.users.iter().any(|user| user.email_key == key && user.is_active);
        if !is_there {
            let reason = format!("was left out: no active user of the account has the address {email}");
            remarks.push(Remark::new("assigneeEmail", reason));
        }
        is_there.then_some(email)
    }
}

/// Title, description, and what of them has no room there, as notes. A missing title is the description's first line.
fn text_of(id: &str, title: &str, description: &str) -> (String, String, Vec<ImportNote>) {
    let (full, mut description) = (texts::one_line(title), texts::lines(description));
    let first_line = || texts::one_line(description.lines().next().unwrap_or_default());
    let full = Some(full).filter(|title| !title.is_empty()).unwrap_or_else(first_line);
    let full = if full.is_empty() { format!("Ticket {id}") } else { full };
    let title = texts::cut(&full, text::TITLE.most);
    if title.is_some() && !description.starts_with(&full) {
        description = format!("{full}\n\n{description}");
    }
    let mut pieces = texts::pieces(&description, text::DESCRIPTION.most).into_iter();
    let description = pieces.next().unwrap_or_default();
    let rest = pieces.map(|body| ImportNote { body, written_at: None });
    (title.unwrap_or(full), description, rest.collect())
}

fn in_pieces(text: &str, written_at: Option<Timestamp>) -> Vec<ImportNote> {
    let pieces = texts::pieces(text, text::NOTE.most).into_iter();
    pieces.map(|body| ImportNote { body, written_at }).collect()
}

fn reference(text: &str, remarks: &mut Vec<Remark>) -> Option<String> {
    let is_fitting = |c: char| c.is_ascii_alphanumeric() || "-_./#".contains(c);
    if text.len() <= 40 && text.chars().all(is_fitting) {
        return Some(text.to_owned());
    }
    remarks
        .push(Remark::new("reference", format!("\"{text}\" cannot be a reference here: it got a new one")));
    None
}

fn category(name: &str, remarks: &mut Vec<Remark>) -> Option<String> {
    let name = texts::one_line(name);
    let cut = texts::cut(&name, text::CATEGORY.most);
    if cut.is_some() {
        remarks.push(Remark::new("category", "has more than 80 characters: it was cut"));
    }
    cut.or(Some(name)).filter(|name| !name.is_empty())
}
