//! The fields that a search can name.

/// What stands before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Status,
    Is,
    Priority,
    Category,
    Assignee,
    Contact,
    Phone,
    Reference,
    Source,
    Opened,
    Updated,
    Closed,
}

impl Field {
    /// The length of the longest name.
    pub(super) const LONGEST: usize = 9;

    const NAMES: [(&str, Self); 12] = [
        ("status", Self::Status),
        ("is", Self::Is),
        ("priority", Self::Priority),
        ("category", Self::Category),
        ("assignee", Self::Assignee),
        ("contact", Self::Contact),
        ("phone", Self::Phone),
        ("reference", Self::Reference),
        ("source", Self::Source),
        ("opened", Self::Opened),
        ("updated", Self::Updated),
        ("closed", Self::Closed),
    ];

    /// The field of that name, ignoring case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, field)| *field)
    }

    /// Whether its values have an order, so that > and < mean something.
    pub(super) fn is_ordered(self) -> bool {
        matches!(self, Self::Priority) || self.is_time()
    }

    pub(super) fn is_time(self) -> bool {
        matches!(self, Self::Opened | Self::Updated | Self::Closed)
    }
}
