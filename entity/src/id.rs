//! Typed ids: a UUID (version 7, so that ids made later sort later) that knows what it names.
//!
//! The wire form is `<prefix>_<32 hex digits>`. It is opaque to clients; the prefix lets `node(id:)` find the table
//! and lets a person see what an id in a log line is.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::Uuid;

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a {expected}")]
pub struct MalformedId {
    /// What the id should have named, in words.
    pub expected: &'static str,
}

/// Splits a wire id into its prefix and its UUID, whatever it names.
pub fn split(text: &str) -> Option<(&str, Uuid)> {
    let (prefix, hex) = text.split_once('_')?;
    let is_canonical = hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_canonical.then(|| Uuid::try_parse(hex).ok()).flatten().map(|uuid| (prefix, uuid))
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $noun:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What stands before the underscore of the wire form.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                match split(text) {
                    Some(($prefix, uuid)) => Ok(Self(uuid)),
                    _ => Err(MalformedId { expected: $noun }),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }

        /// No database numbers these ids.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }
    };
}

typed_id!(/// An account: one desk and all that is on it.
    AccountId, "acc", "account");
typed_id!(/// A user: an operator of an account.
    UserId, "usr", "user");
typed_id!(/// An API key.
    ApiKeyId, "key", "API key");
typed_id!(/// A session: what a refresh token belongs to.
    SessionId, "ses", "session");
typed_id!(/// A contact: a customer of the desk.
    ContactId, "con", "contact");
typed_id!(/// A ticket.
    TicketId, "tkt", "ticket");
typed_id!(/// A note on a ticket.
    NoteId, "not", "note");
typed_id!(/// A ticket status.
    StatusId, "sta", "ticket status");
typed_id!(/// A ticket category.
    CategoryId, "cat", "ticket category");
typed_id!(/// A dynamic field.
    DynamicFieldId, "fld", "dynamic field");
typed_id!(/// An event in an account's log.
    EventId, "evt", "event");
typed_id!(/// An automation.
    AutomationId, "aut", "automation");
typed_id!(/// One run of an automation.
    AutomationRunId, "run", "automation run");
typed_id!(/// A chat: its UUID is that of its contact, so that every contact has one.
    ChatId, "cht", "chat");
typed_id!(/// A message of a chat.
    MessageId, "msg", "message");
typed_id!(/// A message template.
    TemplateId, "tpl", "message template");
typed_id!(/// A WhatsApp number that an account writes from.
    ChannelId, "cha", "channel");
typed_id!(/// A body that a provider has sent, until it is worked on.
    HookBodyId, "hkb", "hook body");
typed_id!(/// A mail that waits to be sent.
    MailId, "mai", "mail");
typed_id!(/// A view: a search that somebody keeps.
    TicketViewId, "viw", "view");
typed_id!(/// A move of many tickets that goes in pieces.
    TicketMoveId, "mov", "ticket move");
typed_id!(/// A presence: one subscription by which a user has a ticket open.
    PresenceId, "prs", "presence");
typed_id!(/// A webhook endpoint: where events of an account are sent.
    WebhookEndpointId, "whe", "webhook endpoint");
typed_id!(/// A delivery of one event to one webhook endpoint.
    WebhookDeliveryId, "whd", "webhook delivery");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_writes() {
        let id = TicketId(Uuid::from_u128(7));
        assert_eq!(id.to_string(), "tkt_00000000000000000000000000000007");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_or_spelling_is_refused() {
        for text in [
            "",
            "tkt_",
            "tkt_7",
            "usr_00000000000000000000000000000007",
            "tkt_0000000000000000000000000000000A",
        ] {
            assert!(text.parse::<TicketId>().is_err(), "{text}");
        }
    }
}
