//! What a process has written is kept for its followers: they are given the same as who reads it from the database.

use std::sync::Arc;

use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use sportello_domain::{
    Change,
    clock::SystemClock,
    log::{Event, EventCursor},
    store::Store,
    ticket::{self, DeleteTicket, TicketKey, UpdateTicket},
};
use sportello_entity::{Timestamp, value::Priority};

use crate::desk::{Desk, on_both};

/// What is read of the log from its beginning, page by page, with the tickets of its events.
async fn log(desk: &Desk, store: &Store) -> Vec<Arc<Event>> {
    let account_id = desk.actor.account_id;
    let epoch = store.head(account_id).await.unwrap().epoch;
    let (mut place, mut events) = (EventCursor { account_id, epoch, sequence: 0 }, Vec::new());
    loop {
        let page = store.log().page(store, place).await.unwrap();
        let Some(last) = page.last() else { return events };
        place = last.cursor();
        page.iter().for_each(|event| drop(event.ticket()));
        events.extend(page);
    }
}

async fn write(desk: &Desk) {
    let (store, actor) = (&desk.store, &desk.actor);
    let by = TicketKey::Id(desk.ticket("+393331234567", None, None).await.id);
    let change = UpdateTicket {
        title: Change::Set("Perché \"così\"?\n".to_owned()),
        priority: Change::Set(Priority::Urgent),
        external_id: Change::Set(store.secret()),
        note: Change::Set("Un'altra volta \u{1f4e6}".to_owned()),
        ..UpdateTicket::nothing(by.clone())
    };
    ticket::update(store, actor, change).await.unwrap();
    ticket::delete(store, actor, DeleteTicket { by: by.clone(), expected_version: None }).await.unwrap();
    ticket::restore(store, actor, by, Timestamp::default()).await.unwrap();
}

#[tokio::test]
async fn what_was_written_here_is_given_as_it_would_be_read() {
    on_both(async |desk| {
        desk.ticket("+393331234567", None, None).await;
        let known = log(&desk, &desk.store).await.len();
        write(&desk).await;
        let elsewhere = desk.store.with_clock(Arc::new(SystemClock));
        let read = log(&desk, &elsewhere).await;
        assert!(read.len() >= known + 4);
        desk.store.writer().execute_unprepared("DELETE FROM event").await.unwrap();
        assert_eq!(log(&desk, &desk.store).await, read, "from memory, since there is nothing else");
    })
    .await;
}

#[tokio::test]
async fn what_another_wrote_in_between_is_not_left_out() {
    on_both(async |desk| {
        desk.ticket("+393331234567", None, None).await;
        log(&desk, &desk.store).await;
        let elsewhere = Desk { store: desk.store.with_clock(Arc::new(SystemClock)), ..desk.clone() };
        for writer in [&desk, &elsewhere, &desk] {
            write(writer).await;
        }
        assert_eq!(log(&desk, &desk.store).await, log(&desk, &elsewhere.store).await);
    })
    .await;
}

#[tokio::test]
async fn what_is_written_at_once_is_kept_in_the_order_of_the_log() {
    on_both(async |desk| {
        desk.ticket("+393331234567", None, None).await;
        log(&desk, &desk.store).await;
        join_all((0..16).map(async |_| write(&desk).await)).await;
        let elsewhere = desk.store.with_clock(Arc::new(SystemClock));
        let read = log(&desk, &elsewhere).await;
        desk.store.writer().execute_unprepared("DELETE FROM event").await.unwrap();
        assert_eq!(log(&desk, &desk.store).await, read, "from memory, since there is nothing else");
    })
    .await;
}
