//! Making a key.

use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use sportello_entity::{Timestamp, api_key};

use super::changed;
use crate::{
    Actor, Error, Permission, Refusal, RefusalCode, Result, Scope,
    digest::digest,
    store::{Store, Tx},
    text, user,
};

/// What every key begins with, so that people and scanners of leaked secrets recognise one.
pub const PREFIX: &str = "spk_";

/// How much of a key is kept to recognise it by: the mark and 8 of its 43 characters.
const SHOWN: usize = 12;
const LIMIT: u64 = 200;

/// What the key is to be.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct ApiKeyCreate {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub expires_at: Option<Timestamp>,
}

/// The key with its secret, which is told this once.
#[derive(Clone, Debug)]
pub struct CreatedKey {
    /// The key.
    pub key: api_key::Model,
    /// What its bearer presents.
    pub secret: String,
}

/// Makes a key.
///
/// # Errors
/// FORBIDDEN below ADMIN and for keys; refused: texts, no scopes at all, an end that lies in the past, LIMIT_REACHED.
pub async fn create(store: &Store, actor: &Actor, input: ApiKeyCreate) -> Result<CreatedKey> {
    actor.require(Permission::ManagePeople)?;
    let mut tx = store.begin(actor).await?;
    let secret = format!("{PREFIX}{}", tx.secret());
    let key = checked(&tx, input, &secret)?;
    user::lock_people(&tx).await?;
    refuse_too_many(&tx).await?;
    api_key::Entity::insert(key.clone().into_active_model()).exec_without_returning(tx.db()).await?;
    tx.record(changed(None, &key));
    tx.commit().await?;
    Ok(CreatedKey { key, secret })
}

fn checked(tx: &Tx, input: ApiKeyCreate, secret: &str) -> Result<api_key::Model> {
    let ApiKeyCreate { name, scopes, expires_at } = input;
    let mut refusals = Vec::new();
    let name = text::NAME.check(&name, &["name"]).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        String::new()
    });
    if scopes.is_empty() {
        refusals.push(Refusal::new(RefusalCode::Required, &["scopes"], "a key takes at least one scope"));
    }
    if expires_at.is_some_and(|end| end <= tx.now()) {
        refusals.push(Refusal::new(RefusalCode::OutOfRange, &["expiresAt"], "must lie in the future"));
    }
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let granted = Scope::ALL.into_iter().filter(|scope| scopes.contains(scope)).map(Scope::name);
    Ok(api_key::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        name,
        scopes: granted.collect::<Vec<_>>().join(" "),
        prefix: secret.chars().take(SHOWN).collect(),
        secret_hash: digest(secret),
        created_by_id: tx.actor.user_id(),
        created_at: tx.now(),
        last_used_at: None,
        expires_at,
        revoked_at: None,
    })
}

/// Keys that are of no more use do not count: whoever rotates them would run out of them.
async fn refuse_too_many(tx: &Tx) -> Result<()> {
    let lasting = Condition::any()
        .add(api_key::Column::ExpiresAt.is_null())
        .add(api_key::Column::ExpiresAt.gt(tx.now()));
    let good = api_key::Entity::find()
        .filter(api_key::Column::AccountId.eq(tx.actor.account_id))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(lasting);
    if good.count(tx.db()).await? >= LIMIT {
        let message = "an account has at most 200 keys: revoke one that is not needed";
        return Err(Error::refused(RefusalCode::LimitReached, &[], message));
    }
    Ok(())
}
