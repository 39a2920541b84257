//! A status as the provider tells it.

use serde_json::Value as Json;
use sportello_domain::message::{MessageFailure, StatusReport};
use sportello_entity::value::MessageStatus;

use crate::whatsapp::verdict::Verdict;

/// The report; None: nothing that a message's way knows of.
pub(super) fn read(json: &Json) -> Option<StatusReport> {
    let provider_id = json["id"].as_str().filter(|id| !id.is_empty() && !id.contains('\0'))?;
    let status = match json["status"].as_str()? {
        "sent" => MessageStatus::Sent,
        "delivered" => MessageStatus::Delivered,
        "read" | "played" => MessageStatus::Read,
        "failed" => MessageStatus::Failed,
        _ => return None,
    };
    Some(StatusReport {
        message_id: json["biz_opaque_callback_data"].as_str().and_then(|text| text.parse().ok()),
        provider_id: provider_id.to_owned(),
        status,
        failure: (status == MessageStatus::Failed).then(|| failure(&json["errors"][0])),
    })
}

fn failure(error: &Json) -> MessageFailure {
    let code = error["code"].as_i64().and_then(|code| i32::try_from(code).ok()).unwrap_or_default();
    let texts = [&error["error_data"]["details"], &error["message"], &error["title"]];
    let said = texts.into_iter().find_map(|text| text.as_str().filter(|text| !text.is_empty()));
    let said = said.unwrap_or("WhatsApp does not say why");
    MessageFailure {
        code,
        message: said.chars().filter(|c| !c.is_control()).take(500).collect(),
        is_retryable: Verdict::on_code(code).is_some_and(Verdict::is_retryable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn statuses_are_read_and_others_left_out() {
        let json = json!({ "id": "wamid.1", "status": "failed", "timestamp": "1",
            "errors": [{ "code": 131047, "title": "Re-engagement message", "error_data": { "details": "24 hours" } }] });
        let report = read(&json).expect("a report");
        let failure = report.failure.expect("why");
        assert_eq!(
            (failure.code, failure.message.as_str(), failure.is_retryable),
            (131_047, "24 hours", false)
        );
        for nonsense in [
            json!(null),
            json!({ "id": "x" }),
            json!({ "id": "x", "status": "warning" }),
            json!({ "status": "sent" }),
        ] {
            assert!(read(&nonsense).is_none(), "{nonsense}");
        }
    }
}
