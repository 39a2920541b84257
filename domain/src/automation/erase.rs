//! Taking a person out of the runs that they set off.

use sportello_entity::ContactId;

use crate::{Result, store::Tx};

/// Empties what the contact's runs hold of what was said, brought along and written. That they ran stays known. Goes before
/// the contact is locked: runs lock themselves first.
pub(crate) async fn erase(tx: &Tx, contact_id: ContactId) -> Result<()> {
    let values = || vec![tx.actor.account_id.into(), contact_id.into()];
    let steps = "UPDATE automation_step_run SET rendered = NULL WHERE run_id IN \
                 (SELECT id FROM automation_run WHERE account_id = $1 AND contact_id = $2)";
    let runs =
        "UPDATE automation_run SET trigger = '{}', fields = '{}' WHERE account_id = $1 AND contact_id = $2";
    tx.execute(runs, values()).await?;
    tx.execute(steps, values()).await?;
    Ok(())
}
