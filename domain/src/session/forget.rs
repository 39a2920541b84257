//! Forgetting sessions, tokens and mails that are past their time.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use sportello_entity::{mail, one_time_token, session};

use crate::{Result, store::Store};

/// A session that has ended is kept so long, so that a second use of its refresh tokens is still recognised.
const ENDED_SECONDS: i64 = 7 * 24 * 60 * 60;
/// What became of a mail can be looked up so long.
const MAIL_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Deletes sessions that ended a week ago with their refresh tokens, one-time tokens that have expired, and mails that
/// were sent or given up a month ago. Says how many rows that were.
///
/// # Errors
/// What the database answers.
pub async fn forget_past(store: &Store) -> Result<u64> {
    let (now, db) = (store.now(), store.writer());
    let ended = now.plus_seconds(-ENDED_SECONDS);
    let sessions = session::Entity::delete_many().filter(
        Condition::any().add(session::Column::ExpiresAt.lt(ended)).add(session::Column::RevokedAt.lt(ended)),
    );
    let tokens = one_time_token::Entity::delete_many().filter(one_time_token::Column::ExpiresAt.lt(now));
    let mails = mail::Entity::delete_many()
        .filter(mail::Column::NextAttemptAt.is_null())
        .filter(mail::Column::CreatedAt.lt(now.plus_seconds(-MAIL_SECONDS)));
    let sessions = sessions.exec(db).await?.rows_affected;
    let tokens = tokens.exec(db).await?.rows_affected;
    Ok(sessions + tokens + mails.exec(db).await?.rows_affected)
}
