//! RELEVANCE: how well a ticket fits a search, and the list by it.
//!
//! A ticket fits the better, the more of the texts that were searched for stand in its title or in its contact's name; one
//! whose reference was searched for fits best. That is a small number on purpose: the list has a part for each, with the
//! newest first, and the index tells which parts are short. So a page is read without ranking everything that matches.

use sea_orm::{ExprTrait, sea_query::Expr};

use super::{
    narrowing::{self, Reach},
    term::{Template, TextTerm, operators},
    words::{Place, account_key},
};
use crate::{
    error::Result,
    filter::{Sql, column},
    page::{Branch, KeyValue},
    store::Store,
};

/// How many texts a rank looks at: with more, the ways to choose among them would be many.
const MOST: usize = 5;

/// More than all texts together are worth.
const REFERENCE: i64 = 1000;

/// The texts that a rank looks at.
pub(super) struct Relevance<'a> {
    texts: Vec<&'a TextTerm>,
}

impl<'a> Relevance<'a> {
    /// Of these texts the longest: they say most.
    pub(super) fn of(mut texts: Vec<&'a TextTerm>) -> Self {
        texts.sort_by_key(|text| std::cmp::Reverse(text.length()));
        texts.truncate(MOST);
        Self { texts }
    }

    /// A whole number, more is better.
    pub(super) fn rank(&self, sql: &Sql<'_>) -> Expr {
        let mut sum = Template::new(sql.backend);
        sum.say("0");
        for text in &self.texts {
            sum.say(" + CASE WHEN ticket.reference_folded = ").value(&text.reference);
            sum.say(&format!(" THEN {REFERENCE} ELSE 0 END"));
        }
        for text in self.worded() {
            sum.say(" + ").part(number(text.is_in_head(sql), sql));
        }
        sum.expression()
    }

    /// The list in parts: the tickets whose reference was searched for, then a part for each rank. Where the index gives
    /// few tickets for a part, only they are asked.
    ///
    /// # Errors
    /// What the database answers.
    pub(super) async fn branches(&self, store: &Store, sql: &Sql<'_>) -> Result<Vec<Branch>> {
        let levels = (1..=self.worded().count()).rev();
        let questions: Vec<String> = levels.clone().map(|level| self.question(level, sql)).collect();
        let counts = narrowing::counted(store, &questions, Reach::Page.most(store)).await?;
        let narrowed = questions.iter().zip(counts).map(|(question, count)| Some((question, count?)));
        let referred = column("ticket", "reference_folded")
            .is_in(self.texts.iter().map(|text| Expr::val(text.reference.as_str())));
        let first = Branch { condition: referred.clone(), key: None, expected: 0, hint: "" };
        let branch = |(level, narrowed): (usize, Option<(&String, u32)>)| {
            let narrowing = narrowed.map(|(question, _)| narrowing::condition(question, sql));
            let conditions = [referred.clone().not(), self.is_of_level(level, sql)];
            Branch {
                condition: narrowing.into_iter().chain(conditions).reduce(Expr::and).expect("two at least"),
                key: Some(KeyValue::Number(level as i64)),
                expected: narrowed.map_or(u64::MAX / 2, |(_, count)| count.into()),
                hint: if narrowed.is_some() { narrowing::hint(sql.backend) } else { "" },
            }
        };
        let last = branch((0, None));
        let branches = levels.zip(narrowed).map(branch).chain([last]);
        Ok(std::iter::once(first).chain(branches).collect())
    }

    fn worded(&self) -> impl Iterator<Item = &'a TextTerm> {
        self.texts.iter().copied().filter(|text| !text.words.is_empty())
    }

    /// Whether so many of the texts stand in the title or in the contact's name.
    fn is_of_level(&self, level: usize, sql: &Sql<'_>) -> Expr {
        let heads: Vec<Expr> = self.worded().map(|text| text.is_in_head(sql)).collect();
        let most = heads.len();
        let condition = match level {
            0 => heads.into_iter().map(ExprTrait::not).reduce(Expr::and),
            _ if level == most => heads.into_iter().reduce(Expr::and),
            _ => {
                let sum = heads.into_iter().map(|head| number(head, sql)).reduce(Expr::add);
                sum.map(|sum| sum.eq(level as i64))
            }
        };
        condition.unwrap_or_else(|| Expr::val(true))
    }

    /// The question to the index for all tickets of a level, and some more: so many of the texts stand in one title, or
    /// one of them is in the contact's name.
    fn question(&self, level: usize, sql: &Sql<'_>) -> String {
        let key = account_key(sql.account_id);
        let texts: Vec<&TextTerm> = self.worded().collect();
        let ask = |text: &TextTerm, place| text.index_query(place, &key, sql.backend);
        let (and, or) = operators(sql.backend);
        let titles =
            (0..1_u32 << texts.len()).filter(|chosen| chosen.count_ones() as usize == level).map(|chosen| {
                let chosen = texts.iter().enumerate().filter(|(place, _)| chosen >> place & 1 == 1);
                let asked = chosen.map(|(_, text)| ask(text, Place::Title)).collect::<Vec<_>>();
                format!("({})", asked.join(and))
            });
        let names = texts.iter().map(|text| ask(text, Place::Name));
        titles.chain(names).collect::<Vec<_>>().join(or)
    }
}

fn number(condition: Expr, sql: &Sql<'_>) -> Expr {
    let mut text = Template::new(sql.backend);
    text.say("CASE WHEN ").part(condition).say(" THEN 1 ELSE 0 END");
    text.expression()
}
