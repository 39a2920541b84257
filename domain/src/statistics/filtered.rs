//! Statistics of the tickets that a filter or a search takes: read from the tickets themselves, in one snapshot.

use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select,
    sea_query::Expr,
};
use sportello_entity::{
    AccountId, CategoryId, StatusId, Timestamp, UserId, log_head, ticket,
    value::{MacroStatus, Priority},
};

use super::{counted::Closing, counts, numbers::Numbers, period::Span};
use crate::{Error, Result, page::Head, store::Store};

/// Reads what meets the condition, which is over the table `ticket` and names the account.
pub(super) async fn read(
    store: &Store,
    account_id: AccountId,
    condition: Expr,
    span: &Span,
) -> Result<Numbers> {
    let snapshot = store.snapshot().await?;
    let mut numbers = Numbers::at(head(&snapshot, account_id).await?);
    let tickets = ticket::Entity::find().select_only().filter(condition);
    open(&snapshot, tickets.clone(), &mut numbers).await?;
    opened(&snapshot, tickets.clone(), span, &mut numbers).await?;
    closed(&snapshot, tickets, span, &mut numbers).await?;
    snapshot.commit().await?;
    Ok(numbers)
}

async fn head(snapshot: &DatabaseTransaction, account_id: AccountId) -> Result<Head> {
    let head = log_head::Entity::find_by_id(account_id).one(snapshot).await?;
    let head = head.ok_or_else(|| Error::NotFound("there is no such account".to_owned()))?;
    let log_head::Model { epoch, sequence, directory_sequence, .. } = head;
    Ok(Head { epoch, sequence, directory_sequence })
}

/// Open tickets that are alike.
#[derive(FromQueryResult)]
struct Alike {
    status_id: StatusId,
    priority: Priority,
    category_id: Option<CategoryId>,
    assignee_id: Option<UserId>,
    tickets: i64,
}

async fn open(
    snapshot: &DatabaseTransaction,
    tickets: Select<ticket::Entity>,
    numbers: &mut Numbers,
) -> Result<()> {
    use ticket::Column::{AssigneeId, CategoryId, Id, Priority, StatusId};
    let columns = [StatusId, Priority, CategoryId, AssigneeId];
    let groups = tickets
        .columns(columns)
        .column_as(Id.count(), "tickets")
        .filter(ticket::Column::MacroStatus.eq(MacroStatus::InProgress));
    let groups = columns.into_iter().fold(groups, QuerySelect::group_by);
    for group in groups.into_model::<Alike>().all(snapshot).await? {
        numbers.priorities[counts::index(group.priority)] += group.tickets;
        *numbers.statuses.entry(group.status_id).or_default() += group.tickets;
        *numbers.categories.entry(group.category_id).or_default() += group.tickets;
        *numbers.assignees.entry(group.assignee_id).or_default() += group.tickets;
    }
    Ok(())
}

async fn opened(
    snapshot: &DatabaseTransaction,
    tickets: Select<ticket::Entity>,
    span: &Span,
    numbers: &mut Numbers,
) -> Result<()> {
    let moments = tickets
        .column(ticket::Column::OpenedAt)
        .filter(ticket::Column::OpenedAt.gte(span.from))
        .filter(ticket::Column::OpenedAt.lt(span.to));
    for moment in moments.into_tuple::<Timestamp>().all(snapshot).await? {
        numbers.on_day_of(moment, span).0 += 1;
    }
    Ok(())
}

async fn closed(
    snapshot: &DatabaseTransaction,
    tickets: Select<ticket::Entity>,
    span: &Span,
    numbers: &mut Numbers,
) -> Result<()> {
    let closings = tickets
        .columns([ticket::Column::CategoryId, ticket::Column::OpenedAt, ticket::Column::ClosedAt])
        .filter(ticket::Column::ClosedAt.gte(span.from))
        .filter(ticket::Column::ClosedAt.lt(span.to));
    let mut closings = closings.into_model::<Closing>().all(snapshot).await?;
    closings.sort_unstable();
    for closing in &closings {
        numbers.on_day_of(closing.closed_at, span).1 += 1;
    }
    numbers.time(&closings, span);
    Ok(())
}
