//! Moves of more tickets than one transaction should hold: taken up again after a restart.

use sea_orm::entity::prelude::*;

use crate::{AccountId, TicketMoveId, Timestamp, value::ActorKind};

/// One row of `ticket_move`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_move")]
pub struct Model {
    /// Names the move.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketMoveId,
    /// The desk.
    pub account_id: AccountId,
    /// JSON: what is moved where.
    #[sea_orm(column_type = "Text")]
    pub task: String,
    /// What kind of actor asked for it.
    pub actor_kind: ActorKind,
    /// Which one.
    pub actor_id: Option<Uuid>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// While a worker has it: when another may take it over.
    pub claimed_until: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
