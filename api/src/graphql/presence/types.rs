//! Who has a ticket open.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use sportello_domain::{Error, presence};
use sportello_entity::{TicketId, UserId};

use crate::graphql::{error::to_graphql, neighbours::Neighbours, people::User, scalars::DateTime};

/// Who has a ticket open at this moment. Each one that comes replaces the one before.
#[derive(SimpleObject)]
pub struct TicketPresence {
    /// Which ticket.
    ticket_id: ID,
    /// Who is there, you among them, in the order in which they came. A user with several windows is there once.
    present: Vec<PresentUser>,
}

/// A user who has a ticket open.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct PresentUser {
    /// Whether they are typing.
    is_typing: bool,
    /// Since when they are there without a pause.
    since: DateTime,
    #[graphql(skip)]
    user_id: UserId,
    #[graphql(skip)]
    neighbours: Arc<Neighbours>,
}

#[ComplexObject]
impl PresentUser {
    /// Who.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        let user = User::find(ctx, &self.neighbours, Some(self.user_id)).await?;
        user.ok_or_else(|| to_graphql(Error::Internal("somebody is present who is no user".to_owned())))
    }
}

impl TicketPresence {
    /// What is told of these who are there.
    pub fn new(ticket_id: TicketId, present: Vec<presence::Present>) -> Self {
        let neighbours = Arc::new(Neighbours::default());
        let shown = |present: presence::Present| PresentUser {
            is_typing: present.is_typing,
            since: present.since.into(),
            user_id: present.user_id,
            neighbours: neighbours.clone(),
        };
        Self { ticket_id: ticket_id.to_string().into(), present: present.into_iter().map(shown).collect() }
    }
}
