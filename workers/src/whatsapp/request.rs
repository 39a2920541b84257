//! A message as the Cloud API is told it.

use serde_json::{Value as Json, json};
use sportello_domain::{Result, message::outbox::Job, template};
use sportello_entity::{contact, message_template};

/// The body of the request. Our own name for the message goes along, so that what is reported of it finds it also when the
/// answer is lost.
pub(super) fn of(job: &Job) -> Result<Json> {
    let mut request = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "biz_opaque_callback_data": job.message.id.to_string(),
    });
    address(&mut request, &job.contact);
    match &job.template {
        Some(template) => {
            let parameters = job.delivery.parameters.as_deref().map(serde_json::from_str).transpose()?;
            request["type"] = json!("template");
            request["template"] = of_template(template, parameters.unwrap_or_default())?;
        }
        None => {
            request["type"] = json!("text");
            request["text"] = json!({ "body": job.message.body, "preview_url": false });
        }
    }
    Ok(request)
}

/// By number where there is one; by WhatsApp's id of those who hide theirs.
fn address(request: &mut Json, contact: &contact::Model) {
    match (&contact.phone, &contact.whatsapp_user_id) {
        (Some(phone), _) => request["to"] = json!(phone.trim_start_matches('+')),
        (None, Some(id)) => request["recipient"] = json!(id),
        (None, None) => {}
    }
}

fn of_template(template: &message_template::Model, parameters: Vec<String>) -> Result<Json> {
    let text = |text: &String| json!({ "type": "text", "text": text });
    let mut components = Vec::new();
    if !parameters.is_empty() {
        let parameters: Vec<Json> = parameters.iter().map(text).collect();
        components.push(json!({ "type": "body", "parameters": parameters }));
    }
    for (index, button) in template::buttons(template)?.into_iter().enumerate() {
        components.push(json!({
            "type": "button",
            "sub_type": "quick_reply",
            "index": index.to_string(),
            "parameters": [{ "type": "payload", "payload": button.payload }],
        }));
    }
    let mut described = json!({
        "name": template.name,
        "language": { "code": template.language.replace('-', "_") },
    });
    if !components.is_empty() {
        described["components"] = json!(components);
    }
    Ok(described)
}
