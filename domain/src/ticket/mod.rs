//! Tickets: opening, changing, noting, deleting, and reading them.

mod answer;
mod assignment;
mod bulk;
mod change;
mod delete;
mod find;
mod history;
mod import;
pub mod list;
pub mod moves;
mod note;
mod note_list;
mod open;
mod reference;
mod restore;
mod snapshot;
mod update;

pub(crate) use answer::{check_of_contact, lock_unanswered, mark_answered};
pub use bulk::{BulkResult, BulkUpdate, update_many};
pub use change::{Names, Written, apply, compare_versions};
pub use delete::{DeleteTicket, delete};
pub use find::{TicketKey, by_key, find_tickets, get_for_update, get_visible};
pub use history::history;
pub use import::{ImportNote, ImportTicket, ImportTickets, import};
pub(crate) use note::add_in as note_add_in;
pub use note::{NoteOutcome, add as note_add, edit as note_edit, remove as note_delete};
pub use note_list::{find_notes, notes};
pub(crate) use open::open_in;
pub use open::{OpenTicket, open};
pub(crate) use reference::checked as checked_reference;
pub use restore::restore;
pub use snapshot::TicketSnapshot;
pub(crate) use update::update_in;
pub use update::{TicketOutcome, UpdateTicket, update};
