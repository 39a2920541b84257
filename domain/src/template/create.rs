//! Making a template.

use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait, sea_query::OnConflict};
use sportello_entity::message_template;

use super::{TemplateButton, check, event, find};
use crate::{
    Actor, Error, Permission, Refusal, RefusalCode, Result,
    contact::locale,
    dynamic_field,
    store::{Store, Tx},
};

/// The most templates of an account.
const LIMIT: u64 = 1_000;

/// What a template is made of.
#[derive(Clone, Debug)]
pub struct TemplateCreate {
    /// WhatsApp's name for it.
    pub name: String,
    /// A language tag.
    pub language: String,
    /// The text with its places to fill in.
    pub body: String,
    /// What can be pressed.
    pub buttons: Vec<TemplateButton>,
}

/// Makes a template: TEMPLATE_CHANGED.
///
/// # Errors
/// FORBIDDEN; refusals: UNKNOWN_DYNAMIC_FIELD, TAKEN, LIMIT_REACHED, and what is wrong with the input.
pub async fn create(store: &Store, actor: &Actor, input: TemplateCreate) -> Result<message_template::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let template = build(&tx, &input).await?;
    if find::of_account(actor.account_id).count(tx.db()).await? >= LIMIT {
        let message = format!("an account can have {LIMIT} templates");
        return Err(Error::refused(RefusalCode::LimitReached, &["name"], message));
    }
    let nothing = OnConflict::new().do_nothing().to_owned();
    let row = message_template::Entity::insert(template.clone().into_active_model()).on_conflict(nothing);
    if row.exec_without_returning(tx.db()).await? == 0 {
        let message = "another template has this name in this language";
        return Err(Error::refused(RefusalCode::Taken, &["name"], message));
    }
    tx.record(event::told(None, &template)?);
    tx.commit().await?;
    Ok(template)
}

async fn build(tx: &Tx, input: &TemplateCreate) -> Result<message_template::Model> {
    let known = dynamic_field::known_placeholders(tx).await?;
    let one = |refusal: Refusal| vec![refusal];
    let name = check::name(&input.name).map_err(one);
    let language = locale::normalised(&input.language, &["language"]).map_err(one);
    let body = check::body(&input.body, &known);
    match (name, language, body, check::checked_buttons(&input.buttons)) {
        (Ok(name), Ok(language), Ok(body), Ok(buttons)) => Ok(message_template::Model {
            id: tx.new_id(),
            account_id: tx.actor.account_id,
            name,
            language,
            body,
            buttons: serde_json::to_string(&buttons)?,
            is_archived: false,
            created_at: tx.now(),
            version: 1,
        }),
        (name, language, body, buttons) => {
            let refusals = [name.err(), language.err(), body.err(), buttons.err()];
            Err(Error::Refused(refusals.into_iter().flatten().flatten().collect()))
        }
    }
}
