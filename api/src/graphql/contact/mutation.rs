//! Making, changing and erasing contacts.

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::{
    Refusal,
    contact::{self, ContactWritten},
    dynamic_field,
};
use sportello_entity::ContactId;

use crate::graphql::{
    contact::{
        Contact,
        dynamic_field::{DynamicFieldCreateInput, DynamicFieldPayload},
        inputs::{ContactCreateInput, ContactDeleteInput, ContactUpdateInput},
    },
    context::{actor, store},
    error::{UserError, settle, shown_entity, user_errors},
    id::parse,
    neighbours::Neighbours,
};

/// What came of a change of a contact.
#[derive(SimpleObject)]
pub struct ContactPayload {
    /// The contact right after; on VERSION_CONFLICT, or an externalId that is taken at creating, the one that is there.
    contact: Option<Contact>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether an earlier request with the same idempotencyKey did it.
    replayed: bool,
}

/// What may be done to contacts.
#[derive(Default)]
pub struct ContactMutation;

#[Object]
impl ContactMutation {
    /// Makes a contact.
    async fn contact_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: ContactCreateInput,
    ) -> Result<ContactPayload> {
        let done = contact::create(store(ctx), actor(ctx)?, input.into()).await;
        ContactPayload::of(ctx, done).await
    }

    /// Changes a contact.
    async fn contact_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: ContactUpdateInput,
    ) -> Result<ContactPayload> {
        let done = contact::update(store(ctx), actor(ctx)?, input.into()).await;
        ContactPayload::of(ctx, done).await
    }

    /// Erases a person, also from the history. A nameless contact, its tickets and all numbers stay.
    async fn contact_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: ContactDeleteInput,
    ) -> Result<ContactPayload> {
        let done = contact::delete(store(ctx), actor(ctx)?, parse(&input.id)).await;
        let done = done.map(|contact| ContactWritten { contact, is_replay: false });
        ContactPayload::of(ctx, done).await
    }

    /// Makes a dynamic field: what `%%CODE%%` can be filled with.
    async fn dynamic_field_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: DynamicFieldCreateInput,
    ) -> Result<DynamicFieldPayload> {
        DynamicFieldPayload::of(dynamic_field::create(store(ctx), actor(ctx)?, input.into()).await)
    }
}

impl ContactPayload {
    async fn of(ctx: &Context<'_>, done: sportello_domain::Result<ContactWritten>) -> Result<Self> {
        match settle(done)? {
            Ok(ContactWritten { contact, is_replay }) => {
                Ok(Self { contact: Some(contact.into()), user_errors: Vec::new(), replayed: is_replay })
            }
            Err(refusals) => Self::refused(ctx, refusals).await,
        }
    }

    async fn refused(ctx: &Context<'_>, refusals: Vec<Refusal>) -> Result<Self> {
        let contact = match shown_entity(&refusals) {
            Some(id) => Contact::find(ctx, &Neighbours::default(), ContactId(id)).await?,
            None => None,
        };
        Ok(Self { contact, user_errors: user_errors(refusals), replayed: false })
    }
}
