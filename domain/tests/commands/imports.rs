use sportello_domain::{
    contact::ContactImport,
    log::EventCursor,
    ticket::{self, ImportNote, ImportTicket, ImportTickets},
};
use sportello_entity::{Timestamp, value::EventType};

use crate::desk::{Desk, on_both};

fn lamp(number: i64) -> ImportTicket {
    let name = Some("Anna".to_owned());
    ImportTicket {
        external_id: format!("old:{number}"),
        reference: None,
        contact: ContactImport { name, email: Some("anna@bottega.test".to_owned()), ..Default::default() },
        title: "Lamp".to_owned(),
        description: None,
        priority: None,
        status_key: "open".to_owned(),
        category: None,
        assignee_email: None,
        opened_at: Timestamp(1_000),
        closed_at: None,
        notes: vec![
            ImportNote { body: "later".to_owned(), written_at: Some(Timestamp(3_000)) },
            ImportNote { body: "at once".to_owned(), written_at: None },
        ],
    }
}

#[tokio::test]
async fn whoever_follows_the_log_knows_what_was_imported() {
    on_both(async |desk: Desk| {
        desk.ticket("+39 351 000 0001", None, None).await;
        let input = ImportTickets { tickets: vec![lamp(1)], idempotency_key: None };
        let (results, _) = ticket::import(&desk.store, &desk.actor, input).await.unwrap();
        let brought = results[0].ticket.clone().unwrap();
        assert_eq!((brought.updated_at, brought.note_count), (Timestamp(3_000), 2));
        let notes = ticket::notes(&desk.store, &desk.actor, brought.id).await.unwrap();
        assert_eq!(notes.iter().map(|note| note.body.as_str()).collect::<Vec<_>>(), ["at once", "later"]);
        let account_id = desk.actor.account_id;
        let epoch = desk.store.head(account_id).await.unwrap().epoch;
        let start = EventCursor { account_id, epoch, sequence: 0 };
        let events = desk.store.log().page(&desk.store, start).await.unwrap();
        let imports: Vec<_> = events.iter().filter(|event| event.is_import()).collect();
        assert_eq!(imports.len(), 1);
        assert_eq!((imports[0].subject_id, imports[0].r#type), (brought.id.0, EventType::TicketOpened));
        assert!(imports[0].occurred_at > Timestamp(1_000_000), "it happens now");
    })
    .await;
}
