//! What clients send to change templates, and how it becomes a command.

use async_graphql::{ID, InputObject, MaybeUndefined};
use sportello_domain::template::{self, TemplateCreate, TemplateUpdate};

use crate::graphql::{
    id::{change, parse},
    scalars::Locale,
};

/// A button below a template.
#[derive(InputObject)]
pub struct TemplateButtonInput {
    /// What stands on it: 1 to 25 characters.
    text: String,
    /// What pressing it tells: 1 to 256 characters.
    payload: String,
}

impl From<TemplateButtonInput> for template::TemplateButton {
    fn from(TemplateButtonInput { text, payload }: TemplateButtonInput) -> Self {
        Self { text, payload }
    }
}

/// A new template.
#[derive(InputObject)]
pub struct MessageTemplateCreateInput {
    /// WhatsApp's name for it: 1 to 512 characters, unique in the account together with the language.
    name: String,
    /// The language it is written in.
    language: Locale,
    /// The text, 1 to 1,024 characters, with `%%CODE%%` where something is to be filled in.
    body: String,
    /// What can be pressed below it: at most 10.
    #[graphql(default)]
    buttons: Vec<TemplateButtonInput>,
}

impl From<MessageTemplateCreateInput> for TemplateCreate {
    fn from(input: MessageTemplateCreateInput) -> Self {
        let MessageTemplateCreateInput { name, language, body, buttons } = input;
        Self { name, language: language.0, body, buttons: buttons.into_iter().map(Into::into).collect() }
    }
}

/// A change of a template. An absent field keeps its value.
#[derive(InputObject)]
pub struct MessageTemplateUpdateInput {
    /// Which template.
    id: ID,
    /// The version that you saw: another one is VERSION_CONFLICT.
    expected_version: Option<i32>,
    /// The text, 1 to 1,024 characters; cannot be null.
    body: MaybeUndefined<String>,
    /// What can be pressed below it: at most 10; null: nothing.
    buttons: MaybeUndefined<Vec<TemplateButtonInput>>,
    /// Whether it is offered no more; cannot be null.
    is_archived: MaybeUndefined<bool>,
}

impl From<MessageTemplateUpdateInput> for TemplateUpdate {
    fn from(input: MessageTemplateUpdateInput) -> Self {
        let MessageTemplateUpdateInput { id, expected_version, body, buttons, is_archived } = input;
        let buttons = buttons.map_value(|buttons| buttons.into_iter().map(Into::into).collect());
        Self {
            id: parse(&id),
            expected_version,
            body: change(body),
            buttons: change(buttons),
            is_archived: change(is_archived),
        }
    }
}
