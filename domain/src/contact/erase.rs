//! Taking a person out of the log: the events of a contact keep their places and lose its texts.

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value as Json, json};
use sportello_entity::{contact, event};

use super::ContactSnapshot;
use crate::{FieldChange, Result, store::Tx};

/// Rewrites the contact's events that are in the log already.
pub(super) async fn from_log(tx: &Tx, contact: &contact::Model) -> Result<()> {
    let events = event::Entity::find()
        .filter(event::Column::AccountId.eq(contact.account_id))
        .filter(event::Column::SubjectId.eq(contact.id.0));
    for row in events.all(tx.db()).await? {
        let changes = serde_json::from_str(&row.changes)?;
        let snapshot = serde_json::from_str(&row.snapshot)?;
        let previous = row.previous.as_deref().map(serde_json::from_str).transpose()?;
        let mut row = row.into_active_model();
        row.changes = Set(serde_json::to_string(&without_texts(changes))?);
        row.snapshot = Set(without_person(snapshot).to_string());
        row.previous = Set(previous.map(|previous| without_person(previous).to_string()));
        row.update(tx.db()).await?;
    }
    Ok(())
}

/// That a field was changed stays known; from what to what does not.
fn without_texts(changes: Vec<FieldChange>) -> Vec<FieldChange> {
    let is_personal = |change: &FieldChange| ContactSnapshot::PERSONAL.contains(&change.field.as_str());
    changes
        .into_iter()
        .map(|change| match is_personal(&change) {
            true => FieldChange { field: change.field, before: None, after: None },
            false => change,
        })
        .collect()
}

/// Empties the personal members that are there.
fn without_person(mut snapshot: Json) -> Json {
    let Some(members) = snapshot.as_object_mut() else { return snapshot };
    for name in ContactSnapshot::PERSONAL {
        if let Some(member) = members.get_mut(name) {
            *member = match name {
                "name" => json!(""),
                "fields" => json!({}),
                _ => Json::Null,
            };
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
            without_person(previous),
            json!({ "name": "", "phone": null, "fields": {}, "version": 1 })
        );
        let change = |field: &str, text: Option<&str>| FieldChange {
            field: field.to_owned(),
            before: None,
            after: text.map(str::to_owned),
        };
        let changes = vec![change("name", Some("Anna")), change("isBlocked", Some("true"))];
        assert_eq!(without_texts(changes), [change("name", None), change("isBlocked", Some("true"))]);
    }
}
