//! The inbox: chats in which somebody has written, the latest first.

use sea_orm::{ExprTrait, FromQueryResult, sea_query::Expr};
use sportello_entity::chat;

use super::Chat;
use crate::{
    Actor, Permission, Result,
    contact::list::{holds_word, words},
    filter::{Sql, column},
    log::EventCursor,
    page::{Direction, KeyKind, Keyset, ListName, Listing, Page, PageInfo, PageRequest, SortKey},
    store::Store,
};

/// Which chats, and what along with them.
#[derive(Clone, Debug)]
pub struct ChatListQuery {
    /// Only those with messages that nobody has read.
    pub unread_only: bool,
    /// Words that each contact's name, phone or e-mail must hold.
    pub search: Option<String>,
    /// Which page.
    pub page: PageRequest,
    /// Whether to count them all.
    pub with_total: bool,
}

/// A page of chats.
#[derive(Debug)]
pub struct ChatPage {
    /// The chats, in order.
    pub rows: Vec<Chat>,
    /// A cursor for each.
    pub cursors: Vec<String>,
    /// What lies around the page.
    pub info: PageInfo,
    /// How many there are on all pages, if asked.
    pub total: Option<i64>,
    /// The place in the log at which all of this was so.
    pub event_cursor: EventCursor,
}

/// The account's chats.
///
/// # Errors
/// FORBIDDEN; BAD_REQUEST for searches and pages that cannot be; CURSOR_INVALID.
pub async fn chats(store: &Store, actor: &Actor, query: &ChatListQuery) -> Result<ChatPage> {
    actor.require(Permission::ReadMessages)?;
    let sql = Sql { account_id: actor.account_id, backend: store.backend(), statuses: &[], categories: &[] };
    let sees_whole = actor.may(Permission::ReadContacts);
    let listing = listing(query, &sql, sees_whole)?;
    let page = listing.read(store.reader(), &query.page, query.with_total).await?;
    let rows = page.rows.iter().map(|row| chat::Model::from_query_result(row, "").map(Chat::from));
    let rows = rows.collect::<std::result::Result<Vec<_>, _>>()?;
    let cursors = listing.cursors(&page)?;
    let Page { info, total, head, .. } = page;
    let event_cursor =
        EventCursor { account_id: actor.account_id, epoch: head.epoch, sequence: head.sequence };
    Ok(ChatPage { rows, cursors, info, total, event_cursor })
}

fn listing(query: &ChatListQuery, sql: &Sql<'_>, sees_whole: bool) -> Result<Listing> {
    let latest = SortKey {
        expression: column("chat", "last_message_at"),
        direction: Direction::Descending,
        kind: KeyKind::Number,
        is_nullable: false,
    };
    let unread = match query.unread_only {
        true => column("chat", "unread_count").gt(Expr::cust("0")),
        false => Expr::cust("TRUE"),
    };
    let words = words(query.search.as_deref().unwrap_or_default())?;
    let found = words.iter().map(|word| holds_word(word, sql, sees_whole)).reduce(Expr::and);
    let condition = match found {
        Some(found) => unread.and(column("chat", "id").in_subquery(sql.contacts(found))),
        None => unread,
    };
    let scope = if query.unread_only { "unread" } else { "all" };
    Ok(Listing::new(
        ListName::new(sql.account_id, &["chats", scope]),
        sql.account_id,
        "chat",
        vec!["id", "account_id", "unread_count", "last_message_at", "last_inbound_at"],
        condition,
        Keyset { keys: vec![latest], id: column("chat", "id"), id_direction: Direction::Descending },
    ))
}
