//! A template as clients see it.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use sportello_domain::{dynamic_field::Text, template};
use sportello_entity::{TemplateId, message_template};

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    scalars::Locale,
};

/// A text that WhatsApp knows, with places to fill in. It may be sent at any time, when texts of one's own may not.
#[derive(Clone)]
pub struct MessageTemplate {
    row: message_template::Model,
}

impl From<message_template::Model> for MessageTemplate {
    fn from(row: message_template::Model) -> Self {
        Self { row }
    }
}

impl MessageTemplate {
    /// The template of that id, archived or not.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read settings.
    pub async fn find(ctx: &Context<'_>, id: TemplateId) -> Result<Option<Self>> {
        let found = template::find_templates(store(ctx), actor(ctx)?, &[id]).await.map_err(to_graphql)?;
        Ok(found.into_iter().next().map(Self::from))
    }
}

/// A text that WhatsApp knows, with places to fill in. It may be sent at any time, when texts of one's own may not.
#[Object]
impl MessageTemplate {
    /// Names the template everywhere.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// WhatsApp's name for it.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The language it is written in.
    async fn language(&self) -> Locale {
        self.row.language.clone().into()
    }

    /// The text. `%%CODE%%` is filled in when it is sent, once: what a value contains is text.
    async fn body(&self) -> &str {
        &self.row.body
    }

    /// What can be pressed below it, in order.
    async fn buttons(&self) -> Result<Vec<TemplateButton>> {
        let buttons = template::buttons(&self.row).map_err(to_graphql)?;
        Ok(buttons.into_iter().map(TemplateButton::from).collect())
    }

    /// The codes that it is filled in with, in the order of WhatsApp's parameters; one that stands twice comes twice.
    async fn placeholders(&self) -> Vec<String> {
        Text::parse(&self.row.body).placeholders().map(|placeholder| placeholder.code.clone()).collect()
    }

    /// Whether it is offered no more.
    async fn is_archived(&self) -> bool {
        self.row.is_archived
    }

    /// 1 at first, one more at each change. Send it as expectedVersion.
    async fn version(&self) -> i32 {
        self.row.version
    }
}

/// What can be pressed below a message.
#[derive(SimpleObject)]
pub struct TemplateButton {
    /// What stands on it.
    text: String,
    /// What pressing it tells.
    payload: String,
}

impl From<template::TemplateButton> for TemplateButton {
    fn from(template::TemplateButton { text, payload }: template::TemplateButton) -> Self {
        Self { text, payload }
    }
}
