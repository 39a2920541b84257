//! Who is writing right now in this process. Whoever tells many of a commit waits a little for what is about to be committed,
//! and tells of all of it together.

use std::time::Duration;

use tokio::sync::watch;

/// How many are writing.
#[derive(Default)]
pub(crate) struct Writers(watch::Sender<usize>);

impl Writers {
    /// Says that somebody writes, until the answer is dropped.
    pub(super) fn enter(&self) -> Writing {
        self.0.send_if_modified(|count| {
            *count += 1;
            false
        });
        Writing(self.0.clone())
    }

    /// Waits until nobody is writing, but no longer than that.
    pub(crate) async fn rest(&self, most: Duration) {
        if *self.0.borrow() > 0 {
            // Boxed: whoever waits for a log should not hold the room that this takes.
            // Whether they are done or the time is over, it goes on.
            let _ =
                Box::pin(tokio::time::timeout(most, self.0.subscribe().wait_for(|count| *count == 0))).await;
        }
    }
}

/// Somebody who is writing.
pub(super) struct Writing(watch::Sender<usize>);

impl Drop for Writing {
    fn drop(&mut self) {
        self.0.send_if_modified(|count| {
            *count -= 1;
            *count == 0
        });
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn all_who_write_are_waited_for_but_not_for_long() {
        let (writers, long) = (Writers::default(), Duration::from_secs(60));
        assert!(writers.rest(long).now_or_never().is_some());
        let (one, other) = (writers.enter(), writers.enter());
        let mut rest = Box::pin(writers.rest(long));
        assert!(futures_util::poll!(&mut rest).is_pending());
        drop(one);
        assert!(futures_util::poll!(&mut rest).is_pending());
        writers.rest(Duration::from_millis(1)).await;
        drop(other);
        rest.await;
    }
}
