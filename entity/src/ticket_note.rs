//! Notes on tickets.

use sea_orm::entity::prelude::*;

use crate::{AccountId, NoteId, TicketId, Timestamp, value::ActorKind};

/// One row of `ticket_note`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_note")]
pub struct Model {
    /// Names the note.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    /// The desk.
    pub account_id: AccountId,
    /// The ticket it is on.
    pub ticket_id: TicketId,
    /// What kind of actor wrote it.
    pub author_kind: ActorKind,
    /// Which one.
    pub author_id: Option<Uuid>,
    /// What it says.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// The body folded (case, accents), for search.
    #[sea_orm(column_type = "Text")]
    pub body_folded: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
