//! Connecting and disconnecting a number.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use sportello_domain::channel::{self, ConnectChannel};
use sportello_entity::whatsapp_channel;

use crate::graphql::{
    channel::WhatsAppChannel,
    context::{actor, desk, store},
    error::{UserError, settle, user_errors},
    id::parse,
};

/// A number to be connected. It replaces the account's other one.
#[derive(InputObject)]
pub struct WhatsAppChannelConnectInput {
    /// Meta's id of the number.
    phone_number_id: String,
    /// The number as people read it.
    display_phone_number: String,
    /// What opens WhatsApp for it: tried there first, kept encrypted, never shown.
    access_token: String,
}

impl From<WhatsAppChannelConnectInput> for ConnectChannel {
    fn from(input: WhatsAppChannelConnectInput) -> Self {
        let WhatsAppChannelConnectInput { phone_number_id, display_phone_number, access_token } = input;
        Self { phone_number_id, display_phone_number, access_token }
    }
}

/// Which number is to be disconnected.
#[derive(InputObject)]
pub struct WhatsAppChannelDisconnectInput {
    /// Which channel.
    id: ID,
}

/// What came of connecting or disconnecting a number.
#[derive(SimpleObject)]
pub struct WhatsAppChannelPayload {
    /// The channel right after; null when it was refused.
    channel: Option<WhatsAppChannel>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What may be done to the channel.
#[derive(Default)]
pub struct ChannelMutation;

#[Object]
impl ChannelMutation {
    /// Connects a WhatsApp number. An account that had it before sees its channel disabled, with the problem.
    async fn whats_app_channel_connect(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: WhatsAppChannelConnectInput,
    ) -> Result<WhatsAppChannelPayload> {
        let done = desk(ctx).whatsapp.connect(store(ctx), actor(ctx)?, &input.into()).await;
        WhatsAppChannelPayload::of(done)
    }

    /// Disconnects the WhatsApp number: what waits to go out fails, and the account has the sandbox again.
    async fn whats_app_channel_disconnect(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: WhatsAppChannelDisconnectInput,
    ) -> Result<WhatsAppChannelPayload> {
        WhatsAppChannelPayload::of(channel::disconnect(store(ctx), actor(ctx)?, parse(&input.id)).await)
    }
}

impl WhatsAppChannelPayload {
    fn of(done: sportello_domain::Result<whatsapp_channel::Model>) -> Result<Self> {
        Ok(match settle(done)? {
            Ok(row) => Self { channel: Some(row.into()), user_errors: Vec::new() },
            Err(refusals) => Self { channel: None, user_errors: user_errors(refusals) },
        })
    }
}
