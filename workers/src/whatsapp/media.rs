//! The worker that fetches the files of received messages.

use futures_util::{StreamExt, stream};
use sportello_domain::{
    Result, channel,
    message::media::{self, Wanted},
    store::{Queue, Store},
};
use tokio_util::sync::CancellationToken;

use super::{WhatsApp, client::Fetched};
use crate::schedule::{self, GROWTH};

/// How many files are taken at once, and for how long others leave them alone: longer than fetching them can take.
const BATCH: u64 = 4;
const LEASE_SECONDS: i64 = 5 * 60;

impl WhatsApp {
    /// Fetches files until the token is cancelled; what is begun then is finished.
    pub async fn fetch_files(self, store: Store, shutdown: CancellationToken) {
        let mut bell = store.bells().bell(Queue::Files);
        while !shutdown.is_cancelled() {
            match self.fetch_due(&store).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::warn!(%error, "files of messages could not be fetched"),
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = bell.rung() => {}
            }
        }
    }

    async fn fetch_due(&self, store: &Store) -> Result<usize> {
        let until = store.now().plus_seconds(LEASE_SECONDS);
        let wanted = media::claim(store, BATCH, until).await?;
        let count = wanted.len();
        stream::iter(wanted)
            .for_each_concurrent(None, |wanted| async move {
                if let Err(error) = self.fetch(store, &wanted).await {
                    tracing::warn!(message.id = %wanted.media.message_id, %error, "a file could not be kept");
                }
            })
            .await;
        Ok(count)
    }

    async fn fetch(&self, store: &Store, wanted: &Wanted) -> Result<()> {
        let Wanted { media, channel: Some(channel) } = wanted else {
            return media::postpone(store, &wanted.media, None).await;
        };
        let token = channel::access_token(&self.seal, channel)?;
        match self.client.fetch(&media.provider_id, &token).await {
            Fetched::File(content) => media::keep(store, media.message_id, content).await,
            Fetched::Nothing => media::postpone(store, media, None).await,
            Fetched::Later => {
                let attempts = u32::try_from(media.attempts).unwrap_or(0).saturating_add(1);
                let now = store.now();
                // Meta keeps files for longer, but a day of tries tells enough.
                let begun = now.plus_seconds(-i64::from(attempts));
                let next = (attempts < 10)
                    .then(|| schedule::next(self.retry_base_seconds, GROWTH, attempts, begun, now));
                media::postpone(store, media, next.flatten()).await
            }
        }
    }
}
