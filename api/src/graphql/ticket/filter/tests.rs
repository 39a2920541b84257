use async_graphql::{InputType, Value, value};
use sportello_domain::{
    Actor, Error, Result,
    filter::{Choice, Comparison, Filter, Moment, TextComparison, TicketFilter, TicketTerm},
};
use sportello_entity::{AccountId, Timestamp, UserId};
use uuid::Uuid;

use super::TicketWhere;

const NOW: Timestamp = Timestamp(1_000_000_000_000);

fn read(value: Value) -> Result<TicketFilter> {
    let actor = Actor::system(AccountId(Uuid::nil()));
    let filter = TicketWhere::parse(Some(value)).unwrap_or_else(|_| panic!("it fits the schema"));
    filter.into_filter(&actor, NOW, &["where"])
}

fn term(term: TicketTerm) -> TicketFilter {
    Filter::term(term, &[])
}

#[test]
fn a_filter_says_what_its_inputs_say() {
    let user = UserId(Uuid::from_u128(7));
    let title = |comparison| term(TicketTerm::Title(comparison));
    let assignee = |choice| term(TicketTerm::AssigneeId(choice));
    for (input, filter) in [
        (value!({}), Filter::All),
        (value!({"and": []}), Filter::And(vec![])),
        (value!({"or": []}), Filter::Or(vec![])),
        (value!({"not": {}}), Filter::None),
        (value!({"title": {"in": []}}), title(TextComparison::OneOf(vec![]))),
        (value!({"title": {"neq": "a"}}), title(TextComparison::Equals("a".to_owned())).negated()),
        (value!({"assignee": {"isNull": false}}), assignee(Choice::IsAbsent).negated()),
        (value!({"assignee": {"isMe": true}}), assignee(Choice::OneOf(vec![]))),
        (value!({"assignee": {"id": {"eq": user.to_string()}}}), assignee(Choice::OneOf(vec![user]))),
        (value!({"reopenCount": {"gt": 1}}), term(TicketTerm::ReopenCount(Comparison::Above(1)))),
        (
            value!({"openedAt": {"gte": "-PT1S"}}),
            term(TicketTerm::OpenedAt(Moment {
                comparison: Comparison::AtLeast(NOW.plus_seconds(-1)),
                is_relative: true,
            })),
        ),
    ] {
        assert_eq!(read(input.clone()).ok(), Some(filter), "{input}");
    }
}

#[test]
fn what_says_nothing_or_cannot_be_is_refused_with_its_place() {
    for (input, place) in [
        (value!({"title": null}), "where title"),
        (value!({"title": {}}), "where title"),
        (value!({"title": {"eq": null}}), "where title eq"),
        (value!({"title": {"in": ["a", "\u{0}"]}}), "where title in 1"),
        (value!({"and": [{}, {"not": null}]}), "where and 1 not"),
        (value!({"status": null}), "where status"),
        (value!({"status": {"id": {"eq": "tkt_00000000000000000000000000000007"}}}), "where status id eq"),
        (value!({"contact": {"or": [{"id": {"notIn": ["?"]}}]}}), "where contact or 0 id notIn 0"),
        (value!({"closedAt": {"lt": "P1"}}), "where closedAt lt"),
        (value!({"assignee": {"isMe": null}}), "where assignee isMe"),
    ] {
        let refused = read(input.clone());
        let Err(Error::BadRequest { path, .. }) = refused else { panic!("{input}: {refused:?}") };
        assert_eq!(path.join(" "), place, "{input}");
    }
}

#[test]
fn a_filter_is_bounded_and_a_live_one_too() {
    let deep = |levels| (1..levels).fold(value!({}), |inner, _| value!({"not": inner}));
    let wide = |terms: usize| {
        let terms = Value::List(vec![value!({"title": {"eq": "a"}}); terms - 1]);
        value!({"title": {"eq": "a"}, "or": terms})
    };
    let listed = |values: usize| value!({"title": {"in": Value::List(vec![value!("a"); values])}});
    for (fits, exceeds) in [(deep(8), deep(9)), (wide(100), wide(101)), (listed(100), listed(101))] {
        assert!(read(fits).is_ok());
        assert!(matches!(read(exceeds), Err(Error::FilterTooComplex(_))));
    }
    let live = |input| read(input).and_then(|filter| filter.require_live());
    assert!(
        live(value!({"contact": {"id": {"in": []}}, "openedAt": {"gt": "2026-01-01T00:00:00Z"}})).is_ok()
    );
    for input in [
        value!({"not": {"openedAt": {"gt": "-P1D"}}}),
        value!({"or": [{"contact": {"name": {"eq": "a"}}}]}),
        value!({"category": {"name": {"eq": "a"}}}),
    ] {
        assert!(matches!(live(input), Err(Error::FilterNotLive { path, .. }) if path.len() > 2));
    }
}
