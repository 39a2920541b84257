//! How many tickets each status and category has, counted at most once for all rows of an answer.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, prelude::Uuid};
use sportello_entity::{AccountId, CategoryId, StatusId, ticket};
use tokio::sync::OnceCell;

use crate::{Result, store::Store};

/// The counts of one account, deleted tickets left out. Nothing is counted before somebody asks.
pub struct TicketCounts {
    store: Store,
    account_id: AccountId,
    by_status: OnceCell<HashMap<Uuid, i64>>,
    by_category: OnceCell<HashMap<Uuid, i64>>,
}

#[derive(FromQueryResult)]
struct Group {
    id: Option<Uuid>,
    tickets: i64,
}

impl TicketCounts {
    /// Counts that are to be taken of that account. They live as long as one answer.
    pub fn new(store: Store, account_id: AccountId) -> Self {
        Self { store, account_id, by_status: OnceCell::new(), by_category: OnceCell::new() }
    }

    /// How many tickets have the status.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn of_status(&self, id: StatusId) -> Result<i64> {
        let counts = self.by_status.get_or_try_init(|| self.count(ticket::Column::StatusId)).await?;
        Ok(counts.get(&id.0).copied().unwrap_or(0))
    }

    /// How many tickets have the category.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn of_category(&self, id: CategoryId) -> Result<i64> {
        let counts = self.by_category.get_or_try_init(|| self.count(ticket::Column::CategoryId)).await?;
        Ok(counts.get(&id.0).copied().unwrap_or(0))
    }

    async fn count(&self, column: ticket::Column) -> Result<HashMap<Uuid, i64>> {
        let groups: Vec<Group> = ticket::Entity::find()
            .select_only()
            .column_as(column, "id")
            .column_as(ticket::Column::Id.count(), "tickets")
            .filter(ticket::Column::AccountId.eq(self.account_id))
            .filter(ticket::Column::DeletedAt.is_null())
            .group_by(column)
            .into_model()
            .all(self.store.reader())
            .await?;
        Ok(groups.into_iter().filter_map(|group| Some((group.id?, group.tickets))).collect())
    }
}
