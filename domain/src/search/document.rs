//! What texts are found in: a document for each ticket, note, contact and message.

use std::collections::BTreeSet;

use sportello_entity::{AccountId, contact, message, ticket, ticket_note};
use uuid::Uuid;

use super::words::{Place, account_key, lexeme, spaced, words};
use crate::contact::phone;

/// What a document is of. The numbers are in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A ticket: reference and title, then the description.
    Ticket = 0,
    /// A ticket's note.
    Note = 1,
    /// A contact: the name, then e-mail and phone.
    Contact = 2,
    /// A message of a contact's chat.
    Message = 3,
}

/// Parts of a document between which no phrase is found.
const BETWEEN: &str = "|";

/// A document: what it is of, whose tickets it belongs to, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) account_id: AccountId,
    pub(super) kind: Kind,
    /// The ticket, note, contact or message.
    pub(super) subject_id: Uuid,
    /// The ticket, or the contact: all tickets of a contact are found by it.
    pub(super) owner_id: Uuid,
    /// What counts most.
    pub(super) head: String,
    /// The rest.
    pub(super) body: String,
}

impl Document {
    pub(super) fn of_ticket(ticket: &ticket::Model) -> Self {
        Self {
            account_id: ticket.account_id,
            kind: Kind::Ticket,
            subject_id: ticket.id.0,
            owner_id: ticket.id.0,
            head: parts([words(&ticket.reference), words(&ticket.title)]),
            body: spaced(&words(&ticket.description)),
        }
    }

    pub(super) fn of_note(note: &ticket_note::Model) -> Self {
        Self {
            account_id: note.account_id,
            kind: Kind::Note,
            subject_id: note.id.0,
            owner_id: note.ticket_id.0,
            head: String::new(),
            body: spaced(&words(&note.body)),
        }
    }

    pub(super) fn of_contact(contact: &contact::Model) -> Self {
        let email = words(contact.email.as_deref().unwrap_or_default());
        let endings = contact.phone.as_deref().map(endings).unwrap_or_default();
        Self {
            account_id: contact.account_id,
            kind: Kind::Contact,
            subject_id: contact.id.0,
            owner_id: contact.id.0,
            head: spaced(&words(&contact.name)),
            body: parts([email, endings]),
        }
    }

    pub(super) fn of_message(message: &message::Model) -> Self {
        Self {
            account_id: message.account_id,
            kind: Kind::Message,
            subject_id: message.id.0,
            // A chat's UUID is its contact's.
            owner_id: message.chat_id.0,
            head: String::new(),
            body: spaced(&words(&message.body)),
        }
    }

    /// Its words as the index holds them, each once; those of the head once more, as such.
    pub(super) fn lexemes(&self) -> BTreeSet<String> {
        let key = account_key(self.account_id);
        let place = if self.kind == Kind::Contact { Place::Name } else { Place::Title };
        let words = |text: &'_ str, place| {
            let words = text.split(' ').filter(|word| !word.is_empty() && *word != BETWEEN);
            words.map(|word| lexeme(&key, place, word)).collect::<Vec<_>>()
        };
        let (head, body) = (words(&self.head, Place::Anywhere), words(&self.body, Place::Anywhere));
        [words(&self.head, place), head, body].into_iter().flatten().collect()
    }
}

fn parts(parts: [Vec<String>; 2]) -> String {
    let [first, second] = parts;
    if first.is_empty() || second.is_empty() {
        return spaced(&[first, second].concat());
    }
    spaced(&[first, vec![BETWEEN.to_owned()], second].concat())
}

/// A phone number after two plus signs, and each of its endings of four digits or more after one: what begins an ending
/// is a part of the number.
fn endings(phone: &str) -> Vec<String> {
    let digits = phone::digits(phone);
    let parts = (0..digits.len().saturating_sub(3)).map(|start| format!("+{}", &digits[start..]));
    std::iter::once(format!("++{digits}")).chain(parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_by_its_endings() {
        assert_eq!(endings("+391234"), ["++391234", "+391234", "+91234", "+1234"]);
        assert_eq!(endings("+12"), ["++12"]);
    }

    #[test]
    fn no_phrase_reaches_from_a_part_into_the_next() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        assert_eq!(parts([words("t 1"), words("a b")]), " t 1 | a b ");
        assert_eq!(parts([words(""), words("a b")]), " a b ");
        assert_eq!(parts([words(""), words("")]), "");
    }
}
