//! Outgoing webhooks: endpoints to which the account's events are sent, by Standard Webhooks 1.0.0
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! An endpoint gets every event of its types that happens after it was made, whoever may see what in the desk: an admin
//! has pointed it there. [`delivery`] says how deliveries are planned, kept in order and settled; sending is the workers'.

mod address;
mod body;
mod create;
mod delete;
pub mod delivery;
mod find;
mod rotate;
mod row;
mod secret;
mod update;
mod url;

pub use address::is_public;
pub use body::body;
pub use create::{WebhookEndpointCreate, create};
pub use delete::delete;
pub use find::{find, list};
pub use rotate::rotate_secret;
pub use row::types;
pub use secret::{EndpointWithSecret, SigningKey, signing_keys};
pub use update::{WebhookEndpointUpdate, update};
pub use url::{Unreachable, reachable};

use crate::seal::Seal;

/// What a server holds endpoints to.
#[derive(Clone)]
pub struct WebhookRules {
    /// Keeps their secrets.
    pub seal: Seal,
    /// Whether they may lie at private addresses and speak plain http: for development.
    pub allow_private: bool,
}
