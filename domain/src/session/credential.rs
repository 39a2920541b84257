//! Credentials after their signatures were checked: what still has to be looked up.

use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect};
use sportello_entity::{AccountId, SessionId, Timestamp, UserId, api_key, app_user, session};

use super::Admitted;
use crate::{Actor, Error, Result, Who, api_key::scopes};

/// What somebody presents.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// An access token of ours.
    AccessToken {
        /// The account signed in to.
        account_id: AccountId,
        /// Who signed in.
        user_id: UserId,
        /// The session it belongs to.
        session_id: SessionId,
        /// When the token stops being good.
        expires_at: Timestamp,
    },
    /// A token of the identity provider.
    Identity {
        /// The address it names, in lower case.
        email_key: String,
        /// The account it names, if it does.
        account_id: Option<AccountId>,
        /// When the token stops being good.
        expires_at: Timestamp,
    },
    /// An API key, by its secret's hash.
    ApiKey {
        /// SHA-256 in hex.
        secret_hash: String,
    },
}

impl Credential {
    /// When it stops being good by itself, as far as it tells.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::AccessToken { expires_at, .. } | Self::Identity { expires_at, .. } => Some(*expires_at),
            Self::ApiKey { .. } => None,
        }
    }

    /// Who it is, with the rights of now: one small read.
    pub(super) async fn look_up(&self, db: &DatabaseConnection, now: Timestamp) -> Result<Admitted> {
        match self {
            Self::AccessToken { account_id, user_id, session_id, .. } => {
                let user = signed_in(db, *account_id, *user_id, *session_id).await?;
                Ok(self.admitted(user, Some(*session_id)))
            }
            Self::Identity { email_key, account_id, .. } => {
                let user = named(db, email_key, *account_id).await?;
                Ok(self.admitted(user, None))
            }
            Self::ApiKey { secret_hash } => key(db, secret_hash, now).await,
        }
    }

    fn admitted(&self, user: app_user::Model, session_id: Option<SessionId>) -> Admitted {
        let who = Who::User { id: user.id, role: user.role, session_id };
        Admitted { actor: Actor { account_id: user.account_id, who }, expires_at: self.expires_at() }
    }
}

async fn signed_in(
    db: &DatabaseConnection,
    account_id: AccountId,
    user_id: UserId,
    session_id: SessionId,
) -> Result<app_user::Model> {
    let good_sessions = session::Entity::find()
        .select_only()
        .column(session::Column::UserId)
        .filter(session::Column::Id.eq(session_id))
        .filter(session::Column::RevokedAt.is_null());
    let user = app_user::Entity::find_by_id(user_id)
        .filter(app_user::Column::AccountId.eq(account_id))
        .filter(app_user::Column::IsActive.eq(true))
        .filter(app_user::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(good_sessions)))
        .one(db)
        .await?;
    user.ok_or_else(|| Error::Unauthenticated("this session has ended: sign in again".to_owned()))
}

async fn named(
    db: &DatabaseConnection,
    email_key: &str,
    account_id: Option<AccountId>,
) -> Result<app_user::Model> {
    let mut found = app_user::Entity::find()
        .filter(app_user::Column::EmailKey.eq(email_key))
        .filter(app_user::Column::IsActive.eq(true))
        .limit(2);
    if let Some(account_id) = account_id {
        found = found.filter(app_user::Column::AccountId.eq(account_id));
    }
    let mut users = found.all(db).await?;
    match (users.pop(), users.pop()) {
        (Some(user), None) => Ok(user),
        (Some(_), Some(_)) => {
            let message = "the address of this token belongs to several accounts: have it carry the claim \
                           account with the id of one";
            Err(Error::Unauthenticated(message.to_owned()))
        }
        _ => Err(Error::Unauthenticated("no active user has the address of this token".to_owned())),
    }
}

async fn key(db: &DatabaseConnection, secret_hash: &str, now: Timestamp) -> Result<Admitted> {
    let found = api_key::Entity::find().filter(api_key::Column::SecretHash.eq(secret_hash)).one(db).await?;
    let good = found.filter(|key| key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end > now));
    let key = good.ok_or_else(|| {
        Error::Unauthenticated("this API key is unknown, revoked or past its end".to_owned())
    })?;
    let who = Who::ApiKey { id: key.id, scopes: scopes(&key.scopes) };
    Ok(Admitted { actor: Actor { account_id: key.account_id, who }, expires_at: key.expires_at })
}
