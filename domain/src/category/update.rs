//! Renaming and archiving a category.

use sea_orm::SqlErr;
use sportello_entity::{CategoryId, ticket_category};

use super::{event, find};
use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, Result,
    store::{Store, Tx},
    text,
};

/// What is to change of which category. Neither can be taken away.
#[derive(Clone, Debug)]
pub struct CategoryUpdate {
    /// Which; None: a text that is no category's id.
    pub id: Option<CategoryId>,
    /// What people call it.
    pub name: Change<String>,
    /// Whether it is offered no more.
    pub is_archived: Change<bool>,
}

/// Changes a category: CATEGORY_UPDATED, or nothing when nothing is different.
///
/// # Errors
/// FORBIDDEN; refusals: NOT_FOUND, also for a merged one, TAKEN, and what is wrong with the input.
pub async fn update(store: &Store, actor: &Actor, input: CategoryUpdate) -> Result<ticket_category::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let rows = find::locked(&tx, input.id.as_slice()).await?;
    let before = among(&rows, input.id, "id")?;
    let after = changed(before, &input).map_err(Error::Refused)?;
    if after != *before {
        let other = find::with_key(&tx, &after.name_key).await?;
        if other.is_some_and(|other| other.id != after.id) {
            return Err(taken());
        }
        write(&mut tx, before, &after).await?;
    }
    tx.commit().await?;
    Ok(after)
}

/// The one with that id, unless it was merged.
///
/// # Errors
/// NOT_FOUND at `path`.
pub(super) fn among<'a>(
    rows: &'a [ticket_category::Model],
    id: Option<CategoryId>,
    path: &str,
) -> Result<&'a ticket_category::Model> {
    let found = rows.iter().find(|row| Some(row.id) == id && row.merged_into_id.is_none());
    found.ok_or_else(|| Error::refused(RefusalCode::NotFound, &[path], "there is no such category"))
}

/// Writes the row and records its event.
pub(super) async fn write(
    tx: &mut Tx,
    before: &ticket_category::Model,
    after: &ticket_category::Model,
) -> Result<()> {
    let written = tx.write_difference(before, after).await;
    written.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => taken(),
        _ => error.into(),
    })?;
    tx.record(event::told(Some(before), after));
    Ok(())
}

fn taken() -> Error {
    let message = "another category has this name, or was merged and had it: its name means where it went";
    Error::refused(RefusalCode::Taken, &["name"], message)
}

fn changed(
    before: &ticket_category::Model,
    input: &CategoryUpdate,
) -> std::result::Result<ticket_category::Model, Vec<Refusal>> {
    let mut after = before.clone();
    let mut refusals = Vec::new();
    match &input.name {
        Change::Keep => {}
        Change::Clear => refusals.push(Refusal::null("name")),
        Change::Set(name) => match text::CATEGORY.check(name, &["name"]) {
            Ok(name) => (after.name_key, after.name) = (text::name_key(&name), name),
            Err(refusal) => refusals.push(refusal),
        },
    }
    match input.is_archived {
        Change::Keep => {}
        Change::Clear => refusals.push(Refusal::null("isArchived")),
        Change::Set(is_archived) => after.is_archived = is_archived,
    }
    if refusals.is_empty() { Ok(after) } else { Err(refusals) }
}
