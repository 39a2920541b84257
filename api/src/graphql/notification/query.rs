//! Listing notifications.

use async_graphql::{Context, Object, Result};
use sportello_domain::{
    notification::{self, NotificationListQuery},
    page::{PageArguments, PageRequest},
};

use super::connection::NotificationConnection;
use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
};

/// What may be asked of notifications.
#[derive(Default)]
pub struct NotificationQuery;

#[Object]
impl NotificationQuery {
    /// Your notifications, the latest first: tickets that were opened, changed or given a note, messages that were
    /// received, and messages that failed, whoever did it but yourself. They begin where the log stood when you became a
    /// user, and go back as far as the log is kept. For users: an API key pulls `changes`.
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "Only those that you have not read.")] unread_only: bool,
        #[graphql(desc = "How many from the beginning, or after `after`: 25 when absent, at most 100.")]
        first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
    ) -> Result<NotificationConnection> {
        let arguments = PageArguments { first, after, ..PageArguments::default() };
        let page = PageRequest::new(arguments, PageRequest::DEFAULT).map_err(to_graphql)?;
        let with_unread_count = ctx.look_ahead().field("unreadCount").exists();
        let query = NotificationListQuery { unread_only, page, with_unread_count };
        let found = Box::pin(notification::notifications(store(ctx), actor(ctx)?, &query)).await;
        found.map(NotificationConnection::from).map_err(to_graphql)
    }
}
