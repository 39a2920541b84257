//! Moving all tickets of a status or category: a few in the transaction that asks for it, many in pieces afterwards.
//!
//! A move that is left over is a row. Each piece is a transaction that finds what is still to move, so that a restart
//! goes on where the last piece ended, and nobody else waits longer than a piece takes.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, ModelTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{LockBehavior, LockType},
};
use serde::{Deserialize, Serialize};
use sportello_entity::{
    AccountId, ApiKeyId, AutomationId, CategoryId, StatusId, UserId, ticket, ticket_move, ticket_status,
    value::{ActorKind, Role},
};

use super::{Names, Written, apply};
use crate::{
    Actor, ActorRef, Error, Result, Who, category, status,
    store::{Store, Tx},
};

/// How many tickets move within the transaction that asks for it.
const AT_ONCE: u64 = 1_000;
/// How many tickets a piece has at most.
const PIECE: u64 = 500;

/// What moves where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Move {
    /// A status was deleted.
    Status {
        /// The deleted one.
        from: StatusId,
        /// The one that its tickets get.
        to: StatusId,
    },
    /// A status got another macro-status.
    MacroStatus {
        /// Which.
        status: StatusId,
    },
    /// A category was merged.
    Category {
        /// The one that is gone.
        from: CategoryId,
        /// The one that its tickets get, or the one that this went into meanwhile.
        into: CategoryId,
    },
}

/// What the tickets of a move get.
enum Target {
    Status(ticket_status::Model),
    Category(CategoryId),
}

/// Moves the tickets, or leaves them to [`run_due`] when they are more than 1,000. The transaction holds the status or
/// category locked, so that no ticket enters meanwhile.
pub(crate) async fn start(tx: &mut Tx, what: Move) -> Result<()> {
    let target = target(tx, what).await?;
    if waiting(tx.actor.account_id, what, &target).count(tx.db()).await? <= AT_ONCE {
        piece(tx, what, AT_ONCE).await?;
        return Ok(());
    }
    let actor = tx.actor.reference();
    let row = ticket_move::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        task: serde_json::to_string(&what)?,
        actor_kind: actor.kind,
        actor_id: actor.id,
        created_at: tx.now(),
        claimed_until: None,
    };
    ticket_move::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
    tx.write_without_event();
    Ok(())
}

/// Whether tickets are still on their way to this status.
pub(crate) async fn is_target(tx: &Tx, id: StatusId) -> Result<bool> {
    let rows = ticket_move::Entity::find().filter(ticket_move::Column::AccountId.eq(tx.actor.account_id));
    for row in rows.all(tx.db()).await? {
        if matches!(serde_json::from_str(&row.task)?, Move::Status { to, .. } if to == id) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Goes on with every move that is left over until its end. One that fails is told to the log of the process, stays for
/// the next time, and holds up no other.
///
/// # Errors
/// What the database answers to the question which moves there are.
pub async fn run_due(store: &Store) -> Result<()> {
    let rows = ticket_move::Entity::find().order_by_asc(ticket_move::Column::Id).all(store.reader()).await?;
    for row in rows {
        if let Err(error) = finish(store, &row).await {
            tracing::error!(ticket_move.id = %row.id, %error, "a move of tickets failed");
        }
    }
    Ok(())
}

async fn finish(store: &Store, row: &ticket_move::Model) -> Result<()> {
    while step(store, row).await? {}
    Ok(())
}

/// One piece; false when nothing is left, or when another process is at it.
async fn step(store: &Store, row: &ticket_move::Model) -> Result<bool> {
    let mut tx = store.begin(&actor_of(row)?).await?;
    let claim = ticket_move::Entity::find_by_id(row.id);
    let claim = claim.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let Some(row) = claim.one(tx.db()).await? else { return Ok(false) };
    let moved = piece(&mut tx, serde_json::from_str(&row.task)?, PIECE).await?;
    let is_over = moved < PIECE;
    if is_over {
        row.delete(tx.db()).await?;
        tx.write_without_event();
    }
    tx.commit().await?;
    Ok(!is_over)
}

/// Moves up to `most` tickets, each with its event; says how many.
async fn piece(tx: &mut Tx, what: Move, most: u64) -> Result<u64> {
    let target = target(tx, what).await?;
    let waiting = waiting(tx.actor.account_id, what, &target).order_by_asc(ticket::Column::Id).limit(most);
    let tickets = waiting.lock(LockType::NoKeyUpdate).all(tx.db()).await?;
    let mut names = Names::default();
    let count = u64::try_from(tickets.len()).expect("a piece is small");
    for before in tickets {
        let after = moved(before.clone(), &target);
        apply(tx, &mut names, before, after, None, Written::Now).await?;
    }
    Ok(count)
}

async fn target(tx: &Tx, what: Move) -> Result<Target> {
    match what {
        Move::Status { to: id, .. } | Move::MacroStatus { status: id } => {
            let found = status::shared(tx, id).await?;
            let found =
                found.ok_or_else(|| Error::Internal(format!("there is no status {id} to move to")))?;
            Ok(Target::Status(found))
        }
        Move::Category { into, .. } => Ok(Target::Category(category::meant(tx, into).await?.id)),
    }
}

fn waiting(account_id: AccountId, what: Move, target: &Target) -> Select<ticket::Entity> {
    let condition = match (what, target) {
        (Move::MacroStatus { status: id }, Target::Status(status)) => Condition::all()
            .add(ticket::Column::StatusId.eq(id))
            .add(ticket::Column::MacroStatus.ne(status.macro_status)),
        (Move::Status { from: id, .. } | Move::MacroStatus { status: id }, _) => {
            Condition::all().add(ticket::Column::StatusId.eq(id))
        }
        (Move::Category { from, .. }, _) => Condition::all().add(ticket::Column::CategoryId.eq(from)),
    };
    ticket::Entity::find().filter(ticket::Column::AccountId.eq(account_id)).filter(condition)
}

fn moved(mut ticket: ticket::Model, target: &Target) -> ticket::Model {
    match target {
        Target::Status(status) => {
            ticket.status_id = status.id;
            ticket.macro_status = status.macro_status;
        }
        Target::Category(id) => ticket.category_id = Some(*id),
    }
    ticket
}

/// Who asked for the move. It was allowed then, and nothing asks for rights again.
fn actor_of(row: &ticket_move::Model) -> Result<Actor> {
    let reference = ActorRef { kind: row.actor_kind, id: row.actor_id };
    let who = match (reference.kind, reference.id) {
        (ActorKind::User, Some(id)) => Who::User { id: UserId(id), role: Role::Viewer, session_id: None },
        (ActorKind::ApiKey, Some(id)) => Who::ApiKey { id: ApiKeyId(id), scopes: Vec::new() },
        (ActorKind::Automation, Some(id)) => Who::Automation(AutomationId(id)),
        (ActorKind::System, None) => Who::System,
        _ => return Err(Error::Internal(format!("nobody can have asked for the move {}", row.id))),
    };
    Ok(Actor { account_id: row.account_id, who })
}
