//! What clients send to change categories, and how it becomes a command.

use async_graphql::{ID, InputObject, MaybeUndefined};
use sportello_domain::category::{CategoryMerge, CategoryUpdate};

use crate::graphql::id::{change, parse};

/// A change of a category. An absent field keeps its value; none can be null.
#[derive(InputObject)]
pub struct TicketCategoryUpdateInput {
    /// Which category.
    id: ID,
    /// What people call it: 1 to 80 characters, unique ignoring case and spaces.
    name: MaybeUndefined<String>,
    /// Whether it is offered no more.
    is_archived: MaybeUndefined<bool>,
}

impl From<TicketCategoryUpdateInput> for CategoryUpdate {
    fn from(input: TicketCategoryUpdateInput) -> Self {
        let TicketCategoryUpdateInput { id, name, is_archived } = input;
        Self { id: parse(&id), name: change(name), is_archived: change(is_archived) }
    }
}

/// Which category goes into which.
#[derive(InputObject)]
pub struct TicketCategoryMergeInput {
    /// The one that goes: its name means the other from then on.
    from_id: ID,
    /// The one that stays.
    into_id: ID,
}

impl From<TicketCategoryMergeInput> for CategoryMerge {
    fn from(input: TicketCategoryMergeInput) -> Self {
        let TicketCategoryMergeInput { from_id, into_id } = input;
        Self { from_id: parse(&from_id), into_id: parse(&into_id) }
    }
}
