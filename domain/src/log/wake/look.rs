//! The net: a lost hint costs a second and never an event.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sportello_entity::log_head;

use crate::{Result, notification, presence, store::Store};

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Looks how far the logs have come that somebody follows, how far somebody has read who is watching, and who has a ticket
/// open, once a second.
pub(super) async fn now_and_then(store: &Store) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = look(store).await {
            tracing::warn!(error = %error, "cannot look at what other processes have written; will look again");
        }
    }
}

async fn look(store: &Store) -> Result<()> {
    let accounts = store.heads().watched();
    for some in accounts.chunks(500) {
        let ids = some.iter().copied();
        let found = log_head::Entity::find().filter(log_head::Column::AccountId.is_in(ids));
        for head in found.all(store.reader()).await? {
            store.heads().advance(head.account_id, head.sequence);
        }
    }
    store.heads().look();
    notification::look(store).await?;
    presence::look(store).await
}
