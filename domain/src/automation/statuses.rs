//! A status that is deleted goes out of the automations that name it, and out of what their runs still have to do.

use sea_orm::{QuerySelect, sea_query::LockType};
use sportello_entity::{StatusId, automation, value::StepStatus};

use super::{event, find};
use crate::{Result, store::Tx};

/// The automations that name the status, in their triggers or steps.
async fn naming(tx: &Tx, id: StatusId) -> Result<Vec<automation::Model>> {
    let name = id.to_string();
    let rows = find::of_account(tx.actor.account_id).lock(LockType::NoKeyUpdate).all(tx.db()).await?;
    let names = |row: &automation::Model| row.trigger.contains(&name) || row.steps.contains(&name);
    Ok(rows.into_iter().filter(names).collect())
}

/// How many automations name the status.
pub(crate) async fn names_status(tx: &Tx, id: StatusId) -> Result<usize> {
    Ok(naming(tx, id).await?.len())
}

/// Puts another status in its place: AUTOMATION_CHANGED for each automation. Ids are unique texts, so that replacing them
/// in the stored definitions meets nothing else.
pub(crate) async fn move_status(tx: &mut Tx, from: StatusId, to: StatusId) -> Result<()> {
    let automations = naming(tx, from).await?;
    let (from, to) = (from.to_string(), to.to_string());
    for before in automations {
        let after = automation::Model {
            trigger: before.trigger.replace(&from, &to),
            steps: before.steps.replace(&from, &to),
            version: before.version + 1,
            updated_at: tx.now(),
            ..before.clone()
        };
        tx.write_difference(&before, &after).await?;
        tx.record(event::told(Some(&before), &after)?);
    }
    let sql = "UPDATE automation_step_run SET step = replace(step, $1, $2) \
               WHERE account_id = $3 AND status IN ($4, $5, $6) AND step LIKE $7";
    let ahead = [StepStatus::Pending, StepStatus::Failed, StepStatus::Skipped];
    let [pending, failed, skipped] = ahead.map(|status| sea_orm::ActiveEnum::to_value(&status).into());
    let values = [
        from.clone().into(),
        to.into(),
        tx.actor.account_id.into(),
        pending,
        failed,
        skipped,
        format!("%{from}%").into(),
    ];
    tx.execute(sql, values.into()).await?;
    Ok(())
}
