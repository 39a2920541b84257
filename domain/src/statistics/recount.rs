//! Counting all tickets of an account: where they have not been counted yet, where days are cut anew, and to tell
//! whether the counters are right.

use chrono_tz::Tz;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};
use sportello_entity::{AccountId, account, log_head, ticket, ticket_count, ticket_day};

use super::{
    calendar,
    counted::Counted,
    counting::{Moves, head_set},
    counts::{Counts, OnDay, Subject},
};
use crate::{
    Actor, Error, Result,
    store::{Store, Tx},
};

/// Counts an account's tickets, whatever its counters say.
///
/// # Errors
/// NOT_FOUND when there is no such account, and what the database answers.
pub async fn recount(store: &Store, account_id: AccountId) -> Result<()> {
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    tx.count_anew();
    tx.write_without_event();
    tx.commit().await?;
    Ok(())
}

/// Counts the tickets of every account. Says how many accounts there are.
///
/// # Errors
/// What the database answers.
pub async fn recount_all(store: &Store) -> Result<usize> {
    let heads = log_head::Entity::find().all(store.reader()).await?;
    for head in &heads {
        recount(store, head.account_id).await?;
    }
    Ok(heads.len())
}

/// Counts the tickets of every account that have not been counted yet: after an upgrade. Says how many accounts.
///
/// # Errors
/// What the database answers.
pub async fn count_uncounted(store: &Store) -> Result<usize> {
    let sql = "SELECT account_id FROM log_head WHERE count_zone IS NULL";
    let rows = store.reader().query_all_raw(Statement::from_string(store.backend(), sql)).await?;
    for row in &rows {
        recount(store, row.try_get("", "account_id")?).await?;
    }
    Ok(rows.len())
}

/// Counts anew within a transaction. The head is locked first: nobody changes a ticket of the account meanwhile.
pub(crate) async fn anew(tx: &Tx) -> Result<()> {
    let account_id = tx.actor.account_id;
    let head = log_head::Entity::find_by_id(account_id).lock_exclusive().one(tx.db()).await?;
    let account = account::Entity::find_by_id(account_id).one(tx.db()).await?;
    let missing = || Error::NotFound("there is no such account".to_owned());
    let (_, account) = head.zip(account).ok_or_else(missing)?;
    let counts = counted(tx.db(), account_id, calendar::zone(&account.time_zone)?).await?;
    let (sql, values) = head_set(account_id, &counts);
    tx.execute(sql, values).await?;
    tx.execute("DELETE FROM ticket_count WHERE account_id = $1", vec![account_id.into()]).await?;
    // The rows stay: their revisions must never come again.
    let zero = "UPDATE ticket_day SET opened = 0, closed = 0, revision = revision + 1 WHERE account_id = $1";
    tx.execute(zero, vec![account_id.into()]).await?;
    Moves(counts).write(tx).await
}

/// How many tickets are read at a time.
const PAGE: usize = 10_000;

/// The account's tickets, counted one by one.
async fn counted(db: &impl ConnectionTrait, account_id: AccountId, zone: Tz) -> Result<Counts> {
    use ticket::Column::{AccountId, DeletedAt, Id, OpenedAt};
    let tickets = ticket::Entity::find()
        .select_only()
        .columns(Counted::COLUMNS)
        .filter(AccountId.eq(account_id))
        .filter(DeletedAt.is_null())
        .order_by_asc(OpenedAt)
        .order_by_asc(Id)
        .limit(Some(PAGE as u64));
    let mut counts = Counts::new(zone);
    let mut after: Option<Counted> = None;
    loop {
        let beyond = after.map(|last| {
            let same = Condition::all().add(OpenedAt.eq(last.opened_at)).add(Id.gt(last.id));
            let later = Condition::any().add(OpenedAt.gt(last.opened_at)).add(same);
            // The first half of it alone lets the index begin at the place.
            Condition::all().add(OpenedAt.gte(last.opened_at)).add(later)
        });
        let page = tickets.clone().filter(beyond.unwrap_or_else(Condition::all));
        let page = page.into_model::<Counted>().all(db).await?;
        page.iter().for_each(|ticket| counts.add(ticket, 1));
        if page.len() < PAGE {
            break;
        }
        after = page.last().copied();
    }
    counts.settle();
    Ok(counts)
}

/// An account whose counters are not what its tickets come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miscount {
    /// Which.
    pub account_id: AccountId,
    /// Each counter that is wrong: what it counts, what it says, and what there is.
    pub differences: Vec<String>,
}

/// Recounts every account at the place where its log stands, and tells those whose counters are wrong.
///
/// # Errors
/// What the database answers.
pub async fn check(store: &Store) -> Result<Vec<Miscount>> {
    let heads =
        log_head::Entity::find().order_by_asc(log_head::Column::AccountId).all(store.reader()).await?;
    let mut miscounts = Vec::new();
    for log_head::Model { account_id, .. } in heads {
        let snapshot = store.snapshot().await?;
        if let Some(kept) = kept(&snapshot, store.backend(), account_id).await? {
            let differences = differences(&kept, &counted(&snapshot, account_id, kept.zone).await?);
            if !differences.is_empty() {
                miscounts.push(Miscount { account_id, differences });
            }
        }
        snapshot.commit().await?;
    }
    Ok(miscounts)
}

/// What the counters say; None where nothing has been counted yet.
async fn kept(
    db: &impl ConnectionTrait,
    backend: DbBackend,
    account_id: AccountId,
) -> Result<Option<Counts>> {
    let sql = "SELECT count_zone, open_low, open_medium, open_high, open_urgent FROM log_head WHERE account_id = $1";
    let head = db.query_one_raw(Statement::from_sql_and_values(backend, sql, [account_id.into()])).await?;
    let Some(head) = head else { return Ok(None) };
    let Some(zone) = head.try_get_by_index::<Option<String>>(0)? else { return Ok(None) };
    let mut counts = Counts::new(calendar::zone(&zone)?);
    for (index, priority) in counts.priorities.iter_mut().enumerate() {
        *priority = head.try_get_by_index(index + 1)?;
    }
    let subjects = ticket_count::Entity::find().filter(ticket_count::Column::AccountId.eq(account_id));
    for row in subjects.all(db).await? {
        let subject = Subject { open: row.open_tickets, all: row.tickets };
        counts.subjects.insert((row.dimension, row.subject_id), subject);
    }
    let days = ticket_day::Entity::find().filter(ticket_day::Column::AccountId.eq(account_id));
    for row in days.all(db).await? {
        counts.days.insert(row.day, OnDay { opened: row.opened, closed: row.closed, revision: 0 });
    }
    counts.settle();
    Ok(Some(counts))
}

fn differences(kept: &Counts, counted: &Counts) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: String, kept: i64, counted: i64| {
        if kept != counted {
            found.push(format!("{what}: {kept}, and there are {counted}"));
        }
    };
    for (priority, (kept, counted)) in kept.priorities.iter().zip(counted.priorities).enumerate() {
        compare(format!("open tickets of priority {priority}"), *kept, counted);
    }
    for key in
        kept.subjects.keys().chain(counted.subjects.keys().filter(|key| !kept.subjects.contains_key(*key)))
    {
        let of = |counts: &Counts| counts.subjects.get(key).copied().unwrap_or_default();
        let (is, should, (dimension, id)) = (of(kept), of(counted), key);
        compare(format!("open tickets of the {dimension:?} {id}"), is.open, should.open);
        compare(format!("tickets of the {dimension:?} {id}"), is.all, should.all);
    }
    for day in kept.days.keys().chain(counted.days.keys().filter(|day| !kept.days.contains_key(day))) {
        let of = |counts: &Counts| counts.days.get(day).copied().unwrap_or_default();
        let (is, should, date) = (of(kept), of(counted), calendar::date(*day));
        compare(format!("tickets opened on {date}"), is.opened, should.opened);
        compare(format!("tickets closed on {date}"), is.closed, should.closed);
    }
    found
}
