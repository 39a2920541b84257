//! Dynamic fields as clients see and make them.

use async_graphql::{Enum, InputObject, SimpleObject};
use sportello_domain::dynamic_field::{self as domain, DynamicFieldCreate};

use crate::graphql::error::{UserError, settle, user_errors};

/// What a dynamic field speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::DynamicFieldScope")]
pub enum DynamicFieldScope {
    /// The contact.
    Contact,
    /// The ticket.
    Ticket,
    /// The account.
    Account,
    /// Made by the account: a contact or a call brings its value.
    Custom,
}

/// What `%%CODE%%` in a text is filled with.
#[derive(SimpleObject)]
pub struct DynamicField {
    /// What stands between %% and %%.
    code: String,
    /// What people call it.
    label: String,
    /// Where its value comes from.
    scope: DynamicFieldScope,
    /// Whether it fills itself in: such a code cannot be made, nor held by a contact.
    is_reserved: bool,
}

impl From<domain::DynamicField> for DynamicField {
    fn from(domain::DynamicField { code, label, scope }: domain::DynamicField) -> Self {
        let is_reserved = scope != domain::DynamicFieldScope::Custom;
        Self { code, label, scope: scope.into(), is_reserved }
    }
}

/// A new dynamic field of the account's own.
#[derive(InputObject)]
pub struct DynamicFieldCreateInput {
    /// What stands between %% and %%: [A-Z][A-Z0-9_]*, not one of the reserved ones.
    code: String,
    /// What people call it: 1 to 60 characters.
    label: String,
}

impl From<DynamicFieldCreateInput> for DynamicFieldCreate {
    fn from(DynamicFieldCreateInput { code, label }: DynamicFieldCreateInput) -> Self {
        Self { code, label }
    }
}

/// What came of making a dynamic field.
#[derive(SimpleObject)]
pub struct DynamicFieldPayload {
    /// The field; null when it was refused.
    field: Option<DynamicField>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

impl DynamicFieldPayload {
    /// What clients are told of it.
    ///
    /// # Errors
    /// Every error that is no refusal.
    pub fn of(done: sportello_domain::Result<domain::DynamicField>) -> async_graphql::Result<Self> {
        Ok(match settle(done)? {
            Ok(field) => Self { field: Some(field.into()), user_errors: Vec::new() },
            Err(refusals) => Self { field: None, user_errors: user_errors(refusals) },
        })
    }
}
