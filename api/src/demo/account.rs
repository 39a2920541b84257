//! The demo's account: what it is called, and whether it is there.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sportello_domain::{account::CreateAccount, store::Store};
use sportello_entity::{AccountId, account, app_user, value::Role};

use super::people::{OWNER, PASSWORD};

const NAME: &str = "Bottega Aurora";

/// How to sign in to the demo as its owner. Its other people have the same password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

impl SignIn {
    pub(super) fn owner() -> Self {
        Self { email: OWNER.email(), password: PASSWORD.to_owned() }
    }
}

/// Whether the database holds no account at all. It has to be migrated.
///
/// # Errors
/// What the database answers.
pub async fn is_empty(store: &Store) -> anyhow::Result<bool> {
    Ok(account::Entity::find().count(store.reader()).await? == 0)
}

/// The demo's account, if the database holds it: nobody else owns an account with the address of its owner.
pub(super) async fn find(store: &Store) -> anyhow::Result<Option<AccountId>> {
    let owner = app_user::Entity::find()
        .filter(app_user::Column::EmailKey.eq(OWNER.email()))
        .filter(app_user::Column::Role.eq(Role::Owner));
    Ok(owner.one(store.reader()).await?.map(|owner| owner.account_id))
}

pub(super) fn input() -> CreateAccount {
    CreateAccount {
        name: NAME.to_owned(),
        locale: OWNER.locale.to_owned(),
        time_zone: "Europe/Rome".to_owned(),
        owner_name: OWNER.name.to_owned(),
        owner_email: OWNER.email(),
        owner_password: PASSWORD.to_owned(),
    }
}
