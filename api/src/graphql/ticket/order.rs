//! What tickets are sorted by, as clients say it.

use async_graphql::{Enum, InputObject};
use sportello_domain::{page::Direction, ticket::list};

/// Which way a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum OrderDirection {
    /// The least first: A before Z, the earliest first, LOW before URGENT.
    Asc,
    /// The greatest first.
    Desc,
}

/// What a ticket can be sorted by. What is absent comes last either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "list::TicketOrderField")]
pub(crate) enum TicketOrderField {
    /// How urgent it is.
    Priority,
    /// Its status's position.
    Status,
    /// Its title, ignoring case and accents.
    Title,
    /// Its reference, ignoring case.
    Reference,
    /// Its category's name, ignoring case.
    Category,
    /// Its contact's name, ignoring case.
    Contact,
    /// Its assignee's name, ignoring case.
    Assignee,
    /// When it was opened.
    OpenedAt,
    /// When it last changed.
    UpdatedAt,
    /// When it entered its status.
    StatusChangedAt,
    /// When it was closed.
    ClosedAt,
    /// How well it fits the search, which must be given; DESC puts the best first.
    Relevance,
}

/// One field to sort by. Ties are broken by the next one, and in the end by id, in the first one's direction.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct TicketOrder {
    /// What.
    field: TicketOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl From<Direction> for OrderDirection {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Ascending => Self::Asc,
            Direction::Descending => Self::Desc,
        }
    }
}

impl From<list::TicketOrder> for TicketOrder {
    fn from(list::TicketOrder { field, direction }: list::TicketOrder) -> Self {
        Self { field: field.into(), direction: direction.into() }
    }
}

/// The order as the domain takes it; none: its default.
pub(crate) fn into_orders(orders: Option<Vec<TicketOrder>>) -> Vec<list::TicketOrder> {
    let direction = |direction| match direction {
        OrderDirection::Asc => Direction::Ascending,
        OrderDirection::Desc => Direction::Descending,
    };
    let order = |order: TicketOrder| list::TicketOrder {
        field: order.field.into(),
        direction: direction(order.direction),
    };
    orders.unwrap_or_default().into_iter().map(order).collect()
}
