//! The systems that tickets can come from, and how their words become ours.

use clap::ValueEnum;
use serde_json::Value as Json;
use sportello_entity::value::Priority;

use super::{
    chatwoot,
    draft::{Draft, People, Person},
    freshdesk, zammad, zendesk,
};

/// A system that tickets can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum System {
    /// A table with a line of column names.
    Csv,
    /// Zendesk: ticket exports and lists of its API.
    Zendesk,
    /// Zammad: tickets of its API, with expand=true.
    Zammad,
    /// Chatwoot: conversations of its API.
    Chatwoot,
    /// Freshdesk: tickets of its API.
    Freshdesk,
}

/// A word of theirs, in lower case, and the key of our status.
pub(super) type Statuses = &'static [(&'static str, &'static str)];

impl System {
    /// As it is typed; what stands before its keys.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Zendesk => "zendesk",
            Self::Zammad => "zammad",
            Self::Chatwoot => "chatwoot",
            Self::Freshdesk => "freshdesk",
        }
    }

    /// Members of a document that hold tickets.
    pub(super) fn ticket_lists(self) -> &'static [&'static str] {
        match self {
            Self::Csv => &[],
            Self::Zendesk | Self::Freshdesk => &["tickets", "ticket", "results"],
            Self::Zammad => &["tickets", "ticket"],
            Self::Chatwoot => &["data", "payload"],
        }
    }

    /// Members of a document that hold the people whom tickets name by id.
    pub(super) fn people_lists(self) -> &'static [&'static str] {
        match self {
            Self::Csv | Self::Chatwoot => &[],
            Self::Zendesk | Self::Zammad => &["users"],
            Self::Freshdesk => &["contacts", "agents", "users"],
        }
    }

    /// What a ticket of theirs says.
    pub(super) fn draft(self, ticket: &Json, people: &People) -> Draft {
        match self {
            Self::Csv => Draft::default(),
            Self::Zendesk => zendesk::draft(ticket, people),
            Self::Zammad => zammad::draft(ticket, people),
            Self::Chatwoot => chatwoot::draft(ticket),
            Self::Freshdesk => freshdesk::draft(ticket, people),
        }
    }

    /// A person of theirs.
    pub(super) fn person(self, person: &Json) -> Person {
        match self {
            Self::Csv | Self::Chatwoot => Person::default(),
            Self::Zendesk => zendesk::person(person),
            Self::Zammad => zammad::person(person),
            Self::Freshdesk => freshdesk::person(person),
        }
    }

    /// The key of our status for a word of theirs.
    pub(super) fn status(self, theirs: &str) -> Option<&'static str> {
        let table = match self {
            Self::Csv => WORDS,
            Self::Zendesk => zendesk::STATUSES,
            Self::Zammad => zammad::STATUSES,
            Self::Chatwoot => chatwoot::STATUSES,
            Self::Freshdesk => freshdesk::STATUSES,
        };
        table.iter().find(|(word, _)| *word == theirs).map(|(_, key)| *key)
    }

    /// Our priority for a word of theirs. Zammad writes "3 high"; Freshdesk and many tables write 1 to 4.
    pub(super) fn priority(self, theirs: &str) -> Option<Priority> {
        let word = match self {
            Self::Zammad => theirs.trim_start_matches(|c: char| c.is_ascii_digit()).trim(),
            _ => theirs,
        };
        match word {
            "low" | "1" => Some(Priority::Low),
            "normal" | "medium" | "2" => Some(Priority::Medium),
            "high" | "3" => Some(Priority::High),
            "urgent" | "critical" | "4" => Some(Priority::Urgent),
            _ => None,
        }
    }
}

/// What tables of many systems call statuses.
const WORDS: Statuses = &[
    ("new", "open"),
    ("open", "open"),
    ("in progress", "in_progress"),
    ("assigned", "in_progress"),
    ("pending", "waiting"),
    ("waiting", "waiting"),
    ("on hold", "waiting"),
    ("hold", "waiting"),
    ("resolved", "resolved"),
    ("solved", "resolved"),
    ("done", "resolved"),
    ("closed", "closed"),
];
