//! The outbox: mails are rows, written with what they tell of and sent by a worker afterwards.

use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use sportello_entity::{AccountId, MailId, Timestamp, app_user, mail, value::MailKind};
use uuid::Uuid;

use crate::{
    Actor, Result,
    store::{Queue, Store, Tx},
};

/// What a mail's template is filled with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailContent {
    /// The account that it is about.
    pub account_name: String,
    /// The reader.
    pub user_name: String,
    /// Who caused it, where a person did.
    pub sender_name: Option<String>,
    /// What the link carries.
    pub token: String,
}

/// Writes a mail to the user, due at once.
pub(crate) async fn queue(
    tx: &mut Tx,
    kind: MailKind,
    user: &app_user::Model,
    content: &MailContent,
) -> Result<()> {
    let row = mail::Model {
        id: tx.new_id(),
        account_id: user.account_id,
        kind,
        recipient: user.email.clone(),
        locale: user.locale.clone(),
        content: serde_json::to_string(content)?,
        attempts: 0,
        next_attempt_at: Some(tx.now()),
        last_error: None,
        sent_at: None,
        failed_at: None,
        created_at: tx.now(),
    };
    mail::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
    tx.ring(Queue::Letters);
    Ok(())
}

/// Mails that are due at $1.
pub(crate) const DUE: &str = "FROM mail WHERE next_attempt_at <= $1 ORDER BY next_attempt_at";

/// Takes up to `limit` mails that are due. Nobody else gets them before `until`, so that a worker that dies loses none.
///
/// # Errors
/// What the database answers.
pub async fn claim(store: &Store, limit: u64, until: Timestamp) -> Result<Vec<mail::Model>> {
    let due = mail::Entity::find()
        .filter(mail::Column::NextAttemptAt.lte(store.now()))
        .order_by_asc(mail::Column::NextAttemptAt)
        .limit(limit)
        .all(store.reader())
        .await?;
    if due.is_empty() {
        return Ok(due);
    }
    let mut tx = store.begin(&Actor::system(AccountId(Uuid::nil()))).await?;
    let mut claimed = Vec::with_capacity(due.len());
    for mail in due {
        let lease = mail::ActiveModel { next_attempt_at: sea_orm::Set(Some(until)), ..Default::default() };
        let taken = mail::Entity::update_many()
            .set(lease)
            .filter(mail::Column::Id.eq(mail.id))
            .filter(mail::Column::NextAttemptAt.eq(mail.next_attempt_at))
            .exec(tx.db())
            .await?;
        claimed.extend((taken.rows_affected == 1).then_some(mail));
    }
    tx.write_without_event();
    tx.commit().await?;
    Ok(claimed)
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it.
    Sent,
    /// It did not work: try again then.
    Retry(Timestamp, String),
    /// The server could not be asked, so it was no attempt: due again at once.
    Away(String),
    /// It did not work, for good.
    Failed(String),
}

impl Outcome {
    /// How many attempts it counts for.
    pub(crate) fn attempts(&self) -> i32 {
        match self {
            Self::Sent | Self::Retry(..) | Self::Failed(_) => 1,
            Self::Away(_) => 0,
        }
    }
}

/// Writes down what came of an attempt. The content goes when it is of no more use, since it holds a token.
///
/// # Errors
/// What the database answers.
pub async fn settle(store: &Store, id: MailId, outcome: Outcome) -> Result<()> {
    let mut tx = store.begin(&Actor::system(AccountId(Uuid::nil()))).await?;
    let (now, attempts) = (tx.now(), outcome.attempts());
    let (next, error, sent, failed) = match outcome {
        Outcome::Sent => (None, None, Some(now), None),
        Outcome::Retry(next, error) => (Some(next), Some(error), None, None),
        Outcome::Away(error) => (Some(now), Some(error), None, None),
        Outcome::Failed(error) => (None, Some(error), None, Some(now)),
    };
    let mut change = mail::ActiveModel {
        next_attempt_at: sea_orm::Set(next),
        last_error: sea_orm::Set(error),
        sent_at: sea_orm::Set(sent),
        failed_at: sea_orm::Set(failed),
        ..Default::default()
    };
    if next.is_none() {
        change.content = sea_orm::Set("{}".to_owned());
    }
    mail::Entity::update_many()
        .set(change)
        .col_expr(mail::Column::Attempts, Expr::col(mail::Column::Attempts).add(attempts))
        .filter(mail::Column::Id.eq(id))
        .exec(tx.db())
        .await?;
    tx.write_without_event();
    tx.commit().await?;
    Ok(())
}
