//! The category that a name means, made when it is used for the first time.

use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait, sea_query::OnConflict};
use sportello_entity::ticket_category;

use super::{event, find, update};
use crate::{Error, RefusalCode, Result, store::Tx, text};

/// The most categories that an account can have, merged ones included: their names are still used.
const LIMIT: u64 = 5_000;

/// The category of that name: made if it is new (CATEGORY_CREATED), brought back if it is archived (CATEGORY_UPDATED), and
/// for a merged one the category that it went into. Many who come with a new name at once get one category.
///
/// # Errors
/// Refusals at `path`: what is wrong with the name, or LIMIT_REACHED.
pub async fn resolve(tx: &mut Tx, name: &str, path: &[&str]) -> Result<ticket_category::Model> {
    let name = text::CATEGORY.check(name, path)?;
    let name_key = text::name_key(&name);
    let found = match find::with_key(tx, &name_key).await? {
        Some(found) => found,
        None => match make(tx, name, &name_key, path).await? {
            (made, true) => return Ok(made),
            (others, false) => others,
        },
    };
    let known = find::meant_unlocked(tx, found).await?;
    if known.is_archived {
        return bring_back(tx, known).await;
    }
    find::meant(tx, known.id).await
}

/// The new category, or the one of the same name that another was quicker to make, and which of the two it is.
async fn make(
    tx: &mut Tx,
    name: String,
    name_key: &str,
    path: &[&str],
) -> Result<(ticket_category::Model, bool)> {
    let account_id = tx.actor.account_id;
    if find::of_account(account_id).count(tx.db()).await? >= LIMIT {
        let message = format!("an account can have {LIMIT} categories: use one that is there");
        return Err(Error::refused(RefusalCode::LimitReached, path, message));
    }
    let row = ticket_category::Model {
        id: tx.new_id(),
        account_id,
        name,
        name_key: name_key.to_owned(),
        is_archived: false,
        merged_into_id: None,
        created_at: tx.now(),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    let insert = ticket_category::Entity::insert(row.clone().into_active_model()).on_conflict(nothing);
    match insert.exec_without_returning(tx.db()).await {
        Ok(1) => {
            tx.record(event::told(None, &row));
            Ok((row, true))
        }
        Ok(_) | Err(sea_orm::DbErr::RecordNotInserted) => {
            let other = find::with_key(tx, name_key).await?;
            let gone = || Error::Internal("a category's name changed while it was used".to_owned());
            Ok((other.ok_or_else(gone)?, false))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes the lock for changing at once: two who share a lock and both want more would wait for each other.
async fn bring_back(tx: &mut Tx, known: ticket_category::Model) -> Result<ticket_category::Model> {
    let Some(before) = find::locked(tx, &[known.id]).await?.pop() else {
        return Err(Error::Internal(format!("the category {} is gone", known.id)));
    };
    if let Some(into) = before.merged_into_id {
        return find::meant(tx, into).await;
    }
    if before.is_archived {
        let after = ticket_category::Model { is_archived: false, ..before.clone() };
        update::write(tx, &before, &after).await?;
        return Ok(after);
    }
    Ok(before)
}
