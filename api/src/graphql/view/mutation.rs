//! Keeping views.

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::view;
use sportello_entity::ticket_view;

use crate::graphql::{
    context::{actor, store},
    error::{UserError, settle, user_errors},
    id::parse,
    neighbours::Neighbours,
    view::{
        TicketView,
        inputs::{TicketViewDeleteInput, TicketViewSaveInput},
    },
};

/// What came of a change of a view.
#[derive(SimpleObject)]
pub struct TicketViewPayload {
    /// The view right after, a deleted one as it was; null when it was refused.
    view: Option<TicketView>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What may be done to views.
#[derive(Default)]
pub struct ViewMutation;

#[Object]
impl ViewMutation {
    /// Makes a view of one's own, or changes one. Shared views take OPERATOR, those of others ADMIN.
    async fn ticket_view_save(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketViewSaveInput,
    ) -> Result<TicketViewPayload> {
        TicketViewPayload::of(view::save(store(ctx), actor(ctx)?, input.into()).await)
    }

    /// Deletes a view. Shared views take OPERATOR, those of others ADMIN.
    async fn ticket_view_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketViewDeleteInput,
    ) -> Result<TicketViewPayload> {
        TicketViewPayload::of(view::delete(store(ctx), actor(ctx)?, parse(&input.id)).await)
    }
}

impl TicketViewPayload {
    fn of(done: sportello_domain::Result<ticket_view::Model>) -> Result<Self> {
        Ok(match settle(done)? {
            Ok(row) => Self { view: Some(TicketView::new(row, Neighbours::now())), user_errors: Vec::new() },
            Err(refusals) => Self { view: None, user_errors: user_errors(refusals) },
        })
    }
}
