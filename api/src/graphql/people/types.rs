//! Users and API keys.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use sportello_domain::{Permission, Scope, api_key};
use sportello_entity::{ApiKeyId, UserId, api_key as key_row, app_user, value};

use crate::graphql::{
    context::{actor, store},
    error::{UserError, to_graphql},
    neighbours::Neighbours,
    scalars::{DateTime, EmailAddress, Locale},
};

/// What a user may do; each role includes the ones below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "value::Role")]
pub enum Role {
    /// Also names and removes owners. An account always has an active one.
    Owner,
    /// Also manages the account, its settings, keys, and users other than owners.
    Admin,
    /// Also works tickets and contacts.
    Operator,
    /// Reads all but keys and secrets, and keeps an own profile.
    Viewer,
}

/// What an API key may do. A WRITE scope includes its READ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Scope")]
pub enum ApiScope {
    /// Read tickets, notes, statuses, categories, views and statistics; of contacts their ids and names.
    TicketsRead,
    /// Work tickets and notes.
    TicketsWrite,
    /// Read contacts whole.
    ContactsRead,
    /// Make, change and erase contacts.
    ContactsWrite,
    /// Read chats and messages.
    MessagesRead,
    /// Send messages.
    MessagesWrite,
    /// Read users, keys, webhooks, automations and templates.
    SettingsRead,
    /// Manage statuses, categories, fields, templates, automations, webhooks and the account.
    SettingsWrite,
}

/// An operator of the account.
#[derive(Clone, Debug)]
pub struct User(app_user::Model);

impl From<app_user::Model> for User {
    fn from(row: app_user::Model) -> Self {
        Self(row)
    }
}

impl User {
    /// The user of this id, for those who may read users.
    ///
    /// # Errors
    /// FORBIDDEN for others.
    pub async fn find(
        ctx: &Context<'_>,
        neighbours: &Neighbours,
        id: Option<UserId>,
    ) -> Result<Option<Self>> {
        actor(ctx)?.require(Permission::ReadSettings).map_err(to_graphql)?;
        let Some(id) = id else { return Ok(None) };
        Ok(neighbours.directory(ctx).await?.user(id).cloned().map(Self))
    }
}

/// An operator of the account.
#[Object]
impl User {
    /// Names the user everywhere.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What people call them.
    pub async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they sign in with, and where their e-mails go.
    pub async fn email(&self) -> EmailAddress {
        self.0.email.clone().into()
    }

    /// What they may do.
    pub async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// The language of their e-mails.
    pub async fn locale(&self) -> Locale {
        self.0.locale.clone().into()
    }

    /// Whether they can sign in.
    pub async fn is_active(&self) -> bool {
        self.0.is_active
    }

    /// Whether changes of tickets are mailed to them.
    pub async fn receives_ticket_emails(&self) -> bool {
        self.0.receives_ticket_emails
    }

    /// When they were invited, or made with the account.
    pub async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}

/// What an integrator's program presents instead of a user's token. The secret itself is shown once, when it is made.
#[derive(Clone)]
pub struct ApiKey {
    row: key_row::Model,
    neighbours: Arc<Neighbours>,
}

impl From<key_row::Model> for ApiKey {
    fn from(row: key_row::Model) -> Self {
        Self { row, neighbours: Neighbours::now() }
    }
}

impl ApiKey {
    /// The key of this id, for those who may read keys.
    ///
    /// # Errors
    /// FORBIDDEN for others.
    pub async fn find(
        ctx: &Context<'_>,
        neighbours: &Arc<Neighbours>,
        id: Option<ApiKeyId>,
    ) -> Result<Option<Self>> {
        let found = api_key::find(store(ctx), actor(ctx)?, id).await.map_err(to_graphql)?;
        Ok(found.map(|row| Self::beside(row, neighbours)))
    }

    /// One of several keys of an answer, which find their makers together.
    pub(super) fn beside(row: key_row::Model, neighbours: &Arc<Neighbours>) -> Self {
        Self { row, neighbours: Arc::clone(neighbours) }
    }
}

/// What an integrator's program presents instead of a user's token. The secret itself is shown once, when it is made.
#[Object]
impl ApiKey {
    /// Names the key everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// What people call it.
    pub async fn name(&self) -> &str {
        &self.row.name
    }

    /// What it may do.
    pub async fn scopes(&self) -> Vec<ApiScope> {
        api_key::scopes(&self.row.scopes).into_iter().map(ApiScope::from).collect()
    }

    /// The first characters of the secret: enough to recognise it, never enough to use it.
    pub async fn prefix(&self) -> &str {
        &self.row.prefix
    }

    /// Who made it.
    pub async fn created_by(&self, ctx: &Context<'_>) -> Option<Result<User>> {
        let id = self.row.created_by_id?;
        let directory = self.neighbours.directory(ctx).await;
        directory.map(|directory| directory.user(id).cloned().map(User::from)).transpose()
    }

    /// When it was made.
    pub async fn created_at(&self) -> DateTime {
        self.row.created_at.into()
    }

    /// When it was last used, to the minute; up to date in `apiKeys`.
    pub async fn last_used_at(&self) -> Option<DateTime> {
        self.row.last_used_at.map(DateTime)
    }

    /// When it stops being good by itself.
    pub async fn expires_at(&self) -> Option<DateTime> {
        self.row.expires_at.map(DateTime)
    }

    /// When somebody revoked it.
    pub async fn revoked_at(&self) -> Option<DateTime> {
        self.row.revoked_at.map(DateTime)
    }
}

/// What came of changing a user.
#[derive(Default, SimpleObject)]
pub struct UserPayload {
    /// The user as it is now; null when the input was refused.
    pub user: Option<User>,
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
}

/// What came of an invitation.
#[derive(Default, SimpleObject)]
pub struct UserInvitePayload {
    /// The invited user; null when the input was refused.
    pub user: Option<User>,
    /// What `invitationAccept` takes, for 7 days. Shown once; it is mailed as well.
    pub invitation_token: Option<String>,
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
    /// Whether this answers a request that was done before under the same idempotency key.
    pub replayed: bool,
}

/// What came of making a key.
#[derive(Default, SimpleObject)]
pub struct ApiKeyCreatePayload {
    /// The key; null when the input was refused.
    pub api_key: Option<ApiKey>,
    /// What the key's bearer presents: `Authorization: Bearer spk_…`. Shown once.
    pub secret: Option<String>,
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
}

/// What came of changing a key.
#[derive(Default, SimpleObject)]
pub struct ApiKeyPayload {
    /// The key as it is now; null when the input was refused.
    pub api_key: Option<ApiKey>,
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
}
