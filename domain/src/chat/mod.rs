//! Chats: one for each contact, whether or not anybody has written yet.

mod activity;
mod find;
mod list;
mod mark_read;
mod window;

pub(crate) use activity::{Activity, close_window, note_activity};
pub(crate) use find::read;
pub use find::{Chat, find, find_chats};
pub use list::{ChatListQuery, ChatPage, chats};
pub use mark_read::mark_read;
pub use window::ServiceWindow;
