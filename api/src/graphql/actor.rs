//! Who did something.

use async_graphql::{Context, Result, SimpleObject, Union};
use sportello_domain::ActorRef;
use sportello_entity::{ApiKeyId, AutomationId, ContactId, UserId, value::ActorKind};

use crate::graphql::{
    automation::Automation,
    contact::Contact,
    neighbours::Neighbours,
    people::{ApiKey, User},
};

/// Who did something: an operator, an API key, a customer, an automation or Sportello itself.
#[derive(Union)]
pub enum Actor {
    /// An operator.
    User(User),
    /// An API key.
    ApiKey(ApiKey),
    /// A customer.
    Contact(Contact),
    /// An automation.
    Automation(Automation),
    /// Sportello itself.
    System(System),
}

/// Sportello itself: the command line, the demo, the keeping of the house.
#[derive(SimpleObject)]
pub struct System {
    /// "Sportello".
    name: String,
}

impl System {
    fn itself() -> Self {
        Self { name: "Sportello".to_owned() }
    }
}

/// The actor that a row or an event names, as it is now.
///
/// # Errors
/// What the store answers.
pub async fn resolve(ctx: &Context<'_>, neighbours: &Neighbours, reference: ActorRef) -> Result<Actor> {
    let Some(id) = reference.id else { return Ok(Actor::System(System::itself())) };
    let found = match reference.kind {
        ActorKind::User => {
            let directory = neighbours.directory(ctx).await?;
            directory.user(UserId(id)).map(|user| Actor::User(user.clone().into()))
        }
        ActorKind::ApiKey => {
            let directory = neighbours.directory(ctx).await?;
            directory.api_key(ApiKeyId(id)).map(|key| Actor::ApiKey(key.clone().into()))
        }
        ActorKind::Contact => Contact::find(ctx, neighbours, ContactId(id)).await?.map(Actor::Contact),
        ActorKind::Automation => {
            Automation::find(ctx, neighbours, AutomationId(id)).await?.map(Actor::Automation)
        }
        ActorKind::System => None,
    };
    Ok(found.unwrap_or_else(|| Actor::System(System::itself())))
}
