//! Bells: a worker of this process looks at its queue as soon as something in it is committed. Other processes are not
//! told: every worker also looks by itself now and then, as it has to for what becomes due with time.

use std::time::Duration;

use tokio::sync::watch;

/// What is queued for a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Messages on their way to a contact.
    Messages,
    /// Deliveries of webhooks.
    Webhooks,
}

/// One bell a queue.
#[derive(Default)]
pub struct Bells {
    messages: watch::Sender<()>,
    webhooks: watch::Sender<()>,
}

impl Bells {
    /// Says that something is in the queue. It is committed.
    pub(super) fn ring(&self, queue: Queue) {
        self.of(queue).send_replace(());
    }

    /// The queue's bell, for one worker.
    pub fn bell(&self, queue: Queue) -> Bell {
        Bell(self.of(queue).subscribe())
    }

    fn of(&self, queue: Queue) -> &watch::Sender<()> {
        match queue {
            Queue::Messages => &self.messages,
            Queue::Webhooks => &self.webhooks,
        }
    }
}

/// A bell, as one worker hears it.
pub struct Bell(watch::Receiver<()>);

impl Bell {
    /// Waits until it rings, but no longer than that. What has rung since the last waiting is heard at once.
    pub async fn within(&mut self, period: Duration) {
        // Whether it rang or the time is over, the worker looks. The bells are in its store, and do not go before it.
        let _ = tokio::time::timeout(period, self.0.changed()).await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn what_rang_meanwhile_is_heard_once_and_only_by_whoever_waits_for_that_queue() {
        let bells = Bells::default();
        let (mut messages, mut webhooks) = (bells.bell(Queue::Messages), bells.bell(Queue::Webhooks));
        bells.ring(Queue::Messages);
        bells.ring(Queue::Messages);
        assert!(messages.within(LONG).now_or_never().is_some());
        assert!(messages.within(LONG).now_or_never().is_none());
        assert!(webhooks.within(LONG).now_or_never().is_none());
        webhooks.within(Duration::from_millis(1)).await;
    }
}
