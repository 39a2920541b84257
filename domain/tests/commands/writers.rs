use std::time::Duration;

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait};
use serde_json::Value as Json;
use sportello_domain::{
    Change, Error,
    store::NewEvent,
    ticket::{self, OpenTicket, TicketKey, UpdateTicket},
};
use sportello_entity::{StatusId, event, ticket as row, value::EventType};

use crate::desk::{Desk, on_both};

const PHONE: &str = "+393331234567";

/// Writes and goes away without committing.
async fn leave(desk: &Desk) {
    let tx = desk.store.begin(&desk.actor).await.unwrap();
    tx.db().execute_unprepared("UPDATE ticket SET title = 'left behind'").await.unwrap();
}

/// Writes, and commits without anything to tell of it: as if it had not been.
async fn undo(desk: &Desk) {
    let tx = desk.store.begin(&desk.actor).await.unwrap();
    tx.db().execute_unprepared("UPDATE ticket SET title = 'undone'").await.unwrap();
    assert!(tx.commit().await.unwrap().is_empty());
}

/// Opens a ticket in a status that is not there.
async fn refused(desk: &Desk) {
    let missing: StatusId = desk.store.new_id();
    let input = OpenTicket {
        contact_phone: Some(PHONE.to_owned()),
        title: "Refused".to_owned(),
        status_id: Some(missing),
        ..OpenTicket::default()
    };
    let outcome = ticket::open(&desk.store, &desk.actor, input).await;
    assert!(matches!(outcome, Err(Error::Refused(_) | Error::NotFound(_))));
}

#[tokio::test]
async fn of_many_at_once_each_comes_to_its_own_end() {
    on_both(async |desk| {
        desk.ticket(PHONE, None, None).await;
        // More than a connection is handed on in a row.
        let opening = (0..280).map(async |_| drop(desk.ticket(PHONE, None, None).await));
        let refusing = (0..20).map(async |_| refused(&desk).await);
        let leaving = (0..20).map(async |_| leave(&desk).await);
        let undoing = (0..20).map(async |_| undo(&desk).await);
        tokio::join!(join_all(opening), join_all(refusing), join_all(leaving), join_all(undoing));
        assert_eq!(desk.count(EventType::TicketOpened).await, 281);
        let tickets = row::Entity::find().all(desk.store.reader()).await.unwrap();
        assert_eq!(tickets.len(), 281);
        assert!(tickets.iter().all(|ticket| ticket.title == "Where is my order?"));
    })
    .await;
}

/// Who waits has its ticket read by the one before: after that one's change, even where somebody between gives up.
#[tokio::test]
async fn of_many_at_one_ticket_each_begins_where_the_one_before_ended() {
    on_both(async |desk| {
        let ticket = desk.ticket(PHONE, None, None).await;
        let other = desk.ticket(PHONE, None, None).await;
        let renaming = (0..40).map(async |number| {
            let key = if number % 4 == 0 { &other } else { &ticket };
            let by = match number % 3 {
                0 => TicketKey::Id(key.id),
                _ => TicketKey::Reference(key.reference.clone()),
            };
            // Every seventh changes nothing.
            let title = if number % 7 == 6 { Change::Keep } else { Change::Set(format!("Title {number}")) };
            let input = UpdateTicket { title, ..UpdateTicket::nothing(by) };
            let renamed = ticket::update(&desk.store, &desk.actor, input);
            match number % 5 {
                0 => drop(tokio::time::timeout(Duration::from_millis(3), renamed).await),
                _ => drop(renamed.await.unwrap()),
            }
        });
        join_all(renaming).await;
        for id in [ticket.id, other.id] {
            let row = row::Entity::find_by_id(id).one(desk.store.reader()).await.unwrap().unwrap();
            let events = desk.events(id.0).await;
            assert_eq!(usize::try_from(row.version).unwrap(), events.len(), "one change each");
            for (before, after) in events.iter().zip(&events[1..]) {
                let told = |event: &event::Model| -> Json { serde_json::from_str(&event.changes).unwrap() };
                let snapshot: Json = serde_json::from_str(&before.snapshot).unwrap();
                assert_eq!(told(after)[0]["before"], snapshot["title"]);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_being_committed_is_committed_and_told_even_if_nobody_waits_for_it() {
    on_both(async |desk| {
        let account_id = desk.actor.account_id;
        let before = desk.count(EventType::AccountChanged).await;
        let mut heard = desk.store.heads().watch(account_id);
        let mut tx = desk.store.begin(&desk.actor).await.unwrap();
        tx.record(NewEvent {
            r#type: EventType::AccountChanged,
            subject_id: account_id.0,
            note_id: None,
            changes: Vec::new(),
            snapshot: Json::Null,
            previous: None,
        });
        let mut committed = Box::pin(tx.commit());
        assert!(futures_util::poll!(&mut committed).is_pending());
        drop(committed);
        tokio::time::timeout(Duration::from_secs(30), heard.changed()).await.expect("told").unwrap();
        assert_eq!(desk.count(EventType::AccountChanged).await, before + 1);
    })
    .await;
}

#[tokio::test]
async fn who_gave_up_waiting_holds_nobody_up() {
    on_both(async |desk| {
        let held = desk.store.begin(&desk.actor).await.unwrap();
        let given_up = (0..3).map(async |_| {
            tokio::time::timeout(Duration::from_millis(20), desk.ticket(PHONE, None, None)).await
        });
        let (_, last, ()) = tokio::join!(join_all(given_up), desk.ticket(PHONE, None, None), async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            drop(held);
        });
        let tickets = row::Entity::find().all(desk.store.reader()).await.unwrap();
        assert!(tickets.iter().any(|ticket| ticket.id == last.id));
        assert_eq!(desk.count(EventType::TicketOpened).await, tickets.len());
    })
    .await;
}

/// SQLite ends a transaction by itself where there is no room for it.
#[tokio::test]
async fn after_a_full_disk_all_goes_on() {
    on_both(async |desk| {
        if desk.store.backend() != DbBackend::Sqlite {
            return;
        }
        let set = async |sql| desk.store.writer().execute_unprepared(sql).await.unwrap();
        set("PRAGMA max_page_count = 1").await;
        let opening = (0..200).map(async |_| {
            let input = OpenTicket {
                contact_phone: Some(PHONE.to_owned()),
                title: "Large".to_owned(),
                description: Some("x".repeat(9_000)),
                ..OpenTicket::default()
            };
            ticket::open(&desk.store, &desk.actor, input).await
        });
        let opened = join_all(opening).await;
        let told = opened.iter().filter(|outcome| outcome.is_ok()).count();
        assert!(told < opened.len(), "the disk was full");
        assert_eq!(desk.count(EventType::TicketOpened).await, told);
        set("PRAGMA max_page_count = 1073741823").await;
        desk.ticket(PHONE, None, None).await;
        assert_eq!(desk.count(EventType::TicketOpened).await, told + 1);
    })
    .await;
}
