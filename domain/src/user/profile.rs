//! Changing one's own profile.

use std::net::IpAddr;

use sea_orm::EntityTrait;
use sportello_entity::{UserId, app_user};

use super::{change, find_locked};
use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, Result, Who,
    contact::locale,
    session::{self, Authentication},
    text,
};

/// What is to change.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct ProfileUpdate {
    pub name: Change<String>,
    pub locale: Change<String>,
    pub receives_ticket_emails: Change<bool>,
    pub current_password: Option<String>,
    pub new_password: Option<String>,
}

/// Changes one's own profile. A new password takes the current one and ends all other sessions.
///
/// # Errors
/// FORBIDDEN for keys; refused: INVALID_CREDENTIALS at `currentPassword`, and texts that are not right. RATE_LIMITED
/// after too many wrong passwords.
pub async fn update_profile(
    authentication: &Authentication,
    actor: &Actor,
    ip: IpAddr,
    mut input: ProfileUpdate,
) -> Result<()> {
    actor.require(Permission::OwnProfile)?;
    let Who::User { id, session_id, .. } = actor.who else {
        return Err(Error::Forbidden("only a user has a profile".to_owned()));
    };
    let password = match input.new_password.take() {
        Some(new) => {
            Some(replaced_password(authentication, id, ip, input.current_password.take(), &new).await?)
        }
        None => None,
    };
    let mut tx = authentication.store().begin(actor).await?;
    let before = find_locked(&tx, id, &[]).await?;
    let mut after = changed(before.clone(), input)?;
    if let Some(Replaced { verified, new }) = password {
        if before.password_hash.as_ref() != Some(&verified) {
            return Err(wrong_password());
        }
        after.password_hash = Some(new);
        session::end_all(&mut tx, id, session_id).await?;
    }
    change(&mut tx, &before, after).await?;
    tx.commit().await?;
    authentication.rights().forget();
    Ok(())
}

/// The hash that the current password was held against, and the new one's.
struct Replaced {
    verified: String,
    new: String,
}

async fn replaced_password(
    authentication: &Authentication,
    id: UserId,
    ip: IpAddr,
    current: Option<String>,
    new: &str,
) -> Result<Replaced> {
    let missing = || {
        let message = "a new password takes the current one";
        Error::refused(RefusalCode::Required, &["currentPassword"], message)
    };
    let current = current.ok_or_else(missing)?;
    session::check_password(new, &["newPassword"])?;
    let store = authentication.store();
    let user = app_user::Entity::find_by_id(id).one(store.reader()).await?;
    let user = user.ok_or_else(|| Error::Unauthenticated("this user is gone".to_owned()))?;
    let leave = authentication.throttle().ask(&user.email_key, ip, store.now()).await?;
    let is_right = authentication.passwords().verify(&current, user.password_hash.as_deref()).await?;
    match user.password_hash.filter(|_| is_right) {
        Some(verified) => {
            Ok(Replaced { verified, new: authentication.passwords().hash(new, store.secret()).await? })
        }
        None => {
            leave.was_wrong(store.now());
            Err(wrong_password())
        }
    }
}

fn wrong_password() -> Error {
    Error::refused(RefusalCode::InvalidCredentials, &["currentPassword"], "is not the current password")
}

fn changed(mut user: app_user::Model, input: ProfileUpdate) -> Result<app_user::Model> {
    let ProfileUpdate { name, locale, receives_ticket_emails, current_password: _, new_password: _ } = input;
    let mut refusals = Vec::new();
    match name {
        Change::Keep => {}
        Change::Clear => refusals.push(Refusal::null("name")),
        Change::Set(text) => match text::NAME.check(&text, &["name"]) {
            Ok(name) => user.name = name,
            Err(refusal) => refusals.push(refusal),
        },
    }
    match locale {
        Change::Keep => {}
        Change::Clear => refusals.push(Refusal::null("locale")),
        Change::Set(tag) => match locale::normalised(&tag, &["locale"]) {
            Ok(locale) => user.locale = locale,
            Err(refusal) => refusals.push(refusal),
        },
    }
    match receives_ticket_emails {
        Change::Keep => {}
        Change::Clear => refusals.push(Refusal::null("receivesTicketEmails")),
        Change::Set(receives) => user.receives_ticket_emails = receives,
    }
    if refusals.is_empty() { Ok(user) } else { Err(Error::Refused(refusals)) }
}
