//! What is done again and again beside the requests: streams' rights looked after, moves of tickets taken up again, what
//! is past its time forgotten. Every server does it; doing it twice does no harm.

use std::time::Duration;

use sportello_domain::{
    Result, hook, log, message, notice,
    session::{self, Authentication},
    store::Store,
    ticket,
};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::config::Retention;

/// How long a move of tickets that a crash or an error has interrupted lies at most.
const MOVES_EVERY: Duration = Duration::from_secs(15);
const FORGET_EVERY: Duration = Duration::from_secs(60 * 60);
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Starts it all; it ends with `shutdown`.
pub(crate) fn start(
    authentication: &Authentication,
    retention: &Retention,
    shutdown: &CancellationToken,
    tasks: &TaskTracker,
) {
    let (store, event_days) = (authentication.store().clone(), retention.event_days);
    tasks.spawn(authentication.rights().clone().sweep(shutdown.clone()));
    let token = shutdown.clone();
    tasks.spawn(async move { token.run_until_cancelled(keep(&store, event_days)).await });
}

async fn keep(store: &Store, event_days: u32) {
    let mut ticks = interval(MOVES_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut forgotten: Option<Instant> = None;
    loop {
        ticks.tick().await;
        report(ticket::moves::run_due(store).await);
        if forgotten.is_none_or(|last| last.elapsed() >= FORGET_EVERY) {
            report(forget(store, event_days).await);
            forgotten = Some(Instant::now());
        }
    }
}

async fn forget(store: &Store, event_days: u32) -> Result<()> {
    store.forget_idempotency().await?;
    session::forget_past(store).await?;
    message::forget_early_reports(store).await?;
    let mails = notice::forget_given_up(store).await?;
    if mails > 0 {
        tracing::info!(mails, "mails on tickets that were given up a month ago are forgotten");
    }
    let bodies = hook::forget_given_up(store).await?;
    if bodies > 0 {
        tracing::warn!(bodies, "what WhatsApp sent and was given up a month ago is forgotten");
    }
    if event_days > 0 {
        let moment = store.now().plus_seconds(-i64::from(event_days) * DAY_SECONDS);
        let events = log::forget_before(store, moment).await?;
        tracing::info!(events, "events past their retention are forgotten");
    }
    Ok(())
}

fn report(done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!(error = %error, "the housekeeping failed and will be tried again");
    }
}
