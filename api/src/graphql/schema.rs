//! The roots, and the schema made of them.

use async_graphql::{MergedObject, MergedSubscription, ValidationMode};

use crate::graphql::{
    Desk,
    automation::{AutomationMutation, AutomationQuery, AutomationSubscription},
    category::{CategoryMutation, CategoryQuery},
    channel::{ChannelMutation, ChannelQuery},
    chat::{ChatMutation, ChatQuery, ChatSubscription},
    contact::{ContactMutation, ContactQuery},
    event::EventQuery,
    message::MessageMutation,
    node::NodeQuery,
    notification::{NotificationMutation, NotificationQuery, NotificationSubscription},
    people::{PeopleMutation, PeopleQuery},
    presence::PresenceSubscription,
    search::SearchQuery,
    statistics::{StatisticsQuery, StatisticsSubscription},
    status::{StatusMutation, StatusQuery},
    template::{TemplateMutation, TemplateQuery},
    ticket::{TicketMutation, TicketQuery, TicketSubscription},
    view::{ViewMutation, ViewQuery},
    webhook::{WebhookMutation, WebhookQuery},
};

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQuery,
    PeopleQuery,
    TicketQuery,
    SearchQuery,
    ViewQuery,
    StatusQuery,
    CategoryQuery,
    ContactQuery,
    EventQuery,
    ChatQuery,
    ChannelQuery,
    TemplateQuery,
    StatisticsQuery,
    WebhookQuery,
    AutomationQuery,
    NotificationQuery,
);

/// What can be done. A refusal is data (`userErrors`), a lack of rights a top-level FORBIDDEN.
#[derive(MergedObject, Default)]
pub struct Mutation(
    PeopleMutation,
    TicketMutation,
    ViewMutation,
    StatusMutation,
    CategoryMutation,
    ContactMutation,
    ChatMutation,
    MessageMutation,
    ChannelMutation,
    TemplateMutation,
    WebhookMutation,
    AutomationMutation,
    NotificationMutation,
);

/// What can be watched.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    TicketSubscription,
    ChatSubscription,
    StatisticsSubscription,
    AutomationSubscription,
    NotificationSubscription,
    PresenceSubscription,
);

/// The schema of the desk.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema, served from this desk. Documents come to it validated by the document crate, which checks the whole
/// specification, so only the fast checks are made again.
pub fn schema(desk: Desk) -> Schema {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .validation_mode(ValidationMode::Fast)
        .data(desk)
        .finish()
}

/// The SDL, in a stable order.
pub fn sdl() -> String {
    Schema::build(Query::default(), Mutation::default(), Subscription::default()).finish().sdl()
}
