//! What resolvers find in their context.

use async_graphql::{Context, Result};
use sportello_domain::{Actor, Error, store::Store};
use sportello_entity::Timestamp;

use crate::graphql::error::to_graphql;

/// What the schema is served from: put into it once.
#[derive(Clone)]
pub struct Desk {
    /// The database with its log.
    pub store: Store,
    /// How the world reaches it, without a slash at the end.
    pub public_url: String,
    /// How long a deleted ticket can be restored, in days.
    pub restore_days: i64,
    /// What live events point at, shared by those who follow.
    pub crowd: crate::graphql::crowd::Crowd,
    /// What webhook endpoints are held to.
    pub webhooks: sportello_domain::webhook::WebhookRules,
    /// What the doors of people need: passwords, tokens, throttles.
    pub people: crate::graphql::people::People,
    /// WhatsApp, for connecting numbers.
    pub whatsapp: sportello_workers::whatsapp::WhatsApp,
    /// Links to files of messages.
    pub media_links: crate::media_links::MediaLinks,
}

impl Desk {
    /// Tickets deleted before this moment are gone for good.
    pub fn restorable_since(&self) -> Timestamp {
        self.store.now().plus_seconds(-self.restore_days * 24 * 60 * 60)
    }
}

/// The desk that the schema serves.
pub fn desk<'a>(ctx: &Context<'a>) -> &'a Desk {
    ctx.data_unchecked::<Desk>()
}

/// The store that the schema serves.
pub fn store<'a>(ctx: &Context<'a>) -> &'a Store {
    &desk(ctx).store
}

/// Who asks.
///
/// # Errors
/// UNAUTHENTICATED for an anonymous client.
pub fn actor<'a>(ctx: &Context<'a>) -> Result<&'a Actor> {
    ctx.data_opt::<Actor>().ok_or_else(|| {
        to_graphql(Error::Unauthenticated(
            "sign in, or send an API key: Authorization: Bearer <access token or spk_…>".to_owned(),
        ))
    })
}
