//! Page cursors: opaque, versioned; they name the account, the list with its order, and the row's place in it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use sportello_entity::AccountId;
use uuid::Uuid;

use super::keyset::{KeyKind, KeyValue, Keyset};
use crate::error::{Error, Result};

const VERSION: u8 = 1;

/// Which list, in which order: what a cursor belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListName {
    account_id: AccountId,
    fingerprint: String,
}

/// A row's place in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageCursor {
    /// What the row is sorted by.
    pub keys: Vec<KeyValue>,
    /// The row's id, which breaks ties.
    pub id: Uuid,
}

impl ListName {
    /// The list of an account that `parts` tell apart from its other ones: name, scope, order.
    pub fn new(account_id: AccountId, parts: &[&str]) -> Self {
        let digest = Sha256::digest(parts.join("\n"));
        Self { account_id, fingerprint: URL_SAFE_NO_PAD.encode(&digest[..6]) }
    }

    /// Writes the cursor of a row.
    pub fn write(&self, cursor: &PageCursor) -> String {
        let owner = self.account_id.0.simple().to_string();
        let place = (VERSION, owner, &self.fingerprint, &cursor.keys, cursor.id.simple().to_string());
        let json = serde_json::to_vec(&place).expect("numbers and texts can be written");
        URL_SAFE_NO_PAD.encode(json)
    }

    /// Reads a cursor that a client sends back as the argument `argument`.
    ///
    /// # Errors
    /// CURSOR_INVALID when it is none or another account's, BAD_REQUEST when it is one of another list.
    pub fn read(&self, text: &str, argument: &str, keyset: &Keyset) -> Result<PageCursor> {
        let invalid = || Error::CursorInvalid(format!("take {argument} from an answer of this list"));
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let place: (u8, Uuid, String, Vec<KeyValue>, Uuid) =
            serde_json::from_slice(&json).map_err(|_| invalid())?;
        let (version, owner, fingerprint, keys, id) = place;
        if version != VERSION || owner != self.account_id.0 {
            return Err(invalid());
        }
        if fingerprint != self.fingerprint {
            let message =
                "is a cursor of another list, or of this one in another order: begin at its first page";
            return Err(Error::bad_request(&[argument], message));
        }
        let fits = keys.len() == keyset.keys.len()
            && keys.iter().zip(&keyset.keys).all(|(value, key)| is_of_kind(value, key.kind, key.is_nullable));
        if fits { Ok(PageCursor { keys, id }) } else { Err(invalid()) }
    }
}

fn is_of_kind(value: &KeyValue, kind: KeyKind, is_nullable: bool) -> bool {
    match (value, kind) {
        (KeyValue::Absent, _) => is_nullable,
        (KeyValue::Number(_), KeyKind::Number) => true,
        // PostgreSQL takes no U+0000 in a text, and none is stored.
        (KeyValue::Text(text), KeyKind::Text) => !text.contains('\0'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Direction, SortKey};
    use sea_orm::sea_query::Expr;

    #[test]
    fn a_cursor_reads_back_only_in_its_list() {
        let account = |number| AccountId(Uuid::from_u128(number));
        let list = ListName::new(account(1), &["tickets", "TITLE ASC"]);
        let keyset = Keyset {
            keys: vec![SortKey {
                expression: Expr::cust("title_folded"),
                direction: Direction::Ascending,
                kind: KeyKind::Text,
                is_nullable: false,
            }],
            id: Expr::cust("id"),
            id_direction: Direction::Ascending,
        };
        let cursor = PageCursor { keys: vec![KeyValue::Text("perché".to_owned())], id: Uuid::from_u128(7) };
        let text = list.write(&cursor);
        assert_eq!(list.read(&text, "after", &keyset).ok(), Some(cursor.clone()));

        let other = ListName::new(account(1), &["tickets", "TITLE DESC"]);
        assert!(matches!(other.read(&text, "after", &keyset), Err(Error::BadRequest { .. })));
        let foreign = ListName::new(account(2), &["tickets", "TITLE ASC"]);
        assert!(matches!(foreign.read(&text, "after", &keyset), Err(Error::CursorInvalid(_))));
        let odd = |keys| list.write(&PageCursor { keys, id: cursor.id });
        for text in [
            String::new(),
            "é".to_owned(),
            text[1..].to_owned(),
            odd(vec![]),
            odd(vec![KeyValue::Absent]),
            odd(vec![KeyValue::Number(1)]),
            odd(vec![KeyValue::Text("\0".to_owned())]),
        ] {
            assert!(matches!(list.read(&text, "after", &keyset), Err(Error::CursorInvalid(_))), "{text}");
        }
    }
}
