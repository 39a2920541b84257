//! From what a notice tells to its words.

use minijinja::context;
use serde::Serialize;
use sportello_domain::{
    account::Language,
    notice::{Happening, Story},
};

use super::{
    letter::{Letter, Writer},
    notice_words::Words,
};

/// The most characters that a mail shows of a value that changed, and of a text.
const LONGEST_VALUE: usize = 300;
const LONGEST_TEXT: usize = 4_000;

/// One thing that happened, in words.
#[derive(Serialize)]
struct Told {
    headline: String,
    time: String,
    changes: Vec<Change>,
    note: Option<String>,
}

#[derive(Serialize)]
struct Change {
    label: String,
    before: String,
    after: String,
}

impl Writer {
    /// Puts a notice into words, in its reader's language. The subject is the same for all of a ticket's mails, so that
    /// they stay together.
    pub(super) fn write_notice(&self, story: &Story, unsubscribe: &str) -> Result<Letter, minijinja::Error> {
        let words = Words::of(Language::of(&story.reader.locale));
        let ticket = &story.ticket;
        let link =
            self.app_url.as_ref().map(|url| format!("{url}/tickets/{}", path_segment(&ticket.reference)));
        let told: Vec<Told> =
            story.happenings.iter().map(|happening| told(story, words, happening)).collect();
        let subject = format!("[{}] {}", ticket.reference, ticket.title);
        let fields: Vec<_> = words.labels().into_iter().zip(values(story, words)).collect();
        let values = context! {
            language => words.language, words, subject, link, unsubscribe, told, fields,
            title => ticket.title,
            description => cut(&ticket.description, LONGEST_TEXT),
            account_name => story.account.name,
        };
        let render = |name: &str| self.environment.get_template(name)?.render(&values);
        let (text, html) = (render("notice.txt")?, render("notice.html")?);
        Ok(Letter { subject, text, html, link: link.unwrap_or_default() })
    }
}

fn told(story: &Story, words: &Words, happening: &Happening) -> Told {
    let value =
        |field: &str, value: &Option<String>| cut(words.value(field, value.as_deref()), LONGEST_VALUE);
    let changes = happening.changes.iter().map(|change| Change {
        label: words.field(&change.field).to_owned(),
        before: value(&change.field, &change.before),
        after: value(&change.field, &change.after),
    });
    Told {
        headline: words.headline(&happening.doer, happening.r#type),
        time: story.local(happening.occurred_at),
        changes: changes.collect(),
        note: happening.note.as_deref().map(|note| cut(note, LONGEST_TEXT)),
    }
}

/// What stands in the ticket's fields, in the order of their labels.
fn values(story: &Story, words: &Words) -> [String; 7] {
    let ticket = &story.ticket;
    let value = |field: &str, text: Option<&str>| words.value(field, text).to_owned();
    let contact = story.contact.as_ref().map(|contact| {
        let parts = [contact.name.as_str(), contact.phone.as_deref().unwrap_or_default()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    });
    [
        ticket.reference.clone(),
        story.status.clone(),
        words.priority(ticket.priority).to_owned(),
        value("category", story.category.as_deref()),
        value("contact", contact.as_deref()),
        value("assignee", story.assignee.as_deref()),
        story.local(ticket.opened_at),
    ]
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// References hold ASCII letters, digits and `-_./#`: the last two would end a segment of a path.
fn path_segment(reference: &str) -> String {
    reference.replace('/', "%2F").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters_and_references_stay_one_segment() {
        assert_eq!(cut("perché no", 6), "perché…");
        assert_eq!(cut("perché", 6), "perché");
        assert_eq!(path_segment("A/1#b.c"), "A%2F1%23b.c");
    }

    #[test]
    fn values_are_said_as_a_person_says_them() {
        let words = Words::of(Language::Italian);
        assert_eq!(words.value("priority", Some("URGENT")), "Urgente");
        assert_eq!(words.value("title", Some("URGENT")), "URGENT");
        assert_eq!((words.value("assignee", None), words.field("assignee")), ("nessuno", "Assegnato a"));
        assert_eq!(words.value("category", None), "–", "one word does not suit every gender");
    }
}
