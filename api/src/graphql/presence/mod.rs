//! Presence: who has a ticket open.

mod subscription;
mod types;

pub use subscription::PresenceSubscription;
