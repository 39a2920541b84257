//! A number that cannot be written from: stopped until it is connected anew, or left in peace for a while.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use sportello_entity::{AccountId, ChannelId, Timestamp, whatsapp_channel};

use super::{event, find};
use crate::{Actor, Result, store::Store};

/// Stops the channel and says why: CHANNEL_CHANGED. What is to be sent waits.
///
/// # Errors
/// What the database answers.
pub async fn stop(store: &Store, account_id: AccountId, id: ChannelId, problem: &str) -> Result<()> {
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    let Some(before) = find::locked(&tx, Some(id)).await?.filter(|channel| channel.is_enabled) else {
        return Ok(());
    };
    let after =
        whatsapp_channel::Model { is_enabled: false, problem: Some(problem.to_owned()), ..before.clone() };
    tx.write_difference(&before, &after).await?;
    tx.record(event::told(Some(&before), &after));
    tx.commit().await?;
    Ok(())
}

/// Lets nothing out through the channel before that moment: the provider has asked for it.
///
/// # Errors
/// What the database answers.
pub async fn pause(store: &Store, account_id: AccountId, id: ChannelId, until: Timestamp) -> Result<()> {
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    let paused = whatsapp_channel::ActiveModel { paused_until: Set(Some(until)), ..Default::default() };
    whatsapp_channel::Entity::update_many()
        .set(paused)
        .filter(whatsapp_channel::Column::Id.eq(id))
        .filter(whatsapp_channel::Column::AccountId.eq(account_id))
        .exec(tx.db())
        .await?;
    tx.write_without_event();
    tx.commit().await?;
    Ok(())
}
