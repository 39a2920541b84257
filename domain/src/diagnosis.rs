//! Whether the database is as Sportello needs it.

use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement, TryGetable};
use sportello_entity::log_head;

use crate::{Error, Result, store::Store};

/// The oldest PostgreSQL that Sportello is made for.
const OLDEST_POSTGRES: i64 = 15;

/// How far the database's clock may be from ours, in milliseconds.
const CLOCK_TOLERANCE: i64 = 2_000;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at and what is so.
    pub text: String,
    /// How to mend it; None when it is right.
    pub mend: Option<&'static str>,
}

/// Looks at the database's version, its settings and its clock.
///
/// # Errors
/// When the database does not answer.
pub async fn examine(store: &Store) -> Result<Vec<Finding>> {
    let mut findings = match store.backend() {
        DbBackend::Postgres => vec![postgres(store).await?],
        _ => sqlite(store).await?,
    };
    findings.push(clock(store).await?);
    Ok(findings)
}

/// Makes the epoch of every account's log anew, after the database was restored from a backup: clients whose cursors
/// are of the lost future are told so. Says how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn new_epochs(store: &Store) -> Result<usize> {
    let heads = log_head::Entity::find().all(store.reader()).await?;
    for head in &heads {
        store.new_epoch(head.account_id).await?;
    }
    Ok(heads.len())
}

async fn postgres(store: &Store) -> Result<Finding> {
    let number: i64 = ask(store, "SELECT CAST(current_setting('server_version_num') AS BIGINT)").await?;
    let version = number / 10_000;
    let mend = (version < OLDEST_POSTGRES).then_some("use PostgreSQL 15 or later");
    Ok(Finding { text: format!("the database is PostgreSQL {version}"), mend })
}

async fn sqlite(store: &Store) -> Result<Vec<Finding>> {
    let journal: String = ask(store, "PRAGMA journal_mode").await?;
    let foreign_keys: i64 = ask(store, "PRAGMA foreign_keys").await?;
    let held = foreign_keys == 1;
    Ok(vec![
        Finding {
            text: format!("SQLite's journal mode is {journal}"),
            mend: (journal != "wal").then_some(
                "keep the file on a local disk that the server may write to; network file systems have no WAL",
            ),
        },
        Finding {
            text: format!("SQLite {} foreign keys", if held { "holds" } else { "does not hold" }),
            mend: (!held).then_some("use a SQLite that is built with foreign keys"),
        },
    ])
}

async fn clock(store: &Store) -> Result<Finding> {
    let sql = match store.backend() {
        DbBackend::Postgres => "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        _ => "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    };
    let theirs: i64 = ask(store, sql).await?;
    let apart = (theirs - store.now().0).abs();
    let mend = "let both machines follow a time server (chrony, systemd-timesyncd)";
    Ok(Finding {
        text: format!("the database's clock and this machine's are {apart} ms apart"),
        mend: (apart > CLOCK_TOLERANCE).then_some(mend),
    })
}

/// The only value of the only row.
async fn ask<T: TryGetable>(store: &Store, sql: &str) -> Result<T> {
    let row = store.reader().query_one_raw(Statement::from_string(store.backend(), sql)).await?;
    let row = row.ok_or_else(|| Error::Internal(format!("the database gives no row for {sql}")))?;
    row.try_get_by_index(0).map_err(|error| Error::Internal(format!("{sql}: {error:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreSettings;

    #[tokio::test]
    async fn a_new_sqlite_file_is_right() {
        let file = std::env::temp_dir().join(format!("sportello-diagnosis-{}.db", std::process::id()));
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let store = Store::connect(StoreSettings::new(url)).await.expect("a store");
        let findings = examine(&store).await.expect("it answers");
        assert!(findings.iter().all(|finding| finding.mend.is_none()), "{findings:?}");
        store.close().await.expect("closed");
        std::fs::remove_file(file).expect("removed");
    }
}
