//! Finding one contact.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select, sea_query::LockType};
use serde_json::Value as Json;
use sportello_entity::{AccountId, ContactId, contact};

use super::{ContactWritten, phone};
use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
};

/// What names a contact in its account.
#[derive(Clone, Debug)]
pub enum ContactBy {
    /// Its id.
    Id(ContactId),
    /// Its phone number, in any spelling with a country code.
    Phone(String),
    /// The integrator's own key.
    ExternalId(String),
    /// WhatsApp's user id.
    WhatsAppUserId(String),
}

/// The contact, if there is one. A key that may not read what it would be found by gets FORBIDDEN.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn find(store: &Store, actor: &Actor, by: ContactBy) -> Result<Option<contact::Model>> {
    let ContactBy::Id(id) = by else {
        actor.require(Permission::ReadContacts)?;
        return Ok(matching(actor.account_id, by).one(store.reader()).await?);
    };
    Ok(find_ids(store, actor, &[id]).await?.pop())
}

/// The contacts with these ids that the account has, in no order: one reading for all of them.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn find_ids(store: &Store, actor: &Actor, ids: &[ContactId]) -> Result<Vec<contact::Model>> {
    if !actor.may(Permission::ReadContacts) && !actor.may(Permission::ReadMessages) {
        actor.require(Permission::ReadTickets)?;
    }
    let ids = ids.iter().copied();
    Ok(of_account(actor.account_id).filter(contact::Column::Id.is_in(ids)).all(store.reader()).await?)
}

/// The account's contacts.
pub(super) fn of_account(account_id: AccountId) -> Select<contact::Entity> {
    contact::Entity::find().filter(contact::Column::AccountId.eq(account_id))
}

fn matching(account_id: AccountId, by: ContactBy) -> Select<contact::Entity> {
    let condition = match by {
        ContactBy::Id(id) => contact::Column::Id.eq(id),
        // What is no number is nobody's number.
        ContactBy::Phone(text) => {
            contact::Column::Phone.is_in(phone::normalised(&text, &["by", "phone"]).ok())
        }
        ContactBy::ExternalId(key) => contact::Column::ExternalId.is_in(askable(&key)),
        ContactBy::WhatsAppUserId(id) => contact::Column::WhatsappUserId.is_in(askable(&id)),
    };
    of_account(account_id).filter(condition)
}

/// The text, if a database can be asked for it: PostgreSQL refuses U+0000.
fn askable(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.contains('\0'))
}

/// The contact with that id, its row locked until the transaction ends. None: a text that is no id.
///
/// # Errors
/// NOT_FOUND at `path`.
pub(crate) async fn locked(tx: &Tx, id: Option<ContactId>, path: &str) -> Result<contact::Model> {
    let id = id.ok_or_else(|| missing(path))?;
    let row = of_account(tx.actor.account_id).filter(contact::Column::Id.eq(id));
    row.lock(LockType::NoKeyUpdate).one(tx.db()).await?.ok_or_else(|| missing(path))
}

/// The contact with that id as the transaction sees it.
///
/// # Errors
/// NOT_FOUND at `path`.
pub(crate) async fn known(tx: &Tx, id: ContactId, path: &str) -> Result<contact::Model> {
    let row = of_account(tx.actor.account_id).filter(contact::Column::Id.eq(id));
    row.one(tx.db()).await?.ok_or_else(|| missing(path))
}

fn missing(path: &str) -> Error {
    Error::refused(RefusalCode::NotFound, &[path], "there is no such contact")
}

/// The answer to a request that was done before: the contact as it is now.
pub(super) async fn replayed(tx: &Tx, remembered: Json) -> Result<ContactWritten> {
    let id: ContactId = serde_json::from_value(remembered["id"].clone())?;
    let row = of_account(tx.actor.account_id).filter(contact::Column::Id.eq(id)).one(tx.db()).await?;
    let contact = row.ok_or_else(|| Error::Internal("a remembered contact is gone".to_owned()))?;
    Ok(ContactWritten { contact, is_replay: true })
}
