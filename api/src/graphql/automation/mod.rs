//! Automations and their runs.

mod conditions;
mod connection;
mod inputs;
mod mutation;
mod preview;
mod query;
mod run;
mod step;
mod subscription;
mod trigger;
mod types;

pub use conditions::read_where;
pub use mutation::AutomationMutation;
pub use query::AutomationQuery;
pub use run::AutomationRun;
pub use subscription::AutomationSubscription;
pub use types::Automation;
