//! Going through an envelope.

use serde_json::Value as Json;
use sportello_domain::{Error, Result, channel, contact, message as messages, store::Store};
use sportello_entity::AccountId;

use super::{message, status};

/// Works on every message and status; says how many failed. What was done before is not done again.
pub(crate) async fn work_on(store: &Store, envelope: &Json) -> usize {
    let mut failed = 0;
    for change in list(&envelope["entry"]).flat_map(|entry| list(&entry["changes"])) {
        if change["field"] == "messages" {
            failed += work_on_value(store, &change["value"]).await;
        }
    }
    failed
}

/// What is of no number that is connected here is none of this desk's business.
async fn work_on_value(store: &Store, value: &Json) -> usize {
    let number = value["metadata"]["phone_number_id"].as_str().unwrap_or_default();
    if number.is_empty() || number.contains('\0') {
        return 0;
    }
    let channel = match channel::find_number(store, number).await {
        Ok(Some(channel)) => channel,
        Ok(None) => return 0,
        Err(error) => return report(error),
    };
    let mut failed = 0;
    for status in list(&value["statuses"]) {
        failed += settled(take_status(store, channel.account_id, status).await);
    }
    for message in list(&value["messages"]) {
        failed += settled(take_message(store, channel.account_id, value, message).await);
    }
    failed
}

async fn take_status(store: &Store, account_id: AccountId, status: &Json) -> Result<()> {
    match status::read(status) {
        Some(report) => messages::report(store, account_id, report).await,
        None => Ok(()),
    }
}

async fn take_message(store: &Store, account_id: AccountId, value: &Json, json: &Json) -> Result<()> {
    let caller = message::caller(value, json);
    if caller.phone.is_none() && caller.whats_app_user_id.is_none() {
        tracing::warn!("a message without a sender came from WhatsApp and is left out");
        return Ok(());
    }
    if let Some(new_phone) = message::new_number(json) {
        return contact::renumber(store, account_id, caller, new_phone).await;
    }
    let Some(incoming) = message::read(json) else { return Ok(()) };
    messages::arrive(store, account_id, caller, incoming, json["context"]["id"].as_str()).await
}

fn settled(done: Result<()>) -> usize {
    done.map_or_else(report, |()| 0)
}

fn report(error: Error) -> usize {
    tracing::warn!(%error, "a part of what WhatsApp sent could not be worked on");
    1
}

fn list(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}
