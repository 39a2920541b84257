//! Which events an actor may see, and how much of them: the same for streams and for `changes`.

use std::sync::Arc;

use crate::{
    Actor, Permission,
    log::{Event, EventGroup},
};

/// What of a contact a key may see that reads tickets only.
const CONTACT_FIELDS_OF_TICKETS: &[&str] = &["name"];

/// The event as the actor may see it; None when it may not see it at all.
pub fn seen_by(actor: &Actor, event: &Arc<Event>) -> Option<Arc<Event>> {
    let group = EventGroup::of(event.r#type);
    match group {
        EventGroup::Ticket | EventGroup::Taxonomy => {
            actor.may(Permission::ReadTickets).then(|| event.clone())
        }
        EventGroup::Account => Some(event.clone()),
        EventGroup::Message => actor.may(Permission::ReadMessages).then(|| event.clone()),
        EventGroup::User | EventGroup::Messaging => {
            actor.may(Permission::ReadSettings).then(|| event.clone())
        }
        EventGroup::Settings => actor.may(Permission::ReadCredentials).then(|| event.clone()),
        EventGroup::Contact if actor.may(Permission::ReadContacts) => Some(event.clone()),
        EventGroup::Contact if actor.may(Permission::ReadTickets) => with_names_only(event),
        EventGroup::Contact => None,
    }
}

fn with_names_only(event: &Arc<Event>) -> Option<Arc<Event>> {
    let mut event = Event::clone(event);
    event.changes.retain(|change| CONTACT_FIELDS_OF_TICKETS.contains(&change.field.as_str()));
    (!event.changes.is_empty()).then(|| Arc::new(event))
}
