//! Notifications: the panel of what happened on the desk, and how far each user has read it.

mod connection;
mod mutation;
mod query;
mod subscription;
mod types;

pub use mutation::NotificationMutation;
pub use query::NotificationQuery;
pub use subscription::NotificationSubscription;
pub use types::Notification;
