//! Who asks.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::{Actor, Error, Who, directory::Directory, notification};

use super::{Account, ApiKey, Role, User};
use crate::graphql::{
    context::store,
    error::{UserError, to_graphql},
    page::count,
};

/// Who asks: a user or an API key, in its account.
#[derive(Clone)]
pub struct Viewer {
    actor: Actor,
    directory: Arc<Directory>,
}

impl Viewer {
    /// The actor as a viewer.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn of(ctx: &Context<'_>, actor: &Actor) -> Result<Self> {
        let directory = store(ctx).directory(actor.account_id).await.map_err(to_graphql)?;
        Ok(Self { actor: actor.clone(), directory })
    }

    /// The user, if it is one.
    pub(super) fn as_user(&self) -> Result<User> {
        let row = self.actor.user_id().and_then(|id| self.directory.user(id));
        let gone = || to_graphql(Error::Unauthenticated("this user is gone".to_owned()));
        row.cloned().map(User::from).ok_or_else(gone)
    }
}

/// Who asks: a user or an API key, in its account.
#[Object]
impl Viewer {
    /// The account that everything here is about.
    pub async fn account(&self) -> Account {
        self.directory.account.clone().into()
    }

    /// The user; null for an API key.
    pub async fn user(&self) -> Option<User> {
        self.actor.user_id().and_then(|id| self.directory.user(id)).cloned().map(User::from)
    }

    /// The key; null for a user.
    pub async fn api_key(&self) -> Option<ApiKey> {
        let Who::ApiKey { id, .. } = self.actor.who else { return None };
        self.directory.api_key(id).cloned().map(ApiKey::from)
    }

    /// What the user may do; null for an API key, which has scopes instead.
    pub async fn role(&self) -> Option<Role> {
        self.actor.role().map(Role::from)
    }

    /// How many notifications the user has not read; 0 for an API key, which has none.
    pub async fn unread_notification_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let unread = notification::unread_count(store(ctx), &self.actor).await;
        unread.map(count).map_err(to_graphql)
    }
}

/// What came of a change to what belongs to whoever asks.
#[derive(Default, SimpleObject)]
pub struct ViewerPayload {
    /// Whoever asks, as of now; null when the input was refused.
    pub viewer: Option<Viewer>,
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
}
