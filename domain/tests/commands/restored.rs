//! A database that is restored under a running process.

use std::{sync::Arc, time::Duration};

use sea_orm::ConnectionTrait;
use sportello_domain::{
    Error,
    diagnosis::new_epochs,
    filter::TicketFilter,
    log::{EventCursor, Tail, TailItem},
};
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, on_both};

const PHONE: &str = "+393331234567";

/// Right after the last event.
async fn end(desk: &Desk) -> EventCursor {
    let account_id = desk.actor.account_id;
    let head = desk.store.head(account_id).await.unwrap();
    EventCursor { account_id, epoch: head.epoch, sequence: head.sequence }
}

/// One who reads all, and one who watches at the board.
fn followers(desk: &Desk, place: EventCursor) -> [Tail; 2] {
    let follower = || Tail::new(desk.store.clone(), place);
    [follower(), follower().watching(Arc::new(TicketFilter::All))]
}

/// Tells a story while the process looks at its logs.
async fn while_it_looks(story: impl AsyncFn(&Desk)) {
    on_both(async |desk| {
        tokio::select! {
            () = desk.store.run_followers(CancellationToken::new()) => unreachable!("it looks for ever"),
            () = story(&desk) => {}
        }
    })
    .await;
}

/// Waits until the process has looked once more at the log.
async fn looked(desk: &Desk) {
    let before = desk.store.heads().looked_at();
    while desk.store.heads().looked_at() == before {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn must_hear_that_it_was_replaced(followers: [Tail; 2]) {
    for mut follower in followers {
        let heard = tokio::time::timeout(Duration::from_secs(10), follower.next()).await;
        assert!(matches!(heard, Ok(Err(Error::LogReplaced))), "each is told");
    }
}

#[tokio::test]
async fn who_follows_a_log_that_loses_its_end_is_told() {
    while_it_looks(loses_its_end).await;
}

async fn loses_its_end(desk: &Desk) {
    desk.ticket(PHONE, None, None).await;
    let kept = end(desk).await;
    desk.ticket(PHONE, None, None).await;
    let lost = end(desk).await;
    let standing = followers(desk, lost);
    looked(desk).await;
    looked(desk).await;
    for sql in [
        format!("DELETE FROM event WHERE sequence > {}", kept.sequence),
        format!("UPDATE log_head SET sequence = {}", kept.sequence),
    ] {
        desk.store.writer().execute_unprepared(&sql).await.unwrap();
    }
    must_hear_that_it_was_replaced(standing).await;
    // As many as were lost, and more.
    for _ in 0..3 {
        desk.ticket(PHONE, None, None).await;
    }
    let head = desk.store.head(kept.account_id).await.unwrap();
    for cursor in [kept, lost] {
        let outcome = desk.store.log().check(&desk.store, &head, cursor).await;
        assert!(matches!(outcome, Err(Error::LogReplaced)), "of the log that is no more");
    }
    let coming = followers(desk, end(desk).await);
    desk.ticket(PHONE, None, None).await;
    for mut follower in coming {
        assert!(matches!(follower.next().await, Ok(TailItem::Events(_))));
    }
}

#[tokio::test]
async fn who_follows_a_log_whose_epoch_is_made_anew_is_told() {
    while_it_looks(has_another_epoch).await;
}

async fn has_another_epoch(desk: &Desk) {
    let place = end(desk).await;
    let standing = followers(desk, place);
    looked(desk).await;
    looked(desk).await;
    new_epochs(&desk.store).await.unwrap();
    let first = end(desk).await;
    assert!(first.epoch > place.epoch);
    must_hear_that_it_was_replaced(standing).await;
    // The backup is restored once more, with the epoch that it had.
    let sql = format!("UPDATE log_head SET epoch = {}", place.epoch);
    desk.store.writer().execute_unprepared(&sql).await.unwrap();
    new_epochs(&desk.store).await.unwrap();
    assert!(end(desk).await.epoch > first.epoch, "no epoch comes twice");
}
