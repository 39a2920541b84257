//! The panel: a user's notifications, the latest first.

use std::sync::Arc;

use sea_orm::{ExprTrait, FromQueryResult, sea_query::Expr};
use sportello_entity::{AccountId, UserId, event};

use super::{count::count, mark::position};
use crate::{
    Actor, Result,
    filter::column,
    log::{Event, EventCursor},
    page::{Direction, KeyKind, Keyset, ListName, Listing, Page, PageInfo, PageRequest, SortKey},
    store::Store,
};

const TABLE: &str = "event";
/// The columns of `event`.
const COLUMNS: &[&str] = &[
    "id",
    "account_id",
    "sequence",
    "type",
    "occurred_at",
    "actor_kind",
    "actor_id",
    "automation_run_id",
    "subject_id",
    "note_id",
    "changes",
    "snapshot",
    "previous",
    "notifies",
];

/// Which notifications, and what along with them.
#[derive(Clone, Debug)]
pub struct NotificationListQuery {
    /// Only those that the user has not read.
    pub unread_only: bool,
    /// Which page.
    pub page: PageRequest,
    /// Whether to count the unread ones.
    pub with_unread_count: bool,
}

/// Something that an operator is told of.
#[derive(Clone, Debug)]
pub struct Notification {
    /// What happened.
    pub event: Arc<Event>,
    /// Whether the user has read it.
    pub is_read: bool,
}

/// A page of notifications.
#[derive(Debug)]
pub struct NotificationPage {
    /// The notifications, the latest first.
    pub rows: Vec<Notification>,
    /// A cursor for each.
    pub cursors: Vec<String>,
    /// What lies around the page.
    pub info: PageInfo,
    /// How many are unread in all, if asked.
    pub unread_count: Option<i64>,
    /// The place in the log at which all of this was so.
    pub event_cursor: EventCursor,
}

/// The user's notifications. All of the page is as the log stood at `event_cursor`: the log only grows, so that what is
/// counted up to there needs no common snapshot.
///
/// # Errors
/// FORBIDDEN for an API key; BAD_REQUEST and CURSOR_INVALID for pages that cannot be.
pub async fn notifications(
    store: &Store,
    actor: &Actor,
    query: &NotificationListQuery,
) -> Result<NotificationPage> {
    let (user_id, account_id) = (actor.require_user()?, actor.account_id);
    let mark = position(store.reader(), user_id).await?;
    let listing = listing(account_id, user_id, query.unread_only.then_some(mark));
    let page = listing.read(store.reader(), &query.page, false).await?;
    let cursors = listing.cursors(&page)?;
    let Page { rows, info, head, .. } = page;
    let rows = rows.iter().map(|row| {
        let event = Event::of(event::Model::from_query_result(row, "")?, head.epoch)?;
        Ok(Notification { is_read: event.sequence <= mark, event: Arc::new(event) })
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    let unread_count = match query.with_unread_count {
        true => Some(count(store, account_id, user_id, mark, head.sequence).await?),
        false => None,
    };
    let event_cursor = EventCursor { account_id, epoch: head.epoch, sequence: head.sequence };
    Ok(NotificationPage { rows, cursors, info, unread_count, event_cursor })
}

/// The notifications of a user, those after `after`.
fn listing(account_id: AccountId, user_id: UserId, after: Option<i64>) -> Listing {
    let latest = SortKey {
        expression: column(TABLE, "sequence"),
        direction: Direction::Descending,
        kind: KeyKind::Number,
        is_nullable: false,
    };
    let by_others = column(TABLE, "actor_id").is_null().or(column(TABLE, "actor_id").ne(Expr::val(user_id)));
    let own = Expr::cust("event.notifies").and(by_others);
    let condition = match after {
        Some(after) => own.and(column(TABLE, "sequence").gt(Expr::val(after))),
        None => own,
    };
    let scope = if after.is_some() { "unread" } else { "all" };
    Listing::new(
        ListName::new(account_id, &["notifications", scope]),
        account_id,
        TABLE,
        COLUMNS.to_vec(),
        condition,
        Keyset { keys: vec![latest], id: column(TABLE, "id"), id_direction: Direction::Descending },
    )
}
