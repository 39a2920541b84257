//! Merging a category into another.

use sportello_entity::{CategoryId, ticket_category};

use super::{find, update};
use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    store::Store,
    ticket::moves::{self, Move},
};

/// Which category goes into which. None: a text that is no category's id.
#[derive(Clone, Debug)]
pub struct CategoryMerge {
    /// The one that goes.
    pub from_id: Option<CategoryId>,
    /// The one that stays.
    pub into_id: Option<CategoryId>,
}

/// Merges a category: CATEGORY_DELETED, and its name means the other from now on. Its tickets move, each with its
/// TICKET_UPDATED; when they are many, after this in pieces. The answer is the category that stays.
///
/// # Errors
/// FORBIDDEN; refusals: NOT_FOUND, also for merged ones, INVALID for itself and for an archived target.
pub async fn merge(store: &Store, actor: &Actor, input: CategoryMerge) -> Result<ticket_category::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let ids: Vec<_> = [input.from_id, input.into_id].into_iter().flatten().collect();
    let rows = find::locked(&tx, &ids).await?;
    let from = update::among(&rows, input.from_id, "fromId")?;
    let into = update::among(&rows, input.into_id, "intoId")?;
    refuse_unfit(from, into)?;
    let gone = ticket_category::Model { merged_into_id: Some(into.id), ..from.clone() };
    update::write(&mut tx, from, &gone).await?;
    moves::start(&mut tx, Move::Category { from: from.id, into: into.id }).await?;
    tx.commit().await?;
    Ok(into.clone())
}

fn refuse_unfit(from: &ticket_category::Model, into: &ticket_category::Model) -> Result<()> {
    let refuse = |message: &str| Err(Error::refused(RefusalCode::Invalid, &["intoId"], message));
    if from.id == into.id {
        return refuse("a category cannot be merged into itself");
    }
    if into.is_archived {
        return refuse("this category is archived: bring it back first");
    }
    Ok(())
}
