//! Signing in and staying signed in: passwords, sessions, credentials and the rights they give.

mod authentication;
mod credential;
mod end;
mod forget;
mod open;
mod password_reset;
mod passwords;
mod refresh;
mod rights;
mod sign_in;
mod sign_out;
mod sweep;
mod throttle;

pub use authentication::Authentication;
pub use credential::Credential;
pub(crate) use end::end_all;
pub use forget::forget_past;
pub use open::OpenedSession;
pub(crate) use open::open;
pub use password_reset::{PasswordReset, request_password_reset, reset_password};
pub use passwords::Passwords;
pub(crate) use passwords::check as check_password;
pub use refresh::refresh;
pub use rights::{Admitted, Rights};
pub use sign_in::{AccountChoice, SignIn, SignedIn, sign_in};
pub use sign_out::sign_out;
pub use throttle::{Leave, Throttle};
