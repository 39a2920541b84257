//! Automations: what they are, what sets them off, and their runs step by step.

mod call;
mod check;
mod create;
mod definition;
mod delete;
mod erase;
mod event;
mod find;
mod matching;
mod perform;
mod plan;
mod preview;
mod progress;
mod retry;
mod rotate;
mod run;
mod runs;
mod scope;
mod statuses;
mod update;

pub use call::{Call, CallRefused, Caller, call};
pub use create::{AutomationCreate, AutomationWritten, create};
pub use definition::{Fallback, Step, TextMatch, Trigger, steps, trigger};
pub use delete::delete;
pub(crate) use erase::erase;
pub use find::{find_automations, list};
pub use plan::{AutomationPlanner, ReadWhere};
pub use preview::{Preview, PreviewAutomation, PreviewedStep, preview};
pub use progress::{Progress, Told};
pub use retry::{RunRetry, RunWritten, retry};
pub use rotate::rotate_secret;
pub(crate) use run::DUE;
pub use run::run_due;
pub use runs::{RunListQuery, RunPage, changed_since, find_runs, runs, steps_of, under_way};
pub(crate) use statuses::{move_status, names_status};
pub use update::{AutomationUpdate, update};
