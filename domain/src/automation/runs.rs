//! Reading runs: the ledger of what was set off, newest first.

use sea_orm::{
    ActiveEnum, ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};
use sportello_entity::{
    AccountId, AutomationId, AutomationRunId, TicketId, Timestamp, automation_run, automation_step_run,
    value::AutomationRunStatus,
};

use crate::{
    Actor, Permission, Result,
    filter::column,
    page::{Direction, Keyset, ListName, Listing, Page, PageInfo, PageRequest},
    store::Store,
};

const TABLE: &str = "automation_run";
/// The columns of `automation_run`.
const COLUMNS: &[&str] = &[
    "id",
    "account_id",
    "automation_id",
    "event_id",
    "contact_id",
    "ticket_id",
    "trigger",
    "fields",
    "ticket",
    "status",
    "depth",
    "error",
    "attempts",
    "due_at",
    "started_at",
    "finished_at",
    "changed_at",
    "revision",
];
/// How many runs a watcher is told of in one go.
const TOLD_AT_ONCE: u64 = 500;

/// Which runs, and what along with them.
#[derive(Clone, Debug)]
pub struct RunListQuery {
    /// Of this automation only.
    pub automation_id: Option<AutomationId>,
    /// About this ticket only.
    pub ticket_id: Option<TicketId>,
    /// That have come so far.
    pub status: Option<AutomationRunStatus>,
    /// Which page.
    pub page: PageRequest,
    /// Whether to count them all.
    pub with_total: bool,
}

/// A page of runs.
#[derive(Debug)]
pub struct RunPage {
    /// The runs, newest first.
    pub rows: Vec<automation_run::Model>,
    /// A cursor for each.
    pub cursors: Vec<String>,
    /// What lies around the page.
    pub info: PageInfo,
    /// How many there are on all pages, if asked.
    pub total: Option<i64>,
}

/// The account's runs.
///
/// # Errors
/// FORBIDDEN; CURSOR_INVALID.
pub async fn runs(store: &Store, actor: &Actor, query: &RunListQuery) -> Result<RunPage> {
    actor.require(Permission::ReadSettings)?;
    let listing = listing(actor.account_id, query);
    let page = listing.read(store.reader(), &query.page, query.with_total).await?;
    let cursors = listing.cursors(&page)?;
    let Page { rows, info, total, .. } = page;
    let rows = rows.iter().map(|row| automation_run::Model::from_query_result(row, ""));
    let rows = rows.collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(RunPage { rows, cursors, info, total })
}

fn listing(account_id: AccountId, query: &RunListQuery) -> Listing {
    let RunListQuery { automation_id, ticket_id, status, .. } = query;
    let status = status.map(|status| status.to_value());
    let conditions = [
        automation_id.map(|id| column(TABLE, "automation_id").eq(id)),
        ticket_id.map(|id| column(TABLE, "ticket_id").eq(id)),
        status.as_deref().map(|status| column(TABLE, "status").eq(status)),
    ];
    let name = |id: Option<String>| id.unwrap_or_default();
    let parts = [
        name(automation_id.map(|id| id.to_string())),
        name(ticket_id.map(|id| id.to_string())),
        name(status),
    ];
    let [automation, ticket, status] = parts.each_ref().map(String::as_str);
    Listing::new(
        ListName::new(account_id, &["automationRuns", automation, ticket, status]),
        account_id,
        TABLE,
        COLUMNS.to_vec(),
        conditions.into_iter().flatten().reduce(Expr::and).unwrap_or_else(|| Expr::cust("TRUE")),
        Keyset { keys: Vec::new(), id: column(TABLE, "id"), id_direction: Direction::Descending },
    )
}

fn of_account(account_id: AccountId, automation_id: Option<AutomationId>) -> Select<automation_run::Entity> {
    let found = automation_run::Entity::find().filter(automation_run::Column::AccountId.eq(account_id));
    match automation_id {
        Some(id) => found.filter(automation_run::Column::AutomationId.eq(id)),
        None => found,
    }
}

/// The runs with these ids, in no order: one reading for all of them.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn find_runs(
    store: &Store,
    actor: &Actor,
    ids: &[AutomationRunId],
) -> Result<Vec<automation_run::Model>> {
    actor.require(Permission::ReadSettings)?;
    let found =
        of_account(actor.account_id, None).filter(automation_run::Column::Id.is_in(ids.iter().copied()));
    Ok(found.all(store.reader()).await?)
}

/// The steps of these runs, each run's in their order: one reading for all of them.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn steps_of(
    store: &Store,
    actor: &Actor,
    ids: &[AutomationRunId],
) -> Result<Vec<automation_step_run::Model>> {
    actor.require(Permission::ReadSettings)?;
    let found = automation_step_run::Entity::find()
        .filter(automation_step_run::Column::AccountId.eq(actor.account_id))
        .filter(automation_step_run::Column::RunId.is_in(ids.iter().copied()))
        .order_by_asc(automation_step_run::Column::RunId)
        .order_by_asc(automation_step_run::Column::Position);
    Ok(found.all(store.reader()).await?)
}

/// The runs that have not ended, oldest first, at most 500.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn under_way(
    store: &Store,
    actor: &Actor,
    automation_id: Option<AutomationId>,
) -> Result<Vec<automation_run::Model>> {
    actor.require(Permission::ReadSettings)?;
    let found = of_account(actor.account_id, automation_id)
        .filter(automation_run::Column::FinishedAt.is_null())
        .order_by_asc(automation_run::Column::Id)
        .limit(TOLD_AT_ONCE);
    Ok(found.all(store.reader()).await?)
}

/// The runs that came further at that moment or later, in this order, at most 500.
///
/// # Errors
/// FORBIDDEN, or what the database answers.
pub async fn changed_since(
    store: &Store,
    actor: &Actor,
    automation_id: Option<AutomationId>,
    moment: Timestamp,
) -> Result<Vec<automation_run::Model>> {
    actor.require(Permission::ReadSettings)?;
    let found = of_account(actor.account_id, automation_id)
        .filter(automation_run::Column::ChangedAt.gte(moment))
        .order_by_asc(automation_run::Column::ChangedAt)
        .order_by_asc(automation_run::Column::Id)
        .limit(TOLD_AT_ONCE);
    Ok(found.all(store.reader()).await?)
}
