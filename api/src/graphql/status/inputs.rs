//! What clients send to change statuses, and how it becomes a command.

use async_graphql::{ID, InputObject, MaybeUndefined};
use sportello_domain::status::{StatusCreate, StatusDelete, StatusUpdate};

use crate::graphql::{
    id::{change, parse},
    status::MacroStatus,
};

/// A new status of the account's own.
#[derive(InputObject)]
pub struct TicketStatusCreateInput {
    /// What people call it: 1 to 60 characters, unique ignoring case.
    name: String,
    /// Whether work goes on in it.
    macro_status: MacroStatus,
    /// Its colour: #rrggbb; a grey when absent.
    color: Option<String>,
    /// Its place from 0; behind the others when absent.
    position: Option<i32>,
}

impl From<TicketStatusCreateInput> for StatusCreate {
    fn from(input: TicketStatusCreateInput) -> Self {
        let TicketStatusCreateInput { name, macro_status, color, position } = input;
        Self { name, macro_status: macro_status.into(), color, position }
    }
}

/// A change of a status. An absent field keeps its value; none can be null.
#[derive(InputObject)]
pub struct TicketStatusUpdateInput {
    /// Which status.
    id: ID,
    /// What people call it: 1 to 60 characters, unique ignoring case.
    name: MaybeUndefined<String>,
    /// Whether work goes on in it: its tickets are closed or reopened. Not of a predefined status.
    macro_status: MaybeUndefined<MacroStatus>,
    /// Its colour: #rrggbb.
    color: MaybeUndefined<String>,
    /// Its place from 0.
    position: MaybeUndefined<i32>,
    /// True: new tickets get it from now on, instead of the one that was the default.
    is_default: MaybeUndefined<bool>,
}

impl From<TicketStatusUpdateInput> for StatusUpdate {
    fn from(input: TicketStatusUpdateInput) -> Self {
        let TicketStatusUpdateInput { id, name, macro_status, color, position, is_default } = input;
        Self {
            id: parse(&id),
            name: change(name),
            macro_status: change(macro_status.map_value(Into::into)),
            color: change(color),
            position: change(position),
            is_default: change(is_default),
        }
    }
}

/// Which status is to be deleted.
#[derive(InputObject)]
pub struct TicketStatusDeleteInput {
    /// Which status.
    id: ID,
    /// The status that its tickets get, the deleted ones too. Without it a status with tickets is IN_USE.
    move_tickets_to_id: Option<ID>,
}

impl From<TicketStatusDeleteInput> for StatusDelete {
    fn from(input: TicketStatusDeleteInput) -> Self {
        let TicketStatusDeleteInput { id, move_tickets_to_id } = input;
        Self { id: parse(&id), move_tickets_to_id: move_tickets_to_id.as_ref().map(parse) }
    }
}
