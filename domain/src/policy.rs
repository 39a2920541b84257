//! Who may do what: pure, asked first by every command and query.

use sea_orm::ActiveEnum;
use sportello_entity::{UserId, value::Role};

use crate::{
    actor::{Actor, Who},
    error::{Error, Result},
};

/// What an API key may do: the contract's `ApiScope`. A WRITE scope includes its READ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are the contract's")]
pub enum Scope {
    TicketsRead,
    TicketsWrite,
    ContactsRead,
    ContactsWrite,
    MessagesRead,
    MessagesWrite,
    SettingsRead,
    SettingsWrite,
}

impl Scope {
    /// Every scope, in the contract's order.
    pub const ALL: [Self; 8] = [
        Self::TicketsRead,
        Self::TicketsWrite,
        Self::ContactsRead,
        Self::ContactsWrite,
        Self::MessagesRead,
        Self::MessagesWrite,
        Self::SettingsRead,
        Self::SettingsWrite,
    ];

    /// The name in the contract and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::TicketsRead => "TICKETS_READ",
            Self::TicketsWrite => "TICKETS_WRITE",
            Self::ContactsRead => "CONTACTS_READ",
            Self::ContactsWrite => "CONTACTS_WRITE",
            Self::MessagesRead => "MESSAGES_READ",
            Self::MessagesWrite => "MESSAGES_WRITE",
            Self::SettingsRead => "SETTINGS_READ",
            Self::SettingsWrite => "SETTINGS_WRITE",
        }
    }

    /// The scope of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    fn grants(self, needed: Self) -> bool {
        self == needed
            || matches!(
                (self, needed),
                (Self::TicketsWrite, Self::TicketsRead)
                    | (Self::ContactsWrite, Self::ContactsRead)
                    | (Self::MessagesWrite, Self::MessagesRead)
                    | (Self::SettingsWrite, Self::SettingsRead)
            )
    }
}

/// What there is to be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Read tickets, notes, statuses, categories, views and statistics.
    ReadTickets,
    /// Work tickets and their notes.
    WorkTickets,
    /// Read contacts whole: phone, e-mail and fields too.
    ReadContacts,
    /// Make, change and erase contacts.
    WorkContacts,
    /// Read chats and messages.
    ReadMessages,
    /// Write messages, mark chats as read, play the customer in the sandbox.
    WorkMessages,
    /// Read users, templates, automations, dynamic fields.
    ReadSettings,
    /// Read keys, webhooks and what else holds secrets.
    ReadCredentials,
    /// Manage statuses, categories, dynamic fields, templates, automations, webhooks, the channel and the account.
    ManageSettings,
    /// Import tickets.
    Import,
    /// Keep views of one's own: never for a key, which is nobody's.
    KeepViews,
    /// Keep views that everybody of the account sees.
    ShareViews,
    /// Change and delete shared views of others.
    ManageViews,
    /// Manage users and keys: never for a key.
    ManagePeople,
    /// One's own profile, views and marks: for users only.
    OwnProfile,
}

impl Permission {
    fn least_role(self) -> Role {
        match self {
            Self::ReadTickets
            | Self::ReadContacts
            | Self::ReadMessages
            | Self::ReadSettings
            | Self::KeepViews
            | Self::OwnProfile => Role::Viewer,
            Self::WorkTickets | Self::WorkContacts | Self::WorkMessages | Self::ShareViews => Role::Operator,
            Self::ReadCredentials
            | Self::ManageSettings
            | Self::Import
            | Self::ManageViews
            | Self::ManagePeople => Role::Admin,
        }
    }

    fn scope(self) -> Option<Scope> {
        match self {
            Self::ReadTickets => Some(Scope::TicketsRead),
            Self::WorkTickets => Some(Scope::TicketsWrite),
            Self::ReadContacts => Some(Scope::ContactsRead),
            Self::WorkContacts => Some(Scope::ContactsWrite),
            Self::ReadMessages => Some(Scope::MessagesRead),
            Self::WorkMessages => Some(Scope::MessagesWrite),
            Self::ReadSettings | Self::ReadCredentials => Some(Scope::SettingsRead),
            Self::ManageSettings | Self::Import => Some(Scope::SettingsWrite),
            Self::KeepViews
            | Self::ShareViews
            | Self::ManageViews
            | Self::ManagePeople
            | Self::OwnProfile => None,
        }
    }
}

/// How much a role may: each includes the ones below it.
pub fn rank(role: Role) -> u8 {
    match role {
        Role::Viewer => 0,
        Role::Operator => 1,
        Role::Admin => 2,
        Role::Owner => 3,
    }
}

impl Actor {
    /// Whether the actor has this permission.
    pub fn may(&self, permission: Permission) -> bool {
        match &self.who {
            Who::User { role, .. } => rank(*role) >= rank(permission.least_role()),
            Who::ApiKey { scopes, .. } => {
                permission.scope().is_some_and(|needed| scopes.iter().any(|scope| scope.grants(needed)))
            }
            Who::Automation(_) => matches!(
                permission,
                Permission::ReadTickets
                    | Permission::WorkTickets
                    | Permission::ReadContacts
                    | Permission::WorkContacts
                    | Permission::ReadMessages
                    | Permission::WorkMessages
                    | Permission::ReadSettings
            ),
            Who::Contact(_) => false,
            Who::System => true,
        }
    }

    /// Asks for a permission; a command's first line.
    ///
    /// # Errors
    /// FORBIDDEN, saying which role or scope it takes.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) {
            return Ok(());
        }
        Err(Error::Forbidden(match (&self.who, permission.scope()) {
            (Who::ApiKey { .. }, Some(scope)) => {
                format!("this takes an API key with the scope {}", scope.name())
            }
            (Who::ApiKey { .. }, None) => "this takes a signed-in user: no API key may do it".to_owned(),
            _ => format!("this takes the role {} or a higher one", permission.least_role().to_value()),
        }))
    }

    /// Asks for a person: what is done is theirs alone.
    ///
    /// # Errors
    /// FORBIDDEN for an API key.
    pub fn require_user(&self) -> Result<UserId> {
        self.require(Permission::OwnProfile)?;
        self.user_id().ok_or_else(|| Error::Forbidden("this takes a signed-in user".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sportello_entity::{AccountId, ApiKeyId};

    fn user(role: Role) -> Actor {
        let who = Who::User { id: UserId(uuid::Uuid::nil()), role, session_id: None };
        Actor { account_id: AccountId(uuid::Uuid::nil()), who }
    }

    fn key(scopes: &[Scope]) -> Actor {
        let who = Who::ApiKey { id: ApiKeyId(uuid::Uuid::nil()), scopes: scopes.to_vec() };
        Actor { account_id: AccountId(uuid::Uuid::nil()), who }
    }

    #[test]
    fn each_role_includes_the_ones_below_it() {
        for (role, works, manages) in [
            (Role::Viewer, false, false),
            (Role::Operator, true, false),
            (Role::Admin, true, true),
            (Role::Owner, true, true),
        ] {
            assert!(user(role).may(Permission::ReadTickets));
            assert_eq!(user(role).may(Permission::WorkTickets), works, "{role:?}");
            assert_eq!(user(role).may(Permission::ManageSettings), manages, "{role:?}");
        }
    }

    #[test]
    fn a_write_scope_includes_its_read_and_nothing_else() {
        let key = key(&[Scope::TicketsWrite]);
        assert!(key.may(Permission::ReadTickets));
        assert!(key.may(Permission::WorkTickets));
        assert!(!key.may(Permission::ReadContacts));
        assert!(!key.may(Permission::ManagePeople));
    }
}
