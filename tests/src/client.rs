//! Somebody who sends requests: an owner, an operator, an API key, or nobody in particular.

use std::{net::SocketAddr, time::Duration};

use serde_json::{Value as Json, json};

use crate::{Answer, Socket, run::in_time};

/// When a request is given up: of one that was under way while its server was killed, hyper's client was seen, once in
/// some hundred kills, not to tell the end, though no socket was left. Sooner than a test gives up waiting for what follows.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(40);

/// A GraphQL client with its credential.
#[derive(Clone)]
pub struct Client {
    /// Where the desk is.
    pub address: SocketAddr,
    /// The access token or API key; none: anonymous.
    pub token: Option<String>,
    /// The user's or key's id; empty where it is not known.
    pub id: String,
    pub(crate) http: reqwest::Client,
}

impl Client {
    /// Somebody without a credential.
    pub fn anonymous(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client is built");
        Self { address, token: None, id: String::new(), http }
    }

    /// The same at another address.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// The same with this credential.
    #[must_use]
    pub fn with_token(&self, token: &str, id: &str) -> Self {
        Self { token: Some(token.to_owned()), id: id.to_owned(), ..self.clone() }
    }

    /// Sends a document.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn ask(&self, document: &str, variables: Json) -> Answer {
        self.post(json!({ "query": document, "variables": variables }).to_string()).await
    }

    /// Sends a body as it is.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn post(&self, body: impl Into<reqwest::Body>) -> Answer {
        self.tries_to_post(body).await.expect("an answer")
    }

    async fn tries_to_post(&self, body: impl Into<reqwest::Body>) -> reqwest::Result<Answer> {
        let request = self.request(reqwest::Method::POST).header("content-type", "application/json");
        let response = in_time("an answer", request.timeout(GIVEN_UP_AFTER).body(body).send()).await?;
        let status = response.status().as_u16();
        let text = in_time("a body", response.text()).await?;
        Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or_default() })
    }

    /// A request to the endpoint with the credential.
    pub fn request(&self, method: reqwest::Method) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("http://{}/graphql", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// The data of a document that must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub async fn read(&self, document: &str, variables: Json) -> Json {
        self.ask(document, variables).await.data().clone()
    }

    /// Sends a mutation with its input and gives the whole answer.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn attempt(&self, mutation: &str, selection: &str, input: Json) -> Answer {
        self.tries(mutation, selection, input).await.expect("an answer")
    }

    /// The same where the server may be away: then None.
    pub async fn tries(&self, mutation: &str, selection: &str, input: Json) -> Option<Answer> {
        let (first, rest) = mutation.split_at(1);
        let r#type = format!("{}{rest}Input", first.to_uppercase());
        let errors = "userErrors { code message path ... on VersionConflictError { expectedVersion \
                      currentVersion changes { field before after } } }";
        let document =
            format!("mutation($input: {type}!) {{ {mutation}(input: $input) {{ {selection} {errors} }} }}");
        let body = json!({ "query": document, "variables": { "input": input } });
        self.tries_to_post(body.to_string()).await.ok()
    }

    /// The payload of a mutation, userErrors or not.
    ///
    /// # Panics
    /// On a top-level error.
    pub async fn mutate(&self, mutation: &str, selection: &str, input: Json) -> Json {
        self.attempt(mutation, selection, input).await.data()[mutation].clone()
    }

    /// The payload of a mutation that must succeed.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn does(&self, mutation: &str, selection: &str, input: Json) -> Json {
        let payload = self.mutate(mutation, selection, input).await;
        assert_eq!(payload["userErrors"], json!([]), "{mutation} is refused");
        payload
    }

    /// Why a mutation is refused: `CODE at.path` of its only refusal.
    ///
    /// # Panics
    /// When it is not refused, or for several reasons.
    pub async fn is_refused(&self, mutation: &str, input: Json) -> String {
        let payload = self.mutate(mutation, "__typename", input).await;
        refusal(&payload)
    }

    /// Opens a WebSocket and waits until it is admitted.
    ///
    /// # Panics
    /// When it is not admitted.
    pub async fn socket(&self) -> Socket {
        Socket::admitted(self).await
    }
}

/// `CODE at.path` of a payload's only refusal.
fn refusal(payload: &Json) -> String {
    let errors = payload["userErrors"].as_array().expect("userErrors");
    let [error] = &errors[..] else { panic!("one refusal is expected: {payload:#?}") };
    let path: Vec<_> = error["path"].as_array().expect("a path").iter().filter_map(Json::as_str).collect();
    assert!(error["message"].as_str().is_some_and(|message| message.len() > 8), "a sentence: {error}");
    format!("{} {}", error["code"].as_str().expect("a code"), path.join(".")).trim_end().to_owned()
}
