//! Who opened a ticket: the union `Actor`.

use sportello_domain::ActorRef;
use sportello_entity::{ApiKeyId, ContactId, UserId, value::ActorKind};

use super::{
    collect::Planned,
    contact::{ContactField, contact},
    json::Json,
    selected::{Below, Fields, Selected, unknown},
    ticket::Around,
    user::{UserField, user},
};

const UNION: &str = "Actor";
const MEMBERS: &[&str] = &["User", "ApiKey", "Contact", "System"];

/// What is selected of each member. Of keys only id and name are written here: hardly anybody asks a list for more.
pub(super) struct ActorSelected {
    user: Selected<UserField>,
    api_key: Selected<ApiKeyField>,
    contact: Selected<ContactField>,
    system: Selected<SystemField>,
}

impl ActorSelected {
    pub(super) fn read(below: &Below<'_, '_>) -> Planned<Self> {
        Ok(Self {
            user: below.member(UNION, MEMBERS)?,
            api_key: below.member(UNION, MEMBERS)?,
            contact: below.member(UNION, MEMBERS)?,
            system: below.member(UNION, MEMBERS)?,
        })
    }

    /// Writes whom the reference names; where nobody is found it was Sportello itself. None for automations.
    pub(super) fn write(&self, reference: ActorRef, around: &Around<'_>, json: &mut Json) -> Option<()> {
        let directory = around.directory;
        match (reference.kind, reference.id) {
            (ActorKind::User, Some(id)) => {
                if let Some(row) = directory.user(UserId(id)) {
                    return user(row, &self.user, json);
                }
            }
            (ActorKind::ApiKey, Some(id)) => {
                if let Some(row) = directory.api_key(ApiKeyId(id)) {
                    return self.api_key.write(json, |field, json| match field {
                        ApiKeyField::Id => json.id(ApiKeyId::PREFIX, row.id.0),
                        ApiKeyField::Name => json.value(&row.name),
                    });
                }
            }
            (ActorKind::Contact, Some(id)) => {
                if let Some(row) = around.openers.get(&ContactId(id)) {
                    return contact(row, around.sees_contacts, &self.contact, json);
                }
            }
            // Left to the resolvers: who these are is not in the directory.
            (ActorKind::Automation, _) => return None,
            (ActorKind::User | ActorKind::ApiKey | ActorKind::Contact, None) | (ActorKind::System, _) => {}
        }
        self.system.write(json, |SystemField::Name, json| json.value("Sportello"))
    }
}

/// Fields of `ApiKey`.
enum ApiKeyField {
    Id,
    Name,
}

impl Fields for ApiKeyField {
    const OBJECT: &'static str = "ApiKey";
    const IS_NODE: bool = true;

    fn read(name: &str, _below: &Below<'_, '_>) -> Planned<Self> {
        match name {
            "id" => Ok(Self::Id),
            "name" => Ok(Self::Name),
            _ => unknown(),
        }
    }
}

/// Fields of `System`.
enum SystemField {
    Name,
}

impl Fields for SystemField {
    const OBJECT: &'static str = "System";
    const IS_NODE: bool = false;

    fn read(name: &str, _below: &Below<'_, '_>) -> Planned<Self> {
        match name {
            "name" => Ok(Self::Name),
            _ => unknown(),
        }
    }
}
