//! A simple search: every word must be somewhere in the ticket or its contact, ignoring case and accents.

use sea_orm::{
    DbBackend, ExprTrait,
    sea_query::{CaseStatement, Expr},
};

use crate::{
    actor::Actor,
    error::{Error, Result},
    filter::{Sql, column, holds_part},
    page::text_of,
    policy::Permission,
    text::folded,
};

/// Words to look for, folded.
pub(super) struct Search {
    words: Vec<String>,
    /// Whether phones are looked at: the actor may read them.
    sees_phones: bool,
}

/// The most characters of a search: as many as a view keeps.
const LONGEST: usize = 1000;
const MOST_WORDS: usize = 32;

impl Search {
    /// Reads the text; None when there is no word in it.
    pub(super) fn new(text: Option<&str>, actor: &Actor) -> Result<Option<Self>> {
        let text = text_of(text.unwrap_or_default(), &["search"])?;
        let refused = |message: String| Err(Error::bad_request(&["search"], message));
        if text.chars().count() > LONGEST {
            return refused(format!("may have at most {LONGEST} characters"));
        }
        let words: Vec<_> = folded(text).split_whitespace().map(ToOwned::to_owned).collect();
        if words.len() > MOST_WORDS {
            return refused(format!("may have at most {MOST_WORDS} words"));
        }
        let sees_phones = actor.may(Permission::ReadContacts);
        Ok((!words.is_empty()).then_some(Self { words, sees_phones }))
    }

    pub(super) fn name(&self) -> String {
        self.words.join(" ")
    }

    pub(super) fn condition(&self, sql: &Sql<'_>) -> Expr {
        let found = self.words.iter().map(|word| {
            let own = ["reference_folded", "title_folded", "description_folded"]
                .map(|name| holds_part(column("ticket", name), word, sql.backend));
            let contact =
                column("ticket", "contact_id").in_subquery(sql.contacts(self.in_contact(word, sql.backend)));
            own.into_iter().fold(contact, |found, own| own.or(found))
        });
        found.reduce(Expr::and).unwrap_or_else(|| Expr::cust("TRUE"))
    }

    /// The reference itself, then the title, then the contact, then the rest.
    pub(super) fn rank(&self, sql: &Sql<'_>) -> Expr {
        let every = |say: &dyn Fn(&String) -> Expr| {
            self.words.iter().map(say).reduce(Expr::and).unwrap_or_else(|| Expr::cust("TRUE"))
        };
        let titled = every(&|word| holds_part(column("ticket", "title_folded"), word, sql.backend));
        let named = every(&|word| self.in_contact(word, sql.backend));
        let rank = CaseStatement::new()
            .case(column("ticket", "reference_folded").eq(self.name()), Expr::cust("3"))
            .case(titled, Expr::cust("2"))
            .case(column("ticket", "contact_id").in_subquery(sql.contacts(named)), Expr::cust("1"))
            .finally(Expr::cust("0"));
        Expr::Case(Box::new(rank))
    }

    fn in_contact(&self, word: &str, backend: DbBackend) -> Expr {
        let named = holds_part(column("contact", "name_folded"), word, backend);
        if !self.sees_phones {
            return named;
        }
        named.or(holds_part(column("contact", "phone"), word, backend))
    }
}
