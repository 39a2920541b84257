//! The five statuses that every account begins with.

use sportello_entity::{AccountId, StatusId, Timestamp, ticket_status, value::MacroStatus};

use super::language::Language;
use crate::text::name_key;

/// One predefined status: its key, its names, its colour and its macro-status. The order is that of the positions.
struct Predefined {
    key: &'static str,
    english: &'static str,
    spanish: &'static str,
    italian: &'static str,
    color: &'static str,
    macro_status: MacroStatus,
}

const PREDEFINED: [Predefined; 5] = [
    Predefined {
        key: "open",
        english: "Open",
        spanish: "Abierto",
        italian: "Aperto",
        color: "#2563eb",
        macro_status: MacroStatus::InProgress,
    },
    Predefined {
        key: "in_progress",
        english: "In progress",
        spanish: "En curso",
        italian: "In lavorazione",
        color: "#d97706",
        macro_status: MacroStatus::InProgress,
    },
    Predefined {
        key: "waiting",
        english: "Waiting",
        spanish: "En espera",
        italian: "In attesa",
        color: "#7c3aed",
        macro_status: MacroStatus::InProgress,
    },
    Predefined {
        key: "resolved",
        english: "Resolved",
        spanish: "Resuelto",
        italian: "Risolto",
        color: "#16a34a",
        macro_status: MacroStatus::Terminated,
    },
    Predefined {
        key: "closed",
        english: "Closed",
        spanish: "Cerrado",
        italian: "Chiuso",
        color: "#6b7280",
        macro_status: MacroStatus::Terminated,
    },
];

impl Predefined {
    fn name(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Spanish => self.spanish,
            Language::Italian => self.italian,
        }
    }
}

/// The rows of a new account, in the order of their positions.
pub(super) fn rows(
    account_id: AccountId,
    locale: &str,
    now: Timestamp,
    mut new_id: impl FnMut() -> StatusId,
) -> Vec<ticket_status::Model> {
    let language = Language::of(locale);
    let row = |(position, status): (usize, &Predefined)| ticket_status::Model {
        id: new_id(),
        account_id,
        key: status.key.to_owned(),
        name: status.name(language).to_owned(),
        name_key: name_key(status.name(language)),
        is_renamed: false,
        color: status.color.to_owned(),
        macro_status: status.macro_status,
        position: i32::try_from(position).expect("five fit"),
        is_predefined: true,
        is_default: position == 0,
        created_at: now,
        deleted_at: None,
    };
    PREDEFINED.iter().enumerate().map(row).collect()
}

/// The name of the predefined status with this key in the language of `locale`.
pub(super) fn name_of(key: &str, locale: &str) -> Option<&'static str> {
    let status = PREDEFINED.iter().find(|status| status.key == key)?;
    Some(status.name(Language::of(locale)))
}
