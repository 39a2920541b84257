//! A ticket's own fields with only the ids of what it points at: what events hold, streams filter and clients see.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sportello_entity::{
    CategoryId, ContactId, StatusId, TicketId, Timestamp, UserId, ticket,
    value::{MacroStatus, Priority, TicketSource},
};

use crate::{ActorRef, Error, Result};

/// A ticket at one moment. The names are part of the log's format: added to, never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the ticket table")]
pub struct TicketSnapshot {
    pub id: TicketId,
    pub reference: String,
    pub external_id: Option<String>,
    pub title: String,
    pub description: String,
    pub priority: Priority,
    pub status_id: StatusId,
    /// The status's key: it never changes, so a stream can be filtered by it.
    pub status_key: String,
    pub macro_status: MacroStatus,
    pub category_id: Option<CategoryId>,
    pub contact_id: ContactId,
    pub assignee_id: Option<UserId>,
    pub source: TicketSource,
    pub opened_by: ActorRef,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
    pub status_changed_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub first_response_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    pub reopen_count: i32,
    pub version: i32,
    pub note_count: i32,
}

impl TicketSnapshot {
    /// The row's own fields.
    pub fn of(row: ticket::Model, status_key: impl Into<String>) -> Self {
        let ticket::Model {
            id,
            account_id: _,
            reference,
            reference_folded: _,
            external_id,
            external_id_folded: _,
            title,
            title_folded: _,
            description,
            description_folded: _,
            priority,
            status_id,
            macro_status,
            category_id,
            contact_id,
            assignee_id,
            source,
            opened_by_kind,
            opened_by_id,
            opened_at,
            updated_at,
            status_changed_at,
            closed_at,
            first_response_at,
            deleted_at,
            reopen_count,
            version,
            note_count,
        } = row;
        Self {
            id,
            reference,
            external_id,
            title,
            description,
            priority,
            status_id,
            status_key: status_key.into(),
            macro_status,
            category_id,
            contact_id,
            assignee_id,
            source,
            opened_by: ActorRef { kind: opened_by_kind, id: opened_by_id },
            opened_at,
            updated_at,
            status_changed_at,
            closed_at,
            first_response_at,
            deleted_at,
            reopen_count,
            version,
            note_count,
        }
    }

    /// Reads what an event holds.
    ///
    /// # Errors
    /// INTERNAL when it is not of this shape: the log is broken.
    pub fn parse(snapshot: &Json) -> Result<Self> {
        Self::deserialize(snapshot).map_err(|error| Error::Internal(format!("a ticket's snapshot: {error}")))
    }

    /// As the log holds it.
    pub fn to_json(&self) -> Result<Json> {
        Ok(serde_json::to_value(self)?)
    }

    /// Those members of `self` that are different in `after`, which is as the log holds it; what an event keeps of the time
    /// before it.
    pub fn previous_of(&self, after: &Json) -> Result<Json> {
        let Json::Object(mut before) = self.to_json()? else {
            return Err(Error::Internal("a ticket's snapshot is no object".to_owned()));
        };
        before.retain(|name, value| after.get(name) != Some(value));
        Ok(Json::Object(before))
    }
}
