//! A password that was forgotten: the request mails a link, the link chooses a new one.

use std::net::IpAddr;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sportello_entity::{
    account, app_user,
    value::{MailKind, TokenPurpose},
};

use super::{Authentication, OpenedSession, check_password, end_all, open};
use crate::{
    Actor, Error, RefusalCode, Result, Who,
    account::mail::{MailContent, queue},
    contact::email,
    store::Store,
    user,
};

const GOOD_FOR_SECONDS: i64 = 60 * 60;
const PATH: &[&str] = &["token"];

/// So many accounts of one address get a mail.
const ACCOUNTS: u64 = 8;

/// Mails a link to the address, one for each account that it can sign in to. Neither the answer nor its time tells whether
/// there is any.
///
/// # Errors
/// Refused with INVALID for what is no address; RATE_LIMITED when the IP or for the address too much was asked.
pub async fn request_password_reset(
    authentication: &Authentication,
    ip: IpAddr,
    address: &str,
) -> Result<()> {
    let address = email::checked(address, &["email"])?;
    let email_key = user::email_key(&address);
    let now = authentication.store().now();
    authentication.reset_throttle().ask(&email_key, ip, now).await?.was_wrong(now);
    let store = authentication.store().clone();
    authentication.tasks().spawn(async move {
        if let Err(error) = mail_links(&store, &email_key).await {
            tracing::error!(%error, "password reset could not be written");
        }
    });
    Ok(())
}

/// What the reader of such a mail sends back.
#[derive(Clone)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct PasswordReset {
    pub token: String,
    pub new_password: String,
}

/// Sets the password, ends every session of the user and opens a new one. The token serves once.
///
/// # Errors
/// Refused: INVALID tokens and passwords that are not right.
pub async fn reset_password(authentication: &Authentication, input: PasswordReset) -> Result<OpenedSession> {
    let PasswordReset { token, new_password } = input;
    check_password(&new_password, &["newPassword"])?;
    let store = authentication.store();
    let holder = user::holder(store, TokenPurpose::PasswordReset, &token, PATH).await?;
    let hash = authentication.passwords().hash(&new_password, store.secret()).await?;
    let who = Who::User { id: holder.user.id, role: holder.user.role, session_id: None };
    let mut tx = store.begin(&Actor { account_id: holder.account.id, who }).await?;
    user::consume(&mut tx, TokenPurpose::PasswordReset, &holder, &token, PATH).await?;
    let before = user::find_locked(&tx, holder.user.id, PATH).await?;
    if !before.is_active {
        return Err(Error::refused(
            RefusalCode::Invalid,
            PATH,
            "this user is not active: ask an administrator",
        ));
    }
    end_all(&mut tx, before.id, None).await?;
    let after = app_user::Model { password_hash: Some(hash), ..before.clone() };
    let session = open(&mut tx, &after).await?;
    user::change(&mut tx, &before, after).await?;
    tx.commit().await?;
    authentication.rights().forget();
    Ok(session)
}

async fn mail_links(store: &Store, email_key: &str) -> Result<()> {
    let users = app_user::Entity::find()
        .filter(app_user::Column::EmailKey.eq(email_key))
        .filter(app_user::Column::IsActive.eq(true))
        .filter(app_user::Column::PasswordHash.is_not_null())
        .limit(ACCOUNTS)
        .all(store.reader())
        .await?;
    for user in users {
        mail_link(store, &user).await?;
    }
    Ok(())
}

async fn mail_link(store: &Store, user: &app_user::Model) -> Result<()> {
    let mut tx = store.begin(&Actor::system(user.account_id)).await?;
    let account = account::Entity::find_by_id(user.account_id).one(tx.db()).await?;
    let account = account.ok_or_else(|| Error::Internal("a user without an account".to_owned()))?;
    let until = tx.now().plus_seconds(GOOD_FOR_SECONDS);
    let token = user::issue(&mut tx, TokenPurpose::PasswordReset, user, until).await?;
    let content =
        MailContent { account_name: account.name, user_name: user.name.clone(), sender_name: None, token };
    queue(&mut tx, MailKind::PasswordReset, user, &content).await?;
    tx.commit().await?;
    Ok(())
}
