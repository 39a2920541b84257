//! The account.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use sportello_domain::log::EventCursor as Cursor;
use sportello_entity::{AccountId, account};

use crate::graphql::{
    context::store,
    error::{UserError, to_graphql},
    neighbours::Neighbours,
    scalars::{DateTime, EventCursor, Locale},
};

/// One desk, with all that is on it.
#[derive(Clone, Debug)]
pub struct Account(account::Model);

impl From<account::Model> for Account {
    fn from(row: account::Model) -> Self {
        Self(row)
    }
}

impl Account {
    /// The account of this id, if it is the one of whoever asks.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn find(
        ctx: &Context<'_>,
        neighbours: &Neighbours,
        id: Option<AccountId>,
    ) -> Result<Option<Self>> {
        let directory = neighbours.directory(ctx).await?;
        Ok((id == Some(directory.account.id)).then(|| directory.account.clone().into()))
    }
}

/// One desk, with all that is on it.
#[Object]
impl Account {
    /// Names the account everywhere.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What people call it.
    pub async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its language: predefined statuses that nobody renamed are named in it.
    pub async fn locale(&self) -> Locale {
        self.0.locale.clone().into()
    }

    /// IANA name of the time zone in which statistics are cut into days.
    pub async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// What stands before the number in automatic references: "T-" for "T-1042".
    pub async fn reference_prefix(&self) -> &str {
        &self.0.reference_prefix
    }

    /// The head of the event log, now.
    pub async fn event_cursor(&self, ctx: &Context<'_>) -> Result<EventCursor> {
        let head = store(ctx).head(self.0.id).await.map_err(to_graphql)?;
        let cursor = Cursor { account_id: self.0.id, epoch: head.epoch, sequence: head.sequence };
        Ok(cursor.to_string().into())
    }

    /// When it was made.
    pub async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}

/// What came of changing the account.
#[derive(Default, SimpleObject)]
pub struct AccountPayload {
    /// The account as it is now; null when the input was refused.
    pub account: Option<Account>,
    /// Why the input was refused; empty when it was not.
    pub user_errors: Vec<UserError>,
}
