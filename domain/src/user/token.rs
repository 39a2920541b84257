//! Tokens that are good once: what invitation and password-reset mails carry. Only their hashes are kept.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use sportello_entity::{Timestamp, account, app_user, one_time_token, value::TokenPurpose};

use crate::{
    Error, RefusalCode, Result,
    digest::digest,
    store::{Store, Tx},
};

/// Whom a token that is still good was mailed to.
#[derive(Clone, Debug)]
pub struct TokenHolder {
    /// The user.
    pub user: app_user::Model,
    /// The account.
    pub account: account::Model,
}

/// Finds who holds a token, without using it up.
///
/// # Errors
/// Refused with INVALID at `path` when it is unknown, used, replaced or too old, or its user may not sign in.
pub async fn holder(store: &Store, purpose: TokenPurpose, token: &str, path: &[&str]) -> Result<TokenHolder> {
    let good = one_time_token::Entity::find_by_id(digest(token)).one(store.reader()).await?;
    let good = good.filter(|row| row.purpose == purpose && row.expires_at > store.now());
    let Some(good) = good else { return Err(refused(path)) };
    let user = app_user::Entity::find_by_id(good.user_id).one(store.reader()).await?;
    let account = account::Entity::find_by_id(good.account_id).one(store.reader()).await?;
    match (user.filter(|user| user.is_active), account) {
        (Some(user), Some(account)) => Ok(TokenHolder { user, account }),
        _ => Err(refused(path)),
    }
}

/// Makes a token. An invitation's replaces the ones before it.
pub(crate) async fn issue(
    tx: &mut Tx,
    purpose: TokenPurpose,
    user: &app_user::Model,
    until: Timestamp,
) -> Result<String> {
    let of_user = one_time_token::Entity::delete_many().filter(one_time_token::Column::UserId.eq(user.id));
    let replaced = match purpose {
        TokenPurpose::Invitation => of_user.filter(one_time_token::Column::Purpose.eq(purpose)),
        // A stranger who asks for resets must not be able to spoil the link in the owner's mailbox.
        TokenPurpose::PasswordReset => of_user.filter(one_time_token::Column::ExpiresAt.lte(tx.now())),
    };
    replaced.exec(tx.db()).await?;
    let token = tx.secret();
    let row = one_time_token::Model {
        token_hash: digest(&token),
        account_id: user.account_id,
        user_id: user.id,
        purpose,
        expires_at: until,
    };
    one_time_token::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
    tx.write_without_event();
    Ok(token)
}

/// Uses a token up, and with it every other one of its purpose that the user has.
///
/// # Errors
/// Refused with INVALID at `path` when it is not good, or was used by somebody faster.
pub(crate) async fn consume(
    tx: &mut Tx,
    purpose: TokenPurpose,
    holder: &TokenHolder,
    token: &str,
    path: &[&str],
) -> Result<()> {
    let used = one_time_token::Entity::delete_many()
        .filter(one_time_token::Column::TokenHash.eq(digest(token)))
        .filter(one_time_token::Column::Purpose.eq(purpose))
        .filter(one_time_token::Column::ExpiresAt.gt(tx.now()))
        .exec(tx.db())
        .await?;
    if used.rows_affected != 1 {
        return Err(refused(path));
    }
    one_time_token::Entity::delete_many()
        .filter(one_time_token::Column::UserId.eq(holder.user.id))
        .filter(one_time_token::Column::Purpose.eq(purpose))
        .exec(tx.db())
        .await?;
    tx.write_without_event();
    Ok(())
}

fn refused(path: &[&str]) -> Error {
    let message = "is not good, or no longer: it serves once and for a limited time; ask for a new one";
    Error::refused(RefusalCode::Invalid, path, message)
}
