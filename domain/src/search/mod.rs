//! Search: one text with words, phrases, field terms, OR and groups becomes a filter over tickets.
//!
//! A text goes through `token` (parted), `syntax` (a tree with places) and `compile` (names become ids). Field terms
//! become the terms of [`TicketFilter`](crate::filter::TicketFilter); words are looked for in documents (`document`),
//! which every change keeps up to date in its own transaction (`index`): one of each ticket, note, contact and message.
//! A word matches a ticket when it is in a document of the ticket or of its contact; a phrase is within one document.
//!
//! What a text means is said over the documents' rows alone. The full-text index only narrows the tickets that are asked
//! (`narrowing`), where it makes them few.

mod compile;
mod document;
mod explain;
mod field;
mod index;
mod narrowing;
mod problem;
mod reindex;
mod relevance;
mod spelling;
mod syntax;
mod term;
mod time;
mod token;
mod words;

use sea_orm::{DbBackend, ExprTrait, sea_query::Expr};
use sportello_entity::Timestamp;

pub use explain::{Explanation, explain};
pub use index::{forget_contact, forget_note, index_contact, index_message, index_notes, index_ticket};
pub use narrowing::{Common, Reach};
pub use reindex::reindex;

use self::{
    compile::Compiler,
    narrowing::Narrowing,
    problem::Problems,
    relevance::Relevance,
    syntax::Node,
    term::{SearchTerm, SearchTree, Sight, TextTerm},
};
use crate::{
    actor::Actor,
    directory::Directory,
    error::{Error, Result, SearchProblem},
    filter::{Filter, Sql, column},
    page::Branch,
    store::Store,
};

/// The most characters of a search: as many as a view keeps.
pub const LONGEST: usize = 1000;

/// A search that was read. It has a reading in SQL and none in memory: no stream can be given one.
#[derive(Clone, Debug)]
pub struct SearchFilter {
    tree: SearchTree,
    sight: Sight,
    spelling: String,
    narrowing: Option<Narrowing>,
}

impl SearchFilter {
    /// Reads a text: None where there is nothing in it. `directory` has to be fresh, so that a name that somebody has
    /// just given is known; [`Store::directory`] is.
    ///
    /// # Errors
    /// SEARCH_INVALID with every mistake; FORBIDDEN for what the actor may not read, and so may not ask.
    pub fn read(text: &str, actor: &Actor, directory: &Directory, now: Timestamp) -> Result<Option<Self>> {
        let read = parse(text).and_then(|node| compile(text, node, actor, directory, now));
        let Some((node, tree)) = read.map_err(Error::SearchInvalid)? else { return Ok(None) };
        tree.try_each(&mut |term, _| match term {
            SearchTerm::Field(term) => term.require_readable(actor),
            SearchTerm::Text(_) => Ok(()),
        })?;
        let spelling = spelling::spelled(&node);
        Ok(Some(Self { tree, sight: Sight::of(actor), spelling, narrowing: None }))
    }

    /// The same, narrowed by the index where one of its words makes the tickets few, or sifts them: it means the same and
    /// costs less.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn narrowed(mut self, store: &Store, actor: &Actor, reach: Reach) -> Result<Self> {
        self.narrowing = narrowing::find(&self.tree, store, actor.account_id, reach).await?;
        Ok(self)
    }

    /// The reading in SQL, over the table `ticket`; true or false, never NULL. Like that of `TicketFilter` it does not
    /// name the account: the statement around it does.
    pub fn condition(&self, sql: &Sql<'_>) -> Expr {
        let meant = self.tree.expression(&|term: &SearchTerm| match term {
            SearchTerm::Field(term) => term.expression(sql),
            SearchTerm::Text(text) => text.expression(self.sight, sql),
        });
        match &self.narrowing {
            Some(Narrowing::Given(query)) => narrowing::condition(query, sql).and(meant),
            Some(Narrowing::Sifted(query)) => term::answers(query, sql).and(meant),
            None => meant,
        }
    }

    /// Whether the index gives the tickets that are asked.
    pub(crate) fn is_narrowed(&self) -> bool {
        matches!(self.narrowing, Some(Narrowing::Given(_)))
    }

    /// What stands behind the name of the table `ticket` in a statement that reads the tickets of this search.
    pub fn hint(&self, backend: DbBackend) -> &'static str {
        if self.is_narrowed() { narrowing::hint(backend) } else { "" }
    }

    /// Whether a ticket is the account's, in a statement that has no place for the hint.
    pub(crate) fn own(&self, sql: &Sql<'_>) -> Expr {
        match self.is_narrowed() {
            true => narrowing::own(sql),
            false => column("ticket", "account_id").eq(sql.account_id),
        }
    }

    /// How well a ticket fits: a whole number, more is better; a ticket whose reference was searched for fits best.
    pub(crate) fn rank(&self, sql: &Sql<'_>) -> Expr {
        Relevance::of(self.positive()).rank(sql)
    }

    /// The list by relevance in parts.
    ///
    /// # Errors
    /// What the database answers.
    pub(crate) async fn branches(&self, store: &Store, sql: &Sql<'_>) -> Result<Vec<Branch>> {
        Relevance::of(self.positive()).branches(store, sql).await
    }

    /// The canonical spelling: tells the search from every other one.
    pub(crate) fn spelling(&self) -> &str {
        &self.spelling
    }

    /// The texts that are looked for, not those that are excluded.
    fn positive(&self) -> Vec<&TextTerm> {
        fn collect<'a>(tree: &'a SearchTree, texts: &mut Vec<&'a TextTerm>) {
            match tree {
                Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| collect(part, texts)),
                Filter::Term(SearchTerm::Text(text), _) => texts.push(text),
                _ => {}
            }
        }
        let mut texts = Vec::new();
        collect(&self.tree, &mut texts);
        texts
    }
}

/// What was written, None where it is blank, and the mistakes that are noted in it.
fn parse(text: &str) -> std::result::Result<(Option<Node<'_>>, Problems), Vec<SearchProblem>> {
    let mut problems = Problems::default();
    if let Some((place, _)) = text.char_indices().nth(LONGEST) {
        problems.note(place..text.len(), format!("a search may have at most {LONGEST} characters"));
        return Err(problems.told(text));
    }
    for (place, _) in text.match_indices('\0') {
        problems.note(place..place + 1, "this is the character U+0000: take it out");
    }
    let node = syntax::parse(text, &mut problems);
    Ok((node, problems))
}

fn compile<'a>(
    text: &'a str,
    (node, problems): (Option<Node<'a>>, Problems),
    actor: &Actor,
    directory: &Directory,
    now: Timestamp,
) -> std::result::Result<Option<(Node<'a>, SearchTree)>, Vec<SearchProblem>> {
    let mut compiler = Compiler::new(actor, directory, now, problems);
    let tree = node.as_ref().and_then(|node| compiler.tree(node));
    if tree.is_none() && compiler.problems.is_empty() && !text.trim().is_empty() {
        let message = "there is nothing to look for: a word needs a letter or a digit";
        compiler.problems.note(0..text.len(), message);
    }
    match compiler.problems.is_empty() {
        true => Ok(node.zip(tree)),
        false => Err(compiler.problems.told(text)),
    }
}
