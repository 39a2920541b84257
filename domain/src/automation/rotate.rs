//! A new secret for calls from outside.

use sportello_entity::AutomationId;

use super::{AutomationWritten, create::hook_secret, find, trigger, update};
use crate::{Actor, Error, Permission, RefusalCode, Result, digest::digest, store::Store};

/// Makes the secret anew: AUTOMATION_CHANGED. The old one opens nothing from now on. None: a text that is no id.
///
/// # Errors
/// FORBIDDEN; refusals at `["id"]`: NOT_FOUND, INVALID where no calls set the automation off.
pub async fn rotate_secret(
    store: &Store,
    actor: &Actor,
    id: Option<AutomationId>,
) -> Result<AutomationWritten> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let before = find::locked(&tx, id).await?;
    let Some(secret) = hook_secret(&tx, &trigger(&before)?) else {
        let message = "no calls set this automation off: it has no secret";
        return Err(Error::refused(RefusalCode::Invalid, &["id"], message));
    };
    let mut after = before.clone();
    after.hook_secret_hash = Some(digest(&secret));
    let automation = update::write(&mut tx, &before, after, &["id"]).await?;
    tx.commit().await?;
    Ok(AutomationWritten { automation, hook_secret: Some(secret) })
}
