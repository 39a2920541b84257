//! Is the database there, as it should be, and at this version?

use sea_orm_migration::MigratorTrait;
use sportello_domain::{diagnosis, statistics, store::Store};
use sportello_migration::Migrator;

use super::report::Report;
use crate::{config::Settings, lifecycle};

pub(super) async fn examine(settings: &Settings, report: &mut Report) {
    let store = match lifecycle::open(settings).await {
        Ok(store) => store,
        Err(error) => {
            return report
                .problem(&format!("{error:#}"), "start the database, and set DATABASE_URL to where it is");
        }
    };
    report.ok("the database answers");
    if version(&store, report).await {
        counters(&store, report).await;
    }
    match diagnosis::examine(&store).await {
        Ok(findings) => findings.iter().for_each(|finding| match finding.mend {
            None => report.ok(&finding.text),
            Some(mend) => report.problem(&finding.text, mend),
        }),
        Err(error) => {
            report.problem(&format!("the database does not tell of itself: {error}"), "see its own log")
        }
    }
    let secret = settings.signing_secret(|| store.secret()).map(drop);
    report.result("the secret is set", secret, "set SPORTELLO_SECRET, to the same text on every node");
    if let Err(error) = store.close().await {
        report.problem(&format!("the database cannot be closed: {error}"), "see its own log");
    }
}

/// Whether it is at this version.
async fn version(store: &Store, report: &mut Report) -> bool {
    let pending = Migrator::get_pending_migrations(store.writer()).await;
    let result = match pending.map(|pending| pending.len()) {
        Ok(0) => Ok(()),
        Ok(count) => Err(format!("the database is {count} migration(s) behind this version")),
        Err(error) => Err(format!("the database's version cannot be read: {error}")),
    };
    let is_current = result.is_ok();
    report.result("the database is at this version", result, "run `sportello migrate`");
    is_current
}

/// How many differences of an account are told one by one.
const TOLD: usize = 5;

/// Recounts what statistics are read from.
async fn counters(store: &Store, report: &mut Report) {
    let miscounts = match statistics::check(store).await {
        Ok(miscounts) => miscounts,
        Err(error) => {
            return report
                .problem(&format!("the tickets cannot be counted: {error}"), "see the database's log");
        }
    };
    if miscounts.is_empty() {
        report.ok("the counters of statistics are what a recount gives");
    }
    for miscount in miscounts {
        let (account, differences) = (miscount.account_id, miscount.differences);
        let told = differences.iter().take(TOLD).map(|text| format!("\n         {text}")).collect::<String>();
        let problem = format!("{account}: {} counter(s) of statistics are wrong{told}", differences.len());
        report.problem(&problem, "run `sportello doctor --recount`, which counts all tickets anew");
    }
}
