//! Trying an automation out.

use async_graphql::SimpleObject;
use sportello_domain::automation::Preview;

use super::run::AutomationStepRun;
use crate::graphql::neighbours::Neighbours;

/// What an automation would do. Nothing was changed and nothing sent.
#[derive(SimpleObject)]
pub struct AutomationPreview {
    /// Whether it would be set off.
    would_run: bool,
    /// Why, or why not.
    reason: String,
    /// The steps as they would go: PENDING, or FAILED with the reason. Each is tried though an earlier one failed.
    steps: Vec<AutomationStepRun>,
    /// The codes of dynamic fields that are needed and have no value.
    missing_fields: Vec<String>,
}

impl From<Preview> for AutomationPreview {
    fn from(Preview { would_run, reason, steps, missing_fields }: Preview) -> Self {
        let neighbours = Neighbours::now();
        let steps = (0..).zip(steps);
        let steps =
            steps.map(|(position, step)| AutomationStepRun::previewed(position, step, neighbours.clone()));
        Self { would_run, reason, steps: steps.collect(), missing_fields }
    }
}
