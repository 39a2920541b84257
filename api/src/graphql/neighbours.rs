//! What the rows of one answer point at: found once for all of them, so that a list costs as much SQL as a single row.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use async_graphql::{Context, Result};
use sportello_domain::{directory::Directory, status::TicketCounts};
use sportello_entity::{ContactId, contact};
use tokio::sync::OnceCell;

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
};

/// Shared by the rows of one answer.
#[derive(Default)]
pub struct Neighbours {
    /// The directory must be at least as new as this; None: as new as now.
    since: Option<i64>,
    directory: OnceCell<Arc<Directory>>,
    contacts: HashMap<ContactId, contact::Model>,
    counts: OnceLock<TicketCounts>,
}

impl Neighbours {
    /// Neighbours as they are when they are first asked for.
    pub fn now() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Neighbours of an event that was read when the directory stood at `sequence`.
    pub fn since(sequence: i64) -> Arc<Self> {
        Arc::new(Self { since: Some(sequence), ..Self::default() })
    }

    /// The account's statuses, categories, users and keys.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn directory(&self, ctx: &Context<'_>) -> Result<&Arc<Directory>> {
        let account_id = actor(ctx)?.account_id;
        let load = || async {
            match self.since {
                Some(sequence) => store(ctx).directory_since(account_id, sequence).await,
                None => store(ctx).directory(account_id).await,
            }
        };
        self.directory.get_or_try_init(load).await.map_err(to_graphql)
    }

    /// Neighbours that were read along with the rows.
    pub fn of(directory: Arc<Directory>, contacts: HashMap<ContactId, contact::Model>) -> Arc<Self> {
        let directory = OnceCell::new_with(Some(directory));
        Arc::new(Self { directory, contacts, ..Self::default() })
    }

    /// How many tickets the statuses and categories of the answer have, counted once for all of them.
    ///
    /// # Errors
    /// UNAUTHENTICATED for an anonymous client.
    pub fn counts(&self, ctx: &Context<'_>) -> Result<&TicketCounts> {
        let account_id = actor(ctx)?.account_id;
        Ok(self.counts.get_or_init(|| TicketCounts::new(store(ctx).clone(), account_id)))
    }

    /// A contact that was read along with the rows.
    pub fn contact(&self, id: ContactId) -> Option<&contact::Model> {
        self.contacts.get(&id)
    }
}
