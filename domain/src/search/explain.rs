//! What a search was understood as: the field terms in the shape of `where`, and the text that remains.

use serde::Serialize;
use serde_json::{Value as Json, json};
use sportello_entity::Timestamp;

use super::{
    SearchFilter, compile, parse,
    spelling::spelled,
    syntax::Node,
    term::{SearchTerm, SearchTree},
};
use crate::{
    actor::Actor,
    error::{Error, Result, SearchProblem},
    filter::{Choice, Comparison, ContactTerm, Filter, TextComparison, TicketTerm},
    policy::Permission,
    store::Store,
};

/// How a search was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The field terms, in the shape of the contract's `TicketWhere`; what is relative is said as of now.
    pub filter: Json,
    /// What remains, in canonical spelling: words and phrases. A field term that OR or an exclusion ties to a word stays
    /// with it. A list with this search and that filter is the list of the whole search.
    pub text: String,
    /// What is wrong; then nothing was understood.
    pub problems: Vec<SearchProblem>,
}

/// Explains a search to the actor.
///
/// # Errors
/// FORBIDDEN, also for what the actor may not read, and so may not ask.
pub async fn explain(store: &Store, actor: &Actor, text: &str) -> Result<Explanation> {
    actor.require(Permission::ReadTickets)?;
    let (directory, now) = (store.directory(actor.account_id).await?, store.now());
    let whole = match SearchFilter::read(text, actor, &directory, now) {
        Ok(whole) => whole,
        Err(Error::SearchInvalid(problems)) => {
            return Ok(Explanation { filter: json!({}), text: String::new(), problems });
        }
        Err(error) => return Err(error),
    };
    let parsed = parse(text).map_err(Error::SearchInvalid)?;
    let understood = compile(text, parsed, actor, &directory, now).map_err(Error::SearchInvalid)?;
    let Some((node, _)) = whole.and(understood) else {
        return Ok(Explanation { filter: json!({}), text: String::new(), problems: Vec::new() });
    };
    let parts = match node {
        Node::And(parts) => parts,
        other => vec![other],
    };
    let tree = |node: &Node<'_>| {
        let mut compiler = super::Compiler::new(actor, &directory, now, super::Problems::default());
        compiler.tree(node)
    };
    let (mut texts, fields): (Vec<_>, Vec<_>) = parts.into_iter().partition(Node::has_text);
    // Texts without a word, such as an apostrophe, say nothing. Beside others they stay: who comes last is a prefix.
    if texts.iter().all(|node| tree(node).is_none()) {
        texts.clear();
    }
    let filters = fields.iter().filter_map(tree).map(|tree| filter_json(&tree)).collect();
    let text = match &texts[..] {
        [text] => spelled(text),
        _ => spelled(&Node::And(texts)),
    };
    Ok(Explanation { filter: all(filters), text, problems: Vec::new() })
}

fn all(mut filters: Vec<Json>) -> Json {
    match filters.len() {
        0 => json!({}),
        1 => filters.remove(0),
        _ => json!({ "and": filters }),
    }
}

/// The tree of field terms in the shape of `TicketWhere`.
fn filter_json(tree: &SearchTree) -> Json {
    let each = |parts: &[SearchTree]| parts.iter().map(filter_json).collect::<Vec<_>>();
    match tree {
        Filter::All => json!({}),
        Filter::None => json!({ "or": [] }),
        Filter::And(parts) => json!({ "and": each(parts) }),
        Filter::Or(parts) => json!({ "or": each(parts) }),
        Filter::Not(part) => json!({ "not": filter_json(part) }),
        Filter::Term(SearchTerm::Field(term), _) => term_json(term),
        // Parts with texts are not explained as fields.
        Filter::Term(SearchTerm::Text(_), _) => json!({}),
    }
}

fn term_json(term: &TicketTerm) -> Json {
    match term {
        TicketTerm::Id(id) => json!({ "id": choice(id, ToString::to_string) }),
        TicketTerm::Reference(text) => json!({ "reference": text_json(text) }),
        TicketTerm::ExternalId(text) => json!({ "externalId": text_json(text) }),
        TicketTerm::Title(text) => json!({ "title": text_json(text) }),
        TicketTerm::Description(text) => json!({ "description": text_json(text) }),
        TicketTerm::Priority(priority) => json!({ "priority": comparison(priority, named) }),
        TicketTerm::StatusId(id) => json!({ "status": { "id": choice(id, ToString::to_string) } }),
        TicketTerm::StatusKey(text) => json!({ "status": { "key": text_json(text) } }),
        TicketTerm::MacroStatus(status) => json!({ "status": { "macroStatus": choice(status, named) } }),
        TicketTerm::CategoryId(id) => json!({ "category": { "id": choice(id, ToString::to_string) } }),
        TicketTerm::CategoryName(text) => json!({ "category": { "name": text_json(text) } }),
        TicketTerm::Contact(filter) => json!({ "contact": contact_json(filter) }),
        TicketTerm::AssigneeId(id) => json!({ "assignee": { "id": choice(id, ToString::to_string) } }),
        TicketTerm::Source(source) => json!({ "source": choice(source, named) }),
        TicketTerm::OpenedAt(moment) => json!({ "openedAt": comparison(&moment.comparison, time_json) }),
        TicketTerm::UpdatedAt(moment) => json!({ "updatedAt": comparison(&moment.comparison, time_json) }),
        TicketTerm::StatusChangedAt(moment) => {
            json!({ "statusChangedAt": comparison(&moment.comparison, time_json) })
        }
        TicketTerm::ClosedAt(moment) => json!({ "closedAt": comparison(&moment.comparison, time_json) }),
        TicketTerm::ReopenCount(number) => json!({ "reopenCount": comparison(number, |number| *number) }),
        TicketTerm::NoteCount(number) => json!({ "noteCount": comparison(number, |number| *number) }),
    }
}

fn contact_json(filter: &Filter<ContactTerm>) -> Json {
    let each = |parts: &[Filter<ContactTerm>]| parts.iter().map(contact_json).collect::<Vec<_>>();
    match filter {
        Filter::All => json!({}),
        Filter::None => json!({ "or": [] }),
        Filter::And(parts) => json!({ "and": each(parts) }),
        Filter::Or(parts) => json!({ "or": each(parts) }),
        Filter::Not(part) => json!({ "not": contact_json(part) }),
        Filter::Term(term, _) => match term {
            ContactTerm::Id(id) => json!({ "id": choice(id, ToString::to_string) }),
            ContactTerm::Name(text) => json!({ "name": text_json(text) }),
            ContactTerm::Phone(text) => json!({ "phone": text_json(text) }),
            ContactTerm::Email(text) => json!({ "email": text_json(text) }),
            ContactTerm::CreatedAt(moment) => {
                json!({ "createdAt": comparison(&moment.comparison, time_json) })
            }
        },
    }
}

fn text_json(text: &TextComparison) -> Json {
    match text {
        TextComparison::Equals(text) => json!({ "eq": text }),
        TextComparison::OneOf(texts) => json!({ "in": texts }),
        TextComparison::Contains(text) => json!({ "contains": text }),
        TextComparison::StartsWith(text) => json!({ "startsWith": text }),
        TextComparison::IsAbsent => json!({ "isNull": true }),
    }
}

fn choice<V, T: Into<Json>>(choice: &Choice<V>, said: impl Fn(&V) -> T) -> Json {
    match choice {
        Choice::OneOf(values) => {
            json!({ "in": values.iter().map(|value| said(value).into()).collect::<Vec<Json>>() })
        }
        Choice::IsAbsent => json!({ "isNull": true }),
    }
}

fn comparison<V, T: Into<Json>>(comparison: &Comparison<V>, said: impl Fn(&V) -> T) -> Json {
    let (operator, value) = match comparison {
        Comparison::Is(values) => return choice(values, said),
        Comparison::Above(value) => ("gt", value),
        Comparison::AtLeast(value) => ("gte", value),
        Comparison::Below(value) => ("lt", value),
        Comparison::AtMost(value) => ("lte", value),
    };
    json!({ operator: said(value).into() })
}

fn time_json(at: &Timestamp) -> String {
    at.to_rfc3339()
}

/// A value by its name in the contract.
fn named(value: &impl Serialize) -> Json {
    serde_json::to_value(value).expect("a name can be written")
}
