//! Changing statuses.

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::status;
use sportello_entity::ticket_status;

use crate::graphql::{
    context::{actor, store},
    error::{UserError, settle, user_errors},
    neighbours::Neighbours,
    status::{
        TicketStatus,
        inputs::{TicketStatusCreateInput, TicketStatusDeleteInput, TicketStatusUpdateInput},
    },
};

/// What came of a change of a status.
#[derive(SimpleObject)]
pub struct TicketStatusPayload {
    /// The status right after; null when it was refused.
    status: Option<TicketStatus>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What may be done to statuses.
#[derive(Default)]
pub struct StatusMutation;

#[Object]
impl StatusMutation {
    /// Makes a ticket status of the account's own.
    async fn ticket_status_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketStatusCreateInput,
    ) -> Result<TicketStatusPayload> {
        TicketStatusPayload::of(status::create(store(ctx), actor(ctx)?, input.into()).await)
    }

    /// Changes a ticket status. Tickets follow a changed macro-status, each with its event.
    async fn ticket_status_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketStatusUpdateInput,
    ) -> Result<TicketStatusPayload> {
        TicketStatusPayload::of(status::update(store(ctx), actor(ctx)?, input.into()).await)
    }

    /// Deletes a ticket status of the account's own. Its tickets move, each with its event.
    async fn ticket_status_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketStatusDeleteInput,
    ) -> Result<TicketStatusPayload> {
        TicketStatusPayload::of(status::delete(store(ctx), actor(ctx)?, input.into()).await)
    }
}

impl TicketStatusPayload {
    fn of(done: sportello_domain::Result<ticket_status::Model>) -> Result<Self> {
        Ok(match settle(done)? {
            Ok(row) => {
                Self { status: Some(TicketStatus::new(row, Neighbours::now())), user_errors: Vec::new() }
            }
            Err(refusals) => Self { status: None, user_errors: user_errors(refusals) },
        })
    }
}
