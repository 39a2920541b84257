//! Changing what another user may do.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sportello_entity::{UserId, app_user, value::Role};

use super::{change, find_locked, lock_people};
use crate::{
    Actor, Change, Error, Permission, RefusalCode, Result,
    policy::rank,
    session::{self, Authentication},
    store::Tx,
};

/// What is to change.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct UserUpdate {
    pub id: UserId,
    pub role: Change<Role>,
    pub is_active: Change<bool>,
}

/// Changes a user's role, or whether they are active. Who is deactivated is signed out everywhere.
///
/// # Errors
/// FORBIDDEN below ADMIN; refused: NOT_FOUND, and FORBIDDEN when one who is no owner touches or names one, or when the
/// account would be left without an active owner.
pub async fn update(authentication: &Authentication, actor: &Actor, input: UserUpdate) -> Result<()> {
    actor.require(Permission::ManagePeople)?;
    let UserUpdate { id, role, is_active } = input;
    let mut tx = authentication.store().begin(actor).await?;
    lock_people(&tx).await?;
    let before = find_locked(&tx, id, &["id"]).await?;
    may_touch(&tx, before.role, "id").await?;
    let after = app_user::Model {
        role: role.required(before.role, "role")?,
        is_active: is_active.required(before.is_active, "isActive")?,
        ..before.clone()
    };
    may_touch(&tx, after.role, "role").await?;
    keep_an_owner(&tx, &before, &after).await?;
    if before.is_active && !after.is_active {
        session::end_all(&mut tx, id, None).await?;
    }
    change(&mut tx, &before, after).await?;
    tx.commit().await?;
    authentication.rights().forget();
    Ok(())
}

/// Whether the actor, as it is now, may do something to or with this role. `field` says where it was asked.
///
/// The role that the actor came in with may be gone by the time the people are locked.
pub(super) async fn may_touch(tx: &Tx, role: Role, field: &str) -> Result<()> {
    let Some(id) = tx.actor.user_id() else { return Ok(()) };
    let actor = app_user::Entity::find_by_id(id).one(tx.db()).await?.filter(|actor| actor.is_active);
    let current = actor.map(|actor| actor.role).filter(|current| rank(*current) >= rank(Role::Admin));
    let Some(current) = current else {
        return Err(Error::Forbidden("this takes the role ADMIN or a higher one".to_owned()));
    };
    if role == Role::Owner && current != Role::Owner {
        let message = "only an owner may name, change or remove an owner";
        return Err(Error::refused(RefusalCode::Forbidden, &[field], message));
    }
    Ok(())
}

async fn keep_an_owner(tx: &Tx, before: &app_user::Model, after: &app_user::Model) -> Result<()> {
    let is_owner = |user: &app_user::Model| user.role == Role::Owner && user.is_active;
    if !is_owner(before) || is_owner(after) {
        return Ok(());
    }
    let others = app_user::Entity::find()
        .filter(app_user::Column::AccountId.eq(before.account_id))
        .filter(app_user::Column::Role.eq(Role::Owner))
        .filter(app_user::Column::IsActive.eq(true))
        .filter(app_user::Column::Id.ne(before.id));
    if others.count(tx.db()).await? == 0 {
        let field = if after.role == Role::Owner { "isActive" } else { "role" };
        let message = "this is the account's last active owner: name another one first";
        return Err(Error::refused(RefusalCode::Forbidden, &[field], message));
    }
    Ok(())
}
