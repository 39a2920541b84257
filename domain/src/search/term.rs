//! What a search asks of a ticket: a question to its fields, or a text to be found.

use sea_orm::{DbBackend, sea_query::Expr};

use super::words::{Place, lexeme, spaced};
use crate::{
    actor::Actor,
    filter::{Filter, Sql, TicketTerm},
    policy::Permission,
};

/// A search as a filter. It has no reading in memory: a text is found in what no event holds, so that a stream, which
/// takes a `TicketFilter`, cannot be given one.
pub(super) type SearchTree = Filter<SearchTerm>;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SearchTerm {
    /// The same as in `where`.
    Field(TicketTerm),
    /// A text to be found in one of the ticket's documents or of its contact's.
    Text(TextTerm),
}

/// Words that follow each other in one document, or digits of a phone number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct TextTerm {
    /// Folded. None: only the number is looked for.
    pub(super) words: Vec<String>,
    /// Whether the last word may go on.
    pub(super) is_prefix: bool,
    /// The same text as digits of a phone number.
    pub(super) number: Option<Number>,
    /// As it was typed, in lower case of ASCII: a ticket of this reference is the best find.
    pub(super) reference: String,
}

/// Digits of a phone number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Number {
    pub(super) digits: String,
    /// Whether the number begins with them: a country code was typed.
    pub(super) is_beginning: bool,
}

impl Number {
    fn word(&self) -> String {
        format!("{}{}", if self.is_beginning { "++" } else { "+" }, self.digits)
    }
}

/// What of the documents the actor may read, and so may search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    /// Contacts whole, not only their names.
    pub(super) contacts: bool,
    /// Messages.
    pub(super) messages: bool,
}

impl Sight {
    pub(super) fn of(actor: &Actor) -> Self {
        Self { contacts: actor.may(Permission::ReadContacts), messages: actor.may(Permission::ReadMessages) }
    }
}

/// The kinds of documents, as they stand in statements.
const CONTACT: &str = "2";
const MESSAGE: &str = "3";

impl TextTerm {
    /// Whether a document of the ticket or of its contact holds the text; true or false, never NULL.
    pub(super) fn expression(&self, sight: Sight, sql: &Sql<'_>) -> Expr {
        documented("d.owner_id", sql, |text| {
            if !sight.messages {
                text.say(&format!("d.kind <> {MESSAGE} AND "));
            }
            text.say("(");
            self.write_found(sight, text);
            text.say(")");
        })
    }

    /// Whether the ticket's reference and title, or its contact's name, hold the text; true or false, never NULL.
    pub(super) fn is_in_head(&self, sql: &Sql<'_>) -> Expr {
        documented("d.subject_id", sql, |text| {
            text.holds("d.head", &self.needle());
        })
    }

    fn write_found(&self, sight: Sight, text: &mut Template) {
        if self.words.is_empty() {
            text.say("FALSE");
        } else {
            let needle = self.needle();
            text.holds("d.head", &needle).say(" OR ").holds("d.body", &needle);
            if !sight.contacts {
                text.say(&format!(" AND d.kind <> {CONTACT}"));
            }
        }
        if let Some(number) = self.number.as_ref().filter(|_| sight.contacts) {
            text.say(&format!(" OR d.kind = {CONTACT} AND ")).holds("d.body", &format!(" {}", number.word()));
        }
    }

    /// What a document's text holds where the words are.
    fn needle(&self) -> String {
        let whole = spaced(&self.words);
        if self.is_prefix { whole.trim_end().to_owned() } else { whole }
    }

    /// The question to the index: which documents may hold the text there. All that do are among them.
    pub(super) fn index_query(&self, place: Place, account_key: &str, backend: DbBackend) -> String {
        let (and, or) = operators(backend);
        let last = self.words.len().saturating_sub(1);
        let word = |(index, word): (usize, &String)| {
            let begins = self.is_prefix && index == last;
            asked(&lexeme(account_key, place, word), begins, backend)
        };
        let words = self.words.iter().enumerate().map(word).collect::<Vec<_>>().join(and);
        let number = self.number.as_ref().filter(|_| place == Place::Anywhere);
        let number = number.map(|number| asked(&lexeme(account_key, place, &number.word()), true, backend));
        let alternatives = Some(words).filter(|words| !words.is_empty()).into_iter().chain(number);
        alternatives.map(|words| format!("({words})")).collect::<Vec<_>>().join(or)
    }

    /// How much the text is worth to the index: long ones are rare.
    pub(super) fn length(&self) -> usize {
        self.words.iter().map(String::len).sum::<usize>()
            + self.number.as_ref().map_or(0, |number| number.digits.len())
    }
}

/// Whether there is a document of which the column names the ticket or its contact, and that is as said. A CASE, so that
/// PostgreSQL asks row by row and does not read every document of the account for it. Two questions: for an IN of both,
/// SQLite makes a list of them for each ticket.
fn documented(column: &str, sql: &Sql<'_>, say: impl Fn(&mut Template)) -> Expr {
    let mut text = Template::new(sql.backend);
    for (before, id) in [("CASE WHEN ", "ticket.id"), (" OR ", "ticket.contact_id")] {
        text.say(before)
            .say(&format!("EXISTS (SELECT 1 FROM search_document AS d WHERE {column} = {id} AND "));
        say(&mut text);
        text.say(")");
    }
    text.say(" THEN TRUE ELSE FALSE END");
    text.expression()
}

/// Whether a document of the ticket or of its contact answers a question to the index. Behind a plus sign, SQLite looks
/// its list up for a document, and not each of its list for a ticket.
pub(super) fn answers(query: &str, sql: &Sql<'_>) -> Expr {
    let plus = if sql.backend == DbBackend::Sqlite { "+" } else { "" };
    documented("d.owner_id", sql, |text| {
        text.say(plus).answers(query);
    })
}

/// What stands between two questions to the index of which both, or one, is to be met.
pub(super) fn operators(backend: DbBackend) -> (&'static str, &'static str) {
    if backend == DbBackend::Postgres { (" & ", " | ") } else { (" AND ", " OR ") }
}

fn asked(lexeme: &str, begins: bool, backend: DbBackend) -> String {
    match (backend, begins) {
        (DbBackend::Postgres, true) => format!("'{lexeme}':*"),
        (DbBackend::Postgres, false) => format!("'{lexeme}'"),
        (_, true) => format!("\"{lexeme}\" *"),
        (_, false) => format!("\"{lexeme}\""),
    }
}

/// A piece of SQL with the values that stand in it.
pub(super) struct Template {
    backend: DbBackend,
    text: String,
    values: Vec<Expr>,
}

impl Template {
    pub(super) fn new(backend: DbBackend) -> Self {
        Self { backend, text: String::new(), values: Vec::new() }
    }

    pub(super) fn say(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(super) fn value(&mut self, value: &str) -> &mut Self {
        self.part(Expr::val(value))
    }

    pub(super) fn part(&mut self, part: Expr) -> &mut Self {
        self.values.push(part);
        match self.backend {
            DbBackend::Postgres => self.text.push_str(&format!("${}", self.values.len())),
            _ => self.text.push('?'),
        }
        self
    }

    /// That the document `d` answers a question to the index.
    pub(super) fn answers(&mut self, query: &str) -> &mut Self {
        match self.backend {
            DbBackend::Postgres => self.say("d.words @@ CAST(").value(query).say(" AS tsquery)"),
            _ => self
                .say("d.id IN (SELECT rowid FROM search_index WHERE search_index MATCH ")
                .value(query)
                .say(")"),
        }
    }

    fn holds(&mut self, column: &str, part: &str) -> &mut Self {
        let position = if self.backend == DbBackend::Postgres { "strpos" } else { "instr" };
        self.say(&format!("{position}({column}, ")).value(part).say(") > 0")
    }

    pub(super) fn expression(self) -> Expr {
        Expr::cust_with_exprs(self.text, self.values)
    }
}
