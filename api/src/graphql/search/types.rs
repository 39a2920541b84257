//! An explanation as clients see it.

use async_graphql::SimpleObject;
use serde_json::Value as Json;
use sportello_domain::{error, search::Explanation};

use crate::graphql::page::count;

/// How a search text was understood. `tickets(search: text, where: where)` finds what the whole text finds.
#[derive(SimpleObject)]
pub struct TicketSearchExplanation {
    /// The field terms, in the shape of TicketWhere: names have become ids, and what is relative is said as of now.
    #[graphql(name = "where")]
    filter: Json,
    /// The words and phrases that remain, in canonical spelling: a star where a word is a prefix. A field term that OR
    /// or a minus ties to a word stays with it.
    text: String,
    /// What is wrong with the text, by place. When there is something, nothing else was understood.
    problems: Vec<SearchProblem>,
}

/// A mistake in a search text.
#[derive(SimpleObject)]
pub struct SearchProblem {
    /// What is wrong and what to do, for people.
    message: String,
    /// Where it begins, in UTF-16 code units, as JavaScript counts.
    offset: i32,
    /// How long it is, in UTF-16 code units.
    length: i32,
}

impl From<Explanation> for TicketSearchExplanation {
    fn from(Explanation { filter, text, problems }: Explanation) -> Self {
        Self { filter, text, problems: problems.into_iter().map(SearchProblem::from).collect() }
    }
}

impl From<error::SearchProblem> for SearchProblem {
    fn from(error::SearchProblem { message, offset, length }: error::SearchProblem) -> Self {
        Self { message, offset: count(offset), length: count(length) }
    }
}
