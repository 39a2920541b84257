//! The messages of a chat, oldest first.

use sea_orm::{ExprTrait, FromQueryResult};
use sportello_entity::{ChatId, ContactId, message};

use super::MessageSnapshot;
use crate::{
    Actor, Permission, Result,
    filter::column,
    log::EventCursor,
    page::{Direction, KeyKind, Keyset, ListName, Listing, Page, PageInfo, PageRequest, SortKey},
    store::Store,
};

/// The columns of `message`.
const MESSAGE: &[&str] = &[
    "id",
    "account_id",
    "chat_id",
    "direction",
    "kind",
    "body",
    "button_payload",
    "media_mime_type",
    "media_file_name",
    "template_id",
    "author_kind",
    "author_id",
    "ticket_id",
    "status",
    "status_changed_at",
    "failure_code",
    "failure_message",
    "failure_is_retryable",
    "provider_id",
    "is_muted",
    "created_at",
];

/// Which messages, and what along with them.
#[derive(Clone, Debug)]
pub struct MessageListQuery {
    /// Of which chat.
    pub contact_id: ContactId,
    /// Which page.
    pub page: PageRequest,
    /// Whether to count them all.
    pub with_total: bool,
}

/// A page of messages.
#[derive(Debug)]
pub struct MessagePage {
    /// The messages, in order.
    pub rows: Vec<MessageSnapshot>,
    /// A cursor for each.
    pub cursors: Vec<String>,
    /// What lies around the page.
    pub info: PageInfo,
    /// How many there are on all pages, if asked.
    pub total: Option<i64>,
    /// The place in the log at which all of this was so.
    pub event_cursor: EventCursor,
}

/// The chat's messages, in the order in which they were written.
///
/// # Errors
/// FORBIDDEN; BAD_REQUEST for pages that cannot be; CURSOR_INVALID.
pub async fn messages(store: &Store, actor: &Actor, query: &MessageListQuery) -> Result<MessagePage> {
    actor.require(Permission::ReadMessages)?;
    let listing = listing(actor, query);
    let page = listing.read(store.reader(), &query.page, query.with_total).await?;
    let rows = page.rows.iter().map(|row| message::Model::from_query_result(row, "").map(Into::into));
    let rows = rows.collect::<std::result::Result<Vec<_>, _>>()?;
    let cursors = listing.cursors(&page)?;
    let Page { info, total, head, .. } = page;
    let event_cursor =
        EventCursor { account_id: actor.account_id, epoch: head.epoch, sequence: head.sequence };
    Ok(MessagePage { rows, cursors, info, total, event_cursor })
}

fn listing(actor: &Actor, query: &MessageListQuery) -> Listing {
    let written = SortKey {
        expression: column("message", "created_at"),
        direction: Direction::Ascending,
        kind: KeyKind::Number,
        is_nullable: false,
    };
    Listing::new(
        ListName::new(actor.account_id, &["messages", &query.contact_id.to_string()]),
        actor.account_id,
        "message",
        MESSAGE.to_vec(),
        column("message", "chat_id").eq(ChatId(query.contact_id.0)),
        Keyset { keys: vec![written], id: column("message", "id"), id_direction: Direction::Ascending },
    )
}
