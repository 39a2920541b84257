//! What customers of the demo's shop write about, and what its people note down.

mod contacts;
mod conversations;
mod english;
mod italian;
mod notes;
mod situation;
mod spanish;

pub(super) use contacts::{CONTACTS, Country};
pub(super) use conversations::{CONVERSATIONS, Conversation, Line, RETURN_PHRASE};
pub(super) use notes::note;
pub(super) use situation::{Language, Matter};
