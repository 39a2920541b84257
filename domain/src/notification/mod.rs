//! Notifications: what operators are told of in the panel. They are events of the log; what a user has read is one place
//! in it, so that an event costs nothing more, however many operators there are.

mod count;
mod list;
mod mark;
mod mark_read;
mod marks;
mod rule;

pub use count::unread_count;
pub use list::{Notification, NotificationListQuery, NotificationPage, notifications};
pub(crate) use mark::begin;
pub use mark_read::mark_read;
pub(crate) use marks::{Marks, look};
pub use marks::{Reading, reading};
pub use rule::is_for;
pub(crate) use rule::notifies;
