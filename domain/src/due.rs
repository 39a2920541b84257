//! What is due: one reading for all queues, however many workers there are, tells which of them find something to do.

use sea_orm::{ConnectionTrait, Statement};

use crate::{
    Result, account, automation, hook, message, notice,
    store::{Queue, Store},
    webhook,
};

/// Where what is due is, by queue. Events are due at once, and who plans them looks at the logs.
const DUE: [(Queue, &str); 7] = [
    (Queue::Letters, account::mail::DUE),
    (Queue::Notices, notice::DUE),
    (Queue::Messages, message::outbox::DUE),
    (Queue::Files, message::media::DUE),
    (Queue::Bodies, hook::DUE),
    (Queue::Runs, automation::DUE),
    (Queue::Webhooks, webhook::delivery::DUE),
];

/// Rings the bell of each queue in which something is due: whose time has come, or that another process has queued.
///
/// # Errors
/// What the database answers.
pub async fn look(store: &Store) -> Result<()> {
    // Not EXISTS, where PostgreSQL would leave out the order, which leads it to the index.
    let sql: Vec<_> = (0..)
        .zip(DUE)
        .map(|(place, (_, due))| {
            format!("SELECT {place} AS place WHERE (SELECT 1 {due} LIMIT 1) IS NOT NULL")
        })
        .collect();
    let sql = sql.join(" UNION ALL ");
    let statement = Statement::from_sql_and_values(store.backend(), sql, [store.now().into()]);
    for row in store.reader().query_all_raw(statement).await? {
        let due = usize::try_from(row.try_get::<i32>("", "place")?).ok().and_then(|place| DUE.get(place));
        due.into_iter().for_each(|(queue, _)| store.bells().ring(*queue));
    }
    Ok(())
}
