//! Handing letters to an SMTP server.

use std::time::Duration;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::Error as SmtpError,
};

use tokio::time::Instant;

use super::{letter::Letter, relay::Relay};

/// How long a server may take to answer, and to take a whole mail.
const ANSWER: Duration = Duration::from_secs(30);
const WHOLE: Duration = Duration::from_secs(60);

/// Answers to a recipient or a message that another attempt does not change (RFC 5321, 4.2.3, and RFC 7504). Other 5xx,
/// as of a password that is wrong, are for whoever runs the server to mend: they are tried again.
const REFUSALS: [u16; 7] = [521, 550, 551, 552, 553, 554, 556];

/// How mails are sent.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `smtp(s)://user:password@host:port`; None: mails are logged, not sent.
    pub smtp_url: Option<String>,
    /// Who they are from, as in `Sportello <desk@example.org>`; needed to send.
    pub from: Option<String>,
    /// What links begin with.
    pub public_url: String,
    /// What links to tickets begin with; None: tickets are not linked.
    pub app_url: Option<String>,
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

/// To whom a letter goes, and where it belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Envelope {
    /// The one address.
    pub(super) recipient: String,
    /// The same for every attempt, so that a reader who gets a mail twice can be spared the second.
    pub(super) id: String,
    /// What mails that belong together have in common.
    pub(super) thread: Option<String>,
    /// Where one click ends such mails (RFC 8058).
    pub(super) unsubscribe: Option<String>,
}

/// Why a letter was not sent: a sentence for whoever runs the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unsent {
    /// Another attempt may succeed.
    Now(String),
    /// The server could not be asked: it is not this mail's fault.
    Away(String),
    /// None will.
    Ever(String),
}

/// A way to an SMTP server.
pub(super) struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    relay: Relay,
}

impl Post {
    /// None where no server is set.
    pub(super) fn try_new(settings: &MailSettings) -> Result<Option<Self>, SettingsError> {
        let Some(url) = &settings.smtp_url else { return Ok(None) };
        let from = settings.from.as_ref().ok_or(SettingsError::FromIsMissing)?.parse()?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.timeout(Some(ANSWER)).build();
        Ok(Some(Self { transport, from, relay: Relay::new(settings.retry_base_seconds) }))
    }

    /// How many of those that could be sent at the same time may be tried now: fewer while the server is away.
    pub(super) fn room(&self, most: usize) -> usize {
        self.relay.room(most, Instant::now())
    }

    /// Sends a letter to its one reader.
    pub(super) async fn send(&self, envelope: &Envelope, letter: Letter) -> Result<(), Unsent> {
        let message = self.message(envelope, letter).map_err(Unsent::Ever)?;
        let unsent = match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) if is_refusal(&error) => Some(Unsent::Ever(error.to_string())),
            Ok(Err(error)) => Some(Unsent::Now(error.to_string())),
            Err(_) => Some(Unsent::Now(format!("the server did not take the mail within {WHOLE:?}"))),
        };
        match unsent {
            Some(Unsent::Now(problem) | Unsent::Ever(problem)) if !self.is_there().await => {
                self.relay.is_away(&problem, Instant::now());
                Err(Unsent::Away(problem))
            }
            unsent => {
                self.relay.is_there();
                unsent.map_or(Ok(()), Err)
            }
        }
    }

    /// Whether the server takes connections, and us: what it says of one mail is then about that mail.
    async fn is_there(&self) -> bool {
        let tested = tokio::time::timeout(ANSWER, self.transport.test_connection()).await;
        matches!(tested, Ok(Ok(true)))
    }

    fn message(&self, envelope: &Envelope, letter: Letter) -> Result<Message, String> {
        let address: Address =
            envelope.recipient.parse().map_err(|error| format!("the recipient: {error}"))?;
        let named = |name: &str| format!("<{name}@{}>", self.from.email.domain());
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(letter.subject)
            .message_id(Some(named(&envelope.id)))
            .raw_header(header("Auto-Submitted", "auto-generated"));
        if let Some(thread) = &envelope.thread {
            message = message.in_reply_to(named(thread)).references(named(thread));
        }
        if let Some(url) = &envelope.unsubscribe {
            message = message
                .raw_header(header("List-Unsubscribe", &format!("<{url}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        message
            .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))
            .map_err(|error| format!("the message: {error}"))
    }
}

fn is_refusal(error: &SmtpError) -> bool {
    error.status().is_some_and(|code| REFUSALS.contains(&code.into()))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
