//! Outgoing webhooks: endpoints, and what has become of each delivery.

mod delivery;
mod inputs;
mod mutation;
mod query;
mod types;

pub use delivery::{DeliveryStatus, WebhookDelivery, WebhookDeliveryConnection};
pub use mutation::WebhookMutation;
pub use query::WebhookQuery;
pub use types::WebhookEndpoint;
