//! One client's way through a stream that it may share.

use std::sync::Arc;

use async_graphql::Executor;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

use super::{Seed, direct::Direct, group::Parting, membership::Membership};
use crate::{
    data::{Place, RequestId, SlowConsumer},
    endpoint::Shared,
    gate::Gate,
    operation::{Item, events},
    response::Payload,
};

/// A client that is told the same as others, or on its own what they are not.
pub(crate) struct Member<E, G: Gate> {
    shared: Arc<Shared<E, G>>,
    seed: Arc<Seed>,
    id: RequestId,
    slow: SlowConsumer,
    direct: Option<Direct>,
    /// Where it stands, while it is alone; None before its first item.
    place: Option<Place>,
    /// Whether its own execution has told all that was before: only then the others are told the same.
    has_caught_up: bool,
    way: Way,
    /// Its group's execution ended while others of the same would end as well.
    stays_alone: bool,
}

enum Way {
    Alone(BoxStream<'static, Item>),
    Together(Box<Membership>),
}

impl<E: Executor, G: Gate> Member<E, G> {
    /// Begins with an execution of its own.
    pub(crate) fn stream(
        shared: Arc<Shared<E, G>>,
        seed: Seed,
        alone: BoxStream<'static, Item>,
        id: RequestId,
        slow: SlowConsumer,
        direct: Option<Direct>,
    ) -> BoxStream<'static, Item> {
        let way = Way::Alone(alone);
        let (seed, place) = (Arc::new(seed), None);
        let (has_caught_up, stays_alone) = (false, false);
        let member = Self { shared, seed, id, slow, direct, place, has_caught_up, way, stays_alone };
        stream::unfold(member, |mut member| async { member.next().await.map(|item| (item, member)) }).boxed()
    }

    async fn next(&mut self) -> Option<Item> {
        loop {
            self.join();
            match &mut self.way {
                Way::Alone(items) => {
                    let item = items.next().await;
                    if let Some(Ok((_, Some(place)))) = &item {
                        self.has_caught_up = place.has_caught_up;
                        self.place = Some(place.clone());
                    }
                    return item;
                }
                Way::Together(membership) => match membership.next(&self.slow).await {
                    Ok(told) => {
                        let place = told.place.clone();
                        return Some(Ok((Payload::Shared(told), Some(place))));
                    }
                    Err(parting) => {
                        let place = membership.leave(parting);
                        self.part(parting, place);
                    }
                },
            }
        }
    }

    fn join(&mut self) {
        if self.stays_alone || !self.has_caught_up || matches!(self.way, Way::Together(_)) {
            return;
        }
        let Some(place) = &self.place else { return };
        let begin =
            || events(&self.shared, self.seed.request(place), crate::http::new_id(), SlowConsumer::default());
        if let Some(membership) = self.shared.groups.join(&self.seed, place, self.direct.as_ref(), begin) {
            // With its document and variables: one is enough for all of them.
            self.seed = membership.seed().clone();
            self.way = Way::Together(Box::new(membership));
        }
    }

    fn part(&mut self, parting: Parting, place: Place) {
        let request = self.seed.request(&place);
        self.place = Some(place);
        self.way = Way::Alone(events(&self.shared, request, self.id.clone(), self.slow.clone()));
        self.has_caught_up = false;
        self.stays_alone = parting == Parting::Ended;
    }
}
