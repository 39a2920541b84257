//! The examination, from the ground up.

use anyhow::{Result, ensure};
use clap::Args;
use sportello_domain::{diagnosis, statistics};

use super::{database, live, mail, report::Report};
use crate::{config::Settings, lifecycle};

/// Says what is wrong with this deployment and how to mend it.
#[derive(Args, Debug)]
pub struct Doctor {
    /// After the database was restored from a backup: makes every log's epoch anew, so that clients whose cursors are
    /// of the lost future read the current state again.
    #[arg(long)]
    new_epoch: bool,
    /// Counts the tickets of every account anew, where the counters of statistics were found to be wrong.
    #[arg(long)]
    recount: bool,
}

impl Doctor {
    pub(in crate::command) async fn run(self, settings: &Settings) -> Result<()> {
        if self.new_epoch {
            let store = lifecycle::open(settings).await?;
            let accounts = diagnosis::new_epochs(&store).await?;
            println!("{accounts} account(s) have a new epoch: clients will read the current state again.");
            return Ok(store.close().await?);
        }
        if self.recount {
            let store = lifecycle::open(settings).await?;
            let accounts = statistics::recount_all(&store).await?;
            println!("The tickets of {accounts} account(s) were counted anew.");
            return Ok(store.close().await?);
        }
        let mut report = Report::default();
        database::examine(settings, &mut report).await;
        mail::examine(settings, &mut report).await;
        live::examine(&settings.server.public_url, &mut report).await;
        ensure!(report.problems() == 0, "{} problem(s) found", report.problems());
        Ok(())
    }
}
