//! The worker that sends messages through the Cloud API.

use std::collections::HashMap;

use sportello_domain::{
    Result, channel,
    message::{
        MessageFailure,
        outbox::{self, Job, Outcome},
    },
    store::{Queue, Store},
};
use sportello_entity::{ChannelId, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    WhatsApp,
    client::{Answer, ApiError},
    cloud::PATIENCE,
    request,
    verdict::Verdict,
};
use crate::schedule::{self, GROWTH, GROWTH_FOR_CUSTOMER};

/// How many messages are taken at once.
const BATCH: u64 = 32;
/// How many messages of one number are under way at once: a slow provider holds up its own messages only.
const AT_ONCE: usize = 16;
/// How many times the first pause a message is left alone that got no answer: for so long it may still be heard of.
const GRACE: i64 = 12;
/// How often a fault that nobody explains is tried again.
const FEW: i32 = 4;

/// Sends what is due. Several processes may each run one: a message is claimed before it is sent.
pub struct Courier {
    store: Store,
    whatsapp: WhatsApp,
}

impl WhatsApp {
    /// A courier for the messages of this store.
    pub fn courier(&self, store: Store) -> Courier {
        Courier { store, whatsapp: self.clone() }
    }
}

impl Courier {
    /// Works until the token is cancelled; what is begun then is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        let (mut flights, mut flying) = (JoinSet::new(), HashMap::<ChannelId, usize>::new());
        let mut bell = self.store.bells().bell(Queue::Messages);
        while !shutdown.is_cancelled() {
            let busy: Vec<_> =
                flying.iter().filter(|(_, count)| **count >= AT_ONCE).map(|(id, _)| *id).collect();
            let jobs = match outbox::claim(&self.store, BATCH, &busy, self.again_at()).await {
                Ok(jobs) => jobs,
                Err(error) => {
                    tracing::warn!(%error, "outgoing messages could not be read");
                    Vec::new()
                }
            };
            let is_idle = jobs.is_empty();
            for job in jobs {
                let id = job.channel.id;
                *flying.entry(id).or_default() += 1;
                let (store, whatsapp) = (self.store.clone(), self.whatsapp.clone());
                flights.spawn(async move {
                    attempt(&store, &whatsapp, job).await;
                    id
                });
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                Some(landed) = flights.join_next() => note_landing(&mut flying, landed),
                () = bell.rung(), if is_idle => {}
                () = std::future::ready(()), if !is_idle => {}
            }
            while let Some(landed) = flights.try_join_next() {
                note_landing(&mut flying, landed);
            }
        }
        while flights.join_next().await.is_some() {}
    }

    /// When a message that is asked for now is asked for again, should nothing be heard of it: also when this process dies.
    fn again_at(&self) -> Timestamp {
        again_at(&self.store, self.whatsapp.retry_base_seconds)
    }
}

fn again_at(store: &Store, retry_base_seconds: u32) -> Timestamp {
    let patience = i64::try_from(PATIENCE.as_secs()).expect("it is short");
    store.now().plus_seconds(i64::from(retry_base_seconds) * GRACE + patience)
}

fn note_landing(
    flying: &mut HashMap<ChannelId, usize>,
    landed: std::result::Result<ChannelId, tokio::task::JoinError>,
) {
    match landed {
        Ok(id) => {
            if let Some(count) = flying.get_mut(&id) {
                *count -= 1;
            }
            flying.retain(|_, count| *count > 0);
        }
        Err(error) => tracing::error!(%error, "sending a message ended in a fault"),
    }
}

async fn attempt(store: &Store, whatsapp: &WhatsApp, job: Job) {
    let outcome = match ask(whatsapp, &job).await {
        Ok(answer) => outcome(store, whatsapp, &job, answer).await,
        Err(error) => {
            Ok(Outcome::Failed(failure(0, &format!("it could not be put together: {error}"), false)))
        }
    };
    let settled = match outcome {
        Ok(outcome) => outbox::settle(store, &job, outcome).await,
        Err(error) => Err(error),
    };
    // Not written down, it counts as unanswered: it is asked for again when its lease ends, unless it is heard of.
    if let Err(error) = settled {
        tracing::error!(message.id = %job.message.id, %error, "what came of a message could not be written");
    }
}

async fn ask(whatsapp: &WhatsApp, job: &Job) -> Result<Answer> {
    let token = channel::access_token(&whatsapp.seal, &job.channel)?;
    let request = request::of(job)?;
    Ok(whatsapp.client.send(&job.channel.phone_number_id, &token, &request).await)
}

async fn outcome(store: &Store, whatsapp: &WhatsApp, job: &Job, answer: Answer) -> Result<Outcome> {
    let base = whatsapp.retry_base_seconds;
    Ok(match answer {
        Answer::Accepted(id) => Outcome::Accepted(id),
        Answer::Unreached(why) => {
            let failure = failure(0, &format!("WhatsApp was not reached: {why}"), true);
            match next(store, base, job, Verdict::Retry) {
                Some(moment) => Outcome::Later(moment, failure),
                None => Outcome::Failed(failure),
            }
        }
        Answer::Unanswered(why) => {
            let message = format!(
                "WhatsApp gave no answer ({why}): it may have arrived, and is sent again only if nothing is heard of it"
            );
            let failure = failure(0, &message, true);
            match next(store, base, job, Verdict::Retry) {
                Some(_) => Outcome::Unanswered(again_at(store, base), failure),
                None => Outcome::Failed(failure),
            }
        }
        Answer::Refused(error) => refused(store, base, job, &error).await?,
    })
}

async fn refused(store: &Store, base: u32, job: &Job, error: &ApiError) -> Result<Outcome> {
    let (verdict, code) = (Verdict::on(error), error.code.unwrap_or(i32::from(error.status)));
    let failed = || Outcome::Failed(failure(code, &error.message, verdict.is_retryable()));
    let (account_id, channel_id) = (job.channel.account_id, job.channel.id);
    Ok(match verdict {
        Verdict::Fail => failed(),
        Verdict::RetryFew if job.delivery.attempts >= FEW => failed(),
        Verdict::StopNumber => {
            channel::stop(store, account_id, channel_id, &error.message).await?;
            tracing::error!(channel.id = %channel_id, code, "WhatsApp refuses a number: it is stopped");
            failed()
        }
        Verdict::Retry | Verdict::RetryFew | Verdict::PauseCustomer | Verdict::PauseNumber => {
            let Some(moment) = next(store, base, job, verdict) else { return Ok(failed()) };
            let asked = store.now().plus_seconds(error.retry_after_seconds.unwrap_or(0).clamp(0, 3_600));
            let moment = moment.max(asked);
            if verdict == Verdict::PauseNumber {
                channel::pause(store, account_id, channel_id, moment).await?;
            }
            Outcome::Later(moment, failure(code, &error.message, true))
        }
    })
}

/// When a message is asked for again; None: that was done for long enough.
fn next(store: &Store, base: u32, job: &Job, verdict: Verdict) -> Option<Timestamp> {
    let growth = match verdict {
        Verdict::PauseCustomer => GROWTH_FOR_CUSTOMER,
        _ => GROWTH,
    };
    schedule::next(base, growth, attempts(job), job.message.created_at, store.now())
        .map(|moment| schedule::spread(store, moment))
}

fn attempts(job: &Job) -> u32 {
    u32::try_from(job.delivery.attempts).unwrap_or(0).saturating_add(1)
}

fn failure(code: i32, message: &str, is_retryable: bool) -> MessageFailure {
    MessageFailure { code, message: message.to_owned(), is_retryable }
}
