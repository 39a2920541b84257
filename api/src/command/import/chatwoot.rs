//! Chatwoot: conversations of the Application API. Its list tells the last message only; an exporter that reads each
//! conversation's messages puts all of them in.
//! <https://developers.chatwoot.com/api-reference/conversations/conversations-list>

use serde_json::Value as Json;

use super::{
    draft::{Draft, DraftNote, Person},
    member::{first_text, is_true, list, text},
    system::Statuses,
};

/// "pending" is with a bot and "snoozed" put off: in both nobody works on it now.
pub(super) const STATUSES: Statuses =
    &[("open", "open"), ("pending", "waiting"), ("snoozed", "waiting"), ("resolved", "resolved")];

pub(super) fn draft(conversation: &Json) -> Draft {
    let id = text(conversation, "/id");
    let mut messages: Vec<_> = list(conversation, "/messages").iter().filter(|one| is_written(one)).collect();
    messages.sort_by_key(|message| message.pointer("/created_at").and_then(Json::as_i64));
    let mut notes: Vec<_> = messages.into_iter().map(note).collect();
    let description = if notes.is_empty() { String::new() } else { notes.remove(0).body };
    Draft {
        reference: id.clone(),
        id: id.unwrap_or_default(),
        title: first_text(conversation, &["/additional_attributes/mail_subject"]).unwrap_or_default(),
        description,
        status: text(conversation, "/status"),
        priority: text(conversation, "/priority"),
        category: text(conversation, "/labels/0"),
        contact: person(conversation.pointer("/meta/sender").unwrap_or(&Json::Null)),
        assignee_email: text(conversation, "/meta/assignee/email"),
        opened_at: first_text(conversation, &["/created_at", "/messages/0/created_at"]),
        closed_at: None,
        updated_at: first_text(conversation, &["/last_activity_at", "/timestamp", "/updated_at"]),
        notes,
        ..Draft::default()
    }
}

fn person(person: &Json) -> Person {
    Person {
        id: text(person, "/id"),
        name: text(person, "/name"),
        phone: text(person, "/phone_number"),
        email: text(person, "/email"),
    }
}

/// Not what Chatwoot itself says of the conversation, such as that it was assigned.
fn is_written(message: &Json) -> bool {
    let kind = text(message, "/message_type").unwrap_or_default();
    kind != "2" && kind != "activity" && text(message, "/content").is_some()
}

fn note(message: &Json) -> DraftNote {
    DraftNote {
        author: first_text(message, &["/sender/name", "/sender/available_name"]),
        written_at: text(message, "/created_at"),
        body: text(message, "/content").unwrap_or_default(),
        is_private: is_true(message, "/private"),
    }
}
