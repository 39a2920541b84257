//! Zammad: tickets of the REST API with `expand=true`, with `articles` where an exporter put them in.
//! <https://docs.zammad.org/en/latest/api/ticket/index.html>

use serde_json::Value as Json;

use super::{
    draft::{Draft, DraftNote, People, Person, person_at},
    html,
    member::{first_text, is_true, list, text},
    system::Statuses,
};

/// The states that Zammad comes with. Without expand=true a ticket has only their numbers, which differ.
pub(super) const STATUSES: Statuses = &[
    ("new", "open"),
    ("open", "in_progress"),
    ("pending reminder", "waiting"),
    ("pending close", "waiting"),
    ("closed", "closed"),
    ("merged", "closed"),
];

pub(super) fn draft(ticket: &Json, people: &People) -> Draft {
    let articles = list(ticket, "/articles");
    let mut notes: Vec<_> = articles.iter().map(note).filter(|note| !note.body.is_empty()).collect();
    let description = if notes.is_empty() { String::new() } else { notes.remove(0).body };
    let status = text(ticket, "/state").or_else(|| Some(format!("state_id {}", text(ticket, "/state_id")?)));
    let owner = person_at(ticket, "/owner", "/owner_id", people, person).email;
    Draft {
        id: text(ticket, "/id").unwrap_or_default(),
        reference: text(ticket, "/number"),
        title: text(ticket, "/title").unwrap_or_default(),
        description,
        is_passed_over: (status.as_deref() == Some("removed")).then_some("it was removed there"),
        status,
        priority: text(ticket, "/priority"),
        category: text(ticket, "/group"),
        contact: customer(ticket, articles, people),
        assignee_email: text(ticket, "/owner").filter(|login| login.contains('@')).or(owner),
        opened_at: text(ticket, "/created_at"),
        closed_at: first_text(ticket, &["/close_at", "/last_close_at"]),
        updated_at: text(ticket, "/updated_at"),
        notes,
        ..Draft::default()
    }
}

pub(super) fn person(person: &Json) -> Person {
    let parts = ["/firstname", "/lastname"].map(|part| text(person, part).unwrap_or_default());
    let name = parts.join(" ").trim().to_owned();
    Person {
        id: text(person, "/id"),
        name: Some(name).filter(|name| !name.is_empty()),
        phone: first_text(person, &["/mobile", "/phone"]),
        email: text(person, "/email"),
    }
}

/// An expanded ticket tells of its customer the login, which most often is the address; the name stands in what they
/// wrote: "Nicole Braun <nicole@example.com>".
fn customer(ticket: &Json, articles: &[Json], people: &People) -> Person {
    let known = person_at(ticket, "/customer", "/customer_id", people, person);
    let theirs = articles.iter().find(|article| text(article, "/sender").as_deref() == Some("Customer"));
    let from = theirs.and_then(|article| text(article, "/from")).map(|from| sender_name(&from));
    let login = text(ticket, "/customer");
    Person {
        name: known.name.or(from).filter(|name| !name.is_empty()),
        email: known.email.or(login.filter(|login| login.contains('@'))),
        ..known
    }
}

fn sender_name(from: &str) -> String {
    let name = from.split('<').next().unwrap_or_default();
    name.trim().trim_matches('"').trim().to_owned()
}

fn note(article: &Json) -> DraftNote {
    let body = text(article, "/body").unwrap_or_default();
    let is_html = text(article, "/content_type").is_some_and(|kind| kind.starts_with("text/html"));
    let author = text(article, "/from").map(|from| sender_name(&from)).filter(|name| !name.is_empty());
    DraftNote {
        author: author.or_else(|| text(article, "/created_by")),
        written_at: text(article, "/created_at"),
        body: if is_html { html::plain(&body) } else { body },
        is_private: is_true(article, "/internal"),
    }
}
