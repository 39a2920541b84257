//! How many tickets each status or category has, open or not.

use std::collections::HashMap;

use sea_orm::{ActiveEnum, ConnectionTrait, Statement};
use sportello_entity::{AccountId, ticket_count::Dimension};
use uuid::Uuid;

use super::recount::recount;
use crate::{Error, Result, store::Store};

const TOTALS: &str = "SELECT h.count_zone, c.subject_id, c.tickets FROM log_head AS h LEFT JOIN ticket_count AS c \
    ON c.account_id = h.account_id AND c.dimension = $2 WHERE h.account_id = $1";

/// The tickets of each status or category by its id, deleted tickets left out.
pub(crate) async fn totals(
    store: &Store,
    account_id: AccountId,
    dimension: Dimension,
) -> Result<HashMap<Uuid, i64>> {
    let values = [account_id.into(), dimension.to_value().into()];
    let statement = Statement::from_sql_and_values(store.backend(), TOTALS, values);
    let mut rows = store.reader().query_all_raw(statement.clone()).await?;
    let head = rows.first().ok_or_else(|| Error::NotFound("there is no such account".to_owned()))?;
    if head.try_get_by_index::<Option<String>>(0)?.is_none() {
        recount(store, account_id).await?;
        rows = store.reader().query_all_raw(statement).await?;
    }
    let mut totals = HashMap::new();
    for row in &rows {
        if let Some(id) = row.try_get_by_index::<Option<Uuid>>(1)? {
            totals.insert(id, row.try_get_by_index(2)?);
        }
    }
    Ok(totals)
}
