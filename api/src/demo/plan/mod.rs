//! What happened at the shop, before any of it is written: pure, and the same for every demo but for its dates.

mod chats;
mod making;
mod story;
mod timing;

pub(super) use making::{Action, Deed, Hand, Plan, PlannedTicket, Step};
pub(super) use story::raised;
