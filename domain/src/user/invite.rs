//! Inviting people, and inviting them again.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;
use sportello_entity::{
    UserId, account, app_user,
    value::{MailKind, Role, TokenPurpose},
};

use super::{email_key, find_locked, insert, issue, lock_people, update::may_touch};
use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    account::mail::{MailContent, queue},
    contact::{email, locale},
    store::{Store, Tx},
    text,
};

const LIMIT: u64 = 5_000;
const GOOD_FOR_SECONDS: i64 = 7 * 24 * 60 * 60;

/// Who is invited, and as what.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct InviteUser {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub locale: Option<String>,
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The user.
    pub user_id: UserId,
    /// What the mail's link carries, told once: not in a replay.
    pub token: Option<String>,
    /// Whether this answers a request that was done before.
    pub is_replay: bool,
}

/// Makes a user who has no password yet and mails the link with which they choose one.
///
/// # Errors
/// FORBIDDEN below ADMIN; refused: INVALID texts, TAKEN addresses, FORBIDDEN when one who is no owner invites one,
/// LIMIT_REACHED.
pub async fn invite(store: &Store, actor: &Actor, input: InviteUser) -> Result<Invited> {
    actor.require(Permission::ManagePeople)?;
    let mut tx = store.begin(actor).await?;
    if let Some(done) = tx.recall("userInvite", input.idempotency_key.as_deref(), &input).await? {
        let user_id = serde_json::from_value(done["user"].clone())?;
        return Ok(Invited { user_id, token: None, is_replay: true });
    }
    let account = lock_people(&tx).await?;
    may_touch(&tx, input.role, "role").await?;
    let user = checked(&tx, &account, input)?;
    refuse_taken(&tx, &user).await?;
    insert(&mut tx, user.clone()).await?;
    let token = mail(&mut tx, &account, &user).await?;
    tx.remember(json!({ "user": user.id }));
    tx.commit().await?;
    Ok(Invited { user_id: user.id, token: Some(token), is_replay: false })
}

/// Mails a new link; the one before is good no more.
///
/// # Errors
/// FORBIDDEN below ADMIN; refused: NOT_FOUND, INVALID when the user has a password or is not active, FORBIDDEN when one
/// who is no owner does it to one.
pub async fn resend(store: &Store, actor: &Actor, user_id: UserId) -> Result<Invited> {
    actor.require(Permission::ManagePeople)?;
    let path = &["userId"];
    let mut tx = store.begin(actor).await?;
    let account = lock_people(&tx).await?;
    let user = find_locked(&tx, user_id, path).await?;
    may_touch(&tx, user.role, "userId").await?;
    if user.password_hash.is_some() {
        return Err(Error::refused(
            RefusalCode::Invalid,
            path,
            "this user has accepted the invitation already",
        ));
    }
    if !user.is_active {
        let message = "this user is not active: activate them first";
        return Err(Error::refused(RefusalCode::Invalid, path, message));
    }
    let token = mail(&mut tx, &account, &user).await?;
    tx.commit().await?;
    Ok(Invited { user_id, token: Some(token), is_replay: false })
}

fn checked(tx: &Tx, account: &account::Model, input: InviteUser) -> Result<app_user::Model> {
    let InviteUser { email, name, role, locale, idempotency_key: _ } = input;
    let checked_email = email::checked(&email, &["email"]);
    let checked_name = text::NAME.check(&name, &["name"]);
    let checked_locale =
        locale.map_or_else(|| Ok(account.locale.clone()), |tag| locale::normalised(&tag, &["locale"]));
    let (email, name, locale) = match (checked_email, checked_name, checked_locale) {
        (Ok(email), Ok(name), Ok(locale)) => (email, name, locale),
        (email, name, locale) => {
            let refusals = [email.err(), name.err(), locale.err()];
            return Err(Error::Refused(refusals.into_iter().flatten().collect()));
        }
    };
    Ok(app_user::Model {
        id: tx.new_id(),
        account_id: account.id,
        name_folded: text::folded(&name),
        name,
        email_key: email_key(&email),
        email,
        role,
        locale,
        is_active: true,
        receives_ticket_emails: true,
        password_hash: None,
        created_at: tx.now(),
    })
}

async fn refuse_taken(tx: &Tx, user: &app_user::Model) -> Result<()> {
    let people = app_user::Entity::find().filter(app_user::Column::AccountId.eq(user.account_id));
    let namesakes = people.clone().filter(app_user::Column::EmailKey.eq(user.email_key.as_str()));
    if namesakes.count(tx.db()).await? > 0 {
        return Err(Error::refused(
            RefusalCode::Taken,
            &["email"],
            "a user of this account has this address",
        ));
    }
    if people.count(tx.db()).await? >= LIMIT {
        return Err(Error::refused(RefusalCode::LimitReached, &[], "an account has at most 5,000 users"));
    }
    Ok(())
}

async fn mail(tx: &mut Tx, account: &account::Model, user: &app_user::Model) -> Result<String> {
    let until = tx.now().plus_seconds(GOOD_FOR_SECONDS);
    let token = issue(tx, TokenPurpose::Invitation, user, until).await?;
    let sender = match tx.actor.user_id() {
        Some(id) => app_user::Entity::find_by_id(id).one(tx.db()).await?,
        None => None,
    };
    let content = MailContent {
        account_name: account.name.clone(),
        user_name: user.name.clone(),
        sender_name: sender.map(|sender| sender.name),
        token: token.clone(),
    };
    queue(tx, MailKind::Invitation, user, &content).await?;
    Ok(token)
}
