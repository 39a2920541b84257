//! E-mail: the outbox's rows become messages, and messages are sent until they are.

mod letter;
mod mailer;
mod notice_letter;
mod notice_words;
mod notices;
mod post;
mod relay;
mod unsent;

pub use mailer::Mailer;
pub use post::{MailSettings, SettingsError};
pub use unsent::UnsentNotices;
