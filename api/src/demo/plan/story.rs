//! What becomes of one ticket.

use rand::{Rng, rngs::StdRng};
use sportello_entity::{Timestamp, value::Priority};

use super::{Action, Deed, Hand, PlannedTicket, Step, timing};
use crate::demo::texts::note;

/// How long one step takes, in minutes.
const SOON: i64 = 70;
const HALF_A_DAY: i64 = 300;
const A_DAY: i64 = 1_440;
const DAYS: i64 = 3 * 1_440;

/// Everything after the opening, into the future: whoever asks cuts off what has not happened yet.
pub(super) fn told(
    place: usize,
    ticket: &PlannedTicket,
    opened_at: Timestamp,
    helper: usize,
    chance: &mut StdRng,
) -> Vec<Action> {
    let mut story = Story { place, ticket, at: opened_at, helper, actions: Vec::new(), chance };
    // Some wait for somebody to take them, and a few of those for ever.
    if story.often(0.07) {
        return story.actions;
    }
    story.take();
    story.work();
    if story.often(0.84) {
        story.resolve();
        if story.often(0.09) {
            story.reopen();
        } else if story.often(0.45) {
            story.pass(DAYS);
            story.set("closed", None);
        }
    }
    story.actions
}

struct Story<'a> {
    place: usize,
    ticket: &'a PlannedTicket,
    at: Timestamp,
    helper: usize,
    actions: Vec<Action>,
    chance: &'a mut StdRng,
}

impl Story<'_> {
    /// Somebody takes it, sometimes with a first note.
    fn take(&mut self) {
        self.pass(SOON);
        let status = self.often(0.8).then_some("in_progress");
        let note = self.often(0.2).then(|| self.words());
        self.change(Step { status, assignee: Some(self.helper), note, ..Step::default() });
    }

    /// Notes, a higher priority, waiting for an answer; each now and then.
    fn work(&mut self) {
        if let Some(priority) = raised(self.ticket.priority).filter(|_| self.often(0.08)) {
            self.pass(HALF_A_DAY);
            self.change(Step { priority: Some(priority), ..Step::default() });
        }
        while self.often(0.4) {
            self.pass(HALF_A_DAY);
            let deed = Deed::Note(self.place, self.words());
            self.push(deed);
        }
        if self.often(0.3) {
            self.pass(HALF_A_DAY);
            let words = self.often(0.5).then(|| self.words());
            self.set("waiting", words);
            self.pass(A_DAY);
        }
        if self.often(0.06) {
            self.pass(HALF_A_DAY);
            self.helper = (self.helper + 1) % 5;
            self.change(Step { assignee: Some(self.helper), ..Step::default() });
        }
    }

    fn resolve(&mut self) {
        let is_pressing = self.ticket.priority >= Priority::High;
        self.pass(if is_pressing { HALF_A_DAY } else { A_DAY });
        let words = self.often(0.3).then(|| self.words());
        self.set("resolved", words);
    }

    /// The customer writes again; mostly it is then resolved for good.
    fn reopen(&mut self) {
        self.pass(A_DAY);
        let words = self.words();
        self.set("open", Some(words));
        if self.often(0.7) {
            self.pass(A_DAY);
            self.set("resolved", None);
        }
    }

    fn set(&mut self, status: &'static str, note: Option<&'static str>) {
        self.change(Step { status: Some(status), note, ..Step::default() });
    }

    fn change(&mut self, step: Step) {
        self.push(Deed::Change(self.place, step));
    }

    fn push(&mut self, deed: Deed) {
        self.actions.push(Action { at: self.at, by: Hand::Colleague(self.helper), deed });
    }

    fn pass(&mut self, minutes: i64) {
        self.at = timing::later(self.at, minutes, self.chance);
    }

    fn often(&mut self, share: f64) -> bool {
        self.chance.random_bool(share)
    }

    fn words(&mut self) -> &'static str {
        note(self.ticket.matter, self.chance)
    }
}

/// The next higher priority.
pub(in crate::demo) fn raised(priority: Priority) -> Option<Priority> {
    match priority {
        Priority::Low => Some(Priority::Medium),
        Priority::Medium => Some(Priority::High),
        Priority::High => Some(Priority::Urgent),
        Priority::Urgent => None,
    }
}
