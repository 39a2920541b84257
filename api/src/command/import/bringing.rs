//! From records to tickets: fitted, brought along by the domain's command, counted and told.

use anyhow::{Result, anyhow};
use sportello_domain::{
    Actor, RefusalCode,
    store::Store,
    ticket::{self, BulkResult, ImportTickets},
};
use tokio::sync::mpsc;

use super::{
    draft::Remark,
    fitting::{Fitted, Fitting},
    progress::{Counts, Progress},
    report::{Outcome, Report, Subject},
    source::Record,
};

/// How many tickets go to the command at once; each is a transaction of its own all the same.
const AT_ONCE: usize = 50;

/// An import at work.
pub(super) struct Bringing<'a> {
    store: &'a Store,
    actor: &'a Actor,
    fitting: Fitting,
    report: Report,
    progress: Progress,
    counts: Counts,
}

impl<'a> Bringing<'a> {
    pub(super) fn new(store: &'a Store, actor: &'a Actor, fitting: Fitting, report: Report) -> Self {
        Self { store, actor, fitting, report, progress: Progress::begin(), counts: Counts::default() }
    }

    /// Brings along what the channel gives until it is closed.
    ///
    /// # Errors
    /// The database or the report fails; what was brought along until then stays.
    pub(super) async fn all(&mut self, mut records: mpsc::Receiver<Record>) -> Result<()> {
        let mut some = Vec::with_capacity(AT_ONCE);
        while records.recv_many(&mut some, AT_ONCE).await > 0 {
            let fitted = some.drain(..).map(|record| self.fitted(record)).collect::<Result<Vec<_>>>()?;
            self.bring(fitted.into_iter().flatten().collect()).await?;
            self.progress.show(&self.counts);
        }
        Ok(())
    }

    /// Shows what became of all, and gives it.
    pub(super) fn finish(self) -> Counts {
        self.progress.end(&self.counts);
        self.counts
    }

    /// None: it is counted and told already.
    fn fitted(&mut self, record: Record) -> Result<Option<(Subject, Fitted)>> {
        self.counts.read += 1;
        let place = record.place;
        let mut subject = Subject { place, external_id: String::new() };
        let draft = match record.draft {
            Ok(draft) => draft,
            Err(reason) => return self.fail(&subject, &[], &reason).map(|()| None),
        };
        if !draft.id.is_empty() {
            subject.external_id = self.fitting.key(&draft.id);
        }
        if let Some(reason) = draft.is_passed_over {
            self.counts.passed_over += 1;
            self.report.tell(&subject, Outcome::PassedOver, &[], reason)?;
            return Ok(None);
        }
        match self.fitting.fit(draft) {
            Ok(fitted) => Ok(Some((subject, fitted))),
            Err(Remark { field, reason }) => self.fail(&subject, &[field.to_owned()], &reason).map(|()| None),
        }
    }

    async fn bring(&mut self, fitted: Vec<(Subject, Fitted)>) -> Result<()> {
        let mut told = Vec::with_capacity(fitted.len());
        let mut tickets = Vec::with_capacity(fitted.len());
        for (subject, Fitted { ticket, remarks }) in fitted {
            told.push((subject, remarks));
            tickets.push(ticket);
        }
        let input = ImportTickets { tickets, idempotency_key: None };
        let (results, _) = ticket::import(self.store, self.actor, input).await.map_err(|error| {
            anyhow!("the import was cut off ({error}); run it again: what is there already is left as it is")
        })?;
        for ((subject, remarks), result) in told.iter().zip(results) {
            self.settle(subject, remarks, &result)?;
        }
        Ok(())
    }

    fn settle(&mut self, subject: &Subject, remarks: &[Remark], result: &BulkResult) -> Result<()> {
        if result.refusals.is_empty() {
            self.counts.imported += 1;
            for Remark { field, reason } in remarks {
                self.report.tell(subject, Outcome::Changed, &[(*field).to_owned()], reason)?;
            }
            return Ok(());
        }
        let refusals = result.refusals.iter();
        // Their paths begin with the place in the input, which nobody knows who has the file before them.
        let mut refusals = refusals.map(|refusal| (refusal, refusal.path.get(2..).unwrap_or_default()));
        if refusals
            .clone()
            .any(|(refusal, path)| refusal.code == RefusalCode::Taken && path == ["externalId"])
        {
            self.counts.already_there += 1;
            return Ok(());
        }
        self.counts.failed += 1;
        refusals.try_for_each(|(refusal, path)| {
            self.report.tell(subject, Outcome::Failed, path, &refusal.message)
        })
    }

    fn fail(&mut self, subject: &Subject, path: &[String], reason: &str) -> Result<()> {
        self.counts.failed += 1;
        self.report.tell(subject, Outcome::Failed, path, reason)
    }
}
