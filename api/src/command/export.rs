//! `sportello export`.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use sportello_domain::{
    Actor, Error,
    export::{Export as Lines, Exported},
    store::Store,
};
use sportello_entity::AccountId;

use crate::{config::Settings, lifecycle};

/// Writes an account's contacts, tickets, notes and history, a JSON value a line.
///
/// All of it is as of one moment, also while a server runs. The last line has the type "end": without it, an export was
/// cut off. docs/export.md says what the lines hold.
#[derive(Args, Debug)]
pub struct Export {
    /// The account: its id.
    #[arg(long, value_name = "ID")]
    account: String,
    /// Where to write it; standard output when absent.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub(super) async fn run(self, settings: &Settings) -> Result<()> {
        let Ok(id) = self.account.parse::<AccountId>() else {
            bail!("--account: \"{}\" is no account's id", self.account)
        };
        let store = lifecycle::open(settings).await?;
        let done = self.write(&store, id).await;
        store.close().await?;
        let Exported { contacts, tickets, notes, events } = done?;
        eprintln!("{contacts} contacts, {tickets} tickets, {notes} notes and {events} events were written");
        Ok(())
    }

    async fn write(&self, store: &Store, id: AccountId) -> Result<Exported> {
        let mut export = Lines::begin(store, &Actor::system(id)).await.map_err(|error| match error {
            Error::NotFound(sentence) => anyhow!("--account: {sentence}"),
            other => other.into(),
        })?;
        let mut output = self.open()?;
        while let Some(lines) = export.next().await? {
            for line in lines {
                writeln!(output, "{line}").context("the export cannot be written")?;
            }
        }
        output.flush().context("the export cannot be written")?;
        Ok(export.counts())
    }

    fn open(&self) -> Result<Box<dyn Write + Send>> {
        let Some(path) = &self.output else { return Ok(Box::new(BufWriter::new(std::io::stdout()))) };
        let file =
            File::create(path).with_context(|| format!("--output: {} cannot be written", path.display()))?;
        Ok(Box::new(BufWriter::new(file)))
    }
}
