//! The chats of the last days, as actions among the others.

use sportello_entity::Timestamp;

use super::making::{Action, Deed, Hand};
use crate::demo::{
    people::SPANISH_SPEAKER,
    texts::{CONTACTS, CONVERSATIONS, Conversation, Country, Line},
};

/// So long after a message the next one comes.
const PAUSE_SECONDS: i64 = 4 * 60;
/// Who writes to those who speak no Spanish.
const WRITER: usize = 2;

/// Everything that was written until now.
pub(super) fn written(now: Timestamp) -> impl Iterator<Item = Action> {
    CONVERSATIONS.iter().flat_map(move |talk| {
        let begun = now.plus_seconds(-60 * talk.minutes_ago);
        (0..).zip(talk.lines).map(move |(place, line)| {
            let at = begun.plus_seconds(PAUSE_SECONDS * place);
            Action { at, by: Hand::Colleague(writer(talk)), deed: deed(talk, *line) }
        })
    })
}

fn deed(talk: &Conversation, line: Line) -> Deed {
    match line {
        Line::Customer(text) => Deed::Hear(talk.contact, text),
        Line::Shop(text) => Deed::Write(talk.contact, text),
    }
}

fn writer(talk: &Conversation) -> usize {
    if CONTACTS[talk.contact].1 == Country::Spain { SPANISH_SPEAKER } else { WRITER }
}
