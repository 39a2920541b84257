//! What tickets are sorted by.

use sea_orm::sea_query::Expr;
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    filter::{Sql, column},
    page::{Direction, KeyKind, Keyset, SortKey},
    search::SearchFilter,
};

/// What a ticket can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub enum TicketOrderField {
    Priority,
    Status,
    Title,
    Reference,
    Category,
    Contact,
    Assignee,
    OpenedAt,
    UpdatedAt,
    StatusChangedAt,
    ClosedAt,
    Relevance,
}

/// One field to sort by, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TicketOrder {
    /// What.
    pub field: TicketOrderField,
    /// Which way.
    pub direction: Direction,
}

/// An order that can be: each field once, at least one.
pub(super) struct Ordering(Vec<TicketOrder>);

const DEFAULT: [TicketOrder; 2] = [
    TicketOrder { field: TicketOrderField::Priority, direction: Direction::Descending },
    TicketOrder { field: TicketOrderField::OpenedAt, direction: Direction::Descending },
];

/// As many as there are fields.
const MOST: usize = 12;

/// Whether a list could be sorted so.
///
/// # Errors
/// BAD_REQUEST with the place.
pub fn check_order(order: &[TicketOrder], search: Option<&SearchFilter>) -> Result<()> {
    Ordering::new(order, search).map(drop)
}

impl Ordering {
    pub(super) fn new(order: &[TicketOrder], search: Option<&SearchFilter>) -> Result<Self> {
        if order.is_empty() {
            return Ok(Self(DEFAULT.to_vec()));
        }
        if order.len() > MOST {
            return Err(Error::bad_request(&["orderBy"], format!("sort by at most {MOST} fields")));
        }
        for (index, TicketOrder { field, .. }) in order.iter().enumerate() {
            let refused = |why: &str| Err(Error::bad_request(&["orderBy", &index.to_string(), "field"], why));
            if order[..index].iter().any(|earlier| earlier.field == *field) {
                return refused("names a field a second time: take it out");
            }
            if *field == TicketOrderField::Relevance && search.is_none() {
                return refused("RELEVANCE needs a search: give one, or sort by something else");
            }
        }
        Ok(Self(order.to_vec()))
    }

    /// Tells the order from every other one. Relevance is another one for each search.
    pub(super) fn name(&self, search: Option<&SearchFilter>) -> String {
        let by_relevance = self.0.iter().any(|order| order.field == TicketOrderField::Relevance);
        let search = search.filter(|_| by_relevance).map(SearchFilter::spelling).unwrap_or_default();
        format!("{:?} {search}", self.0)
    }

    /// What comes first.
    pub(super) fn first(&self) -> TicketOrder {
        self.0[0]
    }

    /// Whether what fits a search best comes first.
    pub(super) fn is_best_first(&self) -> bool {
        let first = self.first();
        first.field == TicketOrderField::Relevance && first.direction == Direction::Descending
    }

    /// The tables that hold names and positions, where they are sorted by; but for the field that is `known` otherwise.
    pub(super) fn joins(&self, known: Option<TicketOrderField>) -> String {
        let join = |order: &TicketOrder| match order.field {
            TicketOrderField::Status => Some("JOIN ticket_status ON ticket_status.id = ticket.status_id"),
            TicketOrderField::Category => {
                Some("LEFT JOIN ticket_category ON ticket_category.id = ticket.category_id")
            }
            TicketOrderField::Contact => Some("JOIN contact ON contact.id = ticket.contact_id"),
            TicketOrderField::Assignee => Some("LEFT JOIN app_user ON app_user.id = ticket.assignee_id"),
            _ => None,
        };
        self.0
            .iter()
            .filter(|order| Some(order.field) != known)
            .filter_map(join)
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub(super) fn keyset(&self, search: Option<&SearchFilter>, sql: &Sql<'_>) -> Keyset {
        let id_direction = self.0.first().map_or(Direction::Ascending, |order| order.direction);
        let keys = self.0.iter().map(|order| key(*order, search, sql)).collect();
        Keyset { keys, id: column("ticket", "id"), id_direction }
    }
}

fn key(
    TicketOrder { field, direction }: TicketOrder,
    search: Option<&SearchFilter>,
    sql: &Sql<'_>,
) -> SortKey {
    use KeyKind::{Number, Text};
    let own = |name| column("ticket", name);
    let (expression, kind, is_nullable) = match field {
        TicketOrderField::Priority => (own("priority"), Number, false),
        TicketOrderField::Status => (column("ticket_status", "position"), Number, false),
        TicketOrderField::Title => (own("title_folded"), Text, false),
        TicketOrderField::Reference => (own("reference_folded"), Text, false),
        TicketOrderField::Category => (column("ticket_category", "name_key"), Text, true),
        TicketOrderField::Contact => (column("contact", "name_folded"), Text, false),
        TicketOrderField::Assignee => (column("app_user", "name_folded"), Text, true),
        TicketOrderField::OpenedAt => (own("opened_at"), Number, false),
        TicketOrderField::UpdatedAt => (own("updated_at"), Number, false),
        TicketOrderField::StatusChangedAt => (own("status_changed_at"), Number, false),
        TicketOrderField::ClosedAt => (own("closed_at"), Number, true),
        TicketOrderField::Relevance => {
            (search.map_or(Expr::cust("0"), |search| search.rank(sql)), Number, false)
        }
    };
    SortKey { expression, direction, kind, is_nullable }
}
