//! Freshdesk: tickets of API v2, best with `include=requester,stats,description` and the conversations put in.
//! <https://developers.freshdesk.com/api/#tickets>

use serde_json::Value as Json;

use super::{
    draft::{Draft, DraftNote, People, Person, person_at},
    html,
    member::{first_text, is_true, list, text},
    system::Statuses,
};

/// Statuses are numbers; 6 and 7 are those that Freshdesk adds for waiting, higher ones an account's own.
pub(super) const STATUSES: Statuses = &[
    ("2", "open"),
    ("3", "waiting"),
    ("4", "resolved"),
    ("5", "closed"),
    ("6", "waiting"),
    ("7", "waiting"),
];

pub(super) fn draft(ticket: &Json, people: &People) -> Draft {
    let id = text(ticket, "/id");
    let gone = if is_true(ticket, "/deleted") {
        Some("it was deleted there")
    } else {
        is_true(ticket, "/spam").then_some("it was marked as spam there")
    };
    let notes = list(ticket, "/conversations").iter().map(|said| note(said, people));
    Draft {
        reference: id.clone(),
        id: id.unwrap_or_default(),
        title: text(ticket, "/subject").unwrap_or_default(),
        description: body(ticket, "/description_text", "/description"),
        status: text(ticket, "/status"),
        priority: text(ticket, "/priority"),
        category: text(ticket, "/type"),
        contact: person_at(ticket, "/requester", "/requester_id", people, person),
        assignee_email: person_at(ticket, "/responder", "/responder_id", people, person).email,
        opened_at: text(ticket, "/created_at"),
        closed_at: first_text(ticket, &["/stats/closed_at", "/stats/resolved_at"]),
        updated_at: text(ticket, "/updated_at"),
        notes: notes.filter(|note| !note.body.is_empty()).collect(),
        is_passed_over: gone,
        ..Draft::default()
    }
}

/// A contact; an agent's person stands in its member `contact`.
pub(super) fn person(person: &Json) -> Person {
    Person {
        id: text(person, "/id"),
        name: first_text(person, &["/name", "/contact/name"]),
        phone: first_text(person, &["/mobile", "/phone"]),
        email: first_text(person, &["/email", "/contact/email"]),
    }
}

fn note(said: &Json, people: &People) -> DraftNote {
    DraftNote {
        author: person_at(said, "/user", "/user_id", people, person).name,
        written_at: text(said, "/created_at"),
        body: body(said, "/body_text", "/body"),
        is_private: is_true(said, "/private"),
    }
}

fn body(value: &Json, plain: &str, html: &str) -> String {
    let written = || text(value, html).map(|body| html::plain(&body));
    text(value, plain).or_else(written).unwrap_or_default()
}
