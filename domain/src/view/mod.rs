//! Views: searches that people keep for themselves or share. They are not in the log.

mod delete;
mod find;
mod save;

pub use delete::delete;
pub use find::{find, list};
pub use save::{ViewSave, save};

use sportello_entity::ticket_view;

use crate::{Result, ticket::list::TicketOrder};

/// What a view sorts by; empty: the list's own order.
///
/// # Errors
/// INTERNAL when the row holds what this program never wrote.
pub fn order_of(view: &ticket_view::Model) -> Result<Vec<TicketOrder>> {
    Ok(serde_json::from_str(&view.order_by)?)
}
