//! One client's part in a group.

use std::{collections::VecDeque, sync::Arc};

use tokio::sync::broadcast::{self, error::RecvError};

use super::{
    Seed,
    direct::{Direct, Seat},
    group::{Group, Parting, Told},
};
use crate::data::{Place, SlowConsumer};

/// A member of a group.
pub(super) struct Membership {
    /// What is held by nobody ends.
    group: Arc<Group>,
    /// How far the member has been told, but for what it is told directly.
    place: Place,
    direct: Option<Direct>,
    /// What was told before it joined.
    backlog: VecDeque<Arc<Told>>,
    reception: Reception,
}

/// How a member gets what comes.
pub(super) enum Reception {
    /// Through a queue: an event stream, or a multipart response.
    Queued {
        receiver: broadcast::Receiver<Arc<Told>>,
        /// The member was ahead of the group: up to here it knows everything.
        known: Option<u64>,
    },
    /// Directly, once it knows what was told before.
    Later,
    /// Directly, past its own task.
    Seated { seat: Arc<Seat>, number: u64 },
}

impl Membership {
    pub(super) fn new(
        group: Arc<Group>,
        place: Place,
        direct: Option<Direct>,
        backlog: VecDeque<Arc<Told>>,
        reception: Reception,
    ) -> Self {
        Self { group, place, direct, backlog, reception }
    }

    /// What the group's members have in common.
    pub(super) fn seed(&self) -> &Arc<Seed> {
        self.group.seed()
    }

    /// What comes next and is not told directly. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self, slow: &SlowConsumer) -> Result<Arc<Told>, Parting> {
        loop {
            if let Some(told) = self.backlog.pop_front() {
                self.place = told.place.clone();
                return Ok(told);
            }
            let told = match &mut self.reception {
                Reception::Later => {
                    (self.backlog, self.reception) = self.group.receive(&self.place, self.direct.as_ref())?;
                    continue;
                }
                Reception::Seated { seat, .. } => tokio::select! {
                    biased;
                    () = slow.noticed() => return Err(Parting::Behind),
                    parting = seat.parted() => return Err(parting),
                },
                Reception::Queued { receiver, .. } => tokio::select! {
                    biased;
                    () = slow.noticed() => return Err(Parting::Behind),
                    told = receiver.recv() => told,
                },
            };
            match told {
                Ok(told) if self.is_known(&told) => {}
                Ok(told) => {
                    self.place = told.place.clone();
                    return Ok(told);
                }
                Err(RecvError::Lagged(_)) => return Err(Parting::Behind),
                Err(RecvError::Closed) => return Err(Parting::Ended),
            }
        }
    }

    /// Ends it. Gives how far the member has been told.
    pub(super) fn leave(&self, parting: Parting) -> Place {
        match &self.reception {
            Reception::Seated { seat, .. } => seat.leave(parting),
            Reception::Queued { .. } | Reception::Later => self.place.clone(),
        }
    }

    fn is_known(&mut self, told: &Told) -> bool {
        match &mut self.reception {
            Reception::Queued { known, .. } => told.is_known(known),
            Reception::Later | Reception::Seated { .. } => false,
        }
    }
}

impl Drop for Membership {
    /// Nothing is told from here on.
    fn drop(&mut self) {
        if let Reception::Seated { seat, number } = &self.reception {
            seat.leave(Parting::Behind);
            self.group.free(*number);
        }
    }
}
