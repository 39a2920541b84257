//! Message templates.

mod inputs;
mod mutation;
mod query;
mod types;

pub use mutation::TemplateMutation;
pub use query::TemplateQuery;
pub use types::MessageTemplate;
