//! Anchors: what a ticket must have for a filter to take it. A filter is found by its anchors, and then asked.

use sportello_entity::{CategoryId, ContactId, StatusId, TicketId, UserId, value::Priority};

use crate::{
    filter::{
        Choice, Comparison, ContactFilter, ContactTerm, Filter, TextComparison, TicketFilter, TicketTerm,
    },
    text::folded,
    ticket::TicketSnapshot,
};

/// One thing that a ticket may have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Anchor {
    /// A property is just this.
    Is(Property),
    /// A text, folded, holds this one, which is not empty.
    Holds(Text, String),
}

/// A property that filters often ask for, with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Property {
    Ticket(TicketId),
    Contact(ContactId),
    Assignee(Option<UserId>),
    Category(Option<CategoryId>),
    Status(StatusId),
    Priority(Priority),
}

/// A text of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Text {
    Reference,
    ExternalId,
    Title,
    Description,
}

impl Property {
    /// All of them that the ticket has.
    pub(super) fn of(ticket: &TicketSnapshot) -> [Self; 6] {
        [
            Self::Ticket(ticket.id),
            Self::Contact(ticket.contact_id),
            Self::Assignee(ticket.assignee_id),
            Self::Category(ticket.category_id),
            Self::Status(ticket.status_id),
            Self::Priority(ticket.priority),
        ]
    }
}

impl Text {
    /// How many there are.
    pub(super) const COUNT: usize = 4;
    /// All of them.
    pub(super) const ALL: [Self; Self::COUNT] =
        [Self::Reference, Self::ExternalId, Self::Title, Self::Description];

    /// The ticket's text, as it is.
    pub(super) fn of(self, ticket: &TicketSnapshot) -> Option<&str> {
        match self {
            Self::Reference => Some(&ticket.reference),
            Self::ExternalId => ticket.external_id.as_deref(),
            Self::Title => Some(&ticket.title),
            Self::Description => Some(&ticket.description),
        }
    }
}

/// Of these a ticket has at least one, if the filter takes it. None: a ticket of any kind may be taken.
pub(super) fn anchors(filter: &TicketFilter) -> Option<Vec<Anchor>> {
    match filter {
        Filter::None => Some(Vec::new()),
        Filter::All | Filter::Not(_) => None,
        Filter::And(parts) => parts.iter().filter_map(anchors).min_by_key(|anchors| commonness(anchors)),
        Filter::Or(parts) => Some(parts.iter().map(anchors).collect::<Option<Vec<_>>>()?.concat()),
        Filter::Term(term, _) => of_term(term),
    }
}

fn of_term(term: &TicketTerm) -> Option<Vec<Anchor>> {
    match term {
        TicketTerm::Id(id) => of_choice(id, |id| id.map(Property::Ticket)),
        TicketTerm::Contact(contact) => of_contact(contact),
        TicketTerm::AssigneeId(id) => of_choice(id, |id| Some(Property::Assignee(id))),
        TicketTerm::CategoryId(id) => of_choice(id, |id| Some(Property::Category(id))),
        TicketTerm::StatusId(id) => of_choice(id, |id| id.map(Property::Status)),
        TicketTerm::Priority(Comparison::Is(priority)) => {
            of_choice(priority, |it| it.map(Property::Priority))
        }
        TicketTerm::Reference(text) => of_text(Text::Reference, text),
        TicketTerm::ExternalId(text) => of_text(Text::ExternalId, text),
        TicketTerm::Title(text) => of_text(Text::Title, text),
        TicketTerm::Description(text) => of_text(Text::Description, text),
        _ => None,
    }
}

fn of_contact(filter: &ContactFilter) -> Option<Vec<Anchor>> {
    match filter {
        Filter::Term(ContactTerm::Id(id), _) => of_choice(id, |id| id.map(Property::Contact)),
        _ => None,
    }
}

/// `property` is None for what is never absent: then nothing is taken.
fn of_choice<V: Copy>(
    choice: &Choice<V>,
    property: impl Fn(Option<V>) -> Option<Property>,
) -> Option<Vec<Anchor>> {
    let values: Vec<Option<V>> = match choice {
        Choice::OneOf(values) => values.iter().copied().map(Some).collect(),
        Choice::IsAbsent => vec![None],
    };
    Some(values.into_iter().filter_map(property).map(Anchor::Is).collect())
}

/// What is equal, begins with a text or holds it, holds it when both are folded.
fn of_text(text: Text, comparison: &TextComparison) -> Option<Vec<Anchor>> {
    let parts = match comparison {
        TextComparison::Equals(part) | TextComparison::Contains(part) | TextComparison::StartsWith(part) => {
            std::slice::from_ref(part)
        }
        TextComparison::OneOf(parts) => parts,
        TextComparison::IsAbsent => return None,
    };
    let parts: Vec<_> = parts.iter().map(|part| folded(part)).collect();
    let is_found = parts.iter().all(|part| !part.is_empty());
    is_found.then(|| parts.into_iter().map(|part| Anchor::Holds(text, part)).collect())
}

/// How many tickets have one of these, roughly: only the order counts.
fn commonness(anchors: &[Anchor]) -> u32 {
    let weights = anchors.iter().map(|anchor| match anchor {
        Anchor::Is(Property::Ticket(_)) | Anchor::Holds(Text::Reference | Text::ExternalId, _) => 1,
        Anchor::Is(Property::Contact(_)) => 3,
        Anchor::Holds(Text::Title | Text::Description, _) => 10,
        Anchor::Is(Property::Assignee(Some(_))) => 50,
        Anchor::Is(Property::Category(Some(_))) => 100,
        Anchor::Is(Property::Status(_)) => 300,
        Anchor::Is(Property::Assignee(None) | Property::Category(None) | Property::Priority(_)) => 500,
    });
    weights.sum()
}
