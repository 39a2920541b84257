//! What an automation may look like: every mistake is named with its place.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sportello_entity::{StatusId, TemplateId, UserId, app_user, message_template, ticket_status};

use super::{Fallback, Step, TextMatch, Trigger};
use crate::{
    Refusal, RefusalCode, Result,
    dynamic_field::{self, Text},
    store::Tx,
    text::{self, TextRule},
    ticket,
};

/// The most steps of an automation.
const MOST_STEPS: usize = 50;
/// The longest wait: a year.
const LONGEST_WAIT: i32 = 365 * 24 * 60 * 60;
const TICKET: &str = "TICKET_";

/// What an automation may name.
pub(super) struct Known {
    placeholders: BTreeSet<String>,
    statuses: Vec<StatusId>,
    templates: Vec<TemplateId>,
    users: Vec<UserId>,
}

impl Known {
    /// What the account has now.
    pub(super) async fn read(tx: &Tx) -> Result<Self> {
        let account_id = tx.actor.account_id;
        let statuses = ticket_status::Entity::find()
            .filter(ticket_status::Column::AccountId.eq(account_id))
            .filter(ticket_status::Column::DeletedAt.is_null());
        let templates = message_template::Entity::find()
            .filter(message_template::Column::AccountId.eq(account_id))
            .filter(message_template::Column::IsArchived.eq(false));
        let users = app_user::Entity::find()
            .filter(app_user::Column::AccountId.eq(account_id))
            .filter(app_user::Column::IsActive.eq(true));
        Ok(Self {
            placeholders: dynamic_field::known_placeholders(tx).await?,
            statuses: statuses.all(tx.db()).await?.into_iter().map(|status| status.id).collect(),
            templates: templates.all(tx.db()).await?.into_iter().map(|template| template.id).collect(),
            users: users.all(tx.db()).await?.into_iter().map(|user| user.id).collect(),
        })
    }
}

/// Collects what is wrong, at one place of the input.
pub(super) struct Check<'a> {
    known: &'a Known,
    place: Vec<String>,
    refusals: Vec<Refusal>,
}

/// The trigger with its texts trimmed, or what is wrong with it.
pub(super) fn trigger(trigger: Trigger, known: &Known) -> std::result::Result<Trigger, Vec<Refusal>> {
    let mut check = Check::at(known, &["trigger"]);
    let checked = check.trigger(trigger);
    check.finish(checked)
}

/// The steps with their texts trimmed, or what is wrong with them.
pub(super) fn steps(steps: Vec<Step>, known: &Known) -> std::result::Result<Vec<Step>, Vec<Refusal>> {
    if steps.len() > MOST_STEPS {
        let message = format!("an automation has at most {MOST_STEPS} steps, not {}", steps.len());
        return Err(vec![Refusal::new(RefusalCode::LimitReached, &["steps"], message)]);
    }
    let (mut checked, mut refusals) = (Vec::with_capacity(steps.len()), Vec::new());
    for (index, step) in steps.into_iter().enumerate() {
        let mut check = Check::at(known, &["steps", &index.to_string(), step.field()]);
        checked.push(check.step(step));
        refusals.extend(check.refusals);
    }
    if refusals.is_empty() { Ok(checked) } else { Err(refusals) }
}

impl<'a> Check<'a> {
    fn at(known: &'a Known, place: &[&str]) -> Self {
        Self { known, place: place.iter().map(ToString::to_string).collect(), refusals: Vec::new() }
    }

    fn finish<T>(self, checked: T) -> std::result::Result<T, Vec<Refusal>> {
        if self.refusals.is_empty() { Ok(checked) } else { Err(self.refusals) }
    }

    fn refuse(&mut self, code: RefusalCode, path: &[&str], message: impl Into<String>) {
        let path: Vec<&str> = self.place.iter().map(String::as_str).chain(path.iter().copied()).collect();
        self.refusals.push(Refusal::new(code, &path, message));
    }

    fn trigger(&mut self, trigger: Trigger) -> Trigger {
        match trigger {
            Trigger::MessageReceived { r#match, text } => {
                self.place.push("messageReceived".to_owned());
                let text = self.phrase(r#match, text);
                Trigger::MessageReceived { r#match, text }
            }
            Trigger::ButtonPressed { template_id, payload } => {
                self.place.push("buttonPressed".to_owned());
                self.template(template_id, "templateId");
                let payload = self.plain(text::PAYLOAD, &payload, "payload");
                Trigger::ButtonPressed { template_id, payload }
            }
            Trigger::ApiCall { fields } => {
                self.place.push("apiCall".to_owned());
                Trigger::ApiCall { fields: self.fields(fields) }
            }
            Trigger::TicketStatusChanged { from_status_id, to_status_id, .. } => {
                self.place.push("ticketStatusChanged".to_owned());
                self.status(from_status_id, "fromStatusId");
                self.status(to_status_id, "toStatusId");
                trigger
            }
            Trigger::TicketOpened { .. } => trigger,
        }
    }

    fn phrase(&mut self, r#match: TextMatch, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.trim().is_empty());
        match (r#match, text) {
            (TextMatch::Any, None) => None,
            (TextMatch::Any, Some(text)) => {
                self.refuse(RefusalCode::Invalid, &["text"], "ANY takes every message: leave the text out");
                Some(text)
            }
            (_, None) => {
                self.refuse(RefusalCode::Required, &["text"], "say what is to be in the message");
                None
            }
            (_, Some(text)) => Some(self.plain(text::MESSAGE, &text, "text")),
        }
    }

    fn fields(&mut self, fields: Vec<String>) -> Vec<String> {
        let mut checked: Vec<String> = Vec::new();
        for (index, code) in fields.into_iter().enumerate() {
            let path = ["fields", &index.to_string()];
            if dynamic_field::is_reserved(&code) {
                let message = format!("{code} fills itself in: a call cannot bring it");
                self.refuse(RefusalCode::ReservedDynamicField, &path, message);
            } else if !self.known.placeholders.contains(&code) {
                let message = format!("{code} is no dynamic field of this account: make it first");
                self.refuse(RefusalCode::UnknownDynamicField, &path, message);
            } else if !checked.contains(&code) {
                checked.push(code);
            }
        }
        checked
    }

    fn step(&mut self, step: Step) -> Step {
        match step {
            Step::OpenTicket { title, description, category, priority, status_id } => {
                self.status(status_id, "statusId");
                Step::OpenTicket {
                    title: self.opening(text::TITLE, &title, "title"),
                    description: self.opening(text::DESCRIPTION, &description, "description"),
                    category: category.map(|name| self.opening(text::CATEGORY, &name, "category")),
                    priority,
                    status_id,
                }
            }
            Step::UpdateTicket { reference, status_id, priority, category } => {
                if status_id.is_none() && priority.is_none() && category.is_none() {
                    let message = "changes nothing: give a status, a priority or a category";
                    self.refuse(RefusalCode::Invalid, &[], message);
                }
                self.status(status_id, "statusId");
                let reference = self.reference(&reference);
                let category = category.map(|name| self.rendered(text::CATEGORY, &name, "category"));
                Step::UpdateTicket { reference, status_id, priority, category }
            }
            Step::SendTemplate { template_id, fallbacks } => {
                self.template(Some(template_id), "templateId");
                Step::SendTemplate { template_id, fallbacks: self.fallbacks(fallbacks) }
            }
            Step::SendText { text } => Step::SendText { text: self.rendered(text::MESSAGE, &text, "text") },
            Step::AddNote { reference, body } => Step::AddNote {
                reference: self.reference(&reference),
                body: self.rendered(text::NOTE, &body, "body"),
            },
            Step::AssignTicket { reference, assignee_id } => {
                self.user(assignee_id);
                Step::AssignTicket { reference: self.reference(&reference), assignee_id }
            }
            Step::Wait { seconds } => {
                if !(1..=LONGEST_WAIT).contains(&seconds) {
                    let message = format!("is not within 1 and {LONGEST_WAIT} (a year)");
                    self.refuse(RefusalCode::OutOfRange, &["seconds"], message);
                }
                Step::Wait { seconds }
            }
        }
    }

    fn fallbacks(&mut self, fallbacks: Vec<Fallback>) -> Vec<Fallback> {
        let mut checked = Vec::with_capacity(fallbacks.len());
        for (index, Fallback { code, value }) in fallbacks.into_iter().enumerate() {
            let index = index.to_string();
            if !self.known.placeholders.contains(&code) {
                let message = format!("{code} is no dynamic field of this account");
                self.refuse(RefusalCode::UnknownDynamicField, &["fallbacks", &index, "code"], message);
            }
            let value = FALLBACK.check(&value, &[]).unwrap_or_else(|refusal| {
                self.refuse(refusal.code, &["fallbacks", &index, "value"], refusal.message);
                String::new()
            });
            checked.push(Fallback { code, value });
        }
        checked
    }

    fn plain(&mut self, rule: TextRule, given: &str, field: &str) -> String {
        rule.check(given, &[]).unwrap_or_else(|refusal| {
            self.refuse(refusal.code, &[field], refusal.message);
            String::new()
        })
    }

    /// A text that is filled in at run: its own length is checked now, what comes out of it then.
    fn rendered(&mut self, rule: TextRule, given: &str, field: &str) -> String {
        let checked = self.plain(rule, given, field);
        for refusal in Text::parse(&checked).unknown(&self.known.placeholders, &[]) {
            self.refuse(refusal.code, &[field], refusal.message);
        }
        checked
    }

    /// The same, of a ticket that does not exist yet.
    fn opening(&mut self, rule: TextRule, given: &str, field: &str) -> String {
        let checked = self.rendered(rule, given, field);
        let codes = Text::parse(&checked).codes();
        for code in codes.iter().filter(|code| code.starts_with(TICKET)) {
            if self.known.placeholders.contains(code) {
                let message = format!("%%{code}%% cannot be filled in: this step only opens the ticket");
                self.refuse(RefusalCode::ReservedDynamicField, &[field], message);
            }
        }
        checked
    }

    fn reference(&mut self, given: &str) -> String {
        let text = Text::parse(given);
        if text.placeholders().next().is_some() {
            return self.rendered(text::NAME, given, "reference");
        }
        ticket::checked_reference(given).unwrap_or_else(|refusal| {
            self.refuse(refusal.code, &["reference"], refusal.message);
            String::new()
        })
    }

    fn status(&mut self, id: Option<StatusId>, field: &str) {
        if id.is_some_and(|id| !self.known.statuses.contains(&id)) {
            self.refuse(RefusalCode::NotFound, &[field], "there is no such status");
        }
    }

    fn template(&mut self, id: Option<TemplateId>, field: &str) {
        if id.is_some_and(|id| !self.known.templates.contains(&id)) {
            self.refuse(RefusalCode::NotFound, &[field], "there is no such template, or it is archived");
        }
    }

    fn user(&mut self, id: Option<UserId>) {
        if id.is_some_and(|id| !self.known.users.contains(&id)) {
            self.refuse(RefusalCode::NotFound, &["assigneeId"], "there is no such active user");
        }
    }
}

/// A fallback: as long as a field's value, and never empty.
const FALLBACK: TextRule = TextRule { least: 1, ..text::FIELD_VALUE };
