//! A customer's message as the provider tells it.

use serde_json::Value as Json;
use sportello_domain::{
    contact::{Caller, phone},
    message::{Incoming, MessageMedia},
    text::{cleaned_message, cleaned_name},
};
use sportello_entity::{Timestamp, value::MessageKind};

/// The kinds of files.
const MEDIA: [&str; 5] = ["image", "video", "audio", "document", "sticker"];

/// Who wrote: the number may be missing (usernames), and so may the id (older payloads).
pub(super) fn caller(value: &Json, message: &Json) -> Caller {
    let known = value["contacts"].as_array().into_iter().flatten();
    let text = |json: &Json| json.as_str().filter(|text| is_key(text)).map(str::to_owned);
    let (from, user_id) = (text(&message["from"]), text(&message["from_user_id"]));
    let mut candidates = known.filter(|one| {
        let same = |name: &str, own: &Option<String>| own.is_some() && text(&one[name]) == *own;
        same("wa_id", &from) || same("user_id", &user_id)
    });
    let own = candidates.next().or_else(|| match value["contacts"].as_array().map(Vec::as_slice) {
        Some([only]) => Some(only),
        _ => None,
    });
    let of = |name: &str| own.and_then(|contact| text(&contact[name]));
    let wa_id = from.or_else(|| of("wa_id"));
    Caller {
        phone: wa_id.and_then(|digits| number(&digits)),
        whats_app_user_id: user_id.or_else(|| of("user_id")),
        name: own.and_then(|contact| contact["profile"]["name"].as_str()).map(cleaned_name),
        ..Caller::default()
    }
}

/// The new number of a customer who has changed it.
pub(super) fn new_number(message: &Json) -> Option<String> {
    let is_change = message["type"] == "system" && message["system"]["type"] == "user_changed_number";
    is_change.then(|| message["system"]["wa_id"].as_str().and_then(number)).flatten()
}

/// The message; None: nothing that a chat shows.
pub(super) fn read(message: &Json) -> Option<Incoming> {
    let provider_id = message["id"].as_str().filter(|id| is_key(id))?.to_owned();
    let kind = message["type"].as_str().unwrap_or_default();
    if kind == "system" {
        return None;
    }
    let (kind, body, button_payload) = content(kind, message);
    Some(Incoming {
        kind,
        body: cleaned_message(&body),
        button_payload: button_payload.map(|payload| cleaned_message(&payload)),
        media: media(message),
        media_id: file(message)
            .and_then(|file| file["id"].as_str())
            .filter(|id| is_key(id))
            .map(str::to_owned),
        template_id: None,
        provider_id: Some(provider_id),
        sent_at: moment(message),
        is_aside: matches!(message["type"].as_str(), Some("reaction" | "edit" | "revoke")),
    })
}

fn content(kind: &str, message: &Json) -> (MessageKind, String, Option<String>) {
    let at = |pointer: &str| message.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_owned();
    let unsupported = |body: String| (MessageKind::Unsupported, body, None);
    match kind {
        "text" => (MessageKind::Text, at("/text/body"), None),
        "button" => {
            let payload = Some(at("/button/payload")).filter(|payload| !payload.is_empty());
            (MessageKind::ButtonReply, at("/button/text"), payload)
        }
        "interactive" => match at("/interactive/type").as_str() {
            reply @ ("button_reply" | "list_reply") => {
                let part = |name: &str| at(&format!("/interactive/{reply}/{name}"));
                (MessageKind::ButtonReply, part("title"), Some(part("id")).filter(|id| !id.is_empty()))
            }
            _ => unsupported(at("/interactive/nfm_reply/body")),
        },
        media if MEDIA.contains(&media) => (MessageKind::Media, at(&format!("/{media}/caption")), None),
        "edit" => (MessageKind::Text, at("/edit/message/text/body"), None),
        "reaction" => unsupported(at("/reaction/emoji")),
        "location" => unsupported(place(&message["location"])),
        _ => unsupported(String::new()),
    }
}

fn place(location: &Json) -> String {
    let named = ["name", "address"].map(|part| location[part].as_str().unwrap_or_default().to_owned());
    let degrees =
        ["latitude", "longitude"].map(|part| location[part].as_f64().unwrap_or_default().to_string());
    let parts = named.into_iter().filter(|part| !part.is_empty()).chain([degrees.join(", ")]);
    parts.collect::<Vec<_>>().join(", ")
}

fn file(message: &Json) -> Option<&Json> {
    MEDIA.into_iter().find(|kind| message["type"] == *kind).map(|kind| &message[kind])
}

fn media(message: &Json) -> Option<MessageMedia> {
    let file = file(message)?;
    let text = |name: &str| file[name].as_str().map(cleaned_name).filter(|text| !text.is_empty());
    let mime_type = text("mime_type").unwrap_or_else(|| "application/octet-stream".to_owned());
    Some(MessageMedia { mime_type, file_name: text("filename") })
}

/// Seconds since 1970 as a text. What is none, or is still to come, means now: no message is received before it is written.
fn moment(message: &Json) -> Timestamp {
    let seconds = match &message["timestamp"] {
        Json::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    let seconds: i64 = seconds.unwrap_or(i64::MAX);
    Timestamp::default().plus_seconds(seconds.clamp(0, 32_503_680_000))
}

/// The number in E.164; None for what is none.
fn number(digits: &str) -> Option<String> {
    phone::normalised(&format!("+{}", digits.trim_start_matches('+')), &[]).ok()
}

fn is_key(text: &str) -> bool {
    (1..=512).contains(&text.len()) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_sender_is_found_with_and_without_a_number() {
        let value = json!({ "contacts": [
            { "profile": { "name": "Anna" }, "wa_id": "393510000001", "user_id": "IT.1" },
            { "profile": { "name": "Bruno", "username": "bruno" }, "user_id": "IT.2" },
        ] });
        let anna = caller(&value, &json!({ "from": "393510000001" }));
        assert_eq!(
            (anna.phone.as_deref(), anna.whats_app_user_id.as_deref()),
            (Some("+393510000001"), Some("IT.1"))
        );
        let bruno = caller(&value, &json!({ "from_user_id": "IT.2" }));
        assert_eq!((bruno.phone, bruno.name.as_deref()), (None, Some("Bruno")));
        let stranger = caller(&value, &json!({ "from": "x" }));
        assert_eq!((stranger.phone, stranger.whats_app_user_id), (None, None));
    }

    #[test]
    fn every_kind_of_message_becomes_one_that_can_be_shown() {
        for (message, kind, body, payload) in [
            (json!({ "type": "text", "text": { "body": " Ciao\u{0} " } }), MessageKind::Text, "Ciao", None),
            (
                json!({ "type": "button", "button": { "text": "Sì", "payload": "YES" } }),
                MessageKind::ButtonReply,
                "Sì",
                Some("YES"),
            ),
            (
                json!({ "type": "interactive", "interactive": { "type": "list_reply", "list_reply": { "id": "A", "title": "Alfa" } } }),
                MessageKind::ButtonReply,
                "Alfa",
                Some("A"),
            ),
            (
                json!({ "type": "image", "image": { "caption": "Look", "mime_type": "image/jpeg" } }),
                MessageKind::Media,
                "Look",
                None,
            ),
            (
                json!({ "type": "location", "location": { "latitude": 1.5, "longitude": 2 } }),
                MessageKind::Unsupported,
                "1.5, 2",
                None,
            ),
            (json!({ "type": "hologram" }), MessageKind::Unsupported, "", None),
            (json!({}), MessageKind::Unsupported, "", None),
        ] {
            let mut message = message;
            message["id"] = json!("wamid.1");
            message["timestamp"] = json!("1764064800");
            let read = read(&message).expect("a message");
            assert_eq!(
                (read.kind, read.body.as_str(), read.button_payload.as_deref()),
                (kind, body, payload),
                "{message}"
            );
            assert_eq!(read.sent_at, Timestamp(1_764_064_800_000));
        }
        assert!(read(&json!({ "type": "text" })).is_none(), "without a name it could come twice");
    }
}
