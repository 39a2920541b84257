//! Outgoing webhooks: deliveries that are due are signed and sent, by Standard Webhooks.

mod deliverer;
mod message_id;
mod resolver;
mod schedule;
mod sender;
mod signature;

pub use deliverer::{Deliverer, WebhookSettings};
