//! Which dynamic fields there are.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select};
use sportello_entity::{AccountId, dynamic_field};

use super::reserved::{DynamicFieldScope, RESERVED};
use crate::{
    Actor, Permission, Result,
    store::{Store, Tx},
};

/// A field as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicField {
    /// As it stands between %% and %%.
    pub code: String,
    /// What people call it.
    pub label: String,
    /// Where its value comes from. Reserved are all but the custom ones.
    pub scope: DynamicFieldScope,
}

impl From<dynamic_field::Model> for DynamicField {
    fn from(row: dynamic_field::Model) -> Self {
        Self { code: row.code, label: row.label, scope: DynamicFieldScope::Custom }
    }
}

/// The reserved fields, then the account's own by creation.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn list(store: &Store, actor: &Actor) -> Result<Vec<DynamicField>> {
    actor.require(Permission::ReadSettings)?;
    let reserved = RESERVED.iter().map(|field| DynamicField {
        code: field.code.to_owned(),
        label: field.label.to_owned(),
        scope: field.scope,
    });
    let own =
        of_account(actor.account_id).order_by_asc(dynamic_field::Column::Id).all(store.reader()).await?;
    Ok(reserved.chain(own.into_iter().map(DynamicField::from)).collect())
}

/// The codes that the account has made; none are looked up when none are needed.
///
/// # Errors
/// What the database answers.
pub async fn known_codes(tx: &Tx, is_needed: bool) -> Result<BTreeSet<String>> {
    if !is_needed {
        return Ok(BTreeSet::new());
    }
    let rows = of_account(tx.actor.account_id).all(tx.db()).await?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}

/// The codes that a text may hold: the reserved ones and the account's own.
///
/// # Errors
/// What the database answers.
pub async fn known_placeholders(tx: &Tx) -> Result<BTreeSet<String>> {
    let own = known_codes(tx, true).await?;
    Ok(RESERVED.iter().map(|field| field.code.to_owned()).chain(own).collect())
}

pub(super) fn of_account(account_id: AccountId) -> Select<dynamic_field::Entity> {
    dynamic_field::Entity::find().filter(dynamic_field::Column::AccountId.eq(account_id))
}
