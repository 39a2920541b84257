//! Who has a ticket open, as they come and go.

use async_graphql::{Context, ID, Result, Subscription};
use futures_util::{Stream, stream};
use sportello_domain::presence;

use super::types::TicketPresence;
use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    id::named,
};

/// What can be watched of presence.
#[derive(Default)]
pub struct PresenceSubscription;

#[Subscription]
impl PresenceSubscription {
    /// Who has this ticket open. Subscribing says that you do, and the end of the subscription, or of its connection,
    /// that you do no more: the others are told within three seconds. It begins with who is there now, and comes again
    /// whenever somebody comes, goes, begins or ends typing. To say that you begin or end typing, subscribe anew with the
    /// other `isTyping` and end the old subscription: that you were gone for less than a second is told to nobody. For
    /// users, not for keys.
    async fn ticket_presence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ticket that you have open.")] ticket_id: ID,
        #[graphql(desc = "Whether you are writing an answer or a note.", default = false)] is_typing: bool,
    ) -> Result<impl Stream<Item = TicketPresence> + use<>> {
        let ticket_id = named(&ticket_id);
        let presence =
            presence::enter(store(ctx), actor(ctx)?, ticket_id, is_typing).await.map_err(to_graphql)?;
        Ok(stream::unfold(presence, move |mut presence| async move {
            let present = presence.next().await;
            Some((TicketPresence::new(ticket_id, present), presence))
        }))
    }
}
