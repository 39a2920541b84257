//! Bells: a worker of this process looks at its queue as soon as something in it is committed. Other processes are not
//! told: what they queue, and what becomes due with time, is found by a look at all queues now and then (`due`).

use std::time::Duration;

use tokio::sync::watch;

/// What is queued for a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Events, for what they call for to be planned.
    Events,
    /// Letters to single people.
    Letters,
    /// Notices to the readers of tickets.
    Notices,
    /// Messages on their way to a contact.
    Messages,
    /// Files of messages that are to be fetched.
    Files,
    /// What WhatsApp has sent.
    Bodies,
    /// Runs of automations.
    Runs,
    /// Deliveries of webhooks.
    Webhooks,
}

/// One bell a queue.
#[derive(Default)]
pub struct Bells([watch::Sender<()>; Queue::Webhooks as usize + 1]);

impl Bells {
    /// Says that something is in the queue. It is committed.
    pub(crate) fn ring(&self, queue: Queue) {
        self.of(queue).send_replace(());
    }

    /// The queue's bell, for one worker.
    pub fn bell(&self, queue: Queue) -> Bell {
        Bell(self.of(queue).subscribe())
    }

    fn of(&self, queue: Queue) -> &watch::Sender<()> {
        &self.0[queue as usize]
    }
}

/// A bell, as one worker hears it.
pub struct Bell(watch::Receiver<()>);

impl Bell {
    /// Waits until it rings. What has rung since the last waiting is heard at once.
    pub async fn rung(&mut self) {
        // The bells are in the worker's store, and do not go before it.
        let _ = self.0.changed().await;
    }

    /// The same, but no longer than that: who looks by itself, too.
    pub async fn within(&mut self, period: Duration) {
        // Whether it rang or the time is over, the worker looks.
        let _ = tokio::time::timeout(period, self.rung()).await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn what_rang_meanwhile_is_heard_once_and_only_by_whoever_waits_for_that_queue() {
        let bells = Bells::default();
        let (mut messages, mut webhooks) = (bells.bell(Queue::Messages), bells.bell(Queue::Webhooks));
        bells.ring(Queue::Messages);
        bells.ring(Queue::Messages);
        assert!(messages.rung().now_or_never().is_some());
        assert!(messages.rung().now_or_never().is_none());
        assert!(webhooks.rung().now_or_never().is_none());
        webhooks.within(Duration::from_millis(1)).await;
    }
}
