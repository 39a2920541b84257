//! E-mail: the outbox's rows become messages, and messages are sent until they are.

mod letter;
mod mailer;
mod post;
mod schedule;

pub use mailer::Mailer;
pub use post::{MailSettings, SettingsError};
