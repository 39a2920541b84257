//! The account and its people: who they are, how they get in, and the keys of integrators.

mod account_types;
mod inputs;
mod mutation;
mod query;
mod session_mutation;
mod session_types;
mod state;
mod types;
mod viewer;

pub use account_types::{Account, AccountPayload};
pub use mutation::PeopleMutation;
pub use query::PeopleQuery;
pub use session_mutation::SessionMutation;
pub use session_types::{PasswordResetRequestPayload, SessionPayload, SignOutPayload};
pub use state::People;
pub use types::{
    ApiKey, ApiKeyCreatePayload, ApiKeyPayload, ApiScope, Role, User, UserInvitePayload, UserPayload,
};
pub use viewer::{Viewer, ViewerPayload};
