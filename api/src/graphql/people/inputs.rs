//! What clients send about the account and its people.

use async_graphql::{ID, InputObject, MaybeUndefined};

use super::{ApiScope, Role};
use crate::graphql::scalars::{DateTime, EmailAddress, Locale};

/// Address and password.
#[derive(InputObject)]
pub struct SignInInput {
    /// The user's address.
    pub email: EmailAddress,
    /// The user's password.
    pub password: String,
    /// Which account, when one address serves several.
    pub account_id: Option<ID>,
}

/// A session to go on with.
#[derive(InputObject)]
pub struct SessionRefreshInput {
    /// The session's latest refresh token. It serves once.
    pub refresh_token: String,
}

/// A session to end.
#[derive(InputObject)]
pub struct SignOutInput {
    /// Any refresh token of the session.
    pub refresh_token: String,
}

/// Whose password was forgotten.
#[derive(InputObject)]
pub struct PasswordResetRequestInput {
    /// The user's address.
    pub email: EmailAddress,
}

/// A new password for one that was forgotten.
#[derive(InputObject)]
pub struct PasswordResetInput {
    /// What the mail's link carries.
    pub token: String,
    /// 10 to 200 characters.
    pub new_password: String,
}

/// Somebody to invite.
#[derive(InputObject)]
pub struct UserInviteInput {
    /// Where the invitation goes, and what they will sign in with.
    pub email: EmailAddress,
    /// What people call them.
    pub name: String,
    /// What they may do. Only owners name owners.
    pub role: Role,
    /// The language of their e-mails; the account's when absent.
    pub locale: Option<Locale>,
    /// The same key with the same input invites once.
    pub idempotency_key: Option<String>,
}

/// Somebody to invite again.
#[derive(InputObject)]
pub struct InvitationResendInput {
    /// The invited user.
    pub user_id: ID,
}

/// An invitation to accept.
#[derive(InputObject)]
pub struct InvitationAcceptInput {
    /// What the mail's link carries.
    pub invitation_token: String,
    /// 10 to 200 characters.
    pub password: String,
    /// Another name than the one they were invited by.
    pub name: Option<String>,
}

/// What another user may do from now on.
#[derive(InputObject)]
pub struct UserUpdateInput {
    /// The user.
    pub id: ID,
    /// What they may do.
    pub role: MaybeUndefined<Role>,
    /// Whether they can sign in. Who is deactivated is signed out everywhere.
    pub is_active: MaybeUndefined<bool>,
}

/// One's own profile.
#[derive(InputObject)]
pub struct ProfileUpdateInput {
    /// What people call you.
    pub name: MaybeUndefined<String>,
    /// The language of your e-mails.
    pub locale: MaybeUndefined<Locale>,
    /// Whether changes of tickets are mailed to you.
    pub receives_ticket_emails: MaybeUndefined<bool>,
    /// Needed for a new password.
    pub current_password: Option<String>,
    /// 10 to 200 characters. Ends your other sessions.
    pub new_password: Option<String>,
}

/// The account's own fields.
#[derive(InputObject)]
pub struct AccountUpdateInput {
    /// What people call it.
    pub name: MaybeUndefined<String>,
    /// Its language: predefined statuses that nobody renamed follow it.
    pub locale: MaybeUndefined<Locale>,
    /// IANA name of the time zone in which statistics are cut into days.
    pub time_zone: MaybeUndefined<String>,
    /// What stands before the number in automatic references; up to 10 ASCII letters, digits and `-_./#`.
    pub reference_prefix: MaybeUndefined<String>,
}

/// A key to make.
#[derive(InputObject)]
pub struct ApiKeyCreateInput {
    /// What people call it.
    pub name: String,
    /// What it may do; at least one.
    pub scopes: Vec<ApiScope>,
    /// When it stops being good; never, when absent.
    pub expires_at: Option<DateTime>,
}

/// A key to revoke.
#[derive(InputObject)]
pub struct ApiKeyRevokeInput {
    /// The key.
    pub id: ID,
}
