//! The types of events.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Interface, Object, Result, SimpleObject};
use sportello_domain::log::{Event as DomainEvent, EventGroup};
use sportello_entity::{ContactId, TicketId, value};

use crate::graphql::{
    actor::{self, Actor},
    automation::AutomationRun,
    contact::Contact,
    error::{FieldChange, to_graphql},
    message::Message,
    neighbours::Neighbours,
    page::PageInfo,
    scalars::{DateTime, EventCursor, Sequence},
    ticket::{Ticket, TicketNote},
};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::EventType")]
pub enum EventType {
    /// A ticket was opened.
    TicketOpened,
    /// Something of a ticket but its status changed.
    TicketUpdated,
    /// A ticket's status changed, whatever else did.
    TicketStatusChanged,
    /// A ticket was deleted; it can be restored.
    TicketDeleted,
    /// A deleted ticket was restored.
    TicketRestored,
    /// A note was added, and nothing else changed.
    NoteAdded,
    /// A note's text was changed.
    NoteEdited,
    /// A note was deleted.
    NoteDeleted,
    /// A customer wrote a message or pressed a button.
    MessageReceived,
    /// A message to a customer was taken on.
    MessageSent,
    /// A message to a customer came further, or failed.
    MessageStatusChanged,
    /// A contact came into being.
    ContactCreated,
    /// A contact changed.
    ContactUpdated,
    /// A contact was erased: the person is gone, the tickets stay.
    ContactDeleted,
    /// A ticket status was made.
    StatusCreated,
    /// A ticket status changed.
    StatusUpdated,
    /// A ticket status was deleted.
    StatusDeleted,
    /// A category came into being.
    CategoryCreated,
    /// A category changed.
    CategoryUpdated,
    /// A category was merged into another.
    CategoryDeleted,
    /// The account's settings changed.
    AccountChanged,
    /// A user was invited or changed.
    UserChanged,
    /// An API key was made or revoked.
    ApiKeyChanged,
    /// A message template was made, changed or archived.
    TemplateChanged,
    /// The WhatsApp number was connected, disconnected or stopped.
    ChannelChanged,
    /// A dynamic field was made.
    DynamicFieldChanged,
    /// A webhook endpoint was made, changed, disabled or deleted.
    WebhookChanged,
    /// An automation was made, changed or deleted.
    AutomationChanged,
}

/// Something that happened in the account, in its place in the log.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Names the event everywhere."),
    field(name = "cursor", ty = "EventCursor", desc = "Its place in the log: go on after it."),
    field(
        name = "sequence",
        ty = "Sequence",
        desc = "1, 2, 3 … in the account, without gaps, in commit order."
    ),
    field(name = "type", method = "event_type", ty = "EventType", desc = "What happened."),
    field(name = "occurredAt", method = "occurred_at", ty = "DateTime", desc = "When."),
    field(name = "actor", ty = "Actor", desc = "Who did it."),
    field(
        name = "automationRun",
        method = "automation_run",
        ty = "Option<Result<AutomationRun>>",
        desc = "The run of an automation that did it; null where none did, and for who may not read automations."
    )
)]
#[expect(clippy::enum_variant_names, reason = "the names of the contract's types")]
pub enum Event {
    /// To a ticket.
    TicketEvent(TicketEvent),
    /// To a message.
    MessageEvent(MessageEvent),
    /// To a contact.
    ContactEvent(ContactEvent),
    /// To a status, category, user, key, template or another setting.
    SettingsEvent(SettingsEvent),
}

impl Event {
    /// The event in the type that fits it.
    pub fn of(event: Arc<DomainEvent>, neighbours: Arc<Neighbours>) -> Self {
        let group = EventGroup::of(event.r#type);
        match group {
            EventGroup::Ticket => Self::TicketEvent(TicketEvent { event, neighbours }),
            EventGroup::Message => Self::MessageEvent(MessageEvent { event, neighbours }),
            EventGroup::Contact => Self::ContactEvent(ContactEvent { event, neighbours }),
            _ => Self::SettingsEvent(SettingsEvent { event, neighbours }),
        }
    }
}

macro_rules! event_type {
    ($(#[$doc:meta])* $name:ident { $($field:item)* }) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            /// What happened.
            pub event: Arc<DomainEvent>,
            /// What it points at.
            pub neighbours: Arc<Neighbours>,
        }

        $(#[$doc])*
        #[Object]
        impl $name {
            /// Names the event everywhere.
            async fn id(&self) -> ID {
                self.event.id.to_string().into()
            }

            /// Its place in the log: go on after it.
            async fn cursor(&self) -> EventCursor {
                self.event.cursor().to_string().into()
            }

            /// 1, 2, 3 … in the account, without gaps, in commit order.
            async fn sequence(&self) -> Sequence {
                Sequence(self.event.sequence)
            }

            /// What happened.
            #[graphql(name = "type")]
            async fn event_type(&self) -> EventType {
                self.event.r#type.into()
            }

            /// When.
            async fn occurred_at(&self) -> DateTime {
                self.event.occurred_at.into()
            }

            /// Who did it.
            async fn actor(&self, ctx: &Context<'_>) -> Result<Actor> {
                actor::resolve(ctx, &self.neighbours, self.event.actor).await
            }

            /// The run of an automation that did it; null where none did, and for who may not read automations.
            async fn automation_run(&self, ctx: &Context<'_>) -> Option<Result<AutomationRun>> {
                let id = self.event.automation_run_id;
                AutomationRun::behind(ctx, &self.neighbours, id).await.transpose()
            }

            $($field)*
        }
    };
}

event_type! {
    /// Something that happened to a ticket.
    TicketEvent {
        /// The ticket's id.
        async fn ticket_id(&self) -> ID {
            TicketId(self.event.subject_id).to_string().into()
        }

        /// The ticket's own fields as they stood right after this event, also when read later; what it points at
        /// (contact, category …) as that is now. Deleted tickets are still seen here.
        async fn ticket(&self) -> Result<Ticket> {
            let snapshot = self.event.ticket().map_err(to_graphql)?;
            Ok(Ticket::shared(snapshot.clone(), self.neighbours.clone()))
        }

        /// What changed, field by field. Derived fields are not listed.
        async fn changes(&self) -> Vec<FieldChange> {
            self.event.changes.iter().cloned().map(FieldChange::from).collect()
        }

        /// The note that this is about, as it is now; null once deleted.
        async fn note(&self, ctx: &Context<'_>) -> Option<Result<TicketNote>> {
            TicketNote::find(ctx, &self.neighbours, self.event.note_id).await.transpose()
        }
    }
}

event_type! {
    /// Something that happened to a message.
    MessageEvent {
        /// The message as it stood right after this event; what it points at as that is now.
        async fn message(&self) -> Result<Message> {
            let snapshot = self.event.message().map_err(to_graphql)?;
            Ok(Message::new(snapshot, self.neighbours.clone()))
        }
    }
}

event_type! {
    /// Something that happened to a contact.
    ContactEvent {
        /// The contact's id.
        async fn contact_id(&self) -> ID {
            ContactId(self.event.subject_id).to_string().into()
        }

        /// The contact as it is now.
        async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Contact>> {
            Contact::find(ctx, &self.neighbours, ContactId(self.event.subject_id)).await.transpose()
        }

        /// What changed, field by field.
        async fn changes(&self) -> Vec<FieldChange> {
            self.event.changes.iter().cloned().map(FieldChange::from).collect()
        }
    }
}

event_type! {
    /// Something that happened to a status, category, user, key, template or another setting.
    SettingsEvent {
        /// The id of what changed: read it again by `node`.
        async fn subject_id(&self) -> ID {
            self.event.subject().into()
        }

        /// What changed, field by field.
        async fn changes(&self) -> Vec<FieldChange> {
            self.event.changes.iter().cloned().map(FieldChange::from).collect()
        }
    }
}

/// A page of a ticket's history.
#[derive(SimpleObject)]
pub struct TicketEventConnection {
    /// The events with their page cursors.
    pub edges: Vec<TicketEventEdge>,
    /// The events.
    pub nodes: Vec<TicketEvent>,
    /// Whether there is more on either side.
    pub page_info: PageInfo,
    /// How many there are in all.
    pub total_count: Option<i32>,
}

/// One event of a page.
#[derive(SimpleObject)]
pub struct TicketEventEdge {
    /// Its place in this list: for `after` and `before`.
    pub cursor: String,
    /// The event.
    pub node: TicketEvent,
}
