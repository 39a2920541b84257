//! Narrowing a search by the full-text index: where one of its words is in few documents, only their tickets are asked.
//!
//! Otherwise the list is walked in its own order and each ticket is asked: a common word is met soon. Where there are
//! several, the index sorts out most of the tickets before their documents are read.

use std::time::Duration;

use moka::sync::Cache;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value, sea_query::Expr};
use sportello_entity::AccountId;

use super::{
    term::{SearchTerm, SearchTree, Template, TextTerm, operators},
    words::{Place, account_key},
};
use crate::{
    error::Result,
    filter::{Filter, Sql},
    store::Store,
};

/// How much of what matches is going to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A page of it.
    Page,
    /// All of it: to count it.
    Whole,
}

impl Reach {
    /// Up to how many documents the index is the shorter way. Walking a list to the end of a page asks so many tickets
    /// for each one that matches as there are tickets for one with the word.
    pub(super) fn most(self, store: &Store) -> u32 {
        match self {
            Self::Page => store.few_documents(),
            Self::Whole => 200_000,
        }
    }
}

/// What the index does for a search. What it says is of documents: it holds for some more tickets than are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Narrowing {
    /// It gives the tickets: those with a document, or with a contact's, that answers this.
    Given(String),
    /// Each ticket that the list comes to is held against this first.
    Sifted(String),
}

/// What was found to be common lately: it will still be, and to count it costs more than a page.
pub struct Common(Cache<String, Counted>);

/// In how many documents something is.
#[derive(Clone, Copy, Debug)]
struct Counted {
    documents: u32,
    /// Whether they are all, or there are more.
    is_all: bool,
}

impl Default for Common {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(5 * 60)).build())
    }
}

/// How many words are compared.
const MOST_COMPARED: usize = 6;

/// Up to how many documents SQLite, which makes a list of them, sifts by.
const MOST_SIFTED: u32 = 30_000;

/// The question to the index that narrows best: every ticket that the search takes has a document, or its contact has,
/// among the answers. None: no question narrows enough.
pub(super) async fn find(
    tree: &SearchTree,
    store: &Store,
    account_id: AccountId,
    reach: Reach,
) -> Result<Option<Narrowing>> {
    let (key, backend) = (account_key(account_id), store.backend());
    let mut options = sufficient(tree);
    options.sort_by_key(|texts| std::cmp::Reverse(texts.iter().map(|text| text.length()).min()));
    let (_, or) = operators(backend);
    let query = |texts: &Vec<&TextTerm>| {
        let texts = texts.iter().map(|text| text.index_query(Place::Anywhere, &key, backend));
        texts.collect::<Vec<_>>().join(or)
    };
    let queries: Vec<String> = options.iter().take(MOST_COMPARED).map(query).collect();
    let counts = counted(store, &queries, reach.most(store)).await?;
    let counted = queries.iter().zip(counts).filter_map(|(query, count)| Some((query, count?)));
    if let Some((query, _)) = counted.min_by_key(|(_, count)| *count) {
        return Ok(Some(Narrowing::Given(query.clone())));
    }
    // A single common word is met soon; several together may not be.
    let is_walked = reach == Reach::Page && queries.len() > 1;
    let sieve = if is_walked { sieve(store, queries).await? } else { None };
    Ok(sieve.map(Narrowing::Sifted))
}

/// Of several common questions, longest first, the one to sift by.
async fn sieve(store: &Store, queries: Vec<String>) -> Result<Option<String>> {
    // PostgreSQL asks each document as it comes to it, however many others answer.
    if store.backend() == DbBackend::Postgres {
        return Ok(queries.into_iter().next());
    }
    let counts = counted(store, &queries, MOST_SIFTED).await?;
    let counted = queries.into_iter().zip(counts).filter_map(|(query, count)| Some((query, count?)));
    Ok(counted.min_by_key(|(_, count)| *count).map(|(query, _)| query))
}

/// How many documents answer each of the questions; None: more than `most`.
pub(super) async fn counted(store: &Store, queries: &[String], most: u32) -> Result<Vec<Option<u32>>> {
    let common = &store.common().0;
    let known = |query| common.get(query).filter(|known| known.is_all || known.documents > most);
    let mut counted: Vec<Option<Counted>> = queries.iter().map(known).collect();
    let unknown: Vec<usize> = (0..queries.len()).filter(|index| counted[*index].is_none()).collect();
    if !unknown.is_empty() {
        let asked = unknown.iter().map(|index| queries[*index].as_str()).collect::<Vec<_>>();
        for (index, count) in unknown.into_iter().zip(counts(store, &asked, most).await?) {
            let documents = u32::try_from(count).unwrap_or(u32::MAX);
            let found = Counted { documents, is_all: documents <= most };
            // A few are counted at once, and are soon some more.
            if documents > store.few_documents() {
                common.insert(queries[index].clone(), found);
            }
            counted[index] = Some(found);
        }
    }
    let documents = counted.into_iter().map(|counted| counted.map(|counted| counted.documents));
    Ok(documents.map(|documents| documents.filter(|documents| *documents <= most)).collect())
}

/// Sets of texts: of each set, a ticket that the tree takes has at least one.
fn sufficient(tree: &SearchTree) -> Vec<Vec<&TextTerm>> {
    match tree {
        Filter::Term(SearchTerm::Text(text), _) => vec![vec![text]],
        Filter::And(parts) => parts.iter().flat_map(sufficient).collect(),
        Filter::Or(parts) => {
            let sets = parts.iter().map(|part| {
                sufficient(part).into_iter().max_by_key(|texts| texts.iter().map(|text| text.length()).min())
            });
            sets.collect::<Option<Vec<_>>>().map(|sets| vec![sets.concat()]).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// How many documents answer each of the questions, counted up to one more than `most`.
async fn counts(store: &Store, queries: &[&str], most: u32) -> Result<Vec<i64>> {
    let backend = store.backend();
    let count = |place: usize| {
        let found = found(backend, &format!("${}", place + 1));
        format!("(SELECT count(*) FROM (SELECT 1 FROM {found} LIMIT {}) AS counted)", most + 1)
    };
    let counts = (0..queries.len()).map(count).collect::<Vec<_>>().join(", ");
    let values = queries.iter().map(|query| Value::from(*query));
    let statement = Statement::from_sql_and_values(backend, format!("SELECT {counts}"), values);
    let row = store.reader().query_one_raw(statement).await?;
    let read =
        |row: &sea_orm::QueryResult| (0..queries.len()).map(|place| row.try_get_by_index(place)).collect();
    Ok(row.as_ref().map(read).transpose()?.unwrap_or_default())
}

/// The rows of the index that answer the question.
fn found(backend: DbBackend, query: &str) -> String {
    match backend {
        DbBackend::Postgres => {
            format!("search_document AS i WHERE i.words @@ CAST({query} AS tsquery)")
        }
        _ => format!("search_index WHERE search_index MATCH {query}"),
    }
}

/// What makes SQLite, which would rather walk the list in its order, begin at the tickets that the index gives: it
/// stands behind the table's name.
pub(super) fn hint(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "INDEXED BY sqlite_autoindex_ticket_1 ",
        _ => "",
    }
}

/// Whether a ticket is the account's: behind a plus sign, SQLite does not begin at it.
pub(super) fn own(sql: &Sql<'_>) -> Expr {
    let plus = if sql.backend == DbBackend::Sqlite { "+" } else { "" };
    let mut text = Template::new(sql.backend);
    text.say(plus).say("ticket.account_id = ").part(Expr::val(sql.account_id));
    text.expression()
}

/// Whether a ticket is among those that the index gives. The documents stand first in the CROSS JOIN: SQLite reads
/// them first.
pub(super) fn condition(query: &str, sql: &Sql<'_>) -> Expr {
    let mut text = Template::new(sql.backend);
    text.say("ticket.id IN (SELECT d.owner_id FROM search_document AS d WHERE d.kind < 2 AND ");
    text.answers(query);
    text.say(" UNION ALL SELECT t.id FROM search_document AS d CROSS JOIN ticket AS t WHERE t.contact_id = d.owner_id");
    text.say(" AND t.account_id = ").part(Expr::val(sql.account_id)).say(" AND d.kind >= 2 AND ");
    text.answers(query);
    text.say(")");
    text.expression()
}
