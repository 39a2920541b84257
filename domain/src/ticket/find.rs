//! Finding one ticket, by any of its three names.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sportello_entity::{TicketId, ticket};

use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
    ticket::TicketSnapshot,
};

/// One of a ticket's names: the contract's `TicketBy`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum TicketKey {
    /// By id.
    Id(TicketId),
    /// By reference, ignoring case.
    Reference(String),
    /// By the integrator's own key.
    ExternalId(String),
    /// A text that cannot name a ticket: it reads as missing.
    Nothing(&'static str),
}

impl TicketKey {
    /// The name's field in `TicketBy`.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Id(_) => "id",
            Self::Reference(_) => "reference",
            Self::ExternalId(_) => "externalId",
            Self::Nothing(field) => field,
        }
    }

    fn condition(&self) -> sea_orm::Condition {
        let condition = sea_orm::Condition::all();
        match self {
            Self::Id(id) => condition.add(ticket::Column::Id.eq(*id)),
            Self::Reference(text) => condition.add(ticket::Column::ReferenceFolded.eq(reference_key(text))),
            Self::ExternalId(text) => condition.add(ticket::Column::ExternalId.eq(text.trim())),
            Self::Nothing(_) => sea_orm::Condition::any(),
        }
    }

    /// Whether a database can be asked for it: PostgreSQL refuses U+0000 in a text.
    fn is_askable(&self) -> bool {
        match self {
            Self::Id(_) => true,
            Self::Reference(text) | Self::ExternalId(text) => !text.contains('\0'),
            Self::Nothing(_) => false,
        }
    }
}

/// A reference as uniqueness sees it.
pub(crate) fn reference_key(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// The ticket of that name, unless there is none or it is deleted.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn by_key(store: &Store, actor: &Actor, key: &TicketKey) -> Result<Option<TicketSnapshot>> {
    actor.require(Permission::ReadTickets)?;
    if !key.is_askable() {
        return Ok(None);
    }
    let found = ticket::Entity::find()
        .filter(ticket::Column::AccountId.eq(actor.account_id))
        .filter(ticket::Column::DeletedAt.is_null())
        .filter(key.condition());
    let Some(row) = found.one(store.reader()).await? else { return Ok(None) };
    with_status_key(store, row).await.map(Some)
}

/// The tickets of these ids that are there, in no order: one reading for all of them. Deleted ones are left out.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn find_tickets(store: &Store, actor: &Actor, ids: &[TicketId]) -> Result<Vec<TicketSnapshot>> {
    actor.require(Permission::ReadTickets)?;
    let found = ticket::Entity::find()
        .filter(ticket::Column::AccountId.eq(actor.account_id))
        .filter(ticket::Column::DeletedAt.is_null())
        .filter(ticket::Column::Id.is_in(ids.iter().copied()));
    let directory = store.directory(actor.account_id).await?;
    let key = |row: &ticket::Model| directory.status(row.status_id).map(|status| status.key.clone());
    let rows = found.all(store.reader()).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let key = key(&row).unwrap_or_default();
            TicketSnapshot::of(row, key)
        })
        .collect())
}

/// The ticket as it is now, whether deleted or not: for what still points at it.
///
/// # Errors
/// FORBIDDEN without the right to read tickets; NOT_FOUND when it never was.
pub async fn get_visible(store: &Store, actor: &Actor, id: TicketId) -> Result<TicketSnapshot> {
    actor.require(Permission::ReadTickets)?;
    let found = ticket::Entity::find_by_id(id).filter(ticket::Column::AccountId.eq(actor.account_id));
    let row = found
        .one(store.reader())
        .await?
        .ok_or_else(|| Error::NotFound("there is no such ticket".to_owned()))?;
    with_status_key(store, row).await
}

async fn with_status_key(store: &Store, row: ticket::Model) -> Result<TicketSnapshot> {
    let directory = store.directory(row.account_id).await?;
    let key = directory.status(row.status_id).map(|status| status.key.clone()).unwrap_or_default();
    Ok(TicketSnapshot::of(row, key))
}

/// The ticket's row, locked until the transaction ends.
///
/// # Errors
/// A NOT_FOUND refusal at `by` when there is none; `is_deleted` says whether a deleted or a live one is meant.
pub async fn get_for_update(tx: &Tx, key: &TicketKey, is_deleted: bool) -> Result<ticket::Model> {
    let missing = || {
        let which = if is_deleted { "deleted ticket" } else { "ticket" };
        Error::refused(RefusalCode::NotFound, &["by", key.field()], format!("there is no such {which}"))
    };
    if !key.is_askable() {
        return Err(missing());
    }
    let found = ticket::Entity::find()
        .filter(ticket::Column::AccountId.eq(tx.actor.account_id))
        .filter(key.condition())
        .lock_exclusive();
    let row = found.one(tx.db()).await?.filter(|row| row.deleted_at.is_some() == is_deleted);
    row.ok_or_else(missing)
}
