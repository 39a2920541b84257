//! Reading the channel.

use async_graphql::{Context, Object, Result};
use sportello_domain::channel;

use crate::graphql::{
    channel::WhatsAppChannel,
    context::{actor, store},
    error::to_graphql,
};

/// What may be asked of the channel.
#[derive(Default)]
pub struct ChannelQuery;

#[Object]
impl ChannelQuery {
    /// The WhatsApp number that the account writes from; null: it uses the sandbox.
    async fn whats_app_channel(&self, ctx: &Context<'_>) -> Option<Result<WhatsAppChannel>> {
        let found = async {
            let found = channel::find(store(ctx), actor(ctx)?).await.map_err(to_graphql)?;
            Ok(found.map(WhatsAppChannel::from))
        };
        found.await.transpose()
    }
}
