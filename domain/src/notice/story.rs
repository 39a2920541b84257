//! What a notice tells, read when it is sent: names as they are now, and nothing of who was erased meanwhile.

use std::{collections::HashMap, sync::Arc};

use chrono_tz::Tz;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sportello_entity::{
    ApiKeyId, NoteId, Timestamp, UserId, account, app_user, contact, event, notice, ticket_note,
    value::{ActorKind, EventType},
};

use super::MAILED;
use crate::{
    ActorRef, FieldChange, Result, directory::Directory, log::Event, store::Store, ticket::TicketSnapshot,
};

/// What a reader is told about a ticket.
#[derive(Clone, Debug)]
pub struct Story {
    /// Who is told.
    pub reader: app_user::Model,
    /// The desk.
    pub account: account::Model,
    /// The ticket right after the last of it.
    pub ticket: Arc<TicketSnapshot>,
    /// The name of its status.
    pub status: String,
    /// The name of its category.
    pub category: Option<String>,
    /// The name of who works on it.
    pub assignee: Option<String>,
    /// The customer.
    pub contact: Option<contact::Model>,
    /// What happened, in log order; never empty.
    pub happenings: Vec<Happening>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Happening {
    /// What.
    pub r#type: EventType,
    /// When.
    pub occurred_at: Timestamp,
    /// Who did it.
    pub doer: Doer,
    /// Field by field.
    pub changes: Vec<FieldChange>,
    /// The note that it brought, unless that is deleted by now.
    pub note: Option<String>,
}

/// Who did something, as a reader knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doer {
    /// Somebody, or an API key, with a name.
    Named(String),
    /// A customer who is known by no name.
    Customer,
    /// An automation.
    Automation,
    /// Sportello itself.
    System,
}

impl Story {
    /// A moment on the clock of the desk, as in `2026-03-01 14:05`.
    pub fn local(&self, moment: Timestamp) -> String {
        let zone: Tz = self.account.time_zone.parse().unwrap_or(Tz::UTC);
        moment.to_utc().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
    }
}

/// What the notice tells; None when nobody is to be told any more: the reader has left or opted out, or the log keeps
/// the events no longer.
///
/// # Errors
/// What the database answers.
pub async fn story(store: &Store, notice: &notice::Model) -> Result<Option<Story>> {
    let directory = store.directory(notice.account_id).await?;
    let reader =
        directory.user(notice.reader_id).filter(|user| user.is_active && user.receives_ticket_emails);
    let (Some(reader), events) = (reader.cloned(), events(store, notice).await?) else { return Ok(None) };
    let Some(last) = events.last() else { return Ok(None) };
    let ticket = last.ticket()?.clone();
    let contact = contact::Entity::find_by_id(ticket.contact_id).one(store.reader()).await?;
    let notes = notes(store, &events).await?;
    let tell = |event: &Event| Happening {
        r#type: event.r#type,
        occurred_at: event.occurred_at,
        doer: doer(event.actor, &directory, contact.as_ref()),
        changes: event.changes.clone(),
        note: event.note_id.and_then(|id| notes.get(&id).cloned()),
    };
    let user_name = |id: UserId| directory.user(id).map(|user| user.name.clone());
    Ok(Some(Story {
        reader,
        account: directory.account.clone(),
        status: directory.status(ticket.status_id).map(|status| status.name.clone()).unwrap_or_default(),
        category: ticket
            .category_id
            .and_then(|id| directory.category(id))
            .map(|category| category.name.clone()),
        assignee: ticket.assignee_id.and_then(user_name),
        happenings: events.iter().map(tell).collect(),
        ticket,
        contact,
    }))
}

async fn events(store: &Store, notice: &notice::Model) -> Result<Vec<Event>> {
    let rows = event::Entity::find()
        .filter(event::Column::AccountId.eq(notice.account_id))
        .filter(event::Column::SubjectId.eq(notice.ticket_id.0))
        .filter(event::Column::Sequence.between(notice.first_sequence, notice.last_sequence))
        .filter(event::Column::Type.is_in(MAILED))
        .order_by_asc(event::Column::Sequence)
        .all(store.reader())
        .await?;
    // The epoch is for cursors, and no cursor is told here.
    rows.into_iter().map(|row| Event::of(row, 0)).collect()
}

async fn notes(store: &Store, events: &[Event]) -> Result<HashMap<NoteId, String>> {
    let ids: Vec<NoteId> = events.iter().filter_map(|event| event.note_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows =
        ticket_note::Entity::find().filter(ticket_note::Column::Id.is_in(ids)).all(store.reader()).await?;
    Ok(rows.into_iter().map(|note| (note.id, note.body)).collect())
}

fn doer(actor: ActorRef, directory: &Directory, contact: Option<&contact::Model>) -> Doer {
    let name = match (actor.kind, actor.id) {
        (ActorKind::Automation, _) => return Doer::Automation,
        (ActorKind::User, Some(id)) => directory.user(UserId(id)).map(|user| user.name.clone()),
        (ActorKind::ApiKey, Some(id)) => directory.api_key(ApiKeyId(id)).map(|key| key.name.clone()),
        (ActorKind::Contact, id) => {
            let known = contact.filter(|contact| Some(contact.id.0) == id && !contact.name.is_empty());
            return known.map_or(Doer::Customer, |contact| Doer::Named(contact.name.clone()));
        }
        _ => None,
    };
    name.map_or(Doer::System, Doer::Named)
}
