//! Marking notifications as read.

use async_graphql::{Context, InputObject, Object, Result};
use sportello_domain::notification;

use crate::graphql::{
    context::{actor, store},
    error::{settle, user_errors},
    people::{Viewer, ViewerPayload},
    scalars::EventCursor,
};

/// How far the notifications were read.
#[derive(InputObject)]
pub struct NotificationsMarkReadInput {
    /// The cursor of the last notification that was read, or the eventCursor of a page for all that it shows.
    up_to: EventCursor,
}

/// What may be done to notifications.
#[derive(Default)]
pub struct NotificationMutation;

#[Object]
impl NotificationMutation {
    /// Says that you have read every notification up to a place in the log. The mark only moves forward; your other
    /// devices are told by a checkpoint on `notifications`. Not in the log.
    async fn notifications_mark_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How far.")] input: NotificationsMarkReadInput,
    ) -> Result<ViewerPayload> {
        let actor = actor(ctx)?;
        Ok(match settle(notification::mark_read(store(ctx), actor, &input.up_to.0).await)? {
            Ok(()) => ViewerPayload { viewer: Some(Viewer::of(ctx, actor).await?), user_errors: Vec::new() },
            Err(refusals) => ViewerPayload { viewer: None, user_errors: user_errors(refusals) },
        })
    }
}
