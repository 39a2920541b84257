//! What a line says: the row's own fields, and by name what it points at.

use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde_json::{Map, Value as Json, json};
use sportello_entity::{
    AccountId, Timestamp, UserId, account, app_user, contact, event, log_head, ticket, ticket_category,
    ticket_note, ticket_status, value::ActorKind,
};
use uuid::Uuid;

use crate::{Error, Result, contact::ContactSnapshot, ticket::TicketSnapshot};

/// What rows point at: few in an account, read once.
pub(super) struct Names {
    pub(super) account: account::Model,
    pub(super) head: log_head::Model,
    statuses: Vec<ticket_status::Model>,
    categories: Vec<ticket_category::Model>,
    users: Vec<app_user::Model>,
}

impl Names {
    pub(super) async fn read(db: &DatabaseTransaction, account_id: AccountId) -> Result<Self> {
        let missing = || Error::NotFound("there is no such account".to_owned());
        let statuses = ticket_status::Entity::find().filter(ticket_status::Column::AccountId.eq(account_id));
        let categories =
            ticket_category::Entity::find().filter(ticket_category::Column::AccountId.eq(account_id));
        let users = app_user::Entity::find().filter(app_user::Column::AccountId.eq(account_id));
        Ok(Self {
            account: account::Entity::find_by_id(account_id).one(db).await?.ok_or_else(missing)?,
            head: log_head::Entity::find_by_id(account_id).one(db).await?.ok_or_else(missing)?,
            statuses: statuses.all(db).await?,
            categories: categories.all(db).await?,
            users: users.all(db).await?,
        })
    }

    pub(super) fn contact(&self, row: &contact::Model) -> Result<Json> {
        Ok(typed("contact", dated(serde_json::to_value(ContactSnapshot::of(row)?)?), json!({})))
    }

    pub(super) fn ticket(&self, row: ticket::Model) -> Result<Json> {
        let status = self.statuses.iter().find(|status| status.id == row.status_id);
        let category = self.categories.iter().find(|category| Some(category.id) == row.category_id);
        let assignee = row.assignee_id.and_then(|id| self.user(id));
        let key = status.map(|status| status.key.clone()).unwrap_or_default();
        let named = json!({
            "statusName": status.map(|status| &status.name),
            "category": category.map(|category| &category.name),
            "assignee": assignee.map(|user| json!({ "name": user.name, "email": user.email })),
        });
        Ok(typed("ticket", dated(TicketSnapshot::of(row, key).to_json()?), named))
    }

    pub(super) fn note(&self, row: &ticket_note::Model) -> Json {
        let own = json!({
            "id": row.id,
            "ticketId": row.ticket_id,
            "author": self.actor(row.author_kind, row.author_id),
            "body": row.body,
            "createdAt": row.created_at,
            "editedAt": row.edited_at,
        });
        typed("note", dated(own), json!({}))
    }

    pub(super) fn event(&self, row: event::Model) -> Result<Json> {
        let own = json!({
            "sequence": row.sequence,
            "id": row.id,
            "eventType": row.r#type,
            "occurredAt": row.occurred_at,
            "actor": self.actor(row.actor_kind, row.actor_id),
            "subjectId": row.subject_id,
            "noteId": row.note_id,
            "changes": serde_json::from_str::<Json>(&row.changes)?,
            "subject": dated(serde_json::from_str(&row.snapshot)?),
        });
        Ok(typed("event", dated(own), json!({})))
    }

    fn actor(&self, kind: ActorKind, id: Option<Uuid>) -> Json {
        let user = id.filter(|_| kind == ActorKind::User).and_then(|id| self.user(UserId(id)));
        json!({ "kind": kind, "id": id, "name": user.map(|user| &user.name) })
    }

    fn user(&self, id: UserId) -> Option<&app_user::Model> {
        self.users.iter().find(|user| user.id == id)
    }
}

/// The object with its type in front and more members behind.
fn typed(r#type: &str, own: Json, more: Json) -> Json {
    let mut line = Map::from_iter([("type".to_owned(), Json::from(r#type))]);
    for object in [own, more] {
        if let Json::Object(members) = object {
            line.extend(members);
        }
    }
    Json::Object(line)
}

/// The object with its times, which the tables keep in milliseconds, as RFC 3339.
fn dated(mut object: Json) -> Json {
    let members = object.as_object_mut().into_iter().flatten();
    for (_, value) in members.filter(|(name, _)| name.ends_with("At")) {
        if let Some(milliseconds) = value.as_i64() {
            *value = Timestamp(milliseconds).to_rfc3339().into();
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_it_is_and_when() {
        let own = json!({ "openedAt": 0, "closedAt": null, "flat": 7, "name": "At" });
        let expected = json!({ "type": "ticket", "openedAt": "1970-01-01T00:00:00.000Z", "closedAt": null, "flat": 7,
            "name": "At", "more": 1 });
        assert_eq!(typed("ticket", dated(own), json!({ "more": 1 })), expected);
    }
}
