//! What a deployment may set: a TOML file, then environment variables.

mod environment;
mod file;
mod load;
mod secret;
mod settings;
mod value;

pub use load::{Invalid, load};
pub use secret::Secret;
pub use settings::{
    Accounts, Database, Graphql, Log, LogFormat, Mail, Retention, Server, Settings, WakeUp, Webhooks,
    WhatsApp,
};
pub use value::BaseUrl;
