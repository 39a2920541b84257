//! Taking a person out of the log: the events of a contact and of its messages keep their places and lose their texts.

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value as Json, json};
use sportello_entity::{MessageId, contact, event};
use uuid::Uuid;

use super::ContactSnapshot;
use crate::{FieldChange, Result, message::MessageSnapshot, store::Tx};

/// How many messages' events are looked for at once.
const CHUNK: usize = 1_000;

/// The members of a snapshot that tell of a person, and what stays in their place.
type Personal = [(&'static str, Json)];

/// Rewrites the events of the contact and of its messages that are in the log already.
pub(super) async fn from_log(tx: &Tx, contact: &contact::Model, messages: &[MessageId]) -> Result<()> {
    rewrite(tx, &[contact.id.0], &of_contact()).await?;
    for chunk in messages.chunks(CHUNK) {
        let ids: Vec<Uuid> = chunk.iter().map(|id| id.0).collect();
        rewrite(tx, &ids, &MessageSnapshot::personal()).await?;
    }
    Ok(())
}

fn of_contact() -> Vec<(&'static str, Json)> {
    let empty = |name| match name {
        "name" => json!(""),
        "fields" => json!({}),
        _ => Json::Null,
    };
    ContactSnapshot::PERSONAL.map(|name| (name, empty(name))).into()
}

async fn rewrite(tx: &Tx, subjects: &[Uuid], personal: &Personal) -> Result<()> {
    let events = event::Entity::find()
        .filter(event::Column::AccountId.eq(tx.actor.account_id))
        .filter(event::Column::SubjectId.is_in(subjects.iter().copied()));
    for row in events.all(tx.db()).await? {
        let changes = serde_json::from_str(&row.changes)?;
        let snapshot = serde_json::from_str(&row.snapshot)?;
        let previous = row.previous.as_deref().map(serde_json::from_str).transpose()?;
        let mut row = row.into_active_model();
        row.changes = Set(serde_json::to_string(&without_texts(changes, personal))?);
        row.snapshot = Set(without_person(snapshot, personal).to_string());
        row.previous = Set(previous.map(|previous| without_person(previous, personal).to_string()));
        row.update(tx.db()).await?;
    }
    Ok(())
}

/// That a field was changed stays known; from what to what does not.
fn without_texts(changes: Vec<FieldChange>, personal: &Personal) -> Vec<FieldChange> {
    let is_personal = |change: &FieldChange| personal.iter().any(|(name, _)| *name == change.field);
    changes
        .into_iter()
        .map(|change| match is_personal(&change) {
            true => FieldChange { field: change.field, before: None, after: None },
            false => change,
        })
        .collect()
}

/// Empties the personal members that are there.
fn without_person(mut snapshot: Json, personal: &Personal) -> Json {
    let Some(members) = snapshot.as_object_mut() else { return snapshot };
    for (name, empty) in personal {
        if let Some(member) = members.get_mut(*name) {
            *member = empty.clone();
        }
    }
    snapshot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_person_stays() {
        let previous = json!({ "name": "Anna", "phone": "+39", "fields": { "CITY": "Roma" }, "version": 1 });
        assert_eq!(
            without_person(previous, &of_contact()),
            json!({ "name": "", "phone": null, "fields": {}, "version": 1 })
        );
        let change = |field: &str, text: Option<&str>| FieldChange {
            field: field.to_owned(),
            before: None,
            after: text.map(str::to_owned),
        };
        let changes = vec![change("name", Some("Anna")), change("isBlocked", Some("true"))];
        let changes = without_texts(changes, &of_contact());
        assert_eq!(changes, [change("name", None), change("isBlocked", Some("true"))]);
    }
}
