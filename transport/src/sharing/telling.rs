//! Telling those who are told directly. Where they are many, several tasks tell them: a write to a socket costs what ten
//! items cost to make, and one core alone would be late with the last of ten thousand.

use std::sync::Arc;

use tokio::{
    runtime::Handle,
    task::{JoinSet, unconstrained, yield_now},
};

use super::{direct::Seat, group::Told};
use crate::telemetry::Meters;

/// After how many writes others get their turn.
const TURN: usize = 64;
/// So many are worth a task of their own.
const SHARE: usize = 1_000;

/// Tells all of them the news. When it answers, all are told; dropped, it tells nobody more.
pub(super) async fn tell(seats: Vec<Arc<Seat>>, news: Vec<Arc<Told>>, meters: &Arc<Meters>) {
    let shares = (seats.len() / SHARE).min(Handle::current().metrics().num_workers());
    if shares < 2 {
        return tell_share(&seats, &news, meters).await;
    }
    let news: Arc<[Arc<Told>]> = news.into();
    let mut tasks = JoinSet::new();
    for share in seats.chunks(seats.len().div_ceil(shares)) {
        let (share, news, meters) = (share.to_vec(), news.clone(), meters.clone());
        tasks.spawn(unconstrained(async move { tell_share(&share, &news, &meters).await }));
    }
    tasks.join_all().await;
}

async fn tell_share(seats: &[Arc<Seat>], news: &[Arc<Told>], meters: &Meters) {
    let mut frames = Vec::new();
    for (written, seat) in seats.iter().enumerate() {
        let (items, bytes) = seat.tell(news, &mut frames);
        meters.shared.increment(items);
        meters.sent_bytes.increment(bytes as u64);
        if written % TURN == TURN - 1 {
            yield_now().await;
        }
    }
}
