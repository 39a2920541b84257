//! What the log says of channels. Never the access token.

use serde_json::{Value as Json, json};
use sportello_entity::{value::EventType, whatsapp_channel};

use crate::{
    account::{at_changed, between},
    store::NewEvent,
};

/// CHANNEL_CHANGED.
pub(super) fn told(before: Option<&whatsapp_channel::Model>, after: &whatsapp_channel::Model) -> NewEvent {
    let (before, after_json) = (before.map(of), of(after));
    let fields = ["phoneNumberId", "displayPhoneNumber", "isEnabled", "problem"];
    let changes = between(before.as_ref(), &after_json, &fields);
    at_changed(EventType::ChannelChanged, after.id.0, before.as_ref(), after_json, changes)
}

fn of(channel: &whatsapp_channel::Model) -> Json {
    let whatsapp_channel::Model {
        id,
        account_id: _,
        phone_number_id,
        display_phone_number,
        access_token: _,
        is_enabled,
        problem,
        paused_until: _,
        created_at,
    } = channel;
    json!({
        "id": id,
        "phoneNumberId": phone_number_id,
        "displayPhoneNumber": display_phone_number,
        "isEnabled": is_enabled,
        "problem": problem,
        "createdAt": created_at,
    })
}
