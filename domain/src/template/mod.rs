//! Message templates: texts that WhatsApp knows, with places to fill in.

mod check;
mod create;
mod event;
mod find;
mod list;
mod update;

pub use check::{TemplateButton, buttons};
pub use create::{TemplateCreate, create};
pub use find::{find_templates, get};
pub use list::list;
pub use update::{TemplateUpdate, update};
