//! Which events are notifications, and whose.

use sportello_entity::{UserId, value::EventType};

use crate::{log::Event, store::NewEvent};

/// Whether operators are notified of it. An import's past and what a blocked contact writes are no news. Kept with the
/// event, so that an index holds the notifications alone.
pub(crate) fn notifies(event: &NewEvent) -> bool {
    use EventType as T;
    match event.r#type {
        T::TicketUpdated | T::TicketStatusChanged | T::NoteAdded => true,
        T::TicketOpened => event.snapshot["source"] != "IMPORT",
        T::MessageReceived => event.snapshot["isMuted"] != true,
        T::MessageStatusChanged => event.snapshot["status"] == "FAILED",
        _ => false,
    }
}

/// Whether this user is notified of it: not of what they did themselves.
pub fn is_for(user_id: UserId, event: &Event) -> bool {
    event.notifies && event.actor.id != Some(user_id.0)
}
