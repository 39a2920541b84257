//! WhatsApp's Cloud API, both ways.

mod client;
mod cloud;
mod courier;
mod inbox;
mod incoming;
mod media;
mod request;
mod signature;
mod verdict;

pub use cloud::{WhatsApp, WhatsAppSettings};
pub use inbox::Inbox;
pub use signature::is_signed;
