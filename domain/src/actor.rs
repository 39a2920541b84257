//! Who acts, and what they may. Credentials become an `Actor` at the door; nothing below sees a token.

use sportello_entity::{
    AccountId, ApiKeyId, AutomationId, ContactId, SessionId, UserId,
    value::{ActorKind, Role},
};
use uuid::Uuid;

use crate::policy::Scope;

/// Who asks, in which account, with which rights. Rights are those of the moment the actor was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account acted in. Every query is scoped by it.
    pub account_id: AccountId,
    /// Who it is.
    pub who: Who,
}

/// The kinds of actors with what gives them their rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A user, with the role of now.
    User {
        /// Which.
        id: UserId,
        /// What they may do.
        role: Role,
        /// The session signed in with; None for a token of an identity provider.
        session_id: Option<SessionId>,
    },
    /// An API key.
    ApiKey {
        /// Which.
        id: ApiKeyId,
        /// What it may do.
        scopes: Vec<Scope>,
    },
    /// An automation of the account: may what its steps need.
    Automation(AutomationId),
    /// A customer, whose message it is: asks for nothing and may nothing.
    Contact(ContactId),
    /// Sportello itself: the command line, the demo, the keeping of the house.
    System,
}

impl Actor {
    /// Sportello itself, in one account.
    pub fn system(account_id: AccountId) -> Self {
        Self { account_id, who: Who::System }
    }

    /// Somebody in this account with the same rights, and nobody in particular: for what is shown to several alike.
    /// None where that makes no sense.
    #[must_use]
    pub fn anybody(&self) -> Option<Self> {
        let who = match &self.who {
            Who::User { role, .. } => Who::User { id: UserId(Uuid::nil()), role: *role, session_id: None },
            Who::ApiKey { scopes, .. } => Who::ApiKey { id: ApiKeyId(Uuid::nil()), scopes: scopes.clone() },
            Who::Contact(_) | Who::Automation(_) | Who::System => return None,
        };
        Some(Self { account_id: self.account_id, who })
    }

    /// The user, if it is one.
    pub fn user_id(&self) -> Option<UserId> {
        match self.who {
            Who::User { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The role, if it is a user.
    pub fn role(&self) -> Option<Role> {
        match self.who {
            Who::User { role, .. } => Some(role),
            _ => None,
        }
    }

    /// What is written down of it.
    pub fn reference(&self) -> ActorRef {
        match &self.who {
            Who::User { id, .. } => ActorRef { kind: ActorKind::User, id: Some(id.0) },
            Who::ApiKey { id, .. } => ActorRef { kind: ActorKind::ApiKey, id: Some(id.0) },
            Who::Automation(id) => ActorRef { kind: ActorKind::Automation, id: Some(id.0) },
            Who::Contact(id) => ActorRef { kind: ActorKind::Contact, id: Some(id.0) },
            Who::System => ActorRef { kind: ActorKind::System, id: None },
        }
    }
}

/// An actor as rows and events keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct ActorRef {
    /// Which table the id points into.
    pub kind: ActorKind,
    /// Null for the system.
    pub id: Option<Uuid>,
}
