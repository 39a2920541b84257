//! The list of contacts, by name, with the log's head of its own snapshot.

use sea_orm::{ExprTrait, FromQueryResult, sea_query::Expr};
use sportello_entity::contact;

use crate::{
    actor::Actor,
    error::{Error, Result},
    filter::{ContactFilter, Sql, column, holds_part},
    log::EventCursor,
    page::{Direction, KeyKind, Keyset, ListName, Listing, Page, PageInfo, PageRequest, SortKey, text_of},
    policy::Permission,
    store::Store,
    text::folded,
};

/// The columns of `contact`.
pub(crate) const CONTACT: &[&str] = &[
    "id",
    "account_id",
    "name",
    "name_folded",
    "phone",
    "email",
    "email_folded",
    "locale",
    "external_id",
    "whatsapp_user_id",
    "fields",
    "is_blocked",
    "is_erased",
    "created_at",
    "updated_at",
    "version",
];

/// Which contacts, and what along with them.
#[derive(Clone, Debug)]
pub struct ContactListQuery {
    /// Which.
    pub filter: ContactFilter,
    /// Words that each contact's name, phone or e-mail must hold.
    pub search: Option<String>,
    /// Which page.
    pub page: PageRequest,
    /// Whether to count them all.
    pub with_total: bool,
}

/// A page of contacts.
#[derive(Debug)]
pub struct ContactPage {
    /// The contacts, in order.
    pub rows: Vec<contact::Model>,
    /// A cursor for each.
    pub cursors: Vec<String>,
    /// What lies around the page.
    pub info: PageInfo,
    /// How many there are on all pages, if asked.
    pub total: Option<i64>,
    /// The place in the log at which all of this was so.
    pub event_cursor: EventCursor,
}

/// The account's contacts, erased ones too.
///
/// # Errors
/// FORBIDDEN; BAD_REQUEST for searches and pages that cannot be; CURSOR_INVALID.
pub async fn contacts(store: &Store, actor: &Actor, query: &ContactListQuery) -> Result<ContactPage> {
    actor.require(Permission::ReadContacts)?;
    let sql = Sql { account_id: actor.account_id, backend: store.backend(), statuses: &[], categories: &[] };
    let listing = listing(query, &sql)?;
    let page = listing.read(store.reader(), &query.page, query.with_total).await?;
    let rows = page.rows.iter().map(|row| contact::Model::from_query_result(row, ""));
    let rows = rows.collect::<std::result::Result<Vec<_>, _>>()?;
    let cursors = listing.cursors(&page)?;
    let Page { info, total, head, .. } = page;
    let event_cursor =
        EventCursor { account_id: actor.account_id, epoch: head.epoch, sequence: head.sequence };
    Ok(ContactPage { rows, cursors, info, total, event_cursor })
}

fn listing(query: &ContactListQuery, sql: &Sql<'_>) -> Result<Listing> {
    let name = SortKey {
        expression: column("contact", "name_folded"),
        direction: Direction::Ascending,
        kind: KeyKind::Text,
        is_nullable: false,
    };
    let words = words(query.search.as_deref().unwrap_or_default())?;
    let found = words.iter().map(|word| holds_word(word, sql, true));
    Ok(Listing::new(
        ListName::new(sql.account_id, &["contacts"]),
        sql.account_id,
        "contact",
        CONTACT.to_vec(),
        found.fold(query.filter.condition(sql), Expr::and),
        Keyset { keys: vec![name], id: column("contact", "id"), id_direction: Direction::Ascending },
    ))
}

/// The most characters and words of a search.
const LONGEST: usize = 1000;
const MOST_WORDS: usize = 32;

/// The words of a search.
pub(crate) fn words(search: &str) -> Result<Vec<String>> {
    let words: Vec<_> = text_of(search, &["search"])?.split_whitespace().map(ToOwned::to_owned).collect();
    if search.chars().count() > LONGEST || words.len() > MOST_WORDS {
        let message = format!("may have at most {LONGEST} characters and {MOST_WORDS} words");
        return Err(Error::bad_request(&["search"], message));
    }
    Ok(words)
}

/// Whether the contact's name holds the word; of those who are seen whole, the phone or e-mail too.
pub(crate) fn holds_word(word: &str, sql: &Sql<'_>, sees_whole: bool) -> Expr {
    let word = folded(word);
    let of = |name| holds_part(column("contact", name), &word, sql.backend);
    match sees_whole {
        true => of("name_folded").or(of("phone")).or(of("email_folded")),
        false => of("name_folded"),
    }
}
