//! What clients send to change tickets, and how it becomes a command.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use sportello_domain::{
    Error, Refusal, Result,
    contact::ContactImport,
    ticket::{BulkUpdate, ImportNote, ImportTicket, ImportTickets, OpenTicket, TicketKey, UpdateTicket},
};

use crate::graphql::{
    id::{change, changed, optional, parse},
    scalars::{DateTime, EmailAddress, PhoneNumber},
    ticket::types::TicketPriority,
};

/// One of a ticket's names.
#[derive(OneofObject)]
pub enum TicketBy {
    /// By id.
    Id(ID),
    /// By reference, ignoring case.
    Reference(String),
    /// By the integrator's own key.
    ExternalId(String),
}

impl From<TicketBy> for TicketKey {
    fn from(by: TicketBy) -> Self {
        match by {
            TicketBy::Id(id) => parse(&id).map_or(Self::Nothing("id"), Self::Id),
            TicketBy::Reference(text) => Self::Reference(text),
            TicketBy::ExternalId(text) => Self::ExternalId(text),
        }
    }
}

/// A new ticket. One of contactId and contactPhone says whose matter it is.
#[derive(InputObject)]
pub struct TicketOpenInput {
    /// The contact.
    contact_id: Option<ID>,
    /// The contact's number; an unknown one makes the contact.
    contact_phone: Option<PhoneNumber>,
    /// What it is about: 1 to 200 characters.
    title: String,
    /// What it is about, at length: up to 20,000 characters.
    description: Option<String>,
    /// How urgent; MEDIUM when absent.
    priority: Option<TicketPriority>,
    /// Where it stands; the account's default when absent.
    status_id: Option<ID>,
    /// The category by name: created on first use, brought back if archived; a merged name means the category it went into.
    category: Option<String>,
    /// The category by id.
    category_id: Option<ID>,
    /// Who works on it.
    assignee_id: Option<ID>,
    /// What people call it by; automatic when absent.
    reference: Option<String>,
    /// The integrator's own key, unique in the account.
    external_id: Option<String>,
    /// Makes a repetition harmless: the same key with the same input does it once.
    idempotency_key: Option<String>,
}

impl TicketOpenInput {
    /// As a command.
    ///
    /// # Errors
    /// NOT_FOUND for texts that cannot be ids.
    pub fn into_command(self) -> Result<OpenTicket> {
        let mut refusals = Vec::new();
        let command = OpenTicket {
            contact_id: take(&mut refusals, optional(self.contact_id.as_ref(), &["contactId"])),
            contact_phone: self.contact_phone.map(|phone| phone.0),
            title: self.title,
            description: self.description,
            priority: self.priority.map(Into::into),
            status_id: take(&mut refusals, optional(self.status_id.as_ref(), &["statusId"])),
            category: self.category,
            category_id: take(&mut refusals, optional(self.category_id.as_ref(), &["categoryId"])),
            assignee_id: take(&mut refusals, optional(self.assignee_id.as_ref(), &["assigneeId"])),
            reference: self.reference,
            external_id: self.external_id,
            idempotency_key: self.idempotency_key,
        };
        settled(command, refusals)
    }
}

/// A change of a ticket. An absent field keeps its value; null clears it.
#[derive(InputObject)]
pub struct TicketUpdateInput {
    /// Which ticket.
    by: TicketBy,
    /// The version that you saw: another one is VERSION_CONFLICT.
    expected_version: Option<i32>,
    /// What it is about: 1 to 200 characters.
    title: MaybeUndefined<String>,
    /// What it is about, at length. Null empties it.
    description: MaybeUndefined<String>,
    /// How urgent.
    priority: MaybeUndefined<TicketPriority>,
    /// Where it stands.
    status_id: MaybeUndefined<ID>,
    /// The category by name, created on first use; null takes the category off.
    category: MaybeUndefined<String>,
    /// The category by id; null takes the category off.
    category_id: MaybeUndefined<ID>,
    /// Who works on it; null: nobody.
    assignee_id: MaybeUndefined<ID>,
    /// The integrator's own key; null takes it off.
    external_id: MaybeUndefined<String>,
    /// A note added in the same change.
    note: MaybeUndefined<String>,
    /// Makes a repetition harmless.
    idempotency_key: Option<String>,
}

impl TicketUpdateInput {
    /// As a command.
    ///
    /// # Errors
    /// NOT_FOUND for texts that cannot be ids.
    pub fn into_command(self) -> Result<UpdateTicket> {
        let mut refusals = Vec::new();
        let command = UpdateTicket {
            by: self.by.into(),
            expected_version: self.expected_version,
            title: change(self.title),
            description: change(self.description),
            priority: change(self.priority.map_value(Into::into)),
            status_id: take(&mut refusals, changed(self.status_id, &["statusId"])),
            category: change(self.category),
            category_id: take(&mut refusals, changed(self.category_id, &["categoryId"])),
            assignee_id: take(&mut refusals, changed(self.assignee_id, &["assigneeId"])),
            external_id: change(self.external_id),
            note: change(self.note),
            idempotency_key: self.idempotency_key,
        };
        settled(command, refusals)
    }
}

/// The same change for many tickets: at most 100, one transaction each.
#[derive(InputObject)]
pub struct TicketsUpdateInput {
    /// Which tickets.
    ids: Vec<ID>,
    /// How urgent.
    priority: MaybeUndefined<TicketPriority>,
    /// Where they stand.
    status_id: MaybeUndefined<ID>,
    /// The category by name, created on first use; null takes the category off.
    category: MaybeUndefined<String>,
    /// The category by id; null takes the category off.
    category_id: MaybeUndefined<ID>,
    /// Who works on them; null: nobody.
    assignee_id: MaybeUndefined<ID>,
    /// A note added to each.
    note: MaybeUndefined<String>,
    /// Makes a repetition harmless.
    idempotency_key: Option<String>,
}

impl TicketsUpdateInput {
    /// As a command.
    ///
    /// # Errors
    /// NOT_FOUND for texts that cannot be ids, but for those of the tickets: these are refused one by one.
    pub fn into_command(self) -> Result<BulkUpdate> {
        let mut refusals = Vec::new();
        let command = BulkUpdate {
            ids: self.ids.iter().map(parse).collect(),
            priority: change(self.priority.map_value(Into::into)),
            status_id: take(&mut refusals, changed(self.status_id, &["statusId"])),
            category: change(self.category),
            category_id: take(&mut refusals, changed(self.category_id, &["categoryId"])),
            assignee_id: take(&mut refusals, changed(self.assignee_id, &["assigneeId"])),
            note: change(self.note),
            idempotency_key: self.idempotency_key,
        };
        settled(command, refusals)
    }
}

/// A ticket of another system. One that an earlier import brought (same externalId) is TAKEN and left as it is.
#[derive(InputObject)]
pub struct TicketImportInput {
    /// The other system's key, unique in the account: what makes a repetition harmless.
    external_id: String,
    /// What people call it by; automatic when absent.
    reference: Option<String>,
    /// The contact's number; an unknown one makes the contact.
    contact_phone: Option<PhoneNumber>,
    /// The contact's name, cleaned and cut to 200 characters. A contact that is known keeps the name it has.
    contact_name: Option<String>,
    /// The other system's key of the contact; it goes before the number. With neither, a contact is made for the ticket.
    contact_external_id: Option<String>,
    /// What it is about: 1 to 200 characters.
    title: String,
    /// What it is about, at length: up to 20,000 characters.
    description: Option<String>,
    /// How urgent; MEDIUM when absent.
    priority: Option<TicketPriority>,
    /// Where it stands: the key of any status of the account.
    status_key: String,
    /// The category by name: created on first use, brought back if archived; a merged name means the category it went into.
    category: Option<String>,
    /// Who works on it: the address of an active user.
    assignee_email: Option<EmailAddress>,
    /// When it was opened: not in the future.
    opened_at: DateTime,
    /// When it was closed: required with a TERMINATED status, refused with another.
    closed_at: Option<DateTime>,
    /// Notes on it, oldest first, each 1 to 20,000 characters; they are dated when the ticket was opened.
    #[graphql(default)]
    notes: Vec<String>,
}

impl From<TicketImportInput> for ImportTicket {
    fn from(input: TicketImportInput) -> Self {
        let notes = input.notes.into_iter().map(|body| ImportNote { body, written_at: None });
        Self {
            external_id: input.external_id,
            reference: input.reference,
            contact: ContactImport {
                external_id: input.contact_external_id,
                phone: input.contact_phone.map(|phone| phone.0),
                name: input.contact_name,
                email: None,
            },
            title: input.title,
            description: input.description,
            priority: input.priority.map(Into::into),
            status_key: input.status_key,
            category: input.category,
            assignee_email: input.assignee_email.map(|email| email.0),
            opened_at: input.opened_at.0,
            closed_at: input.closed_at.map(|moment| moment.0),
            notes: notes.collect(),
        }
    }
}

/// Tickets of another system: at most 500, one transaction each.
#[derive(InputObject)]
pub struct TicketsImportInput {
    /// The tickets, in the order in which they get their numbers.
    tickets: Vec<TicketImportInput>,
    /// Makes a repetition harmless.
    idempotency_key: Option<String>,
}

impl From<TicketsImportInput> for ImportTickets {
    fn from(TicketsImportInput { tickets, idempotency_key }: TicketsImportInput) -> Self {
        Self { tickets: tickets.into_iter().map(Into::into).collect(), idempotency_key }
    }
}

/// Deletes a ticket; it can be restored for some time.
#[derive(InputObject)]
pub struct TicketDeleteInput {
    /// Which ticket.
    pub by: TicketBy,
    /// The version that you saw: another one is VERSION_CONFLICT.
    pub expected_version: Option<i32>,
}

/// Restores a deleted ticket.
#[derive(InputObject)]
pub struct TicketRestoreInput {
    /// Which ticket.
    pub by: TicketBy,
}

/// A new note.
#[derive(InputObject)]
pub struct TicketNoteAddInput {
    /// On which ticket.
    pub by: TicketBy,
    /// What it says: 1 to 20,000 characters.
    pub body: String,
    /// Makes a repetition harmless.
    pub idempotency_key: Option<String>,
}

/// A new text for a note.
#[derive(InputObject)]
pub struct TicketNoteEditInput {
    /// Which note.
    pub id: ID,
    /// What it says now: 1 to 20,000 characters.
    pub body: String,
}

/// Deletes a note for good.
#[derive(InputObject)]
pub struct TicketNoteDeleteInput {
    /// Which note.
    pub id: ID,
}

fn take<T: Default>(refusals: &mut Vec<Refusal>, result: std::result::Result<T, Refusal>) -> T {
    result.unwrap_or_else(|refusal| {
        refusals.push(refusal);
        T::default()
    })
}

fn settled<T>(command: T, refusals: Vec<Refusal>) -> Result<T> {
    if refusals.is_empty() { Ok(command) } else { Err(Error::Refused(refusals)) }
}
