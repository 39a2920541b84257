//! Making a dynamic field.

use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait, sea_query::OnConflict};
use serde_json::json;
use sportello_entity::{dynamic_field, value::EventType};

use super::{DynamicField, list, reserved};
use crate::{
    Actor, Error, Permission, Refusal, RefusalCode, Result,
    account::{at_changed, between},
    store::{NewEvent, Store},
    text,
};

/// The most fields that an account can make.
const LIMIT: u64 = 500;

/// What a field is made of.
#[derive(Clone, Debug)]
pub struct DynamicFieldCreate {
    /// `[A-Z][A-Z0-9_]*`, to 60 characters.
    pub code: String,
    /// What people call it.
    pub label: String,
}

/// Makes a dynamic field: DYNAMIC_FIELD_CHANGED.
///
/// # Errors
/// FORBIDDEN; refusals: INVALID, RESERVED_DYNAMIC_FIELD, TAKEN, LIMIT_REACHED, and what is wrong with the label.
pub async fn create(store: &Store, actor: &Actor, input: DynamicFieldCreate) -> Result<DynamicField> {
    actor.require(Permission::ManageSettings)?;
    let (code, label) = checked(&input).map_err(Error::Refused)?;
    let mut tx = store.begin(actor).await?;
    if list::of_account(actor.account_id).count(tx.db()).await? >= LIMIT {
        let message = format!("an account can have {LIMIT} dynamic fields");
        return Err(Error::refused(RefusalCode::LimitReached, &["code"], message));
    }
    let row = dynamic_field::Model {
        id: tx.new_id(),
        account_id: actor.account_id,
        code,
        label,
        created_at: tx.now(),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    let insert = dynamic_field::Entity::insert(row.clone().into_active_model()).on_conflict(nothing);
    if insert.exec_without_returning(tx.db()).await? == 0 {
        return Err(Error::refused(RefusalCode::Taken, &["code"], "another dynamic field has this code"));
    }
    tx.record(made(&row));
    tx.commit().await?;
    Ok(row.into())
}

fn checked(input: &DynamicFieldCreate) -> std::result::Result<(String, String), Vec<Refusal>> {
    let (code, label) = (code(&input.code), text::NAME.check(&input.label, &["label"]));
    match (code, label) {
        (Ok(code), Ok(label)) => Ok((code, label)),
        (code, label) => Err([code.err(), label.err()].into_iter().flatten().collect()),
    }
}

fn code(text: &str) -> std::result::Result<String, Refusal> {
    let code = text::NAME.check(text, &["code"])?;
    let refuse = |kind, message: &str| Err(Refusal::new(kind, &["code"], message));
    if !reserved::is_code(&code) {
        return refuse(RefusalCode::Invalid, "takes capital letters, digits and underscores, a letter first");
    }
    if reserved::is_reserved(&code) {
        return refuse(RefusalCode::ReservedDynamicField, "is a code that fills itself in: choose another");
    }
    Ok(code)
}

fn made(row: &dynamic_field::Model) -> NewEvent {
    let dynamic_field::Model { id, account_id: _, code, label, created_at } = row;
    let after = json!({ "id": id, "code": code, "label": label, "createdAt": created_at });
    let changes = between(None, &after, &["code", "label"]);
    at_changed(EventType::DynamicFieldChanged, id.0, None, after, changes)
}
