//! On the disk before it is told: one flush of SQLite's write-ahead log for all transactions that committed meanwhile.
//!
//! The writer commits without waiting for the disk (`synchronous = NORMAL`), so that the next transaction begins at once.
//! What is acknowledged, and what followers read, waits for a flush that began after its commit: many commits, one flush.
//! PostgreSQL does the same by itself.

use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::Mutex;

use crate::{Error, Result};

/// How long a flush waits for those who stand in line to write: under load, one flush serves several of them. PostgreSQL has
/// the same: <https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-COMMIT-DELAY>.
const DELAY: Duration = Duration::from_millis(1);

/// What of a database file's commits is on the disk.
pub(super) struct Durability {
    log: PathBuf,
    /// Commits that were begun, that are written, and that a finished flush covers.
    begun: AtomicU64,
    written: AtomicU64,
    covered: AtomicU64,
    /// Flushes that were begun.
    flushes: AtomicU64,
    /// The last flush that finished. Whoever holds it flushes.
    finished: Mutex<u64>,
}

impl Durability {
    /// Of the file that the URL names; None for PostgreSQL and for a database in memory.
    pub(super) fn of(url: &str) -> Option<Self> {
        let options: SqliteConnectOptions = url.parse().ok().filter(|_| url.starts_with("sqlite:"))?;
        let file = options.get_filename();
        // Databases in memory are files that SQLite only names so.
        if url.contains(":memory:") || url.contains("mode=memory") || file == Path::new("") {
            return None;
        }
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        Some(Self {
            log: log.into(),
            begun: AtomicU64::new(0),
            written: AtomicU64::new(0),
            covered: AtomicU64::new(0),
            flushes: AtomicU64::new(0),
            finished: Mutex::new(0),
        })
    }

    /// Says that a commit begins: from now on its rows may be seen. It has ended when the answer is dropped.
    pub(super) fn commit(&self) -> Commit<'_> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        Commit { durability: self }
    }

    fn end(&self) -> u64 {
        self.written.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The number of the last commit that a finished flush covers.
    pub(super) fn covered(&self) -> u64 {
        self.covered.load(Ordering::SeqCst)
    }

    /// Waits until all that was committed before is on the disk. Where others are about to commit, the flush waits a little
    /// for them.
    ///
    /// # Errors
    /// INTERNAL when the disk refuses: what was committed may not outlive a loss of power.
    pub(super) async fn settled(&self, are_more_to_come: bool) -> Result<()> {
        if self.begun.load(Ordering::SeqCst) == self.covered.load(Ordering::SeqCst) {
            return Ok(());
        }
        let arrival = self.flushes.load(Ordering::SeqCst);
        let mut finished = self.finished.lock().await;
        // A flush that began after this arrival, and is done, has taken along whatever was written by then.
        if *finished > arrival {
            return Ok(());
        }
        if are_more_to_come {
            tokio::time::sleep(DELAY).await;
        }
        let flush = self.flushes.fetch_add(1, Ordering::SeqCst) + 1;
        let written = self.written.load(Ordering::SeqCst);
        let log = self.log.clone();
        let flushed = tokio::task::spawn_blocking(move || sync(&log)).await;
        flushed.map_err(io::Error::other).flatten().map_err(|error| {
            Error::Internal(format!("the database's log could not be brought to the disk: {error}"))
        })?;
        self.covered.store(written, Ordering::SeqCst);
        *finished = flush;
        Ok(())
    }
}

/// A commit that is being written.
pub(super) struct Commit<'a> {
    durability: &'a Durability,
}

impl Commit<'_> {
    /// Says that it has ended. Its number: a flush that covers it has brought it to the disk.
    pub(super) fn ended(self) -> u64 {
        let durability = self.durability;
        std::mem::forget(self);
        durability.end()
    }
}

impl Drop for Commit<'_> {
    fn drop(&mut self) {
        self.durability.end();
    }
}

fn sync(log: &Path) -> io::Result<()> {
    match std::fs::OpenOptions::new().write(true).open(log) {
        Ok(file) => file.sync_data(),
        // Nothing was written since SQLite last emptied its log into the database, which it flushes itself.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_have_something_to_flush() {
        for (url, is_file) in [
            ("sqlite://desk.db?mode=rwc", true),
            ("sqlite:///var/lib/desk.db", true),
            ("sqlite::memory:", false),
            ("postgres://localhost/desk", false),
        ] {
            assert_eq!(Durability::of(url).is_some(), is_file, "{url}");
        }
    }

    #[tokio::test]
    async fn one_flush_serves_all_that_were_written_before_it() {
        let durability = Durability::of("sqlite:///nowhere/desk.db").expect("a file");
        for _ in 0..16 {
            drop(durability.commit());
        }
        let all = futures_util::future::join_all((0..16).map(|_| durability.settled(false))).await;
        assert!(all.iter().all(std::result::Result::is_ok));
        assert!(durability.flushes.load(Ordering::SeqCst) <= 2, "those who wait share a flush");
        durability.settled(false).await.expect("nothing to flush");
        assert_eq!(durability.covered.load(Ordering::SeqCst), 16);
    }

    #[tokio::test]
    async fn a_commit_that_is_being_written_is_waited_for_again() {
        let durability = Durability::of("sqlite:///nowhere/desk.db").expect("a file");
        let commit = durability.commit();
        durability.settled(false).await.expect("a flush");
        assert_eq!(durability.covered.load(Ordering::SeqCst), 0, "it was not written when the flush began");
        drop(commit);
        durability.settled(false).await.expect("a flush");
        assert_eq!(durability.covered.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_flush_waits_a_little_for_those_in_line() {
        let durability = Durability::of("sqlite:///nowhere/desk.db").expect("a file");
        drop(durability.commit());
        let mut settled = Box::pin(durability.settled(true));
        assert!(futures_util::poll!(&mut settled).is_pending());
        drop(durability.commit());
        settled.await.expect("a flush");
        assert_eq!(durability.covered.load(Ordering::SeqCst), 2);
    }
}
