//! Deliveries: one for each event and endpoint that it concerns, planned with the log's position, sent by the workers.
//!
//! Deliveries of one subject (a ticket, a contact …) to one endpoint stand in line by their events' order: only the first
//! that is pending has a time at which it is due, and the next one gets one when it is settled. A disabled endpoint's
//! line stands still, a deleted one's is gone.

mod claim;
mod forget;
pub(super) mod line;
mod list;
mod plan;
mod replay;
mod retry;
mod settle;

pub(crate) use claim::DUE;
pub use claim::{Batch, DueEndpoint, claim, due_endpoints};
pub(crate) use forget::forget_through;
pub use list::{Delivery, DeliveryPage, deliveries, find};
pub use plan::WebhookPlanner;
pub use replay::{WebhookReplay, replay};
pub use retry::retry;
pub use settle::{Failure, Outcome, settle};
