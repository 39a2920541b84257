//! What people do with automations, in a word each.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::{Client, run::in_time};

/// What stories look at of a run.
pub const RUN: &str = "id status depth error trigger startedAt finishedAt automation { id name isDeleted } \
     contact { id phone } ticket { id reference } \
     steps { position status rendered error ticket { id reference } message { id body } step { __typename } }";

impl Client {
    /// Makes an automation and gives the payload: the automation with its hook, and hookSecret.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn automates(&self, name: &str, trigger: Json, steps: Json) -> Json {
        let input = json!({ "name": name, "trigger": trigger, "steps": steps });
        self.does("automationCreate", "automation { id version hook { url } } hookSecret", input).await
    }

    /// The runs of an automation, newest first.
    ///
    /// # Panics
    /// On an error.
    pub async fn runs_of(&self, automation: &Json) -> Vec<Json> {
        let document = format!(
            "query($id: ID!, $after: String) {{ automationRuns(automationId: $id, first: 100, after: $after) {{
                nodes {{ {RUN} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let (mut runs, mut after) = (Vec::new(), Json::Null);
        loop {
            let variables = json!({ "id": automation["automation"]["id"], "after": after });
            let page = self.read(&document, variables).await["automationRuns"].take();
            runs.extend(page["nodes"].as_array().expect("a list").iter().cloned());
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                return runs;
            }
        }
    }

    /// How many runs of an automation have succeeded.
    ///
    /// # Panics
    /// On an error.
    pub async fn succeeded(&self, automation: &Json) -> u64 {
        let document =
            "query($id: ID!) { automationRuns(automationId: $id, status: SUCCEEDED) { totalCount } }";
        let data = self.read(document, json!({ "id": automation["automation"]["id"] })).await;
        data["automationRuns"]["totalCount"].as_u64().expect("a count")
    }

    /// The one run of an automation, once it has ended.
    ///
    /// # Panics
    /// When it does not end in time.
    pub async fn ended(&self, automation: &Json) -> Json {
        self.ended_runs(automation, 1).await.remove(0)
    }

    /// So many runs of an automation, once all have ended; newest first.
    ///
    /// # Panics
    /// When they do not end in time.
    pub async fn ended_runs(&self, automation: &Json, count: usize) -> Vec<Json> {
        in_time("the end of the runs", async {
            loop {
                let runs = self.runs_of(automation).await;
                if runs.len() >= count && runs.iter().all(|run| !run["finishedAt"].is_null()) {
                    return runs;
                }
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        })
        .await
    }

    /// Plays a customer who writes.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn hears(&self, phone: &str, text: &str) -> Json {
        let input = json!({ "phone": phone, "text": text });
        self.does("sandboxMessageReceive", "message { id chat { contact { id } } }", input).await["message"]
            .clone()
    }

    /// Calls a hook at this server and gives the status and the answer.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn calls(&self, automation: &Json, secret: &str, body: &str) -> (u16, Json) {
        let url = format!(
            "http://{}/hooks/automations/{}",
            self.address,
            automation["automation"]["id"].as_str().expect("an id")
        );
        let http = reqwest::Client::builder().no_proxy().build().expect("a client is built");
        let request = http.post(url).bearer_auth(secret).body(body.to_owned());
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }
}
