//! Reading the account and its people.

use async_graphql::{Context, Object, Result};
use sportello_domain::{Permission, api_key};

use super::{Account, ApiKey, User, Viewer};
use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    neighbours::Neighbours,
};

/// What may be asked of the account and its people.
#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// Who asks.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer> {
        Viewer::of(ctx, actor(ctx)?).await
    }

    /// The account that everything here is about.
    async fn account(&self, ctx: &Context<'_>) -> Result<Account> {
        let directory = store(ctx).directory(actor(ctx)?.account_id).await.map_err(to_graphql)?;
        Ok(directory.account.clone().into())
    }

    /// The users of the account, oldest first; deactivated ones too.
    async fn users(&self, ctx: &Context<'_>) -> Result<Vec<User>> {
        let actor = actor(ctx)?;
        actor.require(Permission::ReadSettings).map_err(to_graphql)?;
        let directory = store(ctx).directory(actor.account_id).await.map_err(to_graphql)?;
        Ok(directory.users.iter().cloned().map(User::from).collect())
    }

    /// The API keys of the account, oldest first; revoked ones too. For ADMIN and up.
    async fn api_keys(&self, ctx: &Context<'_>) -> Result<Vec<ApiKey>> {
        let keys = api_key::list(store(ctx), actor(ctx)?).await.map_err(to_graphql)?;
        let neighbours = Neighbours::now();
        Ok(keys.into_iter().map(|key| ApiKey::beside(key, &neighbours)).collect())
    }
}
