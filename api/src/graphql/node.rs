//! Relay's Node: anything of the account by its id.

use async_graphql::{Context, ID, Interface, Object, Result};
use sportello_entity::{
    AccountId, ApiKeyId, AutomationId, AutomationRunId, CategoryId, ChannelId, ChatId, ContactId, MessageId,
    NoteId, StatusId, TemplateId, TicketId, TicketViewId, UserId, WebhookDeliveryId, WebhookEndpointId,
};

use crate::graphql::{
    automation::{Automation, AutomationRun},
    category::TicketCategory,
    channel::WhatsAppChannel,
    chat::Chat,
    contact::Contact,
    context::actor,
    id::parse,
    message::Message,
    neighbours::Neighbours,
    people::{Account, ApiKey, User},
    status::TicketStatus,
    template::MessageTemplate,
    ticket::{Ticket, TicketNote},
    view::TicketView,
    webhook::{WebhookDelivery, WebhookEndpoint},
};

/// A thing with an id of its own.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque, typed, the same everywhere."))]
pub enum Node {
    /// The account.
    Account(Account),
    /// An operator.
    User(User),
    /// An API key.
    ApiKey(ApiKey),
    /// A ticket.
    Ticket(Ticket),
    /// A note.
    TicketNote(TicketNote),
    /// A ticket status.
    TicketStatus(TicketStatus),
    /// A ticket category.
    TicketCategory(TicketCategory),
    /// A contact.
    Contact(Contact),
    /// A view.
    TicketView(TicketView),
    /// A chat.
    Chat(Chat),
    /// A message.
    Message(Message),
    /// The WhatsApp channel.
    WhatsAppChannel(WhatsAppChannel),
    /// A message template.
    MessageTemplate(MessageTemplate),
    /// A webhook endpoint.
    WebhookEndpoint(WebhookEndpoint),
    /// A delivery to one.
    WebhookDelivery(WebhookDelivery),
    /// An automation.
    Automation(Automation),
    /// A run of an automation.
    AutomationRun(AutomationRun),
}

const MOST: usize = 100;

/// Anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Anything of the account by its id; null when there is no such thing, or when you may not read it.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Option<Result<Node>> {
        find(ctx, &Neighbours::now(), &id).await.transpose()
    }

    /// The same for up to 100 ids, in their order.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        actor(ctx)?;
        if ids.len() > MOST {
            let error = sportello_domain::Error::bad_request(&["ids"], "at most 100 ids at once");
            return Err(crate::graphql::error::to_graphql(error));
        }
        let neighbours = Neighbours::now();
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(find(ctx, &neighbours, id).await?);
        }
        Ok(nodes)
    }
}

async fn find(ctx: &Context<'_>, neighbours: &std::sync::Arc<Neighbours>, id: &ID) -> Result<Option<Node>> {
    actor(ctx)?;
    let found = find_readable(ctx, neighbours, id).await;
    match found {
        // What one may not read does not exist for one.
        Err(error) if is_forbidden(&error) => Ok(None),
        other => other,
    }
}

fn is_forbidden(error: &async_graphql::Error) -> bool {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    code == Some(&async_graphql::Value::from("FORBIDDEN"))
}

async fn find_readable(
    ctx: &Context<'_>,
    neighbours: &std::sync::Arc<Neighbours>,
    id: &ID,
) -> Result<Option<Node>> {
    let prefix = id.as_str().split('_').next().unwrap_or_default();
    Ok(match prefix {
        AccountId::PREFIX => Account::find(ctx, neighbours, parse(id)).await?.map(Node::Account),
        UserId::PREFIX => User::find(ctx, neighbours, parse(id)).await?.map(Node::User),
        ApiKeyId::PREFIX => ApiKey::find(ctx, neighbours, parse(id)).await?.map(Node::ApiKey),
        StatusId::PREFIX => TicketStatus::find(ctx, neighbours, parse(id)).await?.map(Node::TicketStatus),
        CategoryId::PREFIX => {
            TicketCategory::find(ctx, neighbours, parse(id)).await?.map(Node::TicketCategory)
        }
        TicketId::PREFIX => match parse(id) {
            Some(id) => Ticket::find(ctx, id).await?.map(Node::Ticket),
            None => None,
        },
        TicketViewId::PREFIX => TicketView::find(ctx, neighbours, parse(id)).await?.map(Node::TicketView),
        NoteId::PREFIX => TicketNote::find(ctx, neighbours, parse(id)).await?.map(Node::TicketNote),
        ContactId::PREFIX => match parse(id) {
            Some(id) => Contact::find(ctx, neighbours, id).await?.map(Node::Contact),
            None => None,
        },
        ChatId::PREFIX => match parse::<ChatId>(id) {
            Some(id) => Chat::find(ctx, ContactId(id.0)).await?.map(Node::Chat),
            None => None,
        },
        MessageId::PREFIX => match parse(id) {
            Some(id) => Message::find(ctx, id).await?.map(Node::Message),
            None => None,
        },
        ChannelId::PREFIX => WhatsAppChannel::find(ctx, parse(id)).await?.map(Node::WhatsAppChannel),
        AutomationId::PREFIX => match parse(id) {
            Some(id) => Automation::find_live(ctx, neighbours, id).await?.map(Node::Automation),
            None => None,
        },
        AutomationRunId::PREFIX => match parse(id) {
            Some(id) => AutomationRun::find(ctx, neighbours, id).await?.map(Node::AutomationRun),
            None => None,
        },
        TemplateId::PREFIX => match parse(id) {
            Some(id) => MessageTemplate::find(ctx, id).await?.map(Node::MessageTemplate),
            None => None,
        },
        WebhookEndpointId::PREFIX => WebhookEndpoint::find(ctx, parse(id)).await?.map(Node::WebhookEndpoint),
        WebhookDeliveryId::PREFIX => WebhookDelivery::find(ctx, parse(id)).await?.map(Node::WebhookDelivery),
        _ => None,
    })
}
