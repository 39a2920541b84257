//! The two readings of a filter, over random filters and random tickets.

use std::{cell::Cell, collections::BTreeSet};

use proptest::{prelude::*, test_runner::TestRunner};
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Alias, Expr, Query},
};
use sportello_domain::{
    filter::{
        Choice, Comparison, ContactFilter, ContactTerm, Filter, Moment, Place, Related, Sql, TextComparison,
        TicketFilter, TicketTerm,
    },
    live::Index,
    ticket::TicketSnapshot,
};
use sportello_entity::{TicketId, ticket, value::MacroStatus};

use crate::desk::{
    Desk, category_id, contact_id, desks, moment, priority, source, status_id, text, ticket_id, user_id,
};

fn choice<V: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = V> + 'static,
) -> BoxedStrategy<Choice<V>> {
    prop_oneof![
        6 => prop::collection::vec(value, 0..4).prop_map(Choice::OneOf),
        1 => Just(Choice::IsAbsent),
    ]
    .boxed()
}

fn comparison<V: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = V> + Clone + 'static,
) -> BoxedStrategy<Comparison<V>> {
    prop_oneof![
        choice(value.clone()).prop_map(Comparison::Is),
        value.clone().prop_map(Comparison::Above),
        value.clone().prop_map(Comparison::AtLeast),
        value.clone().prop_map(Comparison::Below),
        value.prop_map(Comparison::AtMost),
    ]
    .boxed()
}

fn when() -> impl Strategy<Value = Moment> {
    comparison(moment().boxed()).prop_map(|comparison| Moment { comparison, is_relative: false })
}

/// Comparisons with random texts, and with `known` ones, which are found.
fn words(known: Vec<String>) -> impl Strategy<Value = TextComparison> {
    let word = prop_oneof![text(), prop::sample::select(known)].boxed();
    prop_oneof![
        word.clone().prop_map(TextComparison::Equals),
        prop::collection::vec(word.clone(), 0..3).prop_map(TextComparison::OneOf),
        word.clone().prop_map(TextComparison::Contains),
        word.prop_map(TextComparison::StartsWith),
        Just(TextComparison::IsAbsent),
    ]
}

fn nested<T: Clone + std::fmt::Debug + 'static>(term: BoxedStrategy<T>) -> BoxedStrategy<Filter<T>> {
    let leaf = prop_oneof![
        1 => Just(Filter::All),
        1 => Just(Filter::None),
        20 => term.prop_map(|term| Filter::Term(term, Place::default())),
    ];
    leaf.prop_recursive(4, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::And),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::Or),
            inner.prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
    .boxed()
}

fn contact_filter(desk: &Desk) -> BoxedStrategy<ContactFilter> {
    let all = |of: fn(&sportello_entity::contact::Model) -> Option<String>| {
        let known: Vec<_> = desk.contacts.iter().filter_map(of).collect();
        words(known)
    };
    let by_id = choice((0usize..9).prop_map(contact_id)).prop_map(ContactTerm::Id);
    let term = prop_oneof![
        2 => by_id.clone(),
        1 => all(|contact| Some(contact.name.clone())).prop_map(ContactTerm::Name),
        1 => all(|contact| contact.phone.clone()).prop_map(ContactTerm::Phone),
        1 => all(|contact| contact.email.clone()).prop_map(ContactTerm::Email),
        1 => when().prop_map(ContactTerm::CreatedAt),
    ];
    prop_oneof![nested(by_id.boxed()), nested(term.boxed())].boxed()
}

fn ticket_filter(desk: &Desk) -> BoxedStrategy<TicketFilter> {
    let all = |of: fn(&ticket::Model) -> Option<String>| words(desk.tickets.iter().filter_map(of).collect());
    let known = |texts: Vec<&String>| words(texts.into_iter().cloned().collect());
    let macro_status = prop::sample::select(vec![MacroStatus::InProgress, MacroStatus::Terminated]);
    let term = prop_oneof![
        prop_oneof![
            choice((0usize..90).prop_map(ticket_id)).prop_map(TicketTerm::Id),
            all(|ticket| Some(ticket.reference.to_uppercase())).prop_map(TicketTerm::Reference),
            all(|ticket| ticket.external_id.clone()).prop_map(TicketTerm::ExternalId),
            all(|ticket| Some(ticket.title.clone())).prop_map(TicketTerm::Title),
            all(|ticket| Some(ticket.description.clone())).prop_map(TicketTerm::Description),
            comparison(priority().boxed()).prop_map(TicketTerm::Priority),
            choice((0usize..5).prop_map(status_id)).prop_map(TicketTerm::StatusId),
            known(desk.statuses.iter().map(|status| &status.key).collect()).prop_map(TicketTerm::StatusKey),
            choice(macro_status).prop_map(TicketTerm::MacroStatus),
        ],
        prop_oneof![
            choice((0usize..7).prop_map(category_id)).prop_map(TicketTerm::CategoryId),
            known(desk.categories.iter().map(|category| &category.name).collect())
                .prop_map(TicketTerm::CategoryName),
            contact_filter(desk).prop_map(TicketTerm::Contact),
            choice((0usize..4).prop_map(user_id)).prop_map(TicketTerm::AssigneeId),
            choice(source()).prop_map(TicketTerm::Source),
        ],
        prop_oneof![
            when().prop_map(TicketTerm::OpenedAt),
            when().prop_map(TicketTerm::UpdatedAt),
            when().prop_map(TicketTerm::StatusChangedAt),
            when().prop_map(TicketTerm::ClosedAt),
            comparison((0..4).boxed()).prop_map(TicketTerm::ReopenCount),
            comparison((0..4).boxed()).prop_map(TicketTerm::NoteCount),
        ],
    ];
    nested(term.boxed())
}

async fn in_sql(desk: &Desk, filter: &TicketFilter) -> BTreeSet<TicketId> {
    let sql = Sql {
        account_id: desk.account_id,
        backend: desk.store.backend(),
        statuses: &desk.statuses,
        categories: &desk.categories,
    };
    let select = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new("ticket"))
        .and_where(Expr::col(Alias::new("account_id")).eq(desk.account_id))
        .and_where(filter.condition(&sql))
        .take();
    let rows = desk.store.reader().query_all(&select).await.unwrap();
    rows.iter().map(|row| row.try_get("", "id").unwrap()).collect()
}

fn in_memory(desk: &Desk, filter: &TicketFilter) -> BTreeSet<TicketId> {
    let matches = |row: &&ticket::Model| {
        let status = desk.statuses.iter().find(|status| status.id == row.status_id).unwrap();
        let category = desk.categories.iter().find(|category| Some(category.id) == row.category_id);
        let related = Related {
            contact: desk.contacts.iter().find(|contact| contact.id == row.contact_id),
            category_name: category.map(|category| category.name.as_str()),
        };
        filter.matches(&TicketSnapshot::of((*row).clone(), &*status.key), &related)
    };
    desk.tickets.iter().filter(matches).map(|ticket| ticket.id).collect()
}

#[test]
fn a_filter_means_the_same_in_sql_and_in_memory() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for desk in runtime.block_on(desks()) {
        let mut runner = TestRunner::new(ProptestConfig {
            cases: 1_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let nontrivial = Cell::new(0);
        let held = runner.run(&ticket_filter(&desk), |filter| {
            let found = runtime.block_on(in_sql(&desk, &filter));
            prop_assert_eq!(&found, &in_memory(&desk, &filter));
            let complement = runtime.block_on(in_sql(&desk, &filter.negated()));
            prop_assert!(found.is_disjoint(&complement));
            prop_assert_eq!(found.len() + complement.len(), desk.tickets.len());
            nontrivial.set(nontrivial.get() + usize::from(!found.is_empty() && !complement.is_empty()));
            Ok(())
        });
        held.unwrap_or_else(|error| panic!("{:?}: {error}", desk.store.backend()));
        assert!(nontrivial.get() > 200, "of 1,000 filters only {} divide the tickets", nontrivial.get());
        runtime.block_on(desk.clear());
    }
}

#[test]
fn a_filter_that_takes_a_ticket_is_found_in_the_index_of_live_filters() {
    const WATCHER: u64 = 7;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let desks = runtime.block_on(desks());
    let desk = desks.first().expect("one at least");
    let tickets: Vec<_> =
        desk.tickets.iter().map(|row| TicketSnapshot::of(row.clone(), String::new())).collect();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let (taken, passed_over) = (Cell::new(0), Cell::new(0));
    let held = runner.run(&ticket_filter(desk), |filter| {
        let mut index = Index::default();
        index.insert(&filter, WATCHER);
        for ticket in &tickets {
            let is_found = index.candidates(&[ticket]).contains(&WATCHER);
            let is_taken = filter.matches(ticket, &Related::default());
            prop_assert!(is_found || !is_taken, "{filter:?} takes {ticket:?}");
            taken.set(taken.get() + usize::from(is_taken));
            passed_over.set(passed_over.get() + usize::from(!is_found));
        }
        index.remove(&filter, WATCHER);
        prop_assert!(tickets.iter().all(|ticket| index.candidates(&[ticket]).is_empty()));
        Ok(())
    });
    held.unwrap_or_else(|error| panic!("{error}"));
    assert!(
        taken.get() > 1_000 && passed_over.get() > 1_000,
        "{} taken, {} passed over",
        taken.get(),
        passed_over.get()
    );
    desks.into_iter().for_each(|desk| runtime.block_on(desk.clear()));
}
