//! Sending notices: a few readers at a time, each reader's one after the other. A reader whose mails do not get through
//! holds up nobody else, and costs one attempt a pause however many wait.

use std::{sync::Arc, time::Duration};

use sportello_domain::{
    account::mail::Outcome,
    notice::{Hold, Story, claim, release, renew, settle, story, waiting},
    store::Queue,
};
use sportello_entity::{Timestamp, notice};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    mailer::{Mailer, template},
    post::{Envelope, Post, Unsent},
};

/// How many readers are served at the same time, and how many mails each before others get their turn.
const AT_ONCE: usize = 8;
const BATCH: u64 = 50;
/// How long a queue stays held when its worker dies, and how often one that lives says so.
const LEASE_SECONDS: i64 = 15;
const RENEWAL: Duration = Duration::from_secs(5);

impl Mailer {
    /// Sends notices until the token is cancelled; the mail that is begun then is finished.
    pub(super) async fn send_notices(self: Arc<Self>, shutdown: CancellationToken) {
        let Some(post) = &self.post else { return };
        // Tasks, so that whoever holds the database's one writer goes on while this one waits for it.
        let mut underway = JoinSet::new();
        let mut bell = self.store.bells().bell(Queue::Notices);
        while !shutdown.is_cancelled() {
            for hold in self.due(post.room(AT_ONCE).saturating_sub(underway.len())).await {
                underway.spawn(self.clone().serve(hold, shutdown.clone()));
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                Some(ended) = underway.join_next() => tell_panic(ended),
                () = bell.rung() => {}
            }
        }
        while let Some(ended) = underway.join_next().await {
            tell_panic(ended);
        }
    }

    async fn due(&self, count: usize) -> Vec<Hold> {
        if count == 0 {
            return Vec::new();
        }
        let limit = u64::try_from(count).expect("it is small");
        claim(&self.store, limit, self.lease()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the queues of notices could not be read");
            Vec::new()
        })
    }

    fn lease(&self) -> Timestamp {
        self.store.now().plus_seconds(LEASE_SECONDS)
    }

    /// Sends what waits for one reader. What cannot be written down is done again when the lease ends: better twice than
    /// never.
    async fn serve(self: Arc<Self>, hold: Hold, shutdown: CancellationToken) {
        let Some(post) = &self.post else { return };
        let over = CancellationToken::new();
        // To their ends, both: dropped while a transaction begins, it would stay open on its connection.
        let (sent, kept) =
            tokio::join!(self.send_waiting(post, hold, &shutdown, &over), self.keep(hold, &over));
        if let Err(error) = sent.and(kept) {
            tracing::error!(%error, reader.id = %hold.reader_id, "what came of a notice could not be written");
        }
    }

    /// Renews the lease until the sending is over; ends it when the queue is lost to another worker.
    async fn keep(&self, hold: Hold, over: &CancellationToken) -> sportello_domain::Result<()> {
        let _over = over.clone().drop_guard();
        while over.run_until_cancelled(tokio::time::sleep(RENEWAL)).await.is_some() {
            if !renew(&self.store, hold, self.lease()).await? {
                break;
            }
        }
        Ok(())
    }

    async fn send_waiting(
        &self,
        post: &Post,
        hold: Hold,
        shutdown: &CancellationToken,
        over: &CancellationToken,
    ) -> sportello_domain::Result<()> {
        let _over = over.clone().drop_guard();
        let mut pause = None;
        for notice in waiting(&self.store, hold.reader_id, BATCH).await? {
            if shutdown.is_cancelled() || over.is_cancelled() {
                break;
            }
            let outcome = self.tell(post, &notice).await?;
            match &outcome {
                Some(Outcome::Retry(next, _)) => pause = Some(*next),
                // The server's pause is not the queue's.
                Some(Outcome::Away(_)) => pause = Some(self.store.now()),
                Some(Outcome::Sent | Outcome::Failed(_)) | None => {}
            }
            settle(&self.store, &notice, outcome).await?;
            if pause.is_some() {
                break;
            }
        }
        release(&self.store, hold, pause).await
    }

    /// None: nobody is to be told any more.
    async fn tell(&self, post: &Post, notice: &notice::Model) -> sportello_domain::Result<Option<Outcome>> {
        let Some(story) = story(&self.store, notice).await? else { return Ok(None) };
        let id = format!("{}.{}", notice.reader_id, notice.last_sequence);
        let sent = self.send_notice(post, &id, &story).await;
        Ok(Some(self.outcome(sent, &id, notice.attempts, notice.created_at)))
    }

    async fn send_notice(&self, post: &Post, id: &str, story: &Story) -> Result<(), Unsent> {
        let unsubscribe = self.writer.unsubscribe(&self.tokens.token(story.reader.id));
        let letter = self.writer.write_notice(story, &unsubscribe).map_err(|error| template(&error))?;
        let envelope = Envelope {
            recipient: story.reader.email.clone(),
            id: id.to_owned(),
            thread: Some(story.ticket.id.to_string()),
            unsubscribe: Some(unsubscribe),
        };
        post.send(&envelope, letter).await
    }
}

/// What a reader was to be sent is sent by whoever holds the queue next.
fn tell_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "sending a reader's notices broke off");
    }
}
