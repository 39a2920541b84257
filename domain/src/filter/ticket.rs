//! Filters over tickets.

use sea_orm::{ExprTrait, sea_query::Expr};
use sportello_entity::{
    CategoryId, StatusId, TicketId, UserId, contact,
    value::{MacroStatus, Priority, TicketSource},
};

use super::{
    bound::Moment,
    comparison::{Choice, Comparison, present},
    contact::ContactFilter,
    sql::{Sql, column},
    text::{TextColumn, TextComparison},
    tree::{Filter, Place},
};
use crate::{
    actor::Actor,
    error::{Error, Result},
    text::folded,
    ticket::TicketSnapshot,
};

/// Which tickets.
pub type TicketFilter = Filter<TicketTerm>;

/// One question to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the contract's fields of TicketWhere")]
pub enum TicketTerm {
    Id(Choice<TicketId>),
    /// Compared ignoring case.
    Reference(TextComparison),
    ExternalId(TextComparison),
    Title(TextComparison),
    Description(TextComparison),
    Priority(Comparison<Priority>),
    StatusId(Choice<StatusId>),
    StatusKey(TextComparison),
    MacroStatus(Choice<MacroStatus>),
    CategoryId(Choice<CategoryId>),
    CategoryName(TextComparison),
    Contact(ContactFilter),
    AssigneeId(Choice<UserId>),
    Source(Choice<TicketSource>),
    OpenedAt(Moment),
    UpdatedAt(Moment),
    StatusChangedAt(Moment),
    ClosedAt(Moment),
    ReopenCount(Comparison<i32>),
    NoteCount(Comparison<i32>),
}

/// What a filter may ask of the things that a ticket points at. What is not given reads as absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Related<'a> {
    /// The ticket's contact.
    pub contact: Option<&'a contact::Model>,
    /// The name of its category.
    pub category_name: Option<&'a str>,
}

impl TicketFilter {
    /// The reading in memory.
    pub fn matches(&self, ticket: &TicketSnapshot, related: &Related<'_>) -> bool {
        self.holds(&|term| term.holds(ticket, related))
    }

    /// The reading in SQL, over the table `ticket`. It does not name the account: the statement around it does.
    pub fn condition(&self, sql: &Sql<'_>) -> Expr {
        self.expression(&|term: &TicketTerm| term.expression(sql))
    }

    /// Refuses what an event on the ticket itself cannot decide: relative times, and texts of what it points at.
    ///
    /// # Errors
    /// FILTER_NOT_LIVE, saying where.
    pub fn require_live(&self) -> Result<()> {
        self.try_each(&mut |term, place| term.require_live(place))
    }

    /// Refuses what the actor may not read, and so may not ask.
    ///
    /// # Errors
    /// FORBIDDEN.
    pub fn require_readable(&self, actor: &Actor) -> Result<()> {
        self.try_each(&mut |term, _| term.require_readable(actor))
    }
}

impl TicketTerm {
    fn holds(&self, ticket: &TicketSnapshot, related: &Related<'_>) -> bool {
        match self {
            Self::Id(id) => id.holds(Some(&ticket.id)),
            Self::Reference(text) => lower(text).holds(Some(&ticket.reference.to_ascii_lowercase()), folded),
            Self::ExternalId(text) => text.holds(ticket.external_id.as_deref(), folded),
            Self::Title(text) => text.holds(Some(&ticket.title), folded),
            Self::Description(text) => text.holds(Some(&ticket.description), folded),
            Self::Priority(priority) => priority.holds(Some(&ticket.priority)),
            Self::StatusId(id) => id.holds(Some(&ticket.status_id)),
            Self::StatusKey(text) => text.holds(Some(&ticket.status_key), folded),
            Self::MacroStatus(status) => status.holds(Some(&ticket.macro_status)),
            Self::CategoryId(id) => id.holds(ticket.category_id.as_ref()),
            Self::CategoryName(text) => text.holds(related.category_name, folded),
            Self::Contact(filter) => match related.contact {
                Some(contact) => filter.matches(contact),
                None => filter.matches_id(ticket.contact_id),
            },
            Self::AssigneeId(id) => id.holds(ticket.assignee_id.as_ref()),
            Self::Source(source) => source.holds(Some(&ticket.source)),
            Self::OpenedAt(moment) => moment.comparison.holds(Some(&ticket.opened_at)),
            Self::UpdatedAt(moment) => moment.comparison.holds(Some(&ticket.updated_at)),
            Self::StatusChangedAt(moment) => moment.comparison.holds(Some(&ticket.status_changed_at)),
            Self::ClosedAt(moment) => moment.comparison.holds(ticket.closed_at.as_ref()),
            Self::ReopenCount(number) => number.holds(Some(&ticket.reopen_count)),
            Self::NoteCount(number) => number.holds(Some(&ticket.note_count)),
        }
    }

    /// Refuses what the actor may not read, and so may not ask.
    pub(crate) fn require_readable(&self, actor: &Actor) -> Result<()> {
        match self {
            Self::Contact(filter) => filter.require_readable(actor),
            _ => Ok(()),
        }
    }

    pub(crate) fn expression(&self, sql: &Sql<'_>) -> Expr {
        let of = |name| column("ticket", name);
        let text = |text: &TextComparison, name, folded_name| {
            let column =
                TextColumn { exact: of(name), folded: of(folded_name), folding: folded, is_nullable: false };
            text.expression(column, sql.backend)
        };
        match self {
            Self::Id(id) => id.expression(of("id"), false),
            Self::Reference(reference) => text(&lower(reference), "reference_folded", "reference_folded"),
            Self::ExternalId(key) => key.expression(external_id(), sql.backend),
            Self::Title(title) => text(title, "title", "title_folded"),
            Self::Description(description) => text(description, "description", "description_folded"),
            Self::Priority(priority) => priority.expression(of("priority"), false),
            Self::StatusId(id) => id.expression(of("status_id"), false),
            Self::StatusKey(text) => status_key(text, sql),
            Self::MacroStatus(status) => status.expression(of("macro_status"), false),
            Self::CategoryId(id) => id.expression(of("category_id"), true),
            Self::CategoryName(text) => category_name(text, sql),
            Self::Contact(filter) => filter.ticket_condition(sql),
            Self::AssigneeId(id) => id.expression(of("assignee_id"), true),
            Self::Source(source) => source.expression(of("source"), false),
            Self::OpenedAt(moment) => moment.comparison.expression(of("opened_at"), false),
            Self::UpdatedAt(moment) => moment.comparison.expression(of("updated_at"), false),
            Self::StatusChangedAt(moment) => moment.comparison.expression(of("status_changed_at"), false),
            Self::ClosedAt(moment) => moment.comparison.expression(of("closed_at"), true),
            Self::ReopenCount(number) => number.expression(of("reopen_count"), false),
            Self::NoteCount(number) => number.expression(of("note_count"), false),
        }
    }

    fn require_live(&self, place: &Place) -> Result<()> {
        let refused =
            |message: &str| Err(Error::FilterNotLive { message: message.to_owned(), path: place.0.clone() });
        match self {
            Self::Contact(filter) => filter.require_live(),
            Self::CategoryName(_) => {
                refused("a stream cannot follow a category's name: filter by the category's id")
            }
            Self::OpenedAt(moment)
            | Self::UpdatedAt(moment)
            | Self::StatusChangedAt(moment)
            | Self::ClosedAt(moment)
                if moment.is_relative =>
            {
                refused("a stream cannot follow a time relative to now: give the time itself")
            }
            _ => Ok(()),
        }
    }
}

/// References are ASCII and compare ignoring case.
fn lower(reference: &TextComparison) -> TextComparison {
    reference.clone().lower()
}

fn external_id() -> TextColumn {
    TextColumn {
        exact: column("ticket", "external_id"),
        folded: column("ticket", "external_id_folded"),
        folding: folded,
        is_nullable: true,
    }
}

fn status_key(text: &TextComparison, sql: &Sql<'_>) -> Expr {
    let statuses = sql.statuses.iter().filter(|status| text.holds(Some(&status.key), folded));
    sql.is_one_of(column("ticket", "status_id"), statuses.map(|status| status.id.0))
}

fn category_name(text: &TextComparison, sql: &Sql<'_>) -> Expr {
    let own = column("ticket", "category_id");
    if *text == TextComparison::IsAbsent {
        return own.is_null();
    }
    let categories = sql.categories.iter().filter(|category| text.holds(Some(&category.name), folded));
    let named = sql.is_one_of(own.clone(), categories.map(|category| category.id.0));
    present(own, named, true)
}
