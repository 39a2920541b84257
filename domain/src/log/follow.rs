//! Followers in the database: what is written because something happened commits together with how far the log was
//! followed, so that each event is planned once though a process dies at any point and several nodes follow.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, sea_query::Expr};
use sportello_entity::{AccountId, follower_position};

use crate::{
    Actor, Result,
    log::{Event, EventCursor},
    store::{Store, Tx},
};

/// How many events are planned in one transaction: one event may mean a row for each of 5,000 operators.
const BATCH: usize = 50;
/// How many accounts are looked at in one round.
const ACCOUNTS: u64 = 200;

/// What happens because something happened, planned: rows that say what is to be done. Doing it — SMTP, HTTP — is for
/// whoever claims those rows, outside this transaction.
#[async_trait]
pub trait Follower: Send + Sync {
    /// Writes what these events of one account call for; they are in log order, and there is at least one. An error
    /// undoes all of it, and it is tried again.
    async fn plan(&self, tx: &mut Tx, events: &[Arc<Event>]) -> Result<()>;
}

/// What a round of planning came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Round {
    /// There was nothing to plan.
    Idle,
    /// Some account's events were planned.
    Planned,
    /// The same, and there are more than one round takes.
    Full,
}

/// An account whose log goes on past what was planned of it.
#[derive(Clone, Copy, Debug, FromQueryResult)]
struct Behind {
    account_id: AccountId,
    epoch: i64,
    sequence: i64,
}

/// One round: plans the next events of each account that is behind. An account whose planning fails is reported, left
/// where it is for the next round, and delays no other.
///
/// # Errors
/// When the database does not answer.
pub async fn follow(store: &Store, followers: &[Box<dyn Follower>]) -> Result<Round> {
    let mut round = Round::Idle;
    for behind in accounts_behind(store).await? {
        match follow_account(store, behind, followers).await {
            Ok(planned) => round = round.max(planned),
            Err(error) => tracing::error!(
                %error, account.id = %behind.account_id, after = behind.sequence,
                "what these events call for could not be planned: it will be tried again"
            ),
        }
    }
    Ok(round)
}

async fn accounts_behind(store: &Store) -> Result<Vec<Behind>> {
    let sql = format!(
        "SELECT h.account_id, h.epoch, p.sequence FROM log_head h JOIN follower_position p \
         ON p.account_id = h.account_id WHERE h.sequence > p.sequence LIMIT {ACCOUNTS}"
    );
    let statement = Statement::from_string(store.backend(), sql);
    Ok(Behind::find_by_statement(statement).all(store.reader()).await?)
}

async fn follow_account(store: &Store, behind: Behind, followers: &[Box<dyn Follower>]) -> Result<Round> {
    let Behind { account_id, epoch, sequence } = behind;
    let mut events = store.log().page(store, EventCursor { account_id, epoch, sequence }).await?;
    let planned = if events.len() > BATCH { Round::Full } else { Round::Planned };
    events.truncate(BATCH);
    let Some(last) = events.last() else { return Ok(Round::Idle) };
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    tx.plan();
    // Whoever moves the position plans the events: another node that was quicker has moved it already.
    if !move_position(&tx, behind, last.sequence).await? {
        return Ok(Round::Full);
    }
    for follower in followers {
        follower.plan(&mut tx, &events).await?;
    }
    tx.commit().await?;
    Ok(planned)
}

async fn move_position(tx: &Tx, from: Behind, to: i64) -> Result<bool> {
    let moved = follower_position::Entity::update_many()
        .col_expr(follower_position::Column::Sequence, Expr::value(to))
        .filter(follower_position::Column::AccountId.eq(from.account_id))
        .filter(follower_position::Column::Sequence.eq(from.sequence))
        .exec(tx.db())
        .await?;
    Ok(moved.rows_affected == 1)
}
