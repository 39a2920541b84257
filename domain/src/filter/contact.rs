//! Filters over contacts.

use sea_orm::{ExprTrait, sea_query::Expr};
use sportello_entity::{ContactId, contact};

use super::{
    bound::Moment,
    comparison::Choice,
    sql::{Sql, column},
    text::{TextColumn, TextComparison},
    tree::Filter,
};
use crate::{
    actor::Actor,
    error::{Error, Result},
    policy::Permission,
    text::folded,
};

/// Which contacts.
pub type ContactFilter = Filter<ContactTerm>;

/// One question to a contact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ContactTerm {
    /// Which one it is.
    Id(Choice<ContactId>),
    /// What they are called; "" is a text too.
    Name(TextComparison),
    /// E.164.
    Phone(TextComparison),
    /// The address as it was given.
    Email(TextComparison),
    /// When they were first known.
    CreatedAt(Moment),
}

impl ContactTerm {
    /// Whether it takes the right to read contacts whole, not only their ids and names.
    fn is_private(&self) -> bool {
        matches!(self, Self::Phone(_) | Self::Email(_) | Self::CreatedAt(_))
    }

    fn holds(&self, contact: &contact::Model) -> bool {
        match self {
            Self::Id(id) => id.holds(Some(&contact.id)),
            Self::Name(text) => text.holds(Some(&contact.name), folded),
            Self::Phone(text) => text.holds(contact.phone.as_deref(), folded),
            Self::Email(text) => text.holds(contact.email.as_deref(), folded),
            Self::CreatedAt(moment) => moment.comparison.holds(Some(&contact.created_at)),
        }
    }

    pub(super) fn expression(&self, sql: &Sql<'_>) -> Expr {
        let of = |name: &'static str| column("contact", name);
        let text = |text: &TextComparison, name, folded_name, is_nullable| {
            let column =
                TextColumn { exact: of(name), folded: of(folded_name), folding: folded, is_nullable };
            text.expression(column, sql.backend)
        };
        match self {
            Self::Id(id) => id.expression(of("id"), false),
            Self::Name(name) => text(name, "name", "name_folded", false),
            // Digits and a plus sign are folded as they are.
            Self::Phone(phone) => text(phone, "phone", "phone", true),
            Self::Email(email) => text(email, "email", "email_folded", true),
            Self::CreatedAt(moment) => moment.comparison.expression(of("created_at"), false),
        }
    }
}

impl ContactFilter {
    /// The reading in memory.
    pub fn matches(&self, contact: &contact::Model) -> bool {
        self.holds(&|term| term.holds(contact))
    }

    /// The reading in SQL, over the table `contact`. It does not name the account: the statement around it does.
    pub fn condition(&self, sql: &Sql<'_>) -> Expr {
        self.expression(&|term: &ContactTerm| term.expression(sql))
    }

    /// Refuses what the actor may not read, and so may not ask.
    ///
    /// # Errors
    /// FORBIDDEN.
    pub fn require_readable(&self, actor: &Actor) -> Result<()> {
        self.try_each(&mut |term, _| match term.is_private() {
            true => actor.require(Permission::ReadContacts),
            false => Ok(()),
        })
    }

    /// Refuses what an event on a ticket cannot decide: everything but ids.
    ///
    /// # Errors
    /// FILTER_NOT_LIVE.
    pub fn require_live(&self) -> Result<()> {
        self.try_each(&mut |term, place| match term {
            ContactTerm::Id(_) => Ok(()),
            _ => Err(Error::FilterNotLive {
                message: "a stream cannot follow a contact's name, phone, e-mail or age: filter by the contact's id"
                    .to_owned(),
                path: place.0.clone(),
            }),
        })
    }

    /// Whether only the contact's id is asked for, which the ticket itself has.
    pub(super) fn is_by_id(&self) -> bool {
        let mut is_by_id = true;
        let told = self.try_each(&mut |term, _| {
            is_by_id &= matches!(term, ContactTerm::Id(_));
            Ok(())
        });
        is_by_id && told.is_ok()
    }

    pub(super) fn matches_id(&self, contact_id: ContactId) -> bool {
        self.holds(&|term| match term {
            ContactTerm::Id(id) => id.holds(Some(&contact_id)),
            ContactTerm::Name(text) | ContactTerm::Phone(text) | ContactTerm::Email(text) => {
                text.holds(None, folded)
            }
            ContactTerm::CreatedAt(moment) => moment.comparison.holds(None),
        })
    }

    pub(super) fn ticket_condition(&self, sql: &Sql<'_>) -> Expr {
        let own = column("ticket", "contact_id");
        if self.is_by_id() {
            return self.expression(&|term| match term {
                ContactTerm::Id(id) => id.expression(own.clone(), false),
                _ => super::tree::truth(false),
            });
        }
        own.in_subquery(sql.contacts(self.condition(sql)))
    }
}
