//! How many tickets each status and category has, read at most once for all rows of an answer.

use std::collections::HashMap;

use sea_orm::prelude::Uuid;
use sportello_entity::{AccountId, CategoryId, StatusId, ticket_count::Dimension};
use tokio::sync::OnceCell;

use crate::{Result, statistics::totals, store::Store};

/// The counts of one account, deleted tickets left out. Nothing is read before somebody asks.
pub struct TicketCounts {
    store: Store,
    account_id: AccountId,
    by_status: OnceCell<HashMap<Uuid, i64>>,
    by_category: OnceCell<HashMap<Uuid, i64>>,
}

impl TicketCounts {
    /// Counts that are to be read of that account. They live as long as one answer.
    pub fn new(store: Store, account_id: AccountId) -> Self {
        Self { store, account_id, by_status: OnceCell::new(), by_category: OnceCell::new() }
    }

    /// How many tickets have the status.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn of_status(&self, id: StatusId) -> Result<i64> {
        let counts = self.by_status.get_or_try_init(|| self.read(Dimension::Status)).await?;
        Ok(counts.get(&id.0).copied().unwrap_or(0))
    }

    /// How many tickets have the category.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn of_category(&self, id: CategoryId) -> Result<i64> {
        let counts = self.by_category.get_or_try_init(|| self.read(Dimension::Category)).await?;
        Ok(counts.get(&id.0).copied().unwrap_or(0))
    }

    async fn read(&self, dimension: Dimension) -> Result<HashMap<Uuid, i64>> {
        totals(&self.store, self.account_id, dimension).await
    }
}
