//! The one place that reads credentials: what is presented becomes an actor, and nothing below sees a token.

mod access_token;
mod gate;
mod identity_provider;
mod key_set;
mod rate;

pub use access_token::{AccessTokens, IssuedToken};
pub use gate::{Identity, Keeper, Peer};
pub(crate) use rate::Rate;
