//! A contact as clients see it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use sportello_domain::{
    Error, Permission,
    contact::fields,
    page::{PageArguments, PageRequest},
};
use sportello_entity::{ContactId, contact as row};

use crate::graphql::{
    chat::Chat,
    context::actor,
    error::to_graphql,
    neighbours::Neighbours,
    scalars::{DateTime, EmailAddress, Locale, PhoneNumber},
    ticket::{self, ListArguments, TicketConnection, TicketOrder, TicketWhere},
};

/// A customer of the desk. A key without CONTACTS_READ sees the id and the name only.
#[derive(Clone)]
pub struct Contact {
    row: Arc<row::Model>,
    neighbours: Arc<Neighbours>,
}

impl From<row::Model> for Contact {
    fn from(row: row::Model) -> Self {
        Self::beside(row, Neighbours::now())
    }
}

impl Contact {
    /// The contact of this row, in an answer with others.
    pub fn beside(row: row::Model, neighbours: Arc<Neighbours>) -> Self {
        Self { row: Arc::new(row), neighbours }
    }

    /// The contact that a row of the answer points at.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn get(ctx: &Context<'_>, neighbours: &Neighbours, id: ContactId) -> Result<Self> {
        let found = Self::find(ctx, neighbours, id).await?;
        found.ok_or_else(|| to_graphql(Error::Internal(format!("there is no contact {id}"))))
    }

    /// The contact of that id, if there is one.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read contacts or tickets.
    pub async fn find(ctx: &Context<'_>, neighbours: &Neighbours, id: ContactId) -> Result<Option<Self>> {
        Ok(neighbours.contact(ctx, id).await?.map(Self::from))
    }

    /// The row for those who may read contacts whole.
    fn whole(&self, ctx: &Context<'_>) -> Result<Option<&row::Model>> {
        Ok(actor(ctx)?.may(Permission::ReadContacts).then_some(&*self.row))
    }
}

/// A customer of the desk. A key without CONTACTS_READ sees the id and the name only.
#[Object]
impl Contact {
    /// Names the contact everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// What people call them; "" when unknown or erased.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Their phone number in E.164, unique in the account; null for a customer known otherwise.
    async fn phone(&self, ctx: &Context<'_>) -> Result<Option<PhoneNumber>> {
        Ok(self.whole(ctx)?.and_then(|row| row.phone.clone()).map(PhoneNumber))
    }

    /// Their e-mail address.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<EmailAddress>> {
        Ok(self.whole(ctx)?.and_then(|row| row.email.clone()).map(EmailAddress))
    }

    /// The language they are written to in.
    async fn locale(&self, ctx: &Context<'_>) -> Result<Option<Locale>> {
        Ok(self.whole(ctx)?.and_then(|row| row.locale.clone()).map(Locale))
    }

    /// The integrator's own key, unique in the account.
    async fn external_id(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        Ok(self.whole(ctx)?.and_then(|row| row.external_id.as_deref()))
    }

    /// WhatsApp's id of them, for those who hide their number.
    #[graphql(name = "whatsAppUserId")]
    async fn whats_app_user_id(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        Ok(self.whole(ctx)?.and_then(|row| row.whatsapp_user_id.as_deref()))
    }

    /// What dynamic fields, `%%CODE%%`, are filled with for them, by code.
    async fn fields(&self, ctx: &Context<'_>) -> Result<Vec<ContactField>> {
        let Some(row) = self.whole(ctx)? else { return Ok(Vec::new()) };
        let fields = fields::parse(&row.fields).map_err(|error| to_graphql(error.into()))?;
        Ok(fields.into_iter().map(|(code, value)| ContactField { code, value }).collect())
    }

    /// Whether their messages are kept and set nothing off.
    async fn is_blocked(&self) -> bool {
        self.row.is_blocked
    }

    /// Whether the person was erased: name and the rest are gone, the tickets and this node stay.
    async fn is_erased(&self) -> bool {
        self.row.is_erased
    }

    /// When they were first known.
    async fn created_at(&self) -> DateTime {
        self.row.created_at.into()
    }

    /// When anything here last changed.
    async fn updated_at(&self) -> DateTime {
        self.row.updated_at.into()
    }

    /// 1 at first, one more at each change. Send it as expectedVersion.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// What was written with them; there is always one.
    async fn chat(&self, ctx: &Context<'_>) -> Result<Chat> {
        actor(ctx)?.require(Permission::ReadMessages).map_err(to_graphql)?;
        Ok(Chat::new(self.row.id, self.neighbours.clone()))
    }

    /// Their tickets that match, in order; 10 when nothing is said, 100 at most.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What they are searched for: words, \"phrases\", -excluded, begin*, OR, ( ) and terms like status:open."
        )]
        search: Option<String>,
        #[graphql(name = "where", desc = "Only tickets that match.")] filter: Option<TicketWhere>,
        #[graphql(desc = "By what they are sorted.")] order_by: Option<Vec<TicketOrder>>,
        #[graphql(desc = "How many from the beginning, or after `after`.")] first: Option<i32>,
        #[graphql(desc = "Only what follows this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`.")] last: Option<i32>,
        #[graphql(desc = "Only what precedes this cursor.")] before: Option<String>,
    ) -> Result<TicketConnection> {
        let page = PageArguments { first, after, last, before };
        let arguments = ListArguments { search, filter, order_by, page };
        Box::pin(ticket::list(ctx, arguments, Some(self.row.id), PageRequest::NESTED)).await
    }
}

/// A contact's value for a dynamic field.
#[derive(SimpleObject)]
pub struct ContactField {
    /// The field's code: what stands between %% and %%.
    code: String,
    /// What it is filled with.
    value: String,
}

impl ContactField {
    /// A value for that code.
    pub fn new(code: String, value: String) -> Self {
        Self { code, value }
    }
}
