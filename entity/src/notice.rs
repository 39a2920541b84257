//! Mails on tickets that wait to be sent, or could not be: one row a reader and event. What was sent is gone.

use sea_orm::entity::prelude::*;

use crate::{AccountId, TicketId, Timestamp, UserId};

/// One row of `notice`. Its words are written when it is sent, from the log.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    /// Who is told. Where to and in which language is what the user's row says when it is sent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub reader_id: UserId,
    /// The first event that it tells of.
    #[sea_orm(primary_key, auto_increment = false)]
    pub first_sequence: i64,
    /// Whose log.
    pub account_id: AccountId,
    /// The ticket that it is about.
    pub ticket_id: TicketId,
    /// The last event that it tells of; the first one, unless changes are joined.
    pub last_sequence: i64,
    /// It waits, and takes in what else happens to the ticket, until then; null: it takes in nothing.
    pub joins_until: Option<Timestamp>,
    /// How often sending was tried.
    pub attempts: i32,
    /// Why the last try failed.
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// When it was planned.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
