//! One account's directory, as it is read.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sportello_entity::{
    AccountId, ApiKeyId, CategoryId, StatusId, UserId, account, api_key, app_user, ticket_category,
    ticket_status,
};

use crate::{Error, Result, store::Store};

/// What is few in an account.
#[derive(Clone, Debug)]
pub struct Directory {
    /// It is at least as new as the event with this sequence.
    pub sequence: i64,
    /// The account. Its `next_reference_number` is not kept up to date here.
    pub account: account::Model,
    /// By position; deleted ones too.
    pub statuses: Vec<ticket_status::Model>,
    /// By creation; archived and merged ones too.
    pub categories: Vec<ticket_category::Model>,
    /// By creation; deactivated ones too.
    pub users: Vec<app_user::Model>,
    /// By creation; revoked ones too. Their `last_used_at` is not kept up to date here.
    pub api_keys: Vec<api_key::Model>,
}

impl Directory {
    pub(super) async fn load(store: &Store, account_id: AccountId) -> Result<Self> {
        // The head first: what is read after it is at least as new.
        let sequence = store.head(account_id).await?.directory_sequence;
        let db = store.reader();
        let account = account::Entity::find_by_id(account_id).one(db).await?;
        Ok(Self {
            sequence,
            account: account.ok_or_else(|| Error::NotFound("there is no such account".to_owned()))?,
            statuses: ticket_status::Entity::find()
                .filter(ticket_status::Column::AccountId.eq(account_id))
                .order_by_asc(ticket_status::Column::Position)
                .order_by_asc(ticket_status::Column::Id)
                .all(db)
                .await?,
            categories: ticket_category::Entity::find()
                .filter(ticket_category::Column::AccountId.eq(account_id))
                .order_by_asc(ticket_category::Column::Id)
                .all(db)
                .await?,
            users: app_user::Entity::find()
                .filter(app_user::Column::AccountId.eq(account_id))
                .order_by_asc(app_user::Column::Id)
                .all(db)
                .await?,
            api_keys: api_key::Entity::find()
                .filter(api_key::Column::AccountId.eq(account_id))
                .order_by_asc(api_key::Column::Id)
                .all(db)
                .await?,
        })
    }

    /// A status, deleted or not.
    pub fn status(&self, id: StatusId) -> Option<&ticket_status::Model> {
        self.statuses.iter().find(|status| status.id == id)
    }

    /// The status that a new ticket gets.
    pub fn default_status(&self) -> Option<&ticket_status::Model> {
        self.statuses.iter().find(|status| status.is_default && status.deleted_at.is_none())
    }

    /// A category. They sort by id.
    pub fn category(&self, id: CategoryId) -> Option<&ticket_category::Model> {
        let index = self.categories.binary_search_by_key(&id, |category| category.id).ok()?;
        self.categories.get(index)
    }

    /// A user. They sort by id.
    pub fn user(&self, id: UserId) -> Option<&app_user::Model> {
        self.users.binary_search_by_key(&id, |user| user.id).ok().and_then(|index| self.users.get(index))
    }

    /// A key. They sort by id.
    pub fn api_key(&self, id: ApiKeyId) -> Option<&api_key::Model> {
        self.api_keys.binary_search_by_key(&id, |key| key.id).ok().and_then(|index| self.api_keys.get(index))
    }
}
