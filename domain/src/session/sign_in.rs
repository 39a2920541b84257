//! Signing in with address and password.

use std::{net::IpAddr, time::Duration};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sportello_entity::{AccountId, account, app_user};

use super::{Authentication, OpenedSession, open};
use crate::{Actor, Error, RefusalCode, Result, contact::email, user};

/// No refusal comes sooner than this: it covers a few verifications, so that its time does not tell how many accounts
/// the address belongs to.
const LEAST_TIME: Duration = Duration::from_millis(150);

/// So many accounts of one address are tried.
const CANDIDATES: u64 = 8;

/// What is presented.
#[derive(Clone)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct SignIn {
    pub email: String,
    pub password: String,
    pub account_id: Option<AccountId>,
}

/// What came of right ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// A session.
    Session(OpenedSession),
    /// Address and password fit several accounts: say which.
    AccountRequired(Vec<AccountChoice>),
}

/// An account to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountChoice {
    /// Which.
    pub id: AccountId,
    /// What people call it.
    pub name: String,
}

/// Opens a session for whoever knows the password.
///
/// # Errors
/// Refused with INVALID_CREDENTIALS, whatever was wrong; with INVALID for what is no address. RATE_LIMITED after too many
/// wrong ones from the IP or for the address.
pub async fn sign_in(authentication: &Authentication, ip: IpAddr, input: SignIn) -> Result<SignedIn> {
    let least_time = tokio::time::sleep(LEAST_TIME);
    let email = email::checked(&input.email, &["email"])?;
    let email_key = user::email_key(&email);
    let store = authentication.store();
    let leave = authentication.throttle().ask(&email_key, ip, store.now()).await?;
    let candidates = candidates(authentication, &email_key, input.account_id).await?;
    let mut fitting = fitting(authentication, candidates, &input.password).await?;
    let answer = match fitting.len() {
        0 => None,
        1 => open_for(authentication, fitting.remove(0)).await?.map(SignedIn::Session),
        _ => Some(SignedIn::AccountRequired(choices(authentication, &fitting).await?)),
    };
    match answer {
        Some(answer) => Ok(answer),
        None => {
            leave.was_wrong(store.now());
            least_time.await;
            let message = "address and password do not fit";
            Err(Error::refused(RefusalCode::InvalidCredentials, &[], message))
        }
    }
}

async fn candidates(
    authentication: &Authentication,
    email_key: &str,
    account_id: Option<AccountId>,
) -> Result<Vec<app_user::Model>> {
    let mut found = app_user::Entity::find()
        .filter(app_user::Column::EmailKey.eq(email_key))
        .filter(app_user::Column::IsActive.eq(true))
        .filter(app_user::Column::PasswordHash.is_not_null())
        .order_by_asc(app_user::Column::Id)
        .limit(CANDIDATES);
    if let Some(account_id) = account_id {
        found = found.filter(app_user::Column::AccountId.eq(account_id));
    }
    Ok(found.all(authentication.store().reader()).await?)
}

/// Those whose password it is. Where there is nobody, it takes as long as with somebody.
async fn fitting(
    authentication: &Authentication,
    candidates: Vec<app_user::Model>,
    password: &str,
) -> Result<Vec<app_user::Model>> {
    let passwords = authentication.passwords();
    if candidates.is_empty() {
        passwords.verify(password, None).await?;
    }
    let mut fitting = Vec::new();
    for user in candidates {
        if passwords.verify(password, user.password_hash.as_deref()).await? {
            fitting.push(user);
        }
    }
    Ok(fitting)
}

/// None when the user was deactivated or the password changed since it was verified.
async fn open_for(
    authentication: &Authentication,
    verified: app_user::Model,
) -> Result<Option<OpenedSession>> {
    let mut tx = authentication.store().begin(&Actor::system(verified.account_id)).await?;
    let current = user::find_locked(&tx, verified.id, &[]).await?;
    if !current.is_active || current.password_hash != verified.password_hash {
        return Ok(None);
    }
    let session = open(&mut tx, &current).await?;
    tx.commit().await?;
    Ok(Some(session))
}

async fn choices(authentication: &Authentication, users: &[app_user::Model]) -> Result<Vec<AccountChoice>> {
    let ids = users.iter().map(|user| user.account_id);
    let accounts = account::Entity::find()
        .filter(account::Column::Id.is_in(ids))
        .order_by_asc(account::Column::Id)
        .all(authentication.store().reader())
        .await?;
    Ok(accounts.into_iter().map(|account| AccountChoice { id: account.id, name: account.name }).collect())
}
