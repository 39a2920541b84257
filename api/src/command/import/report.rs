//! What is told of single tickets: a JSON value a line in a file, or sentences on standard error.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use anyhow::{Context, Result};
use serde_json::json;

use super::source::Place;

/// What became of a ticket of which there is something to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was not brought along.
    Failed,
    /// It was brought along, a field otherwise than it was there.
    Changed,
    /// It is none to be brought along.
    PassedOver,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::Changed => "CHANGED",
            Self::PassedOver => "PASSED_OVER",
        }
    }
}

/// Which ticket it is about.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) place: Place,
    /// Our externalId; "" where it cannot be told.
    pub(super) external_id: String,
}

/// Where it is told.
pub(super) struct Report {
    file: Option<BufWriter<File>>,
}

impl Report {
    /// Opens the report anew; without a path, everything goes to standard error.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn open(path: Option<PathBuf>) -> Result<Self> {
        let create = |path: PathBuf| {
            let file = File::create(&path)
                .with_context(|| format!("--report: {} cannot be written", path.display()));
            file.map(BufWriter::new)
        };
        Ok(Self { file: path.map(create).transpose()? })
    }

    /// Tells one thing.
    ///
    /// # Errors
    /// The report cannot be written.
    pub(super) fn tell(
        &mut self,
        subject: &Subject,
        outcome: Outcome,
        path: &[String],
        reason: &str,
    ) -> Result<()> {
        let (place, number) = match subject.place {
            Place::Line(number) => ("line", number),
            Place::Ticket(number) => ("ticket", number),
        };
        let Some(file) = &mut self.file else {
            let (id, field) = (&subject.external_id, path.join("."));
            let told = [format!("{place} {number}"), id.clone(), field, reason.to_owned()];
            let told = told.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
            eprintln!("{}: {told}", outcome.name());
            return Ok(());
        };
        let told = json!({
            place: number, "externalId": subject.external_id, "outcome": outcome.name(), "path": path, "reason": reason,
        });
        // At once: who stops the import wants to know what was so until then.
        writeln!(file, "{told}").and_then(|()| file.flush()).context("--report: cannot be written")
    }
}
