//! The net: a lost hint costs a second and never an event.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sportello_entity::log_head;

use crate::{Result, log::heads::Course, notification, presence, store::Store};

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
            take_in(store, &head).await?;
        }
    }
    store.heads().look();
    notification::look(store).await?;
    presence::look(store).await
}

/// A database that is restored under a running process takes back what streams were told: they are told of that, and begin
/// anew. By the time they come back, the log may have gone past their cursors: only another epoch shows it.
async fn take_in(store: &Store, head: &log_head::Model) -> Result<()> {
    match store.heads().find(head) {
        Course::Same => {}
        Course::Replaced => store.forget(head.account_id),
        Course::WentBack => {
            tracing::warn!(
                account.id = %head.account_id, sequence = head.sequence,
                "the log has lost what was read from it: the database was restored, and clients read anew"
            );
            store.new_epoch(head.account_id).await?;
        }
    }
    store.heads().reaches(head.account_id, head.sequence);
    Ok(())
}
