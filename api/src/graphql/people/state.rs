//! What the resolvers of this folder are served from.

use std::net::{IpAddr, Ipv4Addr};

use async_graphql::Context;
use sportello_domain::session::Authentication;

use crate::{
    credential::{AccessTokens, Peer},
    graphql::context::desk,
};

/// What the doors of people need. Cheap to clone; one a process.
#[derive(Clone)]
pub struct People {
    /// Passwords, throttles and rights.
    pub authentication: Authentication,
    /// Issues access tokens.
    pub tokens: AccessTokens,
}

/// What passwords, throttles and rights are asked of.
pub(super) fn authentication<'a>(ctx: &Context<'a>) -> &'a Authentication {
    &desk(ctx).people.authentication
}

/// Where the request comes from.
pub(super) fn peer(ctx: &Context<'_>) -> IpAddr {
    ctx.data_opt::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0)
}
