//! An event as it is read.

use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;
use sportello_entity::{
    AccountId, AutomationRunId, EventId, NoteId, Timestamp, event,
    value::{EventType, TicketSource},
};
use uuid::Uuid;

use crate::{
    ActorRef, Error, FieldChange, log::EventCursor, message::MessageSnapshot, ticket::TicketSnapshot,
};

/// Something that happened, in its place in the account's log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Whose log.
    pub account_id: AccountId,
    /// Which incarnation of the log; see [`EventCursor`].
    pub epoch: i64,
    /// 1, 2, 3 … in commit order.
    pub sequence: i64,
    /// Names it.
    pub id: EventId,
    /// What happened.
    pub r#type: EventType,
    /// When.
    pub occurred_at: Timestamp,
    /// Who did it.
    pub actor: ActorRef,
    /// The automation run that did it, if one did.
    pub automation_run_id: Option<AutomationRunId>,
    /// What it happened to.
    pub subject_id: Uuid,
    /// The note that it is about or brought along.
    pub note_id: Option<NoteId>,
    /// Field by field, as a person reads it.
    pub changes: Vec<FieldChange>,
    /// The subject right after.
    pub snapshot: Json,
    /// Those members of the snapshot that were different before; None when there was no before.
    pub previous: Option<Json>,
    /// Whether operators are notified of it: those others than who did it.
    pub notifies: bool,
    /// The snapshots read as tickets: once for all who follow.
    pub(crate) tickets: OnceLock<TicketsOfEvent>,
}

/// A ticket after an event and before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TicketsOfEvent {
    after: Arc<TicketSnapshot>,
    before: Option<Arc<TicketSnapshot>>,
}

impl Event {
    /// The ticket right after an event on a ticket.
    ///
    /// # Errors
    /// INTERNAL when the snapshot is no ticket's.
    pub fn ticket(&self) -> Result<&Arc<TicketSnapshot>, Error> {
        Ok(&self.tickets()?.after)
    }

    /// The ticket right before; None when there was no before.
    ///
    /// # Errors
    /// INTERNAL when the snapshot is no ticket's.
    pub fn ticket_before(&self) -> Result<Option<&Arc<TicketSnapshot>>, Error> {
        Ok(self.tickets()?.before.as_ref())
    }

    /// The message right after an event on a message.
    ///
    /// # Errors
    /// INTERNAL when the snapshot is no message's.
    pub fn message(&self) -> Result<MessageSnapshot, Error> {
        MessageSnapshot::parse(&self.snapshot)
    }

    fn tickets(&self) -> Result<&TicketsOfEvent, Error> {
        if let Some(known) = self.tickets.get() {
            return Ok(known);
        }
        let before = self.snapshot_before().map(|before| TicketSnapshot::parse(&before)).transpose()?;
        let after = Arc::new(TicketSnapshot::parse(&self.snapshot)?);
        Ok(self.tickets.get_or_init(|| TicketsOfEvent { after, before: before.map(Arc::new) }))
    }

    /// Whether it tells that a ticket was brought along from another system.
    ///
    /// Its past is not news: the event is in the log and in the streams like any other, but whoever follows the log to
    /// mail, to notify or to set automations off passes it over.
    pub fn is_import(&self) -> bool {
        self.r#type == EventType::TicketOpened
            && self.ticket().is_ok_and(|ticket| ticket.source == TicketSource::Import)
    }

    /// The id of what it happened to, as clients know it.
    pub fn subject(&self) -> String {
        use EventType as T;
        use sportello_entity::{
            ApiKeyId, AutomationId, CategoryId, ChannelId, ContactId, DynamicFieldId, MessageId, StatusId,
            TemplateId, TicketId, UserId, WebhookEndpointId,
        };
        let id = self.subject_id;
        match self.r#type {
            T::TicketOpened
            | T::TicketUpdated
            | T::TicketStatusChanged
            | T::TicketDeleted
            | T::TicketRestored
            | T::NoteAdded
            | T::NoteEdited
            | T::NoteDeleted => TicketId(id).to_string(),
            T::ContactCreated | T::ContactUpdated | T::ContactDeleted => ContactId(id).to_string(),
            T::StatusCreated | T::StatusUpdated | T::StatusDeleted => StatusId(id).to_string(),
            T::CategoryCreated | T::CategoryUpdated | T::CategoryDeleted => CategoryId(id).to_string(),
            T::UserChanged => UserId(id).to_string(),
            T::AccountChanged => AccountId(id).to_string(),
            T::ApiKeyChanged => ApiKeyId(id).to_string(),
            T::TemplateChanged => TemplateId(id).to_string(),
            T::MessageReceived | T::MessageSent | T::MessageStatusChanged => MessageId(id).to_string(),
            T::DynamicFieldChanged => DynamicFieldId(id).to_string(),
            T::ChannelChanged => ChannelId(id).to_string(),
            T::AutomationChanged => AutomationId(id).to_string(),
            T::WebhookChanged => WebhookEndpointId(id).to_string(),
        }
    }

    /// Its place, as clients are told it.
    pub fn cursor(&self) -> EventCursor {
        EventCursor { account_id: self.account_id, epoch: self.epoch, sequence: self.sequence }
    }

    /// The subject right before, if there was a before.
    pub fn snapshot_before(&self) -> Option<Json> {
        let previous = self.previous.as_ref()?.as_object()?;
        let mut before = self.snapshot.clone();
        if let Some(members) = before.as_object_mut() {
            members.extend(previous.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        Some(before)
    }

    pub(crate) fn of(row: event::Model, epoch: i64) -> Result<Self, Error> {
        let event::Model {
            account_id,
            sequence,
            id,
            r#type,
            occurred_at,
            actor_kind,
            actor_id,
            automation_run_id,
            subject_id,
            note_id,
            changes,
            snapshot,
            previous,
            notifies,
        } = row;
        Ok(Self {
            account_id,
            epoch,
            sequence,
            id,
            r#type,
            occurred_at,
            actor: ActorRef { kind: actor_kind, id: actor_id },
            automation_run_id,
            subject_id,
            note_id,
            changes: serde_json::from_str(&changes)?,
            snapshot: serde_json::from_str(&snapshot)?,
            previous: previous.as_deref().map(serde_json::from_str).transpose()?,
            notifies,
            tickets: OnceLock::new(),
        })
    }
}

/// What kind of thing an event happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventGroup {
    /// A ticket, its notes included.
    Ticket,
    /// A contact.
    Contact,
    /// A message.
    Message,
    /// A status or category: what tickets are sorted by.
    Taxonomy,
    /// A user.
    User,
    /// The account itself.
    Account,
    /// What messages go out with and by: templates, automations, the channel.
    Messaging,
    /// Keys, dynamic fields and other settings.
    Settings,
}

impl EventGroup {
    /// The group of a type.
    pub fn of(event_type: EventType) -> Self {
        use EventType::*;
        match event_type {
            TicketOpened | TicketUpdated | TicketStatusChanged | TicketDeleted | TicketRestored
            | NoteAdded | NoteEdited | NoteDeleted => Self::Ticket,
            ContactCreated | ContactUpdated | ContactDeleted => Self::Contact,
            MessageReceived | MessageSent | MessageStatusChanged => Self::Message,
            StatusCreated | StatusUpdated | StatusDeleted | CategoryCreated | CategoryUpdated
            | CategoryDeleted => Self::Taxonomy,
            UserChanged => Self::User,
            AccountChanged => Self::Account,
            TemplateChanged | ChannelChanged | AutomationChanged => Self::Messaging,
            ApiKeyChanged | DynamicFieldChanged | WebhookChanged => Self::Settings,
        }
    }

    /// Whether such an event changes what the directory holds.
    pub fn is_in_directory(event_type: EventType) -> bool {
        event_type == EventType::ApiKeyChanged
            || matches!(Self::of(event_type), Self::Taxonomy | Self::User | Self::Account)
    }
}
