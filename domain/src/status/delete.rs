//! Deleting a status.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sportello_entity::{StatusId, ticket, ticket_status};

use super::{find, update};
use crate::{
    Actor, Error, Permission, RefusalCode, Result, automation,
    store::{Store, Tx},
    ticket::moves::{self, Move},
};

/// Which status is to go, and where its tickets go.
#[derive(Clone, Debug)]
pub struct StatusDelete {
    /// Which; None: a text that is no status's id.
    pub id: Option<StatusId>,
    /// The outer None: it may only go while no ticket has it. The inner one: a text that is no status's id.
    pub move_tickets_to_id: Option<Option<StatusId>>,
}

/// Deletes a custom status: STATUS_DELETED. Its tickets, the deleted ones too, and the automations
/// that name it move, each with its event; when they are
/// many, after this in pieces.
///
/// # Errors
/// FORBIDDEN; refusals: NOT_FOUND, IMMUTABLE for a predefined one, IN_USE, INVALID.
pub async fn delete(store: &Store, actor: &Actor, input: StatusDelete) -> Result<ticket_status::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let statuses = find::all_locked(&tx).await?;
    let before = find::among(&statuses, input.id, "id")?;
    refuse_kept(&tx, before).await?;
    let target = match input.move_tickets_to_id {
        Some(target) => Some(find::among(&statuses, target, "moveTicketsToId")?.id),
        None => refuse_used(&tx, before.id).await.map(|()| None)?,
    };
    let after = ticket_status::Model { deleted_at: Some(tx.now()), ..before.clone() };
    update::write(&mut tx, before, &after).await?;
    if let Some(to) = target {
        refuse_itself(before.id, to)?;
        automation::move_status(&mut tx, before.id, to).await?;
        moves::start(&mut tx, Move::Status { from: before.id, to }).await?;
    }
    tx.commit().await?;
    Ok(after)
}

/// A predefined status, the default and one that tickets are on their way to stay.
async fn refuse_kept(tx: &Tx, status: &ticket_status::Model) -> Result<()> {
    let refuse = |code, message: &str| Err(Error::refused(code, &["id"], message));
    if status.is_predefined {
        return refuse(RefusalCode::Immutable, "a predefined status stays");
    }
    if status.is_default {
        return refuse(RefusalCode::InUse, "new tickets get this status: make another one the default first");
    }
    if moves::is_target(tx, status.id).await? {
        return refuse(RefusalCode::InUse, "tickets are still being moved to this status: try again later");
    }
    Ok(())
}

async fn refuse_used(tx: &Tx, id: StatusId) -> Result<()> {
    let tickets = ticket::Entity::find()
        .filter(ticket::Column::AccountId.eq(tx.actor.account_id))
        .filter(ticket::Column::StatusId.eq(id));
    match (tickets.count(tx.db()).await?, automation::names_status(tx, id).await?) {
        (0, 0) => Ok(()),
        (tickets, automations) => {
            let message = format!(
                "{tickets} tickets, deleted ones included, have this status, and {automations} automations name it: \
                 say moveTicketsToId"
            );
            Err(Error::refused(RefusalCode::InUse, &["id"], message))
        }
    }
}

fn refuse_itself(from: StatusId, to: StatusId) -> Result<()> {
    if from == to {
        let message = "tickets cannot move to the status that is deleted";
        return Err(Error::refused(RefusalCode::Invalid, &["moveTicketsToId"], message));
    }
    Ok(())
}
