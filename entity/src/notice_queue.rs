//! When the mails on tickets that wait for a reader are due: they go one after the other.

use sea_orm::entity::prelude::*;

use crate::{Timestamp, UserId};

/// One row of `notice_queue`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_queue")]
pub struct Model {
    /// Whose mails.
    #[sea_orm(primary_key, auto_increment = false)]
    pub reader_id: UserId,
    /// When the next one is tried (again); while a worker has the queue, when others may take it over; null when nothing
    /// waits.
    pub due_at: Option<Timestamp>,
    /// Which hold of a worker it is; null when none has it.
    pub holder: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
