//! Pages of tickets in every order, forwards and backwards.

use std::cmp::Ordering;

use proptest::{prelude::*, sample::subsequence, test_runner::TestRunner};
use sportello_domain::{
    Actor, Error,
    contact::list::{ContactListQuery, contacts},
    filter::{ContactFilter, TicketFilter},
    page::{Direction, KeyValue, PageArguments, PageRequest},
    ticket::list::{
        ContactSelection, Selection, TicketListQuery, TicketOrder, TicketOrderField as Field, TicketPage,
        deleted_tickets, tickets,
    },
};
use sportello_entity::{TicketId, Timestamp, ticket};

use crate::desk::{Desk, contact_id, desks};

const FIELDS: [Field; 11] = [
    Field::Priority,
    Field::Status,
    Field::Title,
    Field::Reference,
    Field::Category,
    Field::Contact,
    Field::Assignee,
    Field::OpenedAt,
    Field::UpdatedAt,
    Field::StatusChangedAt,
    Field::ClosedAt,
];

fn orders() -> impl Strategy<Value = Vec<TicketOrder>> {
    let direction = prop_oneof![Just(Direction::Ascending), Just(Direction::Descending)];
    let fields = subsequence(FIELDS.to_vec(), 1..=4).prop_shuffle();
    (fields, prop::collection::vec(direction, 4)).prop_map(|(fields, directions)| {
        let zipped = fields.into_iter().zip(directions);
        zipped.map(|(field, direction)| TicketOrder { field, direction }).collect()
    })
}

fn query(order: &[TicketOrder], page: PageRequest) -> TicketListQuery {
    TicketListQuery {
        filter: TicketFilter::All,
        search: None,
        contact_id: None,
        order: order.to_vec(),
        page,
        selection: Selection::whole(true, ContactSelection::Whole),
    }
}

fn page(size: i32, is_backward: bool, cursor: Option<String>) -> PageRequest {
    let arguments = match is_backward {
        false => PageArguments { first: Some(size), after: cursor, ..PageArguments::default() },
        true => PageArguments { last: Some(size), before: cursor, ..PageArguments::default() },
    };
    PageRequest::new(arguments, PageRequest::DEFAULT).unwrap()
}

/// Every ticket, page by page; in the list's order whichever way it is walked.
async fn walk(desk: &Desk, order: &[TicketOrder], size: i32, is_backward: bool) -> Vec<TicketId> {
    let actor = Actor::system(desk.account_id);
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let query = query(order, page(size, is_backward, cursor));
        let read = tickets(&desk.store, &actor, &query).await.unwrap();
        let ids = read.rows.iter().map(|ticket| ticket.id);
        found = if is_backward { ids.chain(found).collect() } else { found.into_iter().chain(ids).collect() };
        check(desk, &read);
        let info = read.info;
        let has_more = if is_backward { info.has_previous_page } else { info.has_next_page };
        if !has_more {
            return found;
        }
        cursor = if is_backward { info.start_cursor } else { info.end_cursor };
    }
}

fn check(desk: &Desk, read: &TicketPage) {
    assert_eq!(read.total, Some(70));
    assert_eq!((read.event_cursor.epoch, read.event_cursor.sequence), (3, 42));
    for row in &read.rows {
        let stored = desk.tickets.iter().find(|ticket| ticket.id == row.id).unwrap();
        let status = desk.statuses.iter().find(|status| status.id == stored.status_id).unwrap();
        assert_eq!(row, &sportello_domain::ticket::TicketSnapshot::of(stored.clone(), &*status.key));
        let contact = desk.contacts.iter().find(|contact| contact.id == row.contact_id);
        assert_eq!(read.contacts.get(&row.contact_id), contact);
    }
}

fn expected(desk: &Desk, order: &[TicketOrder]) -> Vec<TicketId> {
    let mut live: Vec<_> = desk.tickets.iter().filter(|ticket| ticket.deleted_at.is_none()).collect();
    live.sort_by(|left, right| {
        let by_keys = order.iter().map(|order| {
            compared(&key(desk, left, order.field), &key(desk, right, order.field), order.direction)
        });
        let ties = turned(left.id.cmp(&right.id), order[0].direction);
        by_keys.fold(Ordering::Equal, Ordering::then).then(ties)
    });
    live.iter().map(|ticket| ticket.id).collect()
}

fn compared(left: &KeyValue, right: &KeyValue, direction: Direction) -> Ordering {
    match (left, right) {
        (KeyValue::Number(left), KeyValue::Number(right)) => turned(left.cmp(right), direction),
        (KeyValue::Text(left), KeyValue::Text(right)) => turned(left.cmp(right), direction),
        (left, right) => (*left == KeyValue::Absent).cmp(&(*right == KeyValue::Absent)),
    }
}

fn turned(ordering: Ordering, direction: Direction) -> Ordering {
    if direction == Direction::Descending { ordering.reverse() } else { ordering }
}

fn key(desk: &Desk, ticket: &ticket::Model, field: Field) -> KeyValue {
    let text = |text: Option<String>| text.map_or(KeyValue::Absent, KeyValue::Text);
    let moment = |moment: Timestamp| KeyValue::Number(moment.0);
    match field {
        Field::Priority => KeyValue::Number(ticket.priority as i64),
        Field::Status => {
            let status = desk.statuses.iter().find(|status| status.id == ticket.status_id).unwrap();
            KeyValue::Number(status.position.into())
        }
        Field::Title => text(Some(ticket.title_folded.clone())),
        Field::Reference => text(Some(ticket.reference_folded.clone())),
        Field::Category => {
            let category = desk.categories.iter().find(|category| Some(category.id) == ticket.category_id);
            text(category.map(|category| category.name_key.clone()))
        }
        Field::Contact => {
            let contact = desk.contacts.iter().find(|contact| contact.id == ticket.contact_id);
            text(contact.map(|contact| contact.name_folded.clone()))
        }
        Field::Assignee => {
            let user = desk.users.iter().find(|user| Some(user.id) == ticket.assignee_id);
            text(user.map(|user| user.name.to_lowercase()))
        }
        Field::OpenedAt => moment(ticket.opened_at),
        Field::UpdatedAt => moment(ticket.updated_at),
        Field::StatusChangedAt => moment(ticket.status_changed_at),
        Field::ClosedAt => ticket.closed_at.map_or(KeyValue::Absent, moment),
        Field::Relevance => KeyValue::Absent,
    }
}

#[test]
fn pages_follow_the_order_both_ways() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for desk in runtime.block_on(desks()) {
        let mut runner = TestRunner::new(ProptestConfig {
            cases: 60,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let held = runner.run(&(orders(), 3..40), |(order, size)| {
            let expected = expected(&desk, &order);
            prop_assert_eq!(&runtime.block_on(walk(&desk, &order, size, false)), &expected);
            prop_assert_eq!(&runtime.block_on(walk(&desk, &order, size, true)), &expected);
            Ok(())
        });
        held.unwrap_or_else(|error| panic!("{:?}: {error}", desk.store.backend()));
        runtime.block_on(desk.clear());
    }
}

#[tokio::test]
async fn a_list_says_where_the_log_stood_even_when_it_is_empty() {
    for desk in desks().await {
        let actor = Actor::system(desk.account_id);
        let nothing = TicketListQuery { filter: TicketFilter::None, ..query(&[], page(25, false, None)) };
        let read = tickets(&desk.store, &actor, &nothing).await.unwrap();
        assert_eq!((read.rows.len(), read.total, read.event_cursor.sequence), (0, Some(0), 42));
        assert_eq!((read.info.has_next_page, read.info.start_cursor), (false, None));

        let none_asked = query(&[], page(0, false, None));
        let read = tickets(&desk.store, &actor, &none_asked).await.unwrap();
        assert_eq!((read.rows.len(), read.total, read.info.has_next_page), (0, Some(70), true));

        let of_contact =
            TicketListQuery { contact_id: Some(contact_id(2)), ..query(&[], page(100, false, None)) };
        let read = tickets(&desk.store, &actor, &of_contact).await.unwrap();
        assert!(!read.rows.is_empty() && read.rows.iter().all(|ticket| ticket.contact_id == contact_id(2)));
        desk.clear().await;
    }
}

#[tokio::test]
async fn a_search_finds_words_and_ranks_them() {
    for desk in desks().await {
        let actor = Actor::system(desk.account_id);
        let order = [TicketOrder { field: Field::Relevance, direction: Direction::Descending }];
        let search = |text: &str| TicketListQuery {
            search: Some(text.to_owned()),
            ..query(&order, page(7, false, None))
        };
        let read = tickets(&desk.store, &actor, &search("T-12")).await.unwrap();
        assert_eq!((read.rows[0].reference.as_str(), read.total), ("T-12", Some(1)));

        let phone = desk.contacts[1].phone.clone().unwrap();
        let read = tickets(&desk.store, &actor, &search(&phone)).await.unwrap();
        assert!(!read.rows.is_empty() && read.rows.iter().all(|ticket| ticket.contact_id == contact_id(1)));

        let first = tickets(&desk.store, &actor, &search("PERCHÉ")).await.unwrap();
        let next = page(7, false, first.info.end_cursor.clone());
        let query_of_next = TicketListQuery { page: next.clone(), ..search("PERCHÉ") };
        let second = tickets(&desk.store, &actor, &query_of_next).await.unwrap();
        assert!(second.rows.iter().all(|ticket| first.rows.iter().all(|other| other.id != ticket.id)));

        for refused in [
            query(&order, page(7, false, None)),
            search(" "),
            TicketListQuery { page: next.clone(), ..search("other") },
            TicketListQuery { page: next, ..query(&[], page(7, false, None)) },
            query(
                &[TicketOrder { field: Field::Title, direction: Direction::Ascending }; 2],
                page(7, false, None),
            ),
        ] {
            let refused = tickets(&desk.store, &actor, &refused).await;
            // The next to last is a cursor of another list.
            assert!(matches!(refused, Err(Error::BadRequest { .. })), "{refused:?}");
        }
        for mistaken in ["a\0b", &"x".repeat(1001), "(a", "status:nowhere", "%"] {
            let refused = tickets(&desk.store, &actor, &search(mistaken)).await;
            assert!(matches!(refused, Err(Error::SearchInvalid(_))), "{refused:?}");
        }
        desk.clear().await;
    }
}

#[tokio::test]
async fn deleted_tickets_come_latest_first_and_contacts_by_name() {
    for desk in desks().await {
        let actor = Actor::system(desk.account_id);
        let all = page(100, false, None);
        let whole = Selection::whole(true, ContactSelection::None);
        let read = deleted_tickets(&desk.store, &actor, Timestamp(1_001), &all, whole).await.unwrap();
        let times: Vec<_> = read.rows.iter().map(|ticket| ticket.deleted_at.unwrap()).collect();
        assert!(times.is_sorted_by(|left, right| left >= right) && times.last() == Some(&Timestamp(1_001)));
        assert_eq!(read.total, Some(times.len() as i64));

        let query = |search: Option<&str>| ContactListQuery {
            filter: ContactFilter::All,
            search: search.map(ToOwned::to_owned),
            page: all.clone(),
            with_total: true,
        };
        let read = contacts(&desk.store, &actor, &query(None)).await.unwrap();
        assert!(read.rows.is_sorted_by_key(|contact| (contact.name_folded.clone(), contact.id)));
        assert_eq!((read.total, read.event_cursor.sequence), (Some(8), 42));
        let read = contacts(&desk.store, &actor, &query(desk.contacts[2].phone.as_deref())).await.unwrap();
        assert_eq!(read.rows, [desk.contacts[2].clone()]);
        desk.clear().await;
    }
}
