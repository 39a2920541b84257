//! `sportello import`: the tickets of another system, from a file that it exported.
//!
//! A file is read record by record ([`source`]); each system's own file says which of its members mean what
//! ([`draft`]); what fits into this desk is brought along by the domain's command ([`bringing`]).

mod bringing;
mod chatwoot;
mod csv;
mod draft;
mod fitting;
mod freshdesk;
mod html;
mod json;
mod member;
mod options;
mod progress;
mod report;
mod source;
mod system;
mod texts;
mod times;
mod zammad;
mod zendesk;

pub use options::Import;
