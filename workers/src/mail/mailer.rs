//! The worker that empties the outbox: letters to single people, and notices to the readers of tickets.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use sportello_domain::{
    account::mail::{MailContent, Outcome, claim, settle},
    notice::UnsubscribeTokens,
    store::{Queue, Store},
};
use sportello_entity::{Timestamp, mail};
use tokio_util::sync::CancellationToken;

use super::{
    letter::Writer,
    post::{Envelope, MailSettings, Post, SettingsError, Unsent},
};
use crate::schedule::{self, GROWTH};

/// How many mails are taken at once, and for how long others leave them alone: longer than sending all of them can take.
const BATCH: usize = 20;
const LEASE_SECONDS: i64 = 10 * 60;
const AT_ONCE: usize = 4;

/// Sends what is in the outbox. Several processes may each run one: a mail is claimed before it is sent.
pub struct Mailer {
    pub(super) store: Store,
    pub(super) writer: Writer,
    pub(super) post: Option<Post>,
    pub(super) tokens: UnsubscribeTokens,
    retry_base_seconds: u32,
}

impl Mailer {
    /// # Errors
    /// A sentence that names the setting.
    pub fn try_new(
        store: Store,
        settings: &MailSettings,
        tokens: UnsubscribeTokens,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            store,
            writer: Writer::try_new(&settings.public_url, settings.app_url.as_deref())?,
            post: Post::try_new(settings)?,
            tokens,
            retry_base_seconds: settings.retry_base_seconds,
        })
    }

    /// Works until the token is cancelled; what is begun then is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        let mailer = Arc::new(self);
        tokio::join!(mailer.send_letters(&shutdown), mailer.clone().send_notices(shutdown.clone()));
    }

    async fn send_letters(&self, shutdown: &CancellationToken) {
        let mut bell = self.store.bells().bell(Queue::Letters);
        while !shutdown.is_cancelled() {
            match self.work().await {
                Ok(BATCH) => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the outbox could not be read"),
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = bell.rung() => {}
            }
        }
    }

    /// Sends what is due now; answers how many mails that were.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn work(&self) -> sportello_domain::Result<usize> {
        let room = self.post.as_ref().map_or(BATCH, |post| post.room(BATCH));
        if room == 0 {
            return Ok(0);
        }
        let until = self.store.now().plus_seconds(LEASE_SECONDS);
        let claimed = claim(&self.store, room.try_into().expect("it fits"), until).await?;
        let count = claimed.len();
        stream::iter(claimed).for_each_concurrent(AT_ONCE, |mail| self.attempt(mail)).await;
        Ok(count)
    }

    async fn attempt(&self, mail: mail::Model) {
        let sent = self.send(&mail).await;
        let outcome = self.outcome(sent, &mail.id.to_string(), mail.attempts, mail.created_at);
        // Not written down, the mail is sent again when its lease ends: better twice than never.
        if let Err(error) = settle(&self.store, mail.id, outcome).await {
            tracing::error!(%error, mail.id = %mail.id, "what came of a mail could not be written");
        }
    }

    async fn send(&self, mail: &mail::Model) -> Result<(), Unsent> {
        let content: MailContent = serde_json::from_str(&mail.content)
            .map_err(|error| Unsent::Ever(format!("its content: {error}")))?;
        let letter = self.writer.write(mail, &content).map_err(|error| template(&error))?;
        match &self.post {
            Some(post) => {
                let (recipient, id) = (mail.recipient.clone(), mail.id.to_string());
                post.send(&Envelope { recipient, id, ..Envelope::default() }, letter).await
            }
            None => {
                // Whoever develops needs the link; whoever runs a desk for others sets SPORTELLO_SMTP_URL.
                tracing::info!(mail.kind = ?mail.kind, mail.link = %letter.link, "e-mail is not set up: logged, not sent");
                Ok(())
            }
        }
    }

    /// What is written down of an attempt on the mail of this id, after `attempts` others.
    pub(super) fn outcome(
        &self,
        sent: Result<(), Unsent>,
        id: &str,
        attempts: i32,
        created_at: Timestamp,
    ) -> Outcome {
        let attempts = u32::try_from(attempts).unwrap_or(0).saturating_add(1);
        let problem = match sent {
            Ok(()) => return Outcome::Sent,
            Err(Unsent::Ever(problem)) => {
                tracing::error!(mail.id = id, attempts, error = problem, "a mail was refused: given up");
                return Outcome::Failed(problem);
            }
            Err(Unsent::Away(problem)) if !schedule::is_over(created_at, self.store.now()) => {
                return Outcome::Away(problem);
            }
            Err(Unsent::Now(problem) | Unsent::Away(problem)) => problem,
        };
        match schedule::next(self.retry_base_seconds, GROWTH, attempts, created_at, self.store.now()) {
            Some(next) => {
                tracing::warn!(
                    mail.id = id,
                    attempts,
                    error = problem,
                    "a mail was not sent: it is tried again"
                );
                Outcome::Retry(next, problem)
            }
            None => {
                tracing::error!(
                    mail.id = id,
                    attempts,
                    error = problem,
                    "a mail could not be sent for a day: given up"
                );
                Outcome::Failed(problem)
            }
        }
    }
}

/// A later version may have mended it, so it is tried again.
pub(super) fn template(error: &minijinja::Error) -> Unsent {
    Unsent::Now(format!("its template: {error}"))
}
