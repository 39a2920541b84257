//! JSON as the executor's answers have it.

use serde::Serialize;
use sportello_entity::Timestamp;
use uuid::Uuid;

/// An answer that is being written.
pub(super) struct Json(Vec<u8>);

impl Json {
    /// Room for an answer of about that many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// What was written.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Signs, and what is JSON already.
    pub(super) fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// A text, a number, a truth value, a name of an enum, or null.
    pub(super) fn value(&mut self, value: impl Serialize) -> Option<()> {
        serde_json::to_writer(&mut self.0, &value).ok()
    }

    /// An id in its wire form.
    pub(super) fn id(&mut self, prefix: &str, id: Uuid) -> Option<()> {
        self.raw("\"");
        self.raw(prefix);
        self.raw("_");
        self.raw(id.simple().encode_lower(&mut Uuid::encode_buffer()));
        self.raw("\"");
        Some(())
    }

    /// A moment, as the scalar `DateTime` has it.
    pub(super) fn moment(&mut self, moment: impl Into<Option<Timestamp>>) -> Option<()> {
        self.value(moment.into().map(Timestamp::to_rfc3339))
    }

    /// A list, each item by `write`; None where that gives none.
    pub(super) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(T, &mut Self) -> Option<()>,
    ) -> Option<()> {
        self.raw("[");
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.raw(",");
            }
            write(item, self)?;
        }
        self.raw("]");
        Some(())
    }

    /// What `write` makes of it, or null.
    pub(super) fn optional<T>(
        &mut self,
        item: Option<T>,
        write: impl FnOnce(T, &mut Self) -> Option<()>,
    ) -> Option<()> {
        match item {
            Some(item) => write(item, self),
            None => {
                self.raw("null");
                Some(())
            }
        }
    }
}
