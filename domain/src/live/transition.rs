//! How an event moves a ticket relative to a filter.

use crate::{
    Result,
    filter::{Related, TicketFilter},
    log::Event,
    ticket::TicketSnapshot,
};

/// How a ticket moved relative to a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// It came to match.
    Entered,
    /// It matched before and matches now.
    Updated,
    /// It stopped matching, or was deleted.
    Left,
}

impl Transition {
    /// What an event on a ticket is to those who watch by the filter; None: the ticket matched neither before nor after.
    ///
    /// # Errors
    /// INTERNAL when the event is not about a ticket.
    pub fn of(filter: &TicketFilter, event: &Event) -> Result<Option<Self>> {
        let matches = |ticket: &TicketSnapshot| {
            ticket.deleted_at.is_none() && filter.matches(ticket, &Related::default())
        };
        let before = event.ticket_before()?.is_some_and(|ticket| matches(ticket));
        Ok(match (before, matches(event.ticket()?)) {
            (false, true) => Some(Self::Entered),
            (true, true) => Some(Self::Updated),
            (true, false) => Some(Self::Left),
            (false, false) => None,
        })
    }
}
