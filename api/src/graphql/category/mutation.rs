//! Changing categories.

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::category;
use sportello_entity::ticket_category;

use crate::graphql::{
    category::{
        TicketCategory,
        inputs::{TicketCategoryMergeInput, TicketCategoryUpdateInput},
    },
    context::{actor, store},
    error::{UserError, settle, user_errors},
    neighbours::Neighbours,
};

/// What came of a change of a category.
#[derive(SimpleObject)]
pub struct TicketCategoryPayload {
    /// The category right after, for a merge the one that stays; null when it was refused.
    category: Option<TicketCategory>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What may be done to categories.
#[derive(Default)]
pub struct CategoryMutation;

#[Object]
impl CategoryMutation {
    /// Renames, archives or brings back a category.
    async fn ticket_category_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketCategoryUpdateInput,
    ) -> Result<TicketCategoryPayload> {
        TicketCategoryPayload::of(category::update(store(ctx), actor(ctx)?, input.into()).await)
    }

    /// Merges a category into another: its tickets move, each with its event, and its name means the other.
    async fn ticket_category_merge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketCategoryMergeInput,
    ) -> Result<TicketCategoryPayload> {
        TicketCategoryPayload::of(category::merge(store(ctx), actor(ctx)?, input.into()).await)
    }
}

impl TicketCategoryPayload {
    fn of(done: sportello_domain::Result<ticket_category::Model>) -> Result<Self> {
        Ok(match settle(done)? {
            Ok(row) => {
                Self { category: Some(TicketCategory::new(row, Neighbours::now())), user_errors: Vec::new() }
            }
            Err(refusals) => Self { category: None, user_errors: user_errors(refusals) },
        })
    }
}
