//! How far a socket has come: silent, being admitted, admitted.

use std::{net::IpAddr, pin::Pin, sync::Arc};

use async_graphql::Executor;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::{Sleep, sleep};

use super::close::Close;
use crate::{
    endpoint::Shared,
    gate::{Gate, Rejection},
    seats::Seat,
};

/// Who shook hands, as far as that says it.
pub(super) struct Caller {
    pub(super) peer: IpAddr,
    pub(super) authorization: Option<String>,
}

/// The phase, and what it waits for.
pub(super) enum Phase<I> {
    /// `connection_init` has not come.
    Silent(Pin<Box<Sleep>>, Caller),
    /// The gate thinks about it.
    Admitting(Pin<Box<Sleep>>, BoxFuture<'static, Result<I, Rejection>>),
    /// Operations may run, until the rights end.
    Admitted { identity: I, ended: BoxFuture<'static, ()>, _seat: Seat },
}

/// What a phase came to.
pub(super) enum Step<I> {
    Admitted(I),
    Closes(Close),
}

impl<I> Phase<I> {
    pub(super) fn new<E, G: Gate<Identity = I>>(shared: &Shared<E, G>, caller: Caller) -> Self {
        Self::Silent(Box::pin(sleep(shared.options.limits.init_time)), caller)
    }

    /// Asks the gate. What is authorized goes before the handshake's, which browsers cannot set. Asking twice is an error.
    pub(super) fn admit<E: Executor, G: Gate<Identity = I>>(
        &mut self,
        shared: Arc<Shared<E, G>>,
        authorization: Option<String>,
    ) -> Result<(), Close> {
        let Self::Silent(deadline, caller) = self else { return Err(Close::SECOND_INIT) };
        let (peer, authorization) = (caller.peer, authorization.or_else(|| caller.authorization.take()));
        let admission = async move { shared.gate.admit(authorization.as_deref(), peer).await };
        let now = tokio::time::Instant::now();
        let deadline = std::mem::replace(deadline, Box::pin(tokio::time::sleep_until(now)));
        *self = Self::Admitting(deadline, admission.boxed());
        Ok(())
    }

    /// Takes the identity's place among the sockets of its credential, and watches its rights.
    pub(super) fn seat<E, G: Gate<Identity = I>>(
        &mut self,
        shared: &Shared<E, G>,
        identity: I,
    ) -> Result<(), Close>
    where
        I: Clone,
    {
        let limit = shared.options.limits.streams_per_credential;
        let seat = shared.seats.take(shared.gate.key(&identity), limit).ok_or(Close::TOO_MANY_SOCKETS)?;
        let ended = shared.gate.ended(identity.clone()).boxed();
        *self = Self::Admitted { identity, ended, _seat: seat };
        Ok(())
    }

    pub(super) fn identity(&self) -> Result<&I, Close> {
        match self {
            Self::Admitted { identity, .. } => Ok(identity),
            _ => Err(Close::UNAUTHORIZED),
        }
    }

    /// Waits for what ends the phase. Nothing is lost when the future is dropped.
    pub(super) async fn step(&mut self) -> Step<I> {
        match self {
            Self::Silent(deadline, _) => {
                deadline.await;
                Step::Closes(Close::INIT_TIMEOUT)
            }
            Self::Admitting(deadline, admission) => tokio::select! {
                biased;
                admitted = admission => match admitted {
                    Ok(identity) => Step::Admitted(identity),
                    Err(Rejection::Unauthenticated(_)) => Step::Closes(Close::FORBIDDEN),
                    Err(Rejection::Unavailable(_)) => Step::Closes(Close::UNAVAILABLE),
                },
                () = deadline => Step::Closes(Close::INIT_TIMEOUT),
            },
            Self::Admitted { ended, .. } => {
                ended.await;
                Step::Closes(Close::FORBIDDEN)
            }
        }
    }
}
