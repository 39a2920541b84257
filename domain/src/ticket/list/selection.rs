//! What of a page is read: what a client does not select costs nothing.

/// The columns of `ticket` that are read only where they are selected, in the order of the table, with the names of
/// the fields that show them.
const OPTIONAL: [(&str, &str); 11] = [
    ("external_id", "externalId"),
    ("description", "description"),
    ("macro_status", "macroStatus"),
    ("source", "source"),
    ("updated_at", "updatedAt"),
    ("status_changed_at", "statusChangedAt"),
    ("closed_at", "closedAt"),
    ("first_response_at", "firstResponseAt"),
    ("deleted_at", "deletedAt"),
    ("reopen_count", "reopenCount"),
    ("note_count", "noteCount"),
];

/// How much of the tickets' contacts is read along with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactSelection {
    /// Nothing.
    None,
    /// Id and name; the rest of the row is blank.
    Names,
    /// All of it.
    Whole,
}

/// What of a page is read. A ticket's field that is not has its blank value: "", 0, null or the first of its values.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    /// Whether the whole list is counted.
    pub total: bool,
    /// Whether each ticket gets a cursor; else they are "".
    pub cursors: bool,
    /// How much of the contacts.
    pub contacts: ContactSelection,
    optional: [bool; OPTIONAL.len()],
}

impl Selection {
    /// All of the tickets, with their cursors.
    pub fn whole(total: bool, contacts: ContactSelection) -> Self {
        Self { total, cursors: true, contacts, optional: [true; OPTIONAL.len()] }
    }

    /// Of the tickets only those fields of the public schema of which `is_selected` says so.
    pub fn of_fields(
        total: bool,
        cursors: bool,
        contacts: ContactSelection,
        is_selected: impl Fn(&str) -> bool,
    ) -> Self {
        Self { total, cursors, contacts, optional: OPTIONAL.map(|(_, field)| is_selected(field)) }
    }

    /// Those of these columns that are read.
    pub(super) fn columns(&self, all: &[&'static str]) -> Vec<&'static str> {
        let left_out = |name: &str| {
            OPTIONAL.iter().zip(self.optional).any(|((column, _), is_read)| *column == name && !is_read)
        };
        all.iter().copied().filter(|name| !left_out(name)).collect()
    }

    /// For each optional column, in the table's order, whether it is read.
    pub(super) fn optional(&self) -> impl Iterator<Item = bool> {
        self.optional.into_iter()
    }
}
