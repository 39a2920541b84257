//! A channel as clients see it. Never its access token.

use async_graphql::{Context, ID, Object, Result};
use sportello_domain::channel;
use sportello_entity::{ChannelId, whatsapp_channel};

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    scalars::DateTime,
};

/// The WhatsApp number that the account writes from. Until one is connected the account uses the sandbox.
#[derive(Clone)]
pub struct WhatsAppChannel {
    row: whatsapp_channel::Model,
}

impl From<whatsapp_channel::Model> for WhatsAppChannel {
    fn from(row: whatsapp_channel::Model) -> Self {
        Self { row }
    }
}

impl WhatsAppChannel {
    /// The account's channel, if it is the one of that id.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read settings.
    pub async fn find(ctx: &Context<'_>, id: Option<ChannelId>) -> Result<Option<Self>> {
        let found = channel::find(store(ctx), actor(ctx)?).await.map_err(to_graphql)?;
        Ok(found.filter(|row| Some(row.id) == id).map(Self::from))
    }
}

/// The WhatsApp number that the account writes from. Until one is connected the account uses the sandbox.
#[Object]
impl WhatsAppChannel {
    /// Names the channel everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// Meta's id of the number.
    async fn phone_number_id(&self) -> &str {
        &self.row.phone_number_id
    }

    /// The number as people read it.
    async fn display_phone_number(&self) -> &str {
        &self.row.display_phone_number
    }

    /// Whether messages go out and come in. Messages that are written while they do not, wait.
    async fn is_enabled(&self) -> bool {
        self.row.is_enabled
    }

    /// Why not: the token was refused, the number is restricted, another account has connected it. Connect it anew once
    /// that is mended.
    async fn problem(&self) -> Option<&str> {
        self.row.problem.as_deref()
    }

    /// When the account's number was connected first.
    async fn created_at(&self) -> DateTime {
        self.row.created_at.into()
    }
}
