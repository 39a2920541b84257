//! The plain pages where the links of e-mails lead: they accept an invitation, replace a forgotten password or end
//! e-mails about tickets. They need no script.

mod page;
mod routes;
mod unsubscribe;
mod words;

pub use routes::{Pages, router};
