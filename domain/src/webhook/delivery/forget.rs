//! Deliveries go with their events.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sportello_entity::{AccountId, WebhookEndpointId, webhook_delivery, webhook_endpoint};

use super::line;
use crate::{Actor, Result, store::Store, webhook::row};

/// Deletes the deliveries of the account's events up to this one. What waited in line behind them goes on.
pub(crate) async fn forget_through(store: &Store, account_id: AccountId, sequence: i64) -> Result<()> {
    let own = webhook_endpoint::Entity::find()
        .select_only()
        .column(webhook_endpoint::Column::Id)
        .filter(webhook_endpoint::Column::AccountId.eq(account_id));
    let own: Vec<WebhookEndpointId> = own.into_tuple().all(store.reader()).await?;
    for endpoint_id in own {
        forget(store, account_id, endpoint_id, sequence).await?;
    }
    Ok(())
}

async fn forget(
    store: &Store,
    account_id: AccountId,
    endpoint_id: WebhookEndpointId,
    sequence: i64,
) -> Result<()> {
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    let Some(endpoint) = row::find_locked(&tx, endpoint_id).await? else { return Ok(()) };
    let old = webhook_delivery::Entity::delete_many()
        .filter(webhook_delivery::Column::EndpointId.eq(endpoint_id))
        .filter(webhook_delivery::Column::Sequence.lte(sequence));
    if old.exec(tx.db()).await?.rows_affected > 0 {
        if endpoint.is_enabled {
            line::go_on(&tx, endpoint_id).await?;
        }
        tx.write_without_event();
    }
    tx.commit().await?;
    Ok(())
}
