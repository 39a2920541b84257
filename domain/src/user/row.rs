//! A user's row: found with a lock, written with its event.

use sea_orm::{EntityTrait, IntoActiveModel, QuerySelect, sea_query::LockType};
use serde_json::{Value as Json, json};
use sportello_entity::{UserId, account, app_user, value::EventType};

use crate::{
    Error, RefusalCode, Result,
    account::{at_changed, between},
    notification,
    store::Tx,
    text::folded,
};

/// The fields whose changes are told. Passwords are not among them.
const FIELDS: [&str; 6] = ["name", "email", "role", "locale", "isActive", "receivesTicketEmails"];

/// An address as sign-in compares it.
pub(crate) fn email_key(email: &str) -> String {
    email.to_lowercase()
}

/// Makes others who change people of the account wait until this transaction ends: the last owner is counted and
/// limits are kept by one at a time.
pub(crate) async fn lock_people(tx: &Tx) -> Result<account::Model> {
    let found = account::Entity::find_by_id(tx.actor.account_id).lock(LockType::NoKeyUpdate).one(tx.db());
    found.await?.ok_or_else(|| Error::NotFound("there is no such account".to_owned()))
}

/// The user of this account, theirs until the transaction ends.
///
/// # Errors
/// Refused with NOT_FOUND at `path`.
pub(crate) async fn find_locked(tx: &Tx, id: UserId, path: &[&str]) -> Result<app_user::Model> {
    let found = app_user::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx.db()).await?;
    found
        .filter(|user| user.account_id == tx.actor.account_id)
        .ok_or_else(|| Error::refused(RefusalCode::NotFound, path, "there is no such user"))
}

/// Writes a new user.
pub(crate) async fn insert(tx: &mut Tx, user: app_user::Model) -> Result<()> {
    app_user::Entity::insert(user.clone().into_active_model()).exec_without_returning(tx.db()).await?;
    notification::begin(tx, &user).await?;
    tx.record(event(None, &user));
    Ok(())
}

/// Writes a changed user with its event; what nobody sees (the password) goes without one. Nothing changed, nothing
/// is written.
pub(crate) async fn change(tx: &mut Tx, before: &app_user::Model, after: app_user::Model) -> Result<()> {
    let after = app_user::Model { name_folded: folded(&after.name), ..after };
    if *before == after {
        return Ok(());
    }
    let event = event(Some(before), &after);
    // Whoever accepts an invitation becomes a reader of mails: the directory has to notice.
    let is_told = !event.changes.is_empty() || before.password_hash.is_none();
    tx.write_difference(before, &after).await?;
    if is_told {
        tx.record(event)
    } else {
        tx.write_without_event()
    }
    Ok(())
}

fn event(before: Option<&app_user::Model>, after: &app_user::Model) -> crate::store::NewEvent {
    let (before, after_json) = (before.map(snapshot), snapshot(after));
    let changes = between(before.as_ref(), &after_json, &FIELDS);
    at_changed(EventType::UserChanged, after.id.0, before.as_ref(), after_json, changes)
}

fn snapshot(user: &app_user::Model) -> Json {
    let app_user::Model {
        id,
        account_id: _,
        name,
        name_folded: _,
        email,
        email_key: _,
        role,
        locale,
        is_active,
        receives_ticket_emails,
        password_hash: _,
        created_at,
    } = user;
    json!({
        "id": id,
        "name": name,
        "email": email,
        "role": role,
        "locale": locale,
        "isActive": is_active,
        "receivesTicketEmails": receives_ticket_emails,
        "createdAt": created_at,
    })
}
