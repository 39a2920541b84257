//! Idempotency records: the same key with the same input does a thing once, also when both requests run at once.

use sea_orm::{EntityTrait, QueryTrait, Set, sea_query::OnConflict};
use serde::Serialize;
use serde_json::Value as Json;
use sportello_entity::{Timestamp, idempotency};
use uuid::Uuid;

use crate::{Error, RefusalCode, Result, digest::digest, store::Tx};

const KEPT_SECONDS: i64 = 24 * 60 * 60;
const PATH: &[&str] = &["idempotencyKey"];

/// A record that this transaction holds, to be filled in at commit.
pub(super) struct Pending {
    key: (sportello_entity::AccountId, Uuid, String, String),
    result: Option<Json>,
}

impl Tx {
    /// Looks whether this key has done its work already.
    ///
    /// None: go on, and say with [`Tx::remember`] what came of it. Some: what came of it then. While another request
    /// with the same key is at work, this waits for it: the record's row is the lock.
    ///
    /// # Errors
    /// IDEMPOTENCY_KEY_REUSED when the key came with another input; INVALID when it is empty or too long.
    pub async fn recall(
        &mut self,
        mutation: &'static str,
        key: Option<&str>,
        input: &impl Serialize,
    ) -> Result<Option<Json>> {
        let Some(key) = key else { return Ok(None) };
        if !(1..=255).contains(&key.chars().count()) || key.chars().any(char::is_control) {
            let message = "must have 1 to 255 characters, none of them a control character";
            return Err(Error::refused(RefusalCode::Invalid, PATH, message));
        }
        let input_hash = digest(&serde_json::to_string(input)?);
        let credential_id = self.actor.reference().id.unwrap_or_default();
        let record_key = (self.actor.account_id, credential_id, mutation.to_owned(), key.to_owned());
        if self.hold(&record_key, &input_hash).await? {
            self.pending = Some(Pending { key: record_key, result: None });
            return Ok(None);
        }
        let found = idempotency::Entity::find_by_id(record_key.clone()).one(self.db()).await?;
        let Some(found) = found else {
            return Err(Error::Internal("an idempotency record vanished while it was read".to_owned()));
        };
        if found.created_at <= self.now().plus_seconds(-KEPT_SECONDS) {
            idempotency::Entity::delete_by_id(record_key.clone()).exec(self.db()).await?;
            self.hold(&record_key, &input_hash).await?;
            self.pending = Some(Pending { key: record_key, result: None });
            return Ok(None);
        }
        if found.input_hash != input_hash {
            let message = "this key was used with another input: use a new key for a new request";
            return Err(Error::refused(RefusalCode::IdempotencyKeyReused, PATH, message));
        }
        Ok(Some(serde_json::from_str(&found.result)?))
    }

    /// Says what a repetition of this request will be answered with.
    pub fn remember(&mut self, result: Json) {
        if let Some(pending) = &mut self.pending {
            pending.result = Some(result);
        }
    }

    /// Takes the record's row; false when another has it.
    async fn hold(
        &self,
        key: &(sportello_entity::AccountId, Uuid, String, String),
        hash: &str,
    ) -> Result<bool> {
        let row = idempotency::ActiveModel {
            account_id: Set(key.0),
            credential_id: Set(key.1),
            mutation: Set(key.2.clone()),
            key: Set(key.3.clone()),
            input_hash: Set(hash.to_owned()),
            result: Set("null".to_owned()),
            created_at: Set(self.now()),
        };
        let nothing = OnConflict::new().do_nothing().to_owned();
        let inserted =
            idempotency::Entity::insert(row).on_conflict(nothing).exec_without_returning(self.db()).await;
        match inserted {
            Ok(count) => Ok(count == 1),
            Err(sea_orm::DbErr::RecordNotInserted) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the result into the record that this transaction holds.
    pub(super) fn keep_pending(&mut self) -> Result<()> {
        let Some(Pending { key, result: Some(result) }) = self.pending.take() else { return Ok(()) };
        let row = idempotency::ActiveModel {
            account_id: Set(key.0),
            credential_id: Set(key.1),
            mutation: Set(key.2),
            key: Set(key.3),
            result: Set(result.to_string()),
            ..Default::default()
        };
        self.run_last(idempotency::Entity::update(row).validate()?.build(self.store.backend()));
        self.write_without_event();
        Ok(())
    }
}

impl crate::store::Store {
    /// Forgets records older than 24 hours; says how many.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn forget_idempotency(&self) -> Result<u64> {
        use sea_orm::{ColumnTrait, QueryFilter};
        let before: Timestamp = self.now().plus_seconds(-KEPT_SECONDS);
        let old = idempotency::Entity::delete_many().filter(idempotency::Column::CreatedAt.lt(before));
        Ok(old.exec(self.writer()).await?.rows_affected)
    }
}
