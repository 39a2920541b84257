//! Making a status.

use sea_orm::{EntityTrait, IntoActiveModel};
use sportello_entity::{ticket_status, value::MacroStatus};

use super::{color, event, find, key, update};
use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::{Store, Tx},
    text,
};

/// The most statuses that an account can have.
const LIMIT: usize = 200;

/// What a status is made of.
#[derive(Clone, Debug)]
pub struct StatusCreate {
    /// What people call it.
    pub name: String,
    /// Whether work goes on in it.
    pub macro_status: MacroStatus,
    /// "#rrggbb"; a grey when absent.
    pub color: Option<String>,
    /// Its place; behind the others when absent.
    pub position: Option<i32>,
}

/// Makes a custom status: STATUS_CREATED.
///
/// # Errors
/// FORBIDDEN; refusals: LIMIT_REACHED, TAKEN, and what is wrong with the input.
pub async fn create(store: &Store, actor: &Actor, input: StatusCreate) -> Result<ticket_status::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let others = find::all_locked(&tx).await?;
    if others.len() >= LIMIT {
        let message = format!("an account can have {LIMIT} statuses");
        return Err(Error::refused(RefusalCode::LimitReached, &["name"], message));
    }
    let status = made(&tx, &others, &input)?;
    update::refuse_taken_name(&others, &status)?;
    ticket_status::Entity::insert(status.clone().into_active_model()).exec_without_returning(tx.db()).await?;
    tx.record(event::told(None, &status));
    tx.commit().await?;
    Ok(status)
}

fn made(tx: &Tx, others: &[ticket_status::Model], input: &StatusCreate) -> Result<ticket_status::Model> {
    let name = text::NAME.check(&input.name, &["name"]);
    let color = input.color.as_deref().map_or_else(|| Ok(color::DEFAULT.to_owned()), color::checked);
    let last = others.last().map_or(0, |status| status.position.saturating_add(1));
    let position = input.position.map_or(Ok(last), update::checked_position);
    let (name, color, position) = match (name, color, position) {
        (Ok(name), Ok(color), Ok(position)) => (name, color, position),
        (name, color, position) => {
            let refusals = [name.err(), color.err(), position.err()];
            return Err(Error::Refused(refusals.into_iter().flatten().collect()));
        }
    };
    Ok(ticket_status::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        key: key::free_key(&name, |key| others.iter().any(|other| other.key == key)),
        name_key: text::name_key(&name),
        name,
        is_renamed: false,
        color,
        macro_status: input.macro_status,
        position,
        is_predefined: false,
        is_default: false,
        created_at: tx.now(),
        deleted_at: None,
    })
}
