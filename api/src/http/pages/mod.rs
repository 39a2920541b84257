//! The plain pages where the links of e-mails lead: they accept an invitation or replace a forgotten password. They need
//! no script.

mod page;
mod routes;
mod words;

pub use routes::{Pages, router};
