//! About how many tickets there are of each kind: for choosing how to read a list, which is right either way.

use std::{collections::HashMap, sync::Arc, time::Duration};

use moka::sync::Cache;
use sea_orm::{ConnectionTrait, Statement};
use sportello_entity::{AccountId, CategoryId, StatusId, UserId, ticket_count::Dimension, value::Priority};
use uuid::Uuid;

use super::counts::index;
use crate::{Result, page::Columns, store::Store};

/// So long are they kept.
const KEPT: Duration = Duration::from_secs(5 * 60);
/// Of how many accounts.
const ACCOUNTS: u64 = 10_000;
/// Up to how many tickets of an assignee or a priority are counted.
const MOST: u64 = 20_000;

/// About how many tickets an account has.
#[derive(Debug, Default)]
pub(crate) struct Sizes {
    /// All of them.
    pub(crate) all: u64,
    counted: HashMap<(Dimension, Uuid), u64>,
    priorities: [u64; 4],
}

impl Sizes {
    pub(crate) fn of_status(&self, id: StatusId) -> u64 {
        self.of(Dimension::Status, id.0)
    }

    pub(crate) fn of_category(&self, id: Option<CategoryId>) -> u64 {
        self.of(Dimension::Category, id.map(|id| id.0).unwrap_or_default())
    }

    pub(crate) fn of_assignee(&self, id: Option<UserId>) -> u64 {
        self.of(Dimension::Assignee, id.map(|id| id.0).unwrap_or_default())
    }

    pub(crate) fn of_priority(&self, priority: Priority) -> u64 {
        self.priorities[index(priority)]
    }

    fn take(&mut self, part: i16, subject_id: Option<Uuid>, tickets: i64) {
        let (subject_id, tickets) = (subject_id.unwrap_or_default(), u64::try_from(tickets).unwrap_or(0));
        match part {
            0 => {
                self.all += tickets;
                self.counted.insert((Dimension::Status, subject_id), tickets);
            }
            1 => drop(self.counted.insert((Dimension::Category, subject_id), tickets)),
            2 => drop(self.counted.insert((Dimension::Assignee, subject_id), tickets)),
            _ => {
                let priority = usize::try_from(part).unwrap_or(0).saturating_sub(FIRST_PRIORITY);
                self.priorities[priority.min(3)] = tickets;
            }
        }
    }

    /// What no user has is with nobody.
    fn complete(mut self) -> Self {
        let of_users = self.counted.iter().filter(|((dimension, _), _)| *dimension == Dimension::Assignee);
        let assigned: u64 = of_users.map(|(_, tickets)| tickets).sum();
        self.counted.insert((Dimension::Assignee, Uuid::nil()), self.all.saturating_sub(assigned));
        self
    }

    fn of(&self, dimension: Dimension, id: Uuid) -> u64 {
        self.counted.get(&(dimension, id)).copied().unwrap_or(0)
    }
}

/// What was counted lately.
pub(super) struct Known(Cache<AccountId, Arc<Sizes>>);

impl Default for Known {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(ACCOUNTS).time_to_live(KEPT).build())
    }
}

/// About how many tickets the account has of each kind: some minutes old. Nothing where they were never counted.
pub(crate) async fn sizes(store: &Store, account_id: AccountId) -> Result<Arc<Sizes>> {
    let known = &store.statistics().sizes.0;
    if let Some(sizes) = known.get(&account_id) {
        return Ok(sizes);
    }
    let statement = Statement::from_sql_and_values(store.backend(), statement(), [account_id.into()]);
    let mut sizes = Sizes::default();
    for row in store.reader().query_all_raw(statement).await? {
        let mut columns = Columns::from(&row, 0);
        sizes.take(columns.take()?, columns.take()?, columns.take()?);
    }
    let sizes = Arc::new(sizes.complete());
    known.insert(account_id, sizes.clone());
    Ok(sizes)
}

/// Where priorities begin among the parts; before them stand the dimensions of `ticket_count`.
const FIRST_PRIORITY: usize = 3;

/// Statuses and categories have counters; assignees and priorities are counted on their indexes.
fn statement() -> String {
    let count = |condition: &str| {
        format!(
            "(SELECT count(*) FROM (SELECT 1 FROM ticket AS t WHERE t.account_id = $1 AND {condition} LIMIT {MOST}) AS counted)"
        )
    };
    let priority = |priority: usize| {
        let part = FIRST_PRIORITY + priority;
        format!(
            " UNION ALL SELECT CAST({part} AS smallint), NULL, {}",
            count(&format!("t.priority = {priority}"))
        )
    };
    format!(
        "SELECT dimension, subject_id, tickets FROM ticket_count WHERE account_id = $1 AND dimension < 2 \
         UNION ALL SELECT CAST(2 AS smallint), u.id, {} FROM app_user AS u WHERE u.account_id = $1{}",
        count("t.assignee_id = u.id"),
        (0..4).map(priority).collect::<String>()
    )
}
