//! A customer who has another number from now on.

use sportello_entity::AccountId;

use super::{Caller, event, insert, meet, update};
use crate::{Actor, Result, store::Store};

/// Moves the contact to the new number: CONTACT_UPDATED. Nothing happens where nobody has the old one, or another contact
/// has the new one already.
///
/// # Errors
/// What the database answers.
pub async fn renumber(store: &Store, account_id: AccountId, old: Caller, new_phone: String) -> Result<()> {
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    let Some(before) = meet::known(&tx, &old).await? else { return Ok(()) };
    let mut after = before.clone();
    after.phone = Some(new_phone);
    if after == before || !insert::others(&tx, &after).await?.is_empty() {
        return Ok(());
    }
    after.version += 1;
    after.updated_at = tx.now();
    update::write(&mut tx, &after).await?;
    tx.record(event::updated(&before, &after)?);
    tx.commit().await?;
    Ok(())
}
