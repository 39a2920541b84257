//! Tickets.

use sea_orm::entity::prelude::*;

use crate::{
    AccountId, CategoryId, ContactId, StatusId, TicketId, Timestamp, UserId,
    value::{ActorKind, MacroStatus, Priority, TicketSource},
};

/// One row of `ticket`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    /// Names the ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketId,
    /// The desk it is on.
    pub account_id: AccountId,
    /// As it was given or made.
    pub reference: String,
    /// The reference in lower case: unique in the account.
    pub reference_folded: String,
    /// The integrator's own key.
    pub external_id: Option<String>,
    /// The same folded (case, accents), for filters.
    pub external_id_folded: Option<String>,
    /// One line.
    pub title: String,
    /// The title folded (case, accents), for search and order.
    pub title_folded: String,
    /// Several lines.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// The description folded, for search.
    #[sea_orm(column_type = "Text")]
    pub description_folded: String,
    /// How urgent.
    pub priority: Priority,
    /// The status.
    pub status_id: StatusId,
    /// The status's macro-status, kept beside it for filters and counts.
    pub macro_status: MacroStatus,
    /// The category, if any.
    pub category_id: Option<CategoryId>,
    /// Whose matter it is.
    pub contact_id: ContactId,
    /// Who works on it.
    pub assignee_id: Option<UserId>,
    /// Where it came from.
    pub source: TicketSource,
    /// What kind of actor opened it.
    pub opened_by_kind: ActorKind,
    /// Which one.
    pub opened_by_id: Option<Uuid>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last changed, notes included.
    pub updated_at: Timestamp,
    /// When it entered its status.
    pub status_changed_at: Timestamp,
    /// When it entered a TERMINATED status; null while work goes on.
    pub closed_at: Option<Timestamp>,
    /// When the first message went to the contact after opening.
    pub first_response_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// How often it was opened again.
    pub reopen_count: i32,
    /// 1, and one more at each committed change.
    pub version: i32,
    /// How many notes it has.
    pub note_count: i32,
}

impl ActiveModelBehavior for ActiveModel {}
