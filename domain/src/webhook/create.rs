//! Making an endpoint.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use sportello_entity::{value::EventType, webhook_endpoint};

use super::{EndpointWithSecret, WebhookRules, row, secret, url};
use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
    user,
};

/// The most endpoints that an account can have.
const LIMIT: u64 = 100;

/// What an endpoint is made of.
#[derive(Clone, Debug)]
pub struct WebhookEndpointCreate {
    /// Where it lies.
    pub url: String,
    /// What it is sent; empty: everything.
    pub types: Vec<EventType>,
}

/// Makes an endpoint, enabled, with a secret: WEBHOOK_CHANGED. It is sent what happens from now on.
///
/// # Errors
/// FORBIDDEN; refusals: INVALID and TOO_LONG at `url`, LIMIT_REACHED.
pub async fn create(
    store: &Store,
    rules: &WebhookRules,
    actor: &Actor,
    input: WebhookEndpointCreate,
) -> Result<EndpointWithSecret> {
    actor.require(Permission::ManageSettings)?;
    let url = url::checked(&input.url, rules.allow_private)?;
    let mut tx = store.begin(actor).await?;
    user::lock_people(&tx).await?;
    refuse_too_many(&tx).await?;
    let id = tx.new_id();
    let (secret, sealed) = secret::new(store, &rules.seal, id)?;
    let endpoint = webhook_endpoint::Model {
        id,
        account_id: actor.account_id,
        url,
        types: row::column(&input.types),
        is_enabled: true,
        disabled_reason: None,
        after_sequence: row::head_sequence(&tx).await?,
        secret: sealed,
        former_secret: None,
        former_secret_until: None,
        failing_since: None,
        created_at: tx.now(),
    };
    let insert = webhook_endpoint::Entity::insert(endpoint.clone().into_active_model());
    insert.exec_without_returning(tx.db()).await?;
    tx.record(row::changed(None, &endpoint));
    tx.commit().await?;
    Ok(EndpointWithSecret { endpoint, secret })
}

async fn refuse_too_many(tx: &Tx) -> Result<()> {
    let own =
        webhook_endpoint::Entity::find().filter(webhook_endpoint::Column::AccountId.eq(tx.actor.account_id));
    if own.count(tx.db()).await? >= LIMIT {
        let message = format!("an account can have {LIMIT} webhook endpoints: delete one that is not needed");
        return Err(Error::refused(RefusalCode::LimitReached, &[], message));
    }
    Ok(())
}
