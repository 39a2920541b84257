//! How far an import has come, on standard error.

use std::{io::IsTerminal, time::Duration};

use tokio::time::Instant;

/// What became of the records so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) read: u64,
    pub(super) imported: u64,
    pub(super) already_there: u64,
    pub(super) passed_over: u64,
    pub(super) failed: u64,
}

/// Shows the counts now and then.
pub(super) struct Progress {
    since: Instant,
    shown: Instant,
    is_terminal: bool,
}

impl Progress {
    pub(super) fn begin() -> Self {
        let now = Instant::now();
        Self { since: now, shown: now, is_terminal: std::io::stderr().is_terminal() }
    }

    /// Once a second on a terminal, where the line replaces itself; every ten seconds elsewhere.
    pub(super) fn show(&mut self, counts: &Counts) {
        let pause = Duration::from_secs(if self.is_terminal { 1 } else { 10 });
        if self.shown.elapsed() < pause {
            return;
        }
        self.shown = Instant::now();
        if self.is_terminal {
            eprint!("\r\u{1b}[K{}", self.sentence(counts));
        } else {
            eprintln!("{}", self.sentence(counts));
        }
    }

    /// The last word.
    pub(super) fn end(&self, counts: &Counts) {
        let start = if self.is_terminal { "\r\u{1b}[K" } else { "" };
        eprintln!("{start}{}", self.sentence(counts));
    }

    fn sentence(&self, counts: &Counts) -> String {
        let Counts { read, imported, already_there, passed_over, failed } = counts;
        let milliseconds = self.since.elapsed().as_millis().max(1);
        let per_second = u128::from(*read) * 1_000 / milliseconds;
        format!(
            "{read} read: {imported} imported, {already_there} already there, {passed_over} passed over, {failed} failed \
             ({per_second} a second)"
        )
    }
}
