//! Opening a ticket, and being seen to.

use sea_orm::{ActiveModelTrait, IntoActiveModel};
use sportello_entity::{PresenceId, TicketId, presence};
use tokio::sync::watch;

use super::{
    keep::{present, tell},
    rooms::Present,
};
use crate::{
    Actor, Error, Permission, Result,
    store::Store,
    ticket::{TicketKey, by_key},
};

/// Somebody's presence: it lasts until this is dropped, and a second longer.
pub struct Presence {
    store: Store,
    id: PresenceId,
    room: watch::Receiver<Vec<Present>>,
}

impl Presence {
    /// Who is there: at once, and then whenever somebody comes, goes, begins or ends typing. In the order in which they
    /// came.
    pub async fn next(&mut self) -> Vec<Present> {
        if self.room.changed().await.is_err() {
            // The store is gone, and with it what could be told.
            std::future::pending().await
        }
        self.room.borrow_and_update().clone()
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.store.rooms().leave(self.id);
    }
}

/// Says that the user has the ticket open, until what is returned is dropped, and tells who else has.
///
/// # Errors
/// FORBIDDEN for an API key; NOT_FOUND when there is no such ticket.
pub async fn enter(store: &Store, actor: &Actor, ticket_id: TicketId, is_typing: bool) -> Result<Presence> {
    actor.require(Permission::ReadTickets)?;
    let user_id = actor.require_user()?;
    if by_key(store, actor, &TicketKey::Id(ticket_id)).await?.is_none() {
        return Err(Error::NotFound("there is no such ticket".to_owned()));
    }
    let room = store.rooms().watch(ticket_id);
    let mut tx = store.begin(actor).await?;
    // Whoever has it open already, or had a moment ago, is there since they came.
    let others = present(tx.db(), tx.now(), &[ticket_id]).await?;
    let known = others.get(&ticket_id).and_then(|here| here.iter().find(|one| one.user_id == user_id));
    let (account_id, now) = (actor.account_id, tx.now());
    let since = known.map_or(now, |one| one.since);
    let row =
        presence::Model { id: tx.new_id(), account_id, ticket_id, user_id, is_typing, since, seen_at: now };
    row.clone().into_active_model().insert(tx.db()).await?;
    tx.write_without_event();
    tx.commit().await?;
    let presence = Presence { store: store.clone(), id: row.id, room };
    store.rooms().announce(row);
    tell(store, &[ticket_id]).await?;
    Ok(presence)
}
