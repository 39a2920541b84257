//! A call from a system outside that sets an automation off.

use std::collections::BTreeMap;

use sea_orm::EntityTrait;
use serde_json::{Value as Json, json};
use sportello_entity::{AutomationId, AutomationRunId, automation};
use subtle::ConstantTimeEq;

use super::{
    Trigger,
    plan::{Cause, begin},
    trigger,
};
use crate::{
    Actor, Error, Refusal, RefusalCode, Result, Who,
    contact::{self, FieldInput, Fields, email, fields, phone},
    digest::digest,
    dynamic_field,
    store::{Store, Tx},
    text,
};

/// Who calls: an automation that calls set off, and its secret.
#[derive(Clone, Debug)]
pub struct Caller {
    automation: automation::Model,
    fields: Vec<String>,
}

/// Why a caller is not let in.
#[derive(Debug, thiserror::Error)]
pub enum CallRefused {
    /// There is no such automation, or it is disabled, or no calls set it off.
    #[error("nothing takes calls at this address: the automation is unknown or disabled")]
    Unknown,
    /// The secret is not its own.
    #[error("send the automation's secret: Authorization: Bearer <hookSecret>")]
    WrongSecret,
    /// What the database answers.
    #[error(transparent)]
    Fault(#[from] Error),
}

impl Caller {
    /// The caller of that automation with that secret. Secrets are compared by their digests, in constant time.
    ///
    /// # Errors
    /// What [`CallRefused`] says.
    pub async fn admit(
        store: &Store,
        id: AutomationId,
        secret: &str,
    ) -> std::result::Result<Self, CallRefused> {
        let found = automation::Entity::find_by_id(id).one(store.reader()).await.map_err(Error::from)?;
        let found = found.filter(|row| row.is_enabled && row.deleted_at.is_none());
        let automation = found.ok_or(CallRefused::Unknown)?;
        let Trigger::ApiCall { fields } = trigger(&automation)? else { return Err(CallRefused::Unknown) };
        let own = automation.hook_secret_hash.as_deref().unwrap_or_default();
        let is_own: bool = own.as_bytes().ct_eq(digest(secret).as_bytes()).into();
        if is_own { Ok(Self { automation, fields }) } else { Err(CallRefused::WrongSecret) }
    }
}

/// What a call says, as it was received.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Call {
    /// About whom.
    contact: CalledContact,
    /// Values of dynamic fields, for this run.
    #[serde(default)]
    fields: BTreeMap<String, Json>,
    /// Makes a repetition harmless.
    #[serde(default)]
    idempotency_key: Option<String>,
}

#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CalledContact {
    phone: Option<String>,
    whats_app_user_id: Option<String>,
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
}

/// Takes the call: the contact is found or made, and a run begun. The same key gives the same run again.
///
/// # Errors
/// Refusals with their places in the body: REQUIRED, INVALID, TOO_LONG, MISSING_DYNAMIC_FIELD, UNKNOWN_DYNAMIC_FIELD,
/// RESERVED_DYNAMIC_FIELD, IDEMPOTENCY_KEY_REUSED.
pub async fn call(store: &Store, caller: &Caller, body: &Json) -> Result<AutomationRunId> {
    let call = read(body)?;
    let automation = &caller.automation;
    let actor = Actor { account_id: automation.account_id, who: Who::Automation(automation.id) };
    let mut tx = store.begin(&actor).await?;
    if let Some(known) = tx.recall("hooks/automations", call.idempotency_key.as_deref(), body).await? {
        return Ok(serde_json::from_value(known["run"].clone())?);
    }
    let known = dynamic_field::known_codes(&tx, true).await?;
    let (who, brought) = match (who(&call.contact), brought(&call.fields, &caller.fields, &known)) {
        (Ok(who), Ok(brought)) => (who, brought),
        (who, brought) => {
            let refusals = who.err().into_iter().chain(brought.err()).flatten();
            return Err(Error::Refused(refusals.collect()));
        }
    };
    let run = take(&mut tx, automation, who, brought, body).await?;
    tx.remember(json!({ "run": run }));
    tx.commit().await?;
    Ok(run)
}

async fn take(
    tx: &mut Tx,
    automation: &automation::Model,
    who: contact::Caller,
    fields: Fields,
    body: &Json,
) -> Result<AutomationRunId> {
    let contact = contact::meet(tx, who).await?;
    let mut trigger = body.clone();
    trigger["type"] = json!("API_CALL");
    let cause =
        Cause { event_id: None, contact_id: Some(contact.id), ticket: None, trigger, fields, depth: 1 };
    Ok(begin(tx, automation, cause).await?.id)
}

fn read(body: &Json) -> Result<Call> {
    if !body["contact"].is_object() {
        let message = "say whom the call is about: {\"contact\": {\"phone\": \"+39…\"}, …}";
        return Err(Error::refused(RefusalCode::Required, &["contact"], message));
    }
    serde_json::from_value(body.clone())
        .map_err(|error| Error::refused(RefusalCode::Invalid, &[], format!("the body: {error}")))
}

/// Whom the call is about, with what is wrong in what it says of them.
fn who(called: &CalledContact) -> std::result::Result<contact::Caller, Vec<Refusal>> {
    let named = [&called.phone, &called.whats_app_user_id, &called.external_id];
    if named.iter().filter(|name| name.is_some()).count() != 1 {
        let message = "name the contact by one of phone, whatsAppUserId and externalId";
        let code = if named.iter().any(|name| name.is_some()) {
            RefusalCode::Invalid
        } else {
            RefusalCode::Required
        };
        return Err(vec![Refusal::new(code, &["contact"], message)]);
    }
    let mut refusals = Vec::new();
    let mut keep = |checked: Option<std::result::Result<String, Refusal>>| match checked.transpose() {
        Ok(value) => value,
        Err(refusal) => {
            refusals.push(refusal);
            None
        }
    };
    let key = |field: &'static str| move |key: &str| text::EXTERNAL_ID.check(key, &["contact", field]);
    let caller = contact::Caller {
        phone: keep(called.phone.as_deref().map(|phone| phone::normalised(phone, &["contact", "phone"]))),
        whats_app_user_id: keep(called.whats_app_user_id.as_deref().map(key("whatsAppUserId"))),
        external_id: keep(called.external_id.as_deref().map(key("externalId"))),
        email: keep(called.email.as_deref().map(|email| email::checked(email, &["contact", "email"]))),
        name: called.name.clone(),
    };
    if refusals.is_empty() { Ok(caller) } else { Err(refusals) }
}

/// The values that the call brings: all that the trigger wants, and others that the account knows.
fn brought(
    given: &BTreeMap<String, Json>,
    wanted: &[String],
    known: &std::collections::BTreeSet<String>,
) -> std::result::Result<Fields, Vec<Refusal>> {
    let (mut input, mut refusals) = (Vec::new(), Vec::new());
    for (code, value) in given {
        match value {
            Json::String(value) => {
                input.push(FieldInput { code: code.clone(), value: Some(value.clone()) });
            }
            Json::Null => {}
            _ => refusals.push(Refusal::new(RefusalCode::Invalid, &["fields", code], "must be a text")),
        }
    }
    let fields = fields::merged(Fields::new(), &input, known).unwrap_or_else(|wrong| {
        refusals.extend(wrong.into_iter().map(|refusal| by_code(refusal, &input)));
        Fields::new()
    });
    let is_missing = |code: &&String| {
        let value = given.get(*code).and_then(Json::as_str).unwrap_or_default();
        value.trim().is_empty()
    };
    for code in wanted.iter().filter(is_missing) {
        let message = format!("the automation needs a value for {code}");
        refusals.push(Refusal::new(RefusalCode::MissingDynamicField, &["fields", code], message));
    }
    if refusals.is_empty() { Ok(fields) } else { Err(refusals) }
}

/// A refusal whose place names the entry by its code, as the body does, instead of by its number.
fn by_code(refusal: Refusal, input: &[FieldInput]) -> Refusal {
    let index = refusal.path.get(1).and_then(|index| index.parse::<usize>().ok());
    let code = index.and_then(|index| input.get(index)).map(|entry| entry.code.clone()).unwrap_or_default();
    Refusal { path: vec!["fields".to_owned(), code], ..refusal }
}
