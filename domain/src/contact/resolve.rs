//! The contact that a new ticket names: by id, or by a phone number that may be new.

use sea_orm::{ColumnTrait, QueryFilter};
use sportello_entity::{ContactId, contact};

use super::{create, event, find, insert, phone};
use crate::{Error, RefusalCode, Result, store::Tx};

/// The contact of that id or phone number. An unknown number becomes a contact (CONTACT_CREATED), and one only, also
/// when many come with it at once.
///
/// # Errors
/// Refusals at `["contactId"]` or `["contactPhone"]`: none or both given, an unknown id, an erased contact, a bad number.
pub async fn resolve(tx: &mut Tx, id: Option<ContactId>, phone: Option<&str>) -> Result<contact::Model> {
    let refuse = |code, field, message: &str| Err(Error::refused(code, &[field], message));
    match (id, phone) {
        (None, None) => refuse(RefusalCode::Required, "contactId", "needs contactId or contactPhone"),
        (Some(_), Some(_)) => {
            refuse(RefusalCode::Invalid, "contactPhone", "contactId and contactPhone exclude each other")
        }
        (Some(id), None) => by_id(tx, id).await,
        (None, Some(text)) => {
            let phone = phone::normalised(text, &["contactPhone"])?;
            by_phone(tx, phone).await
        }
    }
}

async fn by_id(tx: &Tx, id: ContactId) -> Result<contact::Model> {
    let row = find::of_account(tx.actor.account_id).filter(contact::Column::Id.eq(id)).one(tx.db()).await?;
    match row {
        Some(contact) if contact.is_erased => {
            Err(Error::refused(RefusalCode::Invalid, &["contactId"], "this contact was erased"))
        }
        Some(contact) => Ok(contact),
        None => Err(Error::refused(RefusalCode::NotFound, &["contactId"], "there is no such contact")),
    }
}

async fn by_phone(tx: &mut Tx, phone: String) -> Result<contact::Model> {
    if let Some(known) = with_phone(tx, &phone).await? {
        return Ok(known);
    }
    let blank = create::blank(tx.actor.account_id, tx.new_id(), tx.now());
    let new = contact::Model { phone: Some(phone.clone()), ..blank };
    if insert::try_insert(tx, &new).await? {
        tx.record(event::created(&new)?);
        return Ok(new);
    }
    let other = with_phone(tx, &phone).await?;
    other.ok_or_else(|| {
        Error::refused(
            RefusalCode::Taken,
            &["contactPhone"],
            "the contact with it is just being changed: try again",
        )
    })
}

async fn with_phone(tx: &Tx, phone: &str) -> Result<Option<contact::Model>> {
    let rows = find::of_account(tx.actor.account_id);
    Ok(rows.filter(contact::Column::Phone.eq(phone)).one(tx.db()).await?)
}
