//! What the rows of one answer point at: found once for all of them, so that a list costs as much SQL as a single row.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_graphql::{Context, Result};
use moka::sync::Cache;
use sportello_domain::{contact::find_id, directory::Directory, log::Event, status::TicketCounts};
use sportello_entity::{AccountId, ContactId, contact};
use tokio::sync::{Mutex, OnceCell};

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
    /// Contacts that were not read along with the rows: each is read once, whoever asks.
    contacts_found: Mutex<HashMap<ContactId, Option<contact::Model>>>,
    counts: OnceLock<TicketCounts>,
}

/// What live events point at, shared by all who are shown the same event in the same moment: a thousand dashboards
/// cost one reading.
#[derive(Clone)]
pub struct Crowd {
    recent: Cache<(AccountId, i64), Arc<Neighbours>>,
}

/// So long the followers of a log may lie apart and still share.
const MOMENT: Duration = Duration::from_secs(2);

impl Default for Crowd {
    fn default() -> Self {
        Self { recent: Cache::builder().max_capacity(1_000).time_to_live(MOMENT).build() }
    }
}

impl Crowd {
    /// What the event points at, as of now, the directory being at least as new as `sequence`.
    pub fn neighbours(&self, event: &Event, sequence: i64) -> Arc<Neighbours> {
        let key = (event.account_id, event.sequence);
        self.recent.get_with(key, || Neighbours::since(sequence))
    }
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

    /// A contact that the rows point at.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn contact(&self, ctx: &Context<'_>, id: ContactId) -> Result<Option<contact::Model>> {
        if let Some(contact) = self.contacts.get(&id) {
            return Ok(Some(contact.clone()));
        }
        // Held while reading: those who ask meanwhile wait for the one reading.
        let mut found = self.contacts_found.lock().await;
        if let Some(contact) = found.get(&id) {
            return Ok(contact.clone());
        }
        let contact = find_id(store(ctx), actor(ctx)?, id).await.map_err(to_graphql)?;
        found.insert(id, contact.clone());
        Ok(contact)
    }
}
