//! The worker that sends what is due, endpoint by endpoint: each has a lane of its own, so that one that is slow or down
//! delays no other, and what waits stays in the database.

use std::{collections::HashSet, sync::Arc};

use futures_util::future::join_all;
use sportello_domain::{
    Result,
    log::Event,
    seal::Seal,
    store::{Queue, Store},
    webhook::{
        SigningKey, body,
        delivery::{Batch, DueEndpoint, Failure, Outcome, claim, due_endpoints, settle},
        signing_keys,
    },
};
use sportello_entity::{WebhookEndpointId, webhook_delivery, webhook_endpoint};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    message_id::message_id,
    schedule,
    sender::{Answer, Message, Sender},
    signature::signature,
};

/// How many endpoints are sent to at the same time; of those that have failed last, half as many.
const LANES: usize = 64;
const FAILING_LANES: usize = LANES / 2;
/// How many deliveries an endpoint gets at the same time; one that has failed last gets one, to see whether it is back.
const AT_ONCE: usize = 8;
/// For how long others leave a delivery alone: longer than an attempt can take.
const LEASE_SECONDS: i64 = 30;

/// How webhooks are sent.
#[derive(Clone)]
pub struct WebhookSettings {
    /// Opens the endpoints' secrets.
    pub seal: Seal,
    /// Whether private addresses and plain http are reached.
    pub allow_private: bool,
    /// The first pause of the retry schedule, in seconds.
    pub retry_base_seconds: u32,
}

/// Sends the deliveries that are due. Several processes may each run one: a delivery is claimed before it is sent.
pub struct Deliverer {
    store: Store,
    settings: WebhookSettings,
    sender: Sender,
}

/// The endpoints that are being sent to.
#[derive(Default)]
struct Lanes {
    healthy: HashSet<WebhookEndpointId>,
    failing: HashSet<WebhookEndpointId>,
    /// The last one that got a lane: the next round begins after it, so that everybody's turn comes.
    last: Option<WebhookEndpointId>,
}

impl Deliverer {
    /// # Errors
    /// When TLS cannot be set up.
    pub fn try_new(store: Store, settings: WebhookSettings) -> std::result::Result<Self, reqwest::Error> {
        Ok(Self { sender: Sender::try_new(settings.allow_private)?, store, settings })
    }

    /// Works until the token is cancelled; what is begun then is finished.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut bell = self.store.bells().bell(Queue::Webhooks);
        // Tasks, so that whoever holds the database's one writer goes on while this one waits.
        let (deliverer, mut lanes, mut running) = (Arc::new(self), Lanes::default(), JoinSet::new());
        while !shutdown.is_cancelled() {
            match deliverer.next(&mut lanes).await {
                Ok(next) => next.into_iter().for_each(|(id, at_once)| {
                    running.spawn(deliverer.clone().lane(id, at_once));
                }),
                Err(error) => {
                    tracing::warn!(%error, "it cannot be seen which webhooks are due; it will be tried again")
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                Some(ended) = running.join_next() => lanes.leave(ended.expect("a lane does not panic")),
                () = bell.rung() => {}
            }
        }
        running.join_all().await;
    }

    /// Who gets a lane now, and how many deliveries at once.
    async fn next(&self, lanes: &mut Lanes) -> Result<Vec<(WebhookEndpointId, usize)>> {
        let mut due = due_endpoints(&self.store).await?;
        let seen = due.partition_point(|endpoint| Some(endpoint.id) <= lanes.last);
        due.rotate_left(seen);
        let enter = |endpoint: DueEndpoint| {
            let at_once = lanes.enter(endpoint.id, endpoint.failing_since.is_some())?;
            Some((endpoint.id, at_once))
        };
        Ok(due.into_iter().filter_map(enter).collect())
    }

    /// Sends an endpoint what can be sent at once.
    async fn lane(self: Arc<Self>, id: WebhookEndpointId, at_once: usize) -> WebhookEndpointId {
        let until = self.store.now().plus_seconds(LEASE_SECONDS);
        match claim(&self.store, id, at_once, until).await {
            Ok(Some(batch)) => self.send_all(batch).await,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, endpoint.id = %id, "webhooks could not be claimed"),
        }
        id
    }

    async fn send_all(&self, Batch { endpoint, deliveries }: Batch) {
        let attempts =
            deliveries.into_iter().map(|(delivery, event)| self.attempt(&endpoint, delivery, event));
        join_all(attempts).await;
    }

    async fn attempt(
        &self,
        endpoint: &webhook_endpoint::Model,
        delivery: webhook_delivery::Model,
        event: Option<Event>,
    ) {
        let outcome = match event {
            Some(event) => self.outcome(&delivery, self.send(endpoint, &delivery, &event).await),
            None => Outcome::Failed(failure(None, "the log keeps this event no more".to_owned())),
        };
        // Not written down, it is sent again when its lease ends: better twice than never.
        if let Err(error) = settle(&self.store, &delivery, outcome).await {
            tracing::error!(%error, delivery.id = %delivery.id, "what came of a webhook could not be written");
        }
    }

    async fn send(
        &self,
        endpoint: &webhook_endpoint::Model,
        delivery: &webhook_delivery::Model,
        event: &Event,
    ) -> std::result::Result<Answer, String> {
        let now = self.store.now();
        let keys: Vec<SigningKey> =
            signing_keys(&self.settings.seal, endpoint, now).map_err(|error| error.to_string())?;
        let (id, seconds, body) = (message_id(delivery.id), now.0 / 1000, body(event));
        let signature = signature(&keys, &id, seconds, &body);
        let attempt = u32::try_from(delivery.attempts).unwrap_or(0).saturating_add(1);
        let message = Message { id, seconds, signature, attempt, body };
        self.sender.send(&endpoint.url, message, now).await
    }

    /// What an answer, or none, means for the delivery: by Standard Webhooks 2xx is success, 410 the end of the endpoint,
    /// everything else a reason to try again.
    fn outcome(
        &self,
        delivery: &webhook_delivery::Model,
        answer: std::result::Result<Answer, String>,
    ) -> Outcome {
        let (failure, retry_after) = match answer {
            Ok(Answer { status_code: code @ 200..=299, .. }) => return Outcome::Delivered(code),
            Ok(answer) => {
                let Answer { status_code, retry_after_seconds, excerpt } = answer;
                let message = format!("the receiver answered {status_code}: {excerpt}");
                let message = message.trim_end_matches(": ").to_owned();
                (failure(Some(status_code), message), retry_after_seconds)
            }
            Err(problem) => (failure(None, problem), None),
        };
        if failure.status_code == Some(410) {
            return Outcome::Gone(failure);
        }
        let failures = u32::try_from(delivery.failures).unwrap_or(0).saturating_add(1);
        let base = self.settings.retry_base_seconds;
        match schedule::next(base, failures, retry_after, self.store.now()) {
            Some(at) => Outcome::Retry(at, failure),
            None => Outcome::Failed(failure),
        }
    }
}

impl Lanes {
    /// Gives the endpoint a lane, if there is one; says for how many deliveries at once.
    fn enter(&mut self, id: WebhookEndpointId, is_failing: bool) -> Option<usize> {
        let is_full = self.healthy.len() + self.failing.len() >= LANES;
        let is_in = self.healthy.contains(&id) || self.failing.contains(&id);
        if is_full || is_in || is_failing && self.failing.len() >= FAILING_LANES {
            return None;
        }
        self.last = Some(id);
        if is_failing {
            self.failing.insert(id)
        } else {
            self.healthy.insert(id)
        };
        Some(if is_failing { 1 } else { AT_ONCE })
    }

    fn leave(&mut self, id: WebhookEndpointId) {
        self.healthy.remove(&id);
        self.failing.remove(&id);
    }
}

fn failure(status_code: Option<u16>, message: String) -> Failure {
    Failure { status_code, message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> WebhookEndpointId {
        WebhookEndpointId(Uuid::from_u128(number))
    }

    #[test]
    fn endpoints_that_fail_leave_half_of_the_lanes_to_the_others() {
        let mut lanes = Lanes::default();
        let entered = (0..1_000).filter(|number| lanes.enter(id(*number), true).is_some()).count();
        assert_eq!(entered, FAILING_LANES);
        assert_eq!(lanes.enter(id(5_000), false), Some(AT_ONCE));
        assert_eq!(lanes.enter(id(5_000), false), None, "one lane each");
        lanes.leave(id(0));
        assert_eq!(lanes.enter(id(999), true), Some(1));
        let entered = (10_000..11_000).filter(|number| lanes.enter(id(*number), false).is_some()).count();
        assert_eq!(entered, LANES - FAILING_LANES - 1);
    }
}
