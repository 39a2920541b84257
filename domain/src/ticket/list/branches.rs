//! The list's parts where it is sorted first by what few values tell apart: statuses, categories and assignees, whose
//! names are in memory; priorities; and whether a ticket is closed.

use std::collections::BTreeMap;

use sea_orm::{
    ExprTrait,
    sea_query::{Expr, Value},
};

use super::{
    order::{TicketOrder, TicketOrderField},
    road::Road,
};
use crate::{
    filter::column,
    page::{Branch, Direction, KeyValue},
    statistics::PRIORITIES,
};

/// More parts than these are not worth telling apart.
const MOST: usize = 200;

/// The parts, in the order; none where its first field has too many values.
pub(super) fn branches(order: TicketOrder, road: &Road<'_>) -> Vec<Branch> {
    let mut branches = match order.field {
        TicketOrderField::ClosedAt => return by_closing(),
        field => match values(field, road) {
            Some((name, values)) => grouped(name, values, road),
            None => return Vec::new(),
        },
    };
    if branches.len() > MOST {
        return Vec::new();
    }
    if order.direction == Direction::Descending {
        // What is absent comes last either way.
        let present = branches.iter().filter(|branch| branch.key != Some(KeyValue::Absent)).count();
        branches[..present].reverse();
    }
    branches
}

/// A value of a column, by what it is sorted, and how many tickets have it.
struct Valued {
    key: KeyValue,
    value: Option<Value>,
    tickets: u64,
}

impl Valued {
    fn new(key: KeyValue, value: Option<impl Into<Value>>, tickets: u64) -> Self {
        Self { key, value: value.map(Into::into), tickets }
    }
}

/// The column that a field is about, and its values of which tickets are left.
fn values(field: TicketOrderField, road: &Road<'_>) -> Option<(&'static str, Vec<Valued>)> {
    let Road { directory, sizes, left, .. } = road;
    Some(match field {
        TicketOrderField::Priority => {
            let own = PRIORITIES.into_iter().filter(|own| left.has_priority(*own));
            let valued = |own| Valued::new(KeyValue::Number(own as i64), Some(own), sizes.of_priority(own));
            ("priority", own.map(valued).collect())
        }
        TicketOrderField::Status => {
            let own = directory.statuses.iter().filter(|status| left.has_status(status.id));
            let key = |position: i32| KeyValue::Number(position.into());
            let valued = own.map(|own| Valued::new(key(own.position), Some(own.id), sizes.of_status(own.id)));
            ("status_id", valued.collect())
        }
        TicketOrderField::Category => {
            let named = directory.categories.iter().map(|own| (Some(own.id), Some(&own.name_key)));
            let own = named.chain([(None, None)]).filter(|(id, _)| left.has_category(*id));
            ("category_id", own.map(|(id, name)| Valued::new(key(name), id, sizes.of_category(id))).collect())
        }
        TicketOrderField::Assignee => {
            let named = directory.users.iter().map(|own| (Some(own.id), Some(&own.name_folded)));
            let own = named.chain([(None, None)]).filter(|(id, _)| left.has_assignee(*id));
            ("assignee_id", own.map(|(id, name)| Valued::new(key(name), id, sizes.of_assignee(id))).collect())
        }
        _ => return None,
    })
}

fn key(name: Option<&String>) -> KeyValue {
    name.map_or(KeyValue::Absent, |name| KeyValue::Text(name.clone()))
}

/// A branch for each key, ascending: names may be those of several.
fn grouped(name: &'static str, values: Vec<Valued>, road: &Road<'_>) -> Vec<Branch> {
    let mut groups: BTreeMap<KeyValue, (Vec<Value>, u64)> = BTreeMap::new();
    for Valued { key, value, tickets } in values {
        let (values, sum) = groups.entry(key).or_default();
        values.extend(value);
        *sum += tickets;
    }
    let branch = |(key, (values, tickets)): (KeyValue, (Vec<Value>, u64))| {
        let own = column("ticket", name);
        let condition = match &values[..] {
            [] => own.is_null(),
            [value] => own.eq(value.clone()),
            _ => own.is_in(values.into_iter().map(Expr::val)),
        };
        Branch { condition, key: Some(key), expected: road.taken(tickets), hint: "" }
    };
    groups.into_iter().map(branch).collect()
}

/// The closed tickets, then the others. How many are closed is not known: both are read.
fn by_closing() -> Vec<Branch> {
    let closed_at = || column("ticket", "closed_at");
    vec![
        Branch { condition: closed_at().is_not_null(), key: None, expected: 0, hint: "" },
        Branch { condition: closed_at().is_null(), key: Some(KeyValue::Absent), expected: 0, hint: "" },
    ]
}
