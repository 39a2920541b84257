//! Deleting an automation.

use sportello_entity::{AutomationId, automation};

use super::{find, update};
use crate::{Actor, Permission, Result, store::Store};

/// Deletes an automation: AUTOMATION_CHANGED. Nothing sets it off any more, and its runs that are under way stop before
/// their next step. The row stays for its runs and the history. None: a text that is no id.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND as a refusal.
pub async fn delete(store: &Store, actor: &Actor, id: Option<AutomationId>) -> Result<automation::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let before = find::locked(&tx, id).await?;
    let after = automation::Model {
        deleted_at: Some(tx.now()),
        phrase: None,
        hook_secret_hash: None,
        ..before.clone()
    };
    let after = update::write(&mut tx, &before, after, &["id"]).await?;
    tx.commit().await?;
    Ok(after)
}
