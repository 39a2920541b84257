//! Users: the people of an account, how they come in and what they may become.

mod accept;
mod invite;
mod profile;
mod row;
mod token;
mod update;

pub use accept::{InvitationAccept, accept};
pub use invite::{InviteUser, Invited, invite, resend};
pub use profile::{ProfileUpdate, update_profile};
pub(crate) use row::{change, email_key, find_locked, insert, lock_people};
pub use token::{TokenHolder, holder};
pub(crate) use token::{consume, issue};
pub use update::{UserUpdate, update};
