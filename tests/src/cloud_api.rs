//! A fake of WhatsApp's Cloud API, and what Meta would post.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use hmac::{Hmac, Mac};
use serde_json::{Value as Json, json};
use sha2::Sha256;
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path_regex},
};

use crate::{Client, run::in_time};

/// The fake. It takes every token but [`CloudApi::BAD_TOKEN`] and every message, unless it was told what to answer.
pub struct CloudApi {
    server: MockServer,
    script: Arc<Mutex<Vec<Scripted>>>,
}

/// What a send is answered, once.
struct Scripted {
    /// Only a send to this number.
    recipient: Option<String>,
    answer: ResponseTemplate,
}

impl CloudApi {
    /// What signs Meta's webhooks.
    pub const APP_SECRET: &str = "the app's secret";
    /// What Meta shows at the handshake.
    pub const VERIFY_TOKEN: &str = "the verify token";
    /// The token that the fake refuses.
    pub const BAD_TOKEN: &str = "bad";

    /// Starts one.
    pub async fn open() -> Self {
        let server = MockServer::start().await;
        let script: Arc<Mutex<Vec<Scripted>>> = Arc::default();
        Mock::given(method("GET")).respond_with(number).mount(&server).await;
        let scripted = Arc::clone(&script);
        let count = Mutex::new(0);
        let answer = move |request: &Request| {
            if let Some(answer) = take(&mut scripted.lock().expect("not poisoned"), request) {
                return answer;
            }
            let mut count = count.lock().expect("not poisoned");
            *count += 1;
            ResponseTemplate::new(200)
                .set_body_json(json!({ "messages": [{ "id": format!("wamid.{count}") }] }))
        };
        Mock::given(method("POST")).and(path_regex("/messages$")).respond_with(answer).mount(&server).await;
        Self { server, script }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("{}/v1", self.server.uri())
    }

    /// The next send is answered so.
    ///
    /// # Panics
    /// When the fake has failed.
    pub fn answers(&self, status: u16, body: &Json) {
        self.will(None, ResponseTemplate::new(status).set_body_json(body));
    }

    /// The next send is refused with this code.
    pub fn refuses(&self, status: u16, code: i32) {
        self.will(None, refusal(status, Some(code)));
    }

    /// The next send to this number is answered so.
    pub fn answers_to(&self, recipient: &str, answer: ResponseTemplate) {
        self.will(Some(recipient.to_owned()), answer);
    }

    /// The next send to this number gets no answer.
    pub fn hangs(&self, recipient: &str) {
        self.answers_to(recipient, ResponseTemplate::new(200).set_delay(Duration::from_secs(600)));
    }

    fn will(&self, recipient: Option<String>, answer: ResponseTemplate) {
        self.script.lock().expect("not poisoned").push(Scripted { recipient, answer });
    }

    /// What it was asked to send, with the path and the token.
    ///
    /// # Panics
    /// When the fake keeps no record.
    pub async fn sends(&self) -> Vec<(String, String, Json)> {
        let requests = self.server.received_requests().await.expect("a record");
        let sends = requests.iter().filter(|request| request.method.as_str() == "POST");
        let text = |request: &Request| request.headers["authorization"].to_str().expect("a text").to_owned();
        sends
            .map(|request| (request.url.path().to_owned(), text(request), request.body_json().expect("JSON")))
            .collect()
    }

    /// Waits until it was asked to send so many messages.
    ///
    /// # Panics
    /// When it is not.
    pub async fn sends_count(&self, count: usize) -> Vec<(String, String, Json)> {
        in_time("sends", async {
            loop {
                let sends = self.sends().await;
                if sends.len() >= count {
                    return sends;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
    }

    /// Posts a body as Meta does; gives the HTTP status.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn posts(&self, address: SocketAddr, body: &Json) -> u16 {
        let body = body.to_string();
        let signature = sign(&body);
        post(address, body, Some(&signature)).await
    }
}

/// A refusal with this code, or without any.
pub fn refusal(status: u16, code: Option<i32>) -> ResponseTemplate {
    let answer = ResponseTemplate::new(status);
    match code {
        Some(code) => {
            let error = json!({ "message": format!("refused {code}"), "code": code });
            answer.set_body_json(json!({ "error": error }))
        }
        None => answer.set_body_string("<html>no</html>"),
    }
}

/// What Meta tells of a number: `value` with its messages and statuses.
pub fn envelope(number: &str, mut value: Json) -> Json {
    value["messaging_product"] = "whatsapp".into();
    value["metadata"] = json!({ "phone_number_id": number, "display_phone_number": "39061" });
    json!({ "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }] })
}

/// A text message of a customer's, at these seconds since 1970.
pub fn text(id: &str, from: &str, timestamp: &str, body: &str) -> Json {
    json!({ "id": id, "from": from, "timestamp": timestamp, "type": "text", "text": { "body": body } })
}

/// What was said in a chat, message by message.
///
/// # Panics
/// When the chat comes without `messages { nodes { body } }`.
pub fn said(chat: &Json) -> Vec<Json> {
    let messages = chat["messages"]["nodes"].as_array().expect("a list");
    messages.iter().map(|message| message["body"].clone()).collect()
}

/// Posts to the hook with this signature.
///
/// # Panics
/// When no answer comes.
pub async fn post(address: SocketAddr, body: String, signature: Option<&str>) -> u16 {
    let mut request =
        Client::anonymous(address).http.post(format!("http://{address}/hooks/whatsapp")).body(body);
    if let Some(signature) = signature {
        request = request.header("x-hub-signature-256", signature);
    }
    in_time("an answer", request.send()).await.expect("an answer").status().as_u16()
}

/// Meta's signature.
///
/// # Panics
/// Never: HMAC takes keys of every length.
pub fn sign(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(CloudApi::APP_SECRET.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    let digest = mac.finalize().into_bytes();
    format!("sha256={}", digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// The first answer that is meant for this send.
fn take(script: &mut Vec<Scripted>, request: &Request) -> Option<ResponseTemplate> {
    let send: Json = request.body_json().unwrap_or_default();
    let is_meant =
        |scripted: &Scripted| scripted.recipient.as_deref().is_none_or(|recipient| send["to"] == recipient);
    let place = script.iter().position(is_meant)?;
    Some(script.remove(place).answer)
}

fn number(request: &Request) -> ResponseTemplate {
    let is_bad = request.headers["authorization"] == format!("Bearer {}", CloudApi::BAD_TOKEN).as_str();
    if is_bad {
        let error = json!({ "error": { "message": "Invalid OAuth access token", "code": 190 } });
        return ResponseTemplate::new(401).set_body_json(error);
    }
    let id = request.url.path().rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(kind) = id.strip_prefix("media-") {
        let host = request.headers["host"].to_str().expect("a text");
        return ResponseTemplate::new(200)
            .set_body_json(json!({ "url": format!("http://{host}/files/{kind}") }));
    }
    match id.as_str() {
        "picture" => return ResponseTemplate::new(200).set_body_bytes(b"the picture".to_vec()),
        "large" => return ResponseTemplate::new(200).set_body_bytes(vec![0; 21 * 1024 * 1024]),
        "gone" => return ResponseTemplate::new(404),
        _ => {}
    }
    ResponseTemplate::new(200).set_body_json(json!({ "id": id, "display_phone_number": "+39 06 1" }))
}
