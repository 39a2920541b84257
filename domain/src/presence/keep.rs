//! Keeping presence true: this process says again whom it announces, takes away who left, and reads who is there.

use std::{collections::HashMap, time::Duration};

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use sportello_entity::{TicketId, Timestamp, presence};

use super::rooms::Present;
use crate::{Result, store::Store};

/// How often a process says that its clients are still there.
const BEAT_EVERY: Duration = Duration::from_secs(3);

/// Who was not spoken for so long is gone: their process is. The servers' clocks must agree much better than that.
const FADES_AFTER_SECONDS: i64 = 10;

/// How many rows one statement takes.
const CHUNK: usize = 500;

/// Who is there by the rows, by ticket, in the order in which they came.
pub(super) async fn present(
    db: &impl ConnectionTrait,
    now: Timestamp,
    tickets: &[TicketId],
) -> Result<HashMap<TicketId, Vec<Present>>> {
    let mut present: HashMap<TicketId, Vec<Present>> = HashMap::new();
    for some in tickets.chunks(CHUNK) {
        let found = presence::Entity::find()
            .filter(presence::Column::TicketId.is_in(some.iter().copied()))
            .filter(presence::Column::SeenAt.gte(now.plus_seconds(-FADES_AFTER_SECONDS)))
            .order_by_asc(presence::Column::Since)
            .order_by_asc(presence::Column::UserId);
        for row in found.all(db).await? {
            let here = present.entry(row.ticket_id).or_default();
            match here.iter_mut().find(|one| one.user_id == row.user_id) {
                Some(known) => known.is_typing |= row.is_typing,
                None => {
                    here.push(Present { user_id: row.user_id, is_typing: row.is_typing, since: row.since })
                }
            }
        }
    }
    Ok(present)
}

/// Reads who has these tickets open, and tells whoever watches them here.
pub(super) async fn tell(store: &Store, tickets: &[TicketId]) -> Result<()> {
    let _telling = store.rooms().telling.lock().await;
    let mut present = present(store.reader(), store.now(), tickets).await?;
    for ticket_id in tickets {
        store.rooms().tell(*ticket_id, present.remove(ticket_id).unwrap_or_default());
    }
    Ok(())
}

/// To be called once a second. It reads and writes nothing while nobody has a ticket open in this process.
pub(crate) async fn look(store: &Store) -> Result<()> {
    // Whose row cannot be taken away fades.
    for gone in store.rooms().take_left().chunks(CHUNK) {
        let rows = presence::Entity::delete_many().filter(presence::Column::Id.is_in(gone.iter().copied()));
        rows.exec(store.writer()).await?;
    }
    let ours = store.rooms().take_beat(BEAT_EVERY);
    if !ours.is_empty() {
        beat(store, ours).await?;
    }
    let watched = store.rooms().watched();
    if watched.is_empty() { Ok(()) } else { tell(store, &watched).await }
}

/// Says that they are still there, also where another process has taken them for gone meanwhile; takes away whom nobody
/// speaks for.
async fn beat(store: &Store, ours: Vec<presence::Model>) -> Result<()> {
    let now = store.now();
    let faded = presence::Column::SeenAt.lt(now.plus_seconds(-FADES_AFTER_SECONDS));
    presence::Entity::delete_many().filter(faded).exec(store.writer()).await?;
    for some in ours.chunks(CHUNK) {
        let rows = some.iter().map(|row| presence::Model { seen_at: now, ..row.clone() }.into_active_model());
        let again =
            OnConflict::column(presence::Column::Id).update_column(presence::Column::SeenAt).to_owned();
        presence::Entity::insert_many(rows).on_conflict(again).exec_without_returning(store.writer()).await?;
    }
    Ok(())
}
