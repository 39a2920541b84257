//! Bodies as rows: stored before they are acknowledged, gone once they are worked on.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set};
use sportello_entity::{AccountId, HookBodyId, Timestamp, hook_body};
use uuid::Uuid;

use crate::{
    Actor, Result,
    store::{Queue, Store},
};

/// How long what was given up is kept for somebody to look at: it holds what customers wrote.
const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Stores a body; once this returns, it survives whatever happens.
///
/// # Errors
/// What the database answers.
pub async fn store_body(store: &Store, body: &str) -> Result<()> {
    let mut tx = store.begin(&Actor::system(AccountId(Uuid::nil()))).await?;
    let row = hook_body::Model {
        id: tx.new_id(),
        body: body.to_owned(),
        attempts: 0,
        next_attempt_at: tx.now(),
        failed_at: None,
    };
    hook_body::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
    tx.write_without_event();
    tx.ring(Queue::Bodies);
    tx.commit().await?;
    Ok(())
}

/// Bodies that are due at $1.
pub(crate) const DUE: &str = "FROM hook_body WHERE failed_at IS NULL AND next_attempt_at <= $1 ORDER BY id";

/// The oldest body that is due, and that was not given up.
///
/// # Errors
/// What the database answers.
pub async fn next(store: &Store) -> Result<Option<hook_body::Model>> {
    let waiting = hook_body::Entity::find()
        .filter(hook_body::Column::FailedAt.is_null())
        .filter(hook_body::Column::NextAttemptAt.lte(store.now()))
        .order_by_asc(hook_body::Column::Id);
    Ok(waiting.one(store.reader()).await?)
}

/// What came of working on a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything in it is done.
    Done,
    /// Something failed: again at that moment.
    Later(Timestamp),
    /// Something failed again and again: nobody looks at it any more.
    GivenUp,
}

/// Writes down what came of working on a body. What is done is gone.
///
/// # Errors
/// What the database answers.
pub async fn settle(store: &Store, body: &hook_body::Model, outcome: Outcome) -> Result<()> {
    let mut tx = store.begin(&Actor::system(AccountId(Uuid::nil()))).await?;
    let change = match outcome {
        Outcome::Done => {
            hook_body::Entity::delete_by_id(body.id).exec(tx.db()).await?;
            None
        }
        Outcome::Later(moment) => {
            Some(hook_body::ActiveModel { next_attempt_at: Set(moment), ..Default::default() })
        }
        Outcome::GivenUp => {
            Some(hook_body::ActiveModel { failed_at: Set(Some(tx.now())), ..Default::default() })
        }
    };
    if let Some(mut change) = change {
        change.attempts = Set(body.attempts + 1);
        let row = hook_body::Column::Id.eq::<HookBodyId>(body.id);
        hook_body::Entity::update_many().set(change).filter(row).exec(tx.db()).await?;
    }
    tx.write_without_event();
    tx.commit().await?;
    Ok(())
}

/// Forgets what was given up a month ago; says how many bodies that were.
///
/// # Errors
/// What the database answers.
pub async fn forget_given_up(store: &Store) -> Result<u64> {
    let before = store.now().plus_seconds(-KEPT_SECONDS);
    let old = hook_body::Entity::delete_many().filter(hook_body::Column::FailedAt.lt(before));
    Ok(old.exec(store.writer()).await?.rows_affected)
}
