//! Sending a delivery again.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use sportello_entity::{WebhookDeliveryId, value::DeliveryStatus, webhook_delivery};

use super::{Delivery, line, list};
use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
    webhook::row,
};

/// Schedules a delivery anew, whatever became of it: as soon as the pending ones before it, of the same subject, are
/// settled. That of a disabled endpoint waits until this is enabled.
///
/// # Errors
/// FORBIDDEN; refused with NOT_FOUND.
pub async fn retry(store: &Store, actor: &Actor, id: Option<WebhookDeliveryId>) -> Result<Delivery> {
    actor.require(Permission::ManageSettings)?;
    let missing = || Error::refused(RefusalCode::NotFound, &["id"], "there is no such webhook delivery");
    let mut tx = store.begin(actor).await?;
    let id = id.ok_or_else(missing)?;
    let found = webhook_delivery::Entity::find_by_id(id)
        .filter(webhook_delivery::Column::AccountId.eq(actor.account_id));
    let delivery = found.one(tx.db()).await?.ok_or_else(missing)?;
    let endpoint = row::find_locked(&tx, delivery.endpoint_id).await?.ok_or_else(missing)?;
    let again = webhook_delivery::Entity::update_many().filter(webhook_delivery::Column::Id.eq(id));
    again.set(anew()).exec(tx.db()).await?;
    rejoin(&tx, &endpoint).await?;
    tx.write_without_event();
    tx.commit().await?;
    list::get(store, actor, id).await?.ok_or_else(missing)
}

/// As if nothing had been tried; how often it was stays known.
pub(super) fn anew() -> webhook_delivery::ActiveModel {
    webhook_delivery::ActiveModel {
        status: Set(DeliveryStatus::Pending),
        failures: Set(0),
        next_attempt_at: Set(None),
        ..Default::default()
    }
}

/// Deliveries have come back into the lines: whoever stands first now is due.
pub(super) async fn rejoin(tx: &Tx, endpoint: &sportello_entity::webhook_endpoint::Model) -> Result<()> {
    if endpoint.is_enabled {
        line::step_back(tx, endpoint.id).await?;
        line::go_on(tx, endpoint.id).await?;
    }
    Ok(())
}
