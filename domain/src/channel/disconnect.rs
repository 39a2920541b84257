//! Disconnecting the number.

use sea_orm::ModelTrait;
use sportello_entity::{ChannelId, whatsapp_channel};

use super::{event, find};
use crate::{Actor, Error, Permission, RefusalCode, Result, message, store::Store};

/// Disconnects the number: CHANNEL_CHANGED. What has not gone out through it fails, and the account has the sandbox again.
/// None: a text that is no id.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND as a refusal.
pub async fn disconnect(
    store: &Store,
    actor: &Actor,
    id: Option<ChannelId>,
) -> Result<whatsapp_channel::Model> {
    actor.require(Permission::ManageSettings)?;
    let missing = || Error::refused(RefusalCode::NotFound, &["id"], "there is no such channel");
    let mut tx = store.begin(actor).await?;
    let id = id.ok_or_else(missing)?;
    let before = find::locked(&tx, Some(id)).await?.ok_or_else(missing)?;
    message::fail_waiting(&mut tx, id, "the number was disconnected before it went out").await?;
    before.clone().delete(tx.db()).await?;
    let after = whatsapp_channel::Model { is_enabled: false, ..before.clone() };
    tx.record(event::told(Some(&before), &after));
    tx.commit().await?;
    Ok(after)
}
