//! Zendesk: tickets as the Ticketing API and its exports tell them, with `comments` where an exporter put them in.
//! <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/>

use serde_json::Value as Json;

use super::{
    draft::{Draft, DraftNote, People, Person, person_at},
    html,
    member::{first_text, list, text},
    system::Statuses,
};

/// "open" means that somebody works on it; "new" that nobody has touched it yet.
pub(super) const STATUSES: Statuses = &[
    ("new", "open"),
    ("open", "in_progress"),
    ("pending", "waiting"),
    ("hold", "waiting"),
    ("solved", "resolved"),
    ("closed", "closed"),
];

pub(super) fn draft(ticket: &Json, people: &People) -> Draft {
    let id = text(ticket, "/id");
    let status = text(ticket, "/status");
    let description = text(ticket, "/description").unwrap_or_default();
    let mut notes: Vec<_> = list(ticket, "/comments").iter().map(|comment| note(comment, people)).collect();
    // The first comment is the description, written once more.
    if notes.first().is_some_and(|first| first.body.trim() == description.trim()) {
        notes.remove(0);
    }
    Draft {
        reference: id.clone(),
        id: id.unwrap_or_default(),
        title: first_text(ticket, &["/subject", "/raw_subject"]).unwrap_or_default(),
        description,
        priority: text(ticket, "/priority"),
        category: text(ticket, "/type"),
        contact: person_at(ticket, "/requester", "/requester_id", people, person),
        assignee_email: person_at(ticket, "/assignee", "/assignee_id", people, person).email,
        opened_at: text(ticket, "/created_at"),
        closed_at: first_text(ticket, &["/metric_set/solved_at", "/solved_at"]),
        updated_at: text(ticket, "/updated_at"),
        notes,
        is_passed_over: (status.as_deref() == Some("deleted")).then_some("it was deleted there"),
        status,
        ..Draft::default()
    }
}

pub(super) fn person(person: &Json) -> Person {
    Person {
        id: text(person, "/id"),
        name: text(person, "/name"),
        phone: text(person, "/phone"),
        email: text(person, "/email"),
    }
}

fn note(comment: &Json, people: &People) -> DraftNote {
    let html = || text(comment, "/html_body").map(|body| html::plain(&body));
    DraftNote {
        author: person_at(comment, "/author", "/author_id", people, person).name,
        written_at: text(comment, "/created_at"),
        body: first_text(comment, &["/plain_body", "/body"]).or_else(html).unwrap_or_default(),
        is_private: comment.pointer("/public") == Some(&Json::Bool(false)),
    }
}
