//! The readers' queues: whoever holds one sends its notices, the oldest first. So a reader's mails keep the order of the
//! log, each is sent by one worker, and while the server of mails is away one try a reader says so.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
    sea_query::{Expr, ExprTrait, LockType},
};
use sportello_entity::{AccountId, Timestamp, UserId, notice, notice_queue};
use uuid::Uuid;

use crate::{
    Actor, Result,
    account::mail::Outcome,
    store::{Store, Tx},
};

/// A queue that is held. Others get it when the lease ends, so that a worker that dies loses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Whose notices.
    pub reader_id: UserId,
    holder: Uuid,
}

/// Queues that are due at $1.
pub(crate) const DUE: &str = "FROM notice_queue WHERE due_at <= $1 ORDER BY due_at";

/// Takes up to `limit` queues that are due.
///
/// # Errors
/// What the database answers.
pub async fn claim(store: &Store, limit: u64, until: Timestamp) -> Result<Vec<Hold>> {
    let mut due = notice_queue::Entity::find()
        .filter(notice_queue::Column::DueAt.lte(store.now()))
        .order_by_asc(notice_queue::Column::DueAt)
        .limit(limit)
        .all(store.reader())
        .await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    // Locked in the order of ids, as by those who plan.
    due.sort_unstable_by_key(|queue| queue.reader_id);
    let tx = begin(store).await?;
    let mut holds = Vec::with_capacity(due.len());
    for queue in due {
        let hold = Hold { reader_id: queue.reader_id, holder: tx.new_id() };
        let lease = notice_queue::ActiveModel {
            due_at: Set(Some(until)),
            holder: Set(Some(hold.holder)),
            ..Default::default()
        };
        let taken = notice_queue::Entity::update_many()
            .set(lease)
            .filter(notice_queue::Column::ReaderId.eq(queue.reader_id))
            .filter(notice_queue::Column::DueAt.eq(queue.due_at))
            .exec(tx.db())
            .await?;
        holds.extend((taken.rows_affected == 1).then_some(hold));
    }
    tx.commit().await?;
    Ok(holds)
}

/// Makes the lease last until `until`; false when somebody else has taken the queue over.
///
/// # Errors
/// What the database answers.
pub async fn renew(store: &Store, hold: Hold, until: Timestamp) -> Result<bool> {
    let tx = begin(store).await?;
    let renewed = notice_queue::Entity::update_many()
        .col_expr(notice_queue::Column::DueAt, Expr::value(until))
        .filter(notice_queue::Column::ReaderId.eq(hold.reader_id))
        .filter(notice_queue::Column::Holder.eq(hold.holder))
        .exec(tx.db())
        .await?;
    tx.commit().await?;
    Ok(renewed.rows_affected == 1)
}

/// The reader's next notices, the oldest first, up to the first that still waits for more to join it.
///
/// # Errors
/// What the database answers.
pub async fn waiting(store: &Store, reader_id: UserId, limit: u64) -> Result<Vec<notice::Model>> {
    let now = store.now();
    let rows = next_of(reader_id).limit(limit).all(store.reader()).await?;
    Ok(rows.into_iter().take_while(|notice| notice.joins_until.is_none_or(|until| until <= now)).collect())
}

/// Writes down what came of an attempt. What was sent is gone; None: so is what nobody wants any more.
///
/// # Errors
/// What the database answers.
pub async fn settle(store: &Store, notice: &notice::Model, outcome: Option<Outcome>) -> Result<()> {
    let tx = begin(store).await?;
    let attempts = outcome.as_ref().map_or(0, Outcome::attempts);
    match outcome {
        None | Some(Outcome::Sent) => forget(&tx, notice).await?,
        Some(Outcome::Retry(_, error) | Outcome::Away(error)) => {
            fail(&tx, notice, error, attempts, None).await?;
        }
        Some(Outcome::Failed(error)) => fail(&tx, notice, error, attempts, Some(tx.now())).await?,
    }
    tx.commit().await?;
    Ok(())
}

/// Gives the queue back: due again at `pause`, or else when its next notice is.
///
/// # Errors
/// What the database answers.
pub async fn release(store: &Store, hold: Hold, pause: Option<Timestamp>) -> Result<()> {
    let tx = begin(store).await?;
    // Locked before looking what waits: a planner that adds something either is seen here, or finds nothing due.
    let queue = notice_queue::Entity::find_by_id(hold.reader_id).lock(LockType::Update).one(tx.db()).await?;
    let Some(queue) = queue.filter(|queue| queue.holder == Some(hold.holder)) else { return Ok(()) };
    let next = next_of(hold.reader_id).one(tx.db()).await?;
    let mut queue = queue.into_active_model();
    queue.due_at = Set(next.map(|next| pause.or(next.joins_until).unwrap_or(tx.now())));
    queue.holder = Set(None);
    queue.update(tx.db()).await?;
    tx.commit().await?;
    Ok(())
}

fn next_of(reader_id: UserId) -> sea_orm::Select<notice::Entity> {
    notice::Entity::find()
        .filter(notice::Column::ReaderId.eq(reader_id))
        .filter(notice::Column::FailedAt.is_null())
        .order_by_asc(notice::Column::FirstSequence)
}

fn itself(notice: &notice::Model) -> Condition {
    Condition::all()
        .add(notice::Column::ReaderId.eq(notice.reader_id))
        .add(notice::Column::FirstSequence.eq(notice.first_sequence))
}

async fn forget(tx: &Tx, notice: &notice::Model) -> Result<()> {
    let told = notice::Column::LastSequence.eq(notice.last_sequence);
    let gone = notice::Entity::delete_many().filter(itself(notice)).filter(told).exec(tx.db()).await?;
    if gone.rows_affected == 0 {
        // Something joined after it was read, by another node's clock: that is told next.
        notice::Entity::update_many()
            .col_expr(notice::Column::FirstSequence, Expr::value(notice.last_sequence + 1))
            .col_expr(notice::Column::Attempts, Expr::value(0))
            .filter(itself(notice))
            .exec(tx.db())
            .await?;
    }
    Ok(())
}

async fn fail(
    tx: &Tx,
    notice: &notice::Model,
    error: String,
    attempts: i32,
    failed_at: Option<Timestamp>,
) -> Result<()> {
    let change =
        notice::ActiveModel { last_error: Set(Some(error)), failed_at: Set(failed_at), ..Default::default() };
    notice::Entity::update_many()
        .set(change)
        .col_expr(notice::Column::Attempts, Expr::col(notice::Column::Attempts).add(attempts))
        .filter(itself(notice))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Notices are nobody's account's matter here: a worker sends those of all.
async fn begin(store: &Store) -> Result<Tx> {
    let mut tx = store.begin(&Actor::system(AccountId(Uuid::nil()))).await?;
    tx.write_without_event();
    Ok(tx)
}
