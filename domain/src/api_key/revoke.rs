//! Revoking a key.

use sea_orm::{EntityTrait, QuerySelect, sea_query::LockType};
use sportello_entity::{ApiKeyId, api_key};

use super::changed;
use crate::{Actor, Error, Permission, RefusalCode, Result, session::Authentication};

/// Revokes a key, for good. One that is revoked already stays as it is.
///
/// # Errors
/// FORBIDDEN below ADMIN and for keys; refused with NOT_FOUND.
pub async fn revoke(authentication: &Authentication, actor: &Actor, id: ApiKeyId) -> Result<api_key::Model> {
    actor.require(Permission::ManagePeople)?;
    let mut tx = authentication.store().begin(actor).await?;
    let found = api_key::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx.db()).await?;
    let missing = || Error::refused(RefusalCode::NotFound, &["id"], "there is no such API key");
    let before = found.filter(|key| key.account_id == actor.account_id).ok_or_else(missing)?;
    if before.revoked_at.is_some() {
        return Ok(before);
    }
    let after = api_key::Model { revoked_at: Some(tx.now()), ..before.clone() };
    tx.write_difference(&before, &after).await?;
    tx.record(changed(Some(&before), &after));
    tx.commit().await?;
    authentication.rights().forget();
    Ok(after)
}
