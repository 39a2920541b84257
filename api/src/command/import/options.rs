//! What can be typed after `sportello import`, and the run of it.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use sportello_domain::{Actor, Error, contact::phone::Country, store::Store};
use sportello_entity::AccountId;
use tokio::sync::mpsc;

use super::{bringing::Bringing, fitting::Fitting, report::Report, source::Source, system::System};
use crate::{config::Settings, lifecycle};

/// How many records wait between the reader of the file and the database.
const WAITING: usize = 200;

/// Brings the tickets of another system along, with their references, times and notes.
///
/// Nobody is mailed or notified, and nothing is set off. It can be stopped at any time and run again, also while a
/// server runs: what is there already is left as it is. docs/import.md says what is read of each system.
#[derive(Args, Debug)]
pub struct Import {
    /// The file that the other system exported: CSV, a JSON document, or a JSON value a line.
    file: PathBuf,
    /// The system that it comes from.
    #[arg(long, value_enum)]
    from: System,
    /// The account that gets the tickets: its id.
    #[arg(long, value_name = "ID")]
    account: String,
    /// Where to write what could not be read, was refused or was changed, a JSON value a line; else standard error.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// A status of theirs and the key of ours that it becomes, such as "On hold=waiting". Can be given many times.
    #[arg(long = "status", value_name = "THEIRS=KEY", value_parser = pair)]
    statuses: Vec<(String, String)>,
    /// What stands before their keys, so that two systems never meet: the system's name when absent.
    #[arg(long)]
    namespace: Option<String>,
    /// Gives the tickets new numbers instead of keeping theirs as references.
    #[arg(long)]
    new_references: bool,
    /// The country, such as IT, of phone numbers that are written without one.
    #[arg(long, value_name = "CODE")]
    country: Option<Country>,
    /// How times are written in a CSV file, such as "%d/%m/%Y %H:%M". RFC 3339 and 2024-12-31 23:59 need not be told.
    #[arg(long, value_name = "FORMAT")]
    date_format: Option<String>,
}

impl Import {
    pub(in crate::command) async fn run(self, settings: &Settings) -> Result<()> {
        let report = Report::open(self.report.clone())?;
        let store = lifecycle::open(settings).await?;
        lifecycle::migrate(&store).await?;
        let done = self.bring(&store, report).await;
        store.close().await?;
        done
    }

    async fn bring(self, store: &Store, report: Report) -> Result<()> {
        let fitting = self.fitting(store).await?;
        let actor = Actor::system(fitting.directory.account.id);
        let source = Source { path: self.file, system: self.from };
        let (sender, records) = mpsc::channel(WAITING);
        let reading = tokio::task::spawn_blocking(move || source.read(&sender));
        let mut bringing = Bringing::new(store, &actor, fitting, report);
        bringing.all(records).await?;
        let counts = bringing.finish();
        reading.await.context("the file's reader broke off")??;
        ensure!(counts.read > 0, "the file holds no ticket: is it an export of {}?", self.from.name());
        let (failed, read) = (counts.failed, counts.read);
        ensure!(
            failed == 0,
            "{failed} of {read} tickets were not brought along: mend what is told, and run it again"
        );
        Ok(())
    }

    async fn fitting(&self, store: &Store) -> Result<Fitting> {
        let Ok(id) = self.account.parse::<AccountId>() else {
            bail!("--account: \"{}\" is no account's id", self.account)
        };
        let directory = store.directory(id).await.map_err(|error| match error {
            Error::NotFound(sentence) => anyhow!("--account: {sentence}"),
            other => other.into(),
        })?;
        let statuses: HashMap<_, _> =
            self.statuses.iter().map(|(theirs, key)| (theirs.to_lowercase(), key.clone())).collect();
        let is_known = |key: &String| {
            directory.statuses.iter().any(|status| status.key == *key && status.deleted_at.is_none())
        };
        if let Some(key) = statuses.values().find(|key| !is_known(key)) {
            bail!("--status: no status of the account has the key \"{key}\"");
        }
        Ok(Fitting {
            system: self.from,
            namespace: self.namespace.clone().unwrap_or_else(|| self.from.name().to_owned()),
            statuses,
            keeps_references: !self.new_references,
            country: self.country,
            date_format: self.date_format.clone(),
            directory: Arc::clone(&directory),
        })
    }
}

fn pair(text: &str) -> std::result::Result<(String, String), String> {
    let (theirs, key) = text.rsplit_once('=').ok_or("write THEIRS=KEY, such as \"On hold=waiting\"")?;
    Ok((theirs.trim().to_owned(), key.trim().to_owned()))
}
