//! The directories in memory, each as new as somebody needed it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use sportello_entity::AccountId;

use crate::{Result, directory::Directory, store::Store};

/// One account's directory, locked while it is read anew.
type Slot = tokio::sync::Mutex<Option<Arc<Directory>>>;

/// The directories of the accounts that were asked for.
#[derive(Default)]
pub struct Directories {
    known: Mutex<HashMap<AccountId, Arc<Slot>>>,
}

impl Directories {
    /// The account's directory, at least as new as `sequence`. Many who need a new one cause one reading.
    pub(crate) async fn get(
        &self,
        store: &Store,
        account_id: AccountId,
        sequence: i64,
    ) -> Result<Arc<Directory>> {
        let slot = self.known.lock().expect("no holder panics").entry(account_id).or_default().clone();
        let mut slot = slot.lock().await;
        if let Some(directory) = slot.as_ref().filter(|directory| directory.sequence >= sequence) {
            return Ok(directory.clone());
        }
        let directory = Arc::new(Directory::load(store, account_id).await?);
        *slot = Some(directory.clone());
        Ok(directory)
    }

    /// Drops what is in memory of an account.
    pub(crate) fn forget(&self, account_id: AccountId) {
        self.known.lock().expect("no holder panics").remove(&account_id);
    }
}
