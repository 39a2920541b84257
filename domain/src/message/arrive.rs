//! A customer's message that a provider brings.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sportello_entity::{AccountId, message};

use super::{Incoming, receive};
use crate::{
    Actor, Result,
    contact::{self, Caller},
    store::{Store, Tx},
};

/// Takes the message in: MESSAGE_RECEIVED by the contact, after CONTACT_CREATED for a new one. Nothing happens when it was
/// taken in before. `answers` is the provider's name for the message that it refers to: a button's template.
///
/// # Errors
/// What the database answers.
pub async fn arrive(
    store: &Store,
    account_id: AccountId,
    caller: Caller,
    incoming: Incoming,
    answers: Option<&str>,
) -> Result<()> {
    let mut tx = store.begin(&Actor::system(account_id)).await?;
    let contact = contact::meet(&mut tx, caller).await?;
    let template_id = match answers {
        Some(provider_id) => referred(&tx, provider_id).await?.and_then(|message| message.template_id),
        None => None,
    };
    let incoming = Incoming { template_id, ..incoming };
    if receive(&mut tx, &contact, incoming).await?.is_some() {
        tx.commit().await?;
    }
    Ok(())
}

async fn referred(tx: &Tx, provider_id: &str) -> Result<Option<message::Model>> {
    let found = message::Entity::find()
        .filter(message::Column::AccountId.eq(tx.actor.account_id))
        .filter(message::Column::ProviderId.eq(provider_id));
    Ok(found.one(tx.db()).await?)
}
