//! Handing letters to an SMTP server.

use std::time::Duration;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use sportello_entity::mail;

use super::letter::Letter;

/// How long a server may take to answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How mails are sent.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `smtp(s)://user:password@host:port`; None: mails are logged, not sent.
    pub smtp_url: Option<String>,
    /// Who they are from, as in `Sportello <desk@example.org>`; needed to send.
    pub from: Option<String>,
    /// What links begin with.
    pub public_url: String,
    /// The first pause of the retry schedule, in seconds.
    pub retry_base_seconds: u32,
}

/// Why mails cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The URL is none that SMTP understands.
    #[error("SPORTELLO_SMTP_URL is not like smtp://user:password@host:port: {0}")]
    Url(#[from] lettre::transport::smtp::Error),
    /// There is a server, and nobody that mails could be from.
    #[error("SPORTELLO_SMTP_URL needs SPORTELLO_EMAIL_FROM too, like \"Sportello <desk@example.org>\"")]
    FromIsMissing,
    /// The sender is no address.
    #[error("SPORTELLO_EMAIL_FROM is not like \"Sportello <desk@example.org>\": {0}")]
    From(#[from] lettre::address::AddressError),
    /// A template of ours is wrong.
    #[error("a template of e-mails is wrong: {0}")]
    Template(#[from] minijinja::Error),
}

/// A way to an SMTP server.
pub(super) struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Post {
    /// None where no server is set.
    pub(super) fn try_new(settings: &MailSettings) -> Result<Option<Self>, SettingsError> {
        let Some(url) = &settings.smtp_url else { return Ok(None) };
        let from = settings.from.as_ref().ok_or(SettingsError::FromIsMissing)?.parse()?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.timeout(Some(TIMEOUT)).build();
        Ok(Some(Self { transport, from }))
    }

    /// Sends a letter to its one reader.
    ///
    /// # Errors
    /// A sentence for whoever runs the server.
    pub(super) async fn send(&self, mail: &mail::Model, letter: Letter) -> Result<(), String> {
        let message = self.message(mail, letter)?;
        self.transport.send(message).await.map(|_| ()).map_err(|error| error.to_string())
    }

    fn message(&self, mail: &mail::Model, letter: Letter) -> Result<Message, String> {
        let address: Address = mail.recipient.parse().map_err(|error| format!("the recipient: {error}"))?;
        // The same for every attempt, so that a reader who gets a mail twice can be spared the second.
        let id = format!("<{}@{}>", mail.id, self.from.email.domain());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(letter.subject)
            .message_id(Some(id))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))
            .map_err(|error| format!("the message: {error}"))
    }
}
