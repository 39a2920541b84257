//! What the log says was changed of a subject after one of its versions: for who wrote at an old one.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value as Json;
use sportello_entity::event;
use uuid::Uuid;

use crate::{FieldChange, Result, store::Tx};

/// The changes that brought the subject from this version to its current one, each field once: from what it was to what
/// it is. Of its last events at most `most` are looked at.
///
/// # Errors
/// What the database answers.
pub(crate) async fn changes_since(
    tx: &Tx,
    subject_id: Uuid,
    version: i32,
    most: Option<u64>,
) -> Result<Vec<FieldChange>> {
    let rows = event::Entity::find()
        .filter(event::Column::AccountId.eq(tx.actor.account_id))
        .filter(event::Column::SubjectId.eq(subject_id))
        .order_by_desc(event::Column::Sequence)
        .limit(most)
        .all(tx.db())
        .await?;
    let mut joined: Vec<FieldChange> = Vec::new();
    for row in rows.iter().rev() {
        let snapshot: Json = serde_json::from_str(&row.snapshot)?;
        if snapshot["version"].as_i64() > Some(version.into()) {
            let changes: Vec<FieldChange> = serde_json::from_str(&row.changes)?;
            changes.into_iter().for_each(|change| join(&mut joined, change));
        }
    }
    joined.retain(|change| change.before != change.after);
    Ok(joined)
}

fn join(joined: &mut Vec<FieldChange>, next: FieldChange) {
    match joined.iter_mut().find(|change| change.field == next.field) {
        Some(change) => change.after = next.after,
        None => joined.push(next),
    }
}
