//! The Cloud API over HTTP: <https://developers.facebook.com/docs/whatsapp/cloud-api>.

use std::time::Duration;

use reqwest::{StatusCode, header::RETRY_AFTER};
use serde_json::Value as Json;

/// The longest body of an answer that is looked at.
const MOST_BYTES: usize = 256 * 1024;
/// The largest file that is kept: pictures have up to 5 MB, sounds and films up to 16.
const MOST_FILE_BYTES: usize = 20 * 1024 * 1024;

/// Asks the Cloud API. Never follows it elsewhere: the token would go along.
#[derive(Clone, Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base: String,
}

/// What came of trying a token on its number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tried {
    /// The number answers to it.
    Fits,
    /// It does not; what the provider says.
    Refused(String),
    /// Nothing can be said.
    Unanswered,
}

/// What came of asking for a message to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It was taken; the provider's name for it.
    Accepted(String),
    /// It was not.
    Refused(ApiError),
    /// The provider was not reached: it has not seen the message.
    Unreached(String),
    /// The provider was reached and gave no answer that can be read: perhaps it has taken the message.
    Unanswered(String),
}

/// What came of fetching a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    /// The file.
    File(Vec<u8>),
    /// There is no such file, or it is too large.
    Nothing,
    /// It may be there another time.
    Later,
}

/// A refusal of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    /// The answer's HTTP status.
    pub(super) status: u16,
    /// The Graph API's code; None when the answer has none.
    pub(super) code: Option<i32>,
    /// What it says, with what names the answer in the provider's own log.
    pub(super) message: String,
    /// How long it wants to be left in peace.
    pub(super) retry_after_seconds: Option<i64>,
}

impl Client {
    pub(super) fn try_new(base: &str, patience: Duration) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(patience)
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned() })
    }

    /// Asks for the number's own description with this token.
    pub(super) async fn try_number(&self, phone_number_id: &str, token: &str) -> Tried {
        let request = self.http.get(format!("{}/{phone_number_id}", self.base)).bearer_auth(token);
        let Ok(response) = request.send().await else { return Tried::Unanswered };
        let status = response.status();
        if status.is_success() {
            return Tried::Fits;
        }
        if status.is_server_error() {
            return Tried::Unanswered;
        }
        let body = read(response).await.unwrap_or_default();
        Tried::Refused(api_error(status, None, &body).message)
    }

    /// Fetches a file: first its address, then what is there.
    pub(super) async fn fetch(&self, media_id: &str, token: &str) -> Fetched {
        let request = self.http.get(format!("{}/{media_id}", self.base)).bearer_auth(token);
        let described = match request.send().await {
            Ok(response) if response.status().is_success() => read(response).await.unwrap_or_default(),
            Ok(response) if response.status().is_client_error() => return Fetched::Nothing,
            _ => return Fetched::Later,
        };
        let Some(url) = described["url"].as_str().filter(|url| self.may_go(url)) else {
            return Fetched::Nothing;
        };
        match self.http.get(url).bearer_auth(token).send().await {
            Ok(response) if response.status().is_success() => bytes(response, MOST_FILE_BYTES).await,
            Ok(response) if response.status().is_client_error() => Fetched::Nothing,
            _ => Fetched::Later,
        }
    }

    /// The token goes along: only encrypted, or to where it goes anyway.
    fn may_go(&self, url: &str) -> bool {
        let origin = |text: &str| reqwest::Url::parse(text).ok().map(|url| url.origin());
        url.starts_with("https://") || (origin(url).is_some() && origin(url) == origin(&self.base))
    }

    /// Asks for a message to be sent from the number.
    pub(super) async fn send(&self, phone_number_id: &str, token: &str, message: &Json) -> Answer {
        let request = self.http.post(format!("{}/{phone_number_id}/messages", self.base));
        let response = match request.bearer_auth(token).json(message).send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Answer::Unreached(plain(&error)),
            Err(error) => return Answer::Unanswered(plain(&error)),
        };
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|text| text.to_str().ok());
        let retry_after = retry_after.and_then(|text| text.trim().parse().ok());
        let body = read(response).await;
        if !status.is_success() {
            return Answer::Refused(api_error(status, retry_after, &body.unwrap_or_default()));
        }
        let id = body.as_ref().and_then(|body| body.pointer("/messages/0/id")).and_then(Json::as_str);
        match id.filter(|id| (1..=512).contains(&id.len()) && !id.contains('\0')) {
            Some(id) => Answer::Accepted(id.to_owned()),
            None => Answer::Unanswered("its answer cannot be read".to_owned()),
        }
    }
}

async fn read(response: reqwest::Response) -> Option<Json> {
    match bytes(response, MOST_BYTES).await {
        Fetched::File(body) => serde_json::from_slice(&body).ok(),
        Fetched::Nothing | Fetched::Later => None,
    }
}

async fn bytes(mut response: reqwest::Response, most: usize) -> Fetched {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > most => {
                drop(chunk);
                return Fetched::Nothing;
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Fetched::File(body),
            Err(_) => return Fetched::Later,
        }
    }
}

/// Without the address, which names the number.
fn plain(error: &reqwest::Error) -> String {
    match error {
        error if error.is_timeout() => "no answer came in time".to_owned(),
        error if error.is_connect() => "it cannot be reached".to_owned(),
        _ => "the connection broke".to_owned(),
    }
}

fn api_error(status: StatusCode, retry_after_seconds: Option<i64>, body: &Json) -> ApiError {
    let error = &body["error"];
    let code = error["code"].as_i64().and_then(|code| i32::try_from(code).ok());
    let text = |value: &Json| value.as_str().filter(|text| !text.is_empty()).map(clean);
    let parts = [
        text(&error["message"]),
        text(&error["error_data"]["details"]),
        text(&error["fbtrace_id"]).map(|trace| format!("(fbtrace_id {trace})")),
    ];
    let said = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let message = if said.is_empty() { format!("HTTP {}", status.as_u16()) } else { said };
    ApiError { status: status.as_u16(), code, message, retry_after_seconds }
}

fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refusal_is_read() {
        let body = json!({ "error": { "message": "(#131056) Pair rate limit hit", "code": 131056,
            "error_data": { "details": "Too many messages" }, "fbtrace_id": "A1b" } });
        let error = api_error(StatusCode::BAD_REQUEST, Some(7), &body);
        assert_eq!((error.code, error.retry_after_seconds), (Some(131_056), Some(7)));
        assert_eq!(error.message, "(#131056) Pair rate limit hit Too many messages (fbtrace_id A1b)");
        for nonsense in [json!(null), json!([]), json!({ "error": "x" }), json!({ "error": { "code": "y" } })]
        {
            let error = api_error(StatusCode::BAD_GATEWAY, None, &nonsense);
            assert_eq!((error.code, error.message.as_str()), (None, "HTTP 502"), "{nonsense}");
        }
    }
}
