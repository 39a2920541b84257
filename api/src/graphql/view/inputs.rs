//! What clients send to keep views, and how it becomes a command.

use async_graphql::{ID, InputObject, MaybeUndefined};
use sportello_domain::view::ViewSave;

use crate::graphql::{
    id::{change, parse},
    ticket::{TicketOrder, order},
};

/// A view to make or, with an id, to change.
#[derive(InputObject)]
pub struct TicketViewSaveInput {
    /// The view to change; absent: a new one.
    id: Option<ID>,
    /// What people call it: 1 to 60 characters.
    name: String,
    /// The search text, to 1,000 characters. Names and `me` in it are looked up whenever the view is read.
    search: String,
    /// By what its tickets are sorted; absent: as before, null or empty: the list's own order.
    order_by: MaybeUndefined<Vec<TicketOrder>>,
    /// Whether everybody of the account sees it: takes OPERATOR.
    #[graphql(default = false)]
    is_shared: bool,
}

impl From<TicketViewSaveInput> for ViewSave {
    fn from(input: TicketViewSaveInput) -> Self {
        let TicketViewSaveInput { id, name, search, order_by, is_shared } = input;
        let order_by = match order_by {
            MaybeUndefined::Value(orders) => MaybeUndefined::Value(order::into_orders(Some(orders))),
            MaybeUndefined::Null => MaybeUndefined::Null,
            MaybeUndefined::Undefined => MaybeUndefined::Undefined,
        };
        Self { id: id.as_ref().map(parse), name, search, order_by: change(order_by), is_shared }
    }
}

/// Which view is to go.
#[derive(InputObject)]
pub struct TicketViewDeleteInput {
    /// The view.
    pub id: ID,
}
