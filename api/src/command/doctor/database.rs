//! Is the database there, as it should be, and at this version?

use sea_orm_migration::MigratorTrait;
use sportello_domain::{diagnosis, store::Store};
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
    version(&store, report).await;
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

async fn version(store: &Store, report: &mut Report) {
    let pending = Migrator::get_pending_migrations(store.writer()).await;
    let result = match pending.map(|pending| pending.len()) {
        Ok(0) => Ok(()),
        Ok(count) => Err(format!("the database is {count} migration(s) behind this version")),
        Err(error) => Err(format!("the database's version cannot be read: {error}")),
    };
    report.result("the database is at this version", result, "run `sportello migrate`");
}
