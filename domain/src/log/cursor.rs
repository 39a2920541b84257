//! Event cursors: opaque, versioned places in an account's log.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sportello_entity::AccountId;
use uuid::Uuid;

use crate::{Error, Result};

const VERSION: u8 = 1;
const LENGTH: usize = 1 + 16 + 8 + 8;

/// A place in an account's log: right after the event with this sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventCursor {
    /// Whose log.
    pub account_id: AccountId,
    /// Which incarnation of it: made anew when a backup was restored.
    pub epoch: i64,
    /// The last event before the place; 0 is the beginning.
    pub sequence: i64,
}

impl EventCursor {
    /// Reads a cursor that a client sends back.
    ///
    /// # Errors
    /// CURSOR_INVALID when it is no cursor, or one of another account: the two read the same.
    pub fn parse(account_id: AccountId, text: &str) -> Result<Self> {
        let invalid = || Error::CursorInvalid("send one as an answer of this account gave it".to_owned());
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let bytes: [u8; LENGTH] = bytes.try_into().map_err(|_| invalid())?;
        let number = |from: usize| i64::from_be_bytes(bytes[from..from + 8].try_into().expect("eight bytes"));
        let owner = AccountId(Uuid::from_slice(&bytes[1..17]).expect("sixteen bytes"));
        let cursor = Self { account_id: owner, epoch: number(17), sequence: number(25) };
        let is_ours = bytes[0] == VERSION && owner == account_id && cursor.sequence >= 0;
        if is_ours { Ok(cursor) } else { Err(invalid()) }
    }
}

impl fmt::Display for EventCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; LENGTH];
        bytes[0] = VERSION;
        bytes[1..17].copy_from_slice(self.account_id.0.as_bytes());
        bytes[17..25].copy_from_slice(&self.epoch.to_be_bytes());
        bytes[25..].copy_from_slice(&self.sequence.to_be_bytes());
        formatter.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_only_in_its_account() {
        let ours = AccountId(Uuid::from_u128(1));
        let cursor = EventCursor { account_id: ours, epoch: 3, sequence: 42 };
        assert_eq!(EventCursor::parse(ours, &cursor.to_string()).ok(), Some(cursor));
        for text in ["", "x", "é", &cursor.to_string()[1..], &format!("{cursor}A")] {
            assert!(matches!(EventCursor::parse(ours, text), Err(Error::CursorInvalid(_))), "{text}");
        }
        let other = AccountId(Uuid::from_u128(2));
        assert!(matches!(EventCursor::parse(other, &cursor.to_string()), Err(Error::CursorInvalid(_))));
    }
}
