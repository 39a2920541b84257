//! What people do with messages through a WhatsApp number, in a word each.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::{Client, run::in_time};

/// What stories look at of a number.
pub const CHANNEL: &str = "channel { id phoneNumberId displayPhoneNumber isEnabled problem }";

impl Client {
    /// Connects a number.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn connects(&self, number: &str, token: &str) -> Json {
        let input =
            json!({ "phoneNumberId": number, "displayPhoneNumber": "+39 06 1", "accessToken": token });
        self.does("whatsAppChannelConnect", CHANNEL, input).await["channel"].clone()
    }

    /// Writes a text to a contact; the message's id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn writes(&self, contact: &Json, text: &str) -> Json {
        let input = json!({ "contactId": contact, "text": text });
        self.does("messageSend", "message { id }", input).await["message"]["id"].clone()
    }

    /// How far a message has come, and what went wrong.
    ///
    /// # Panics
    /// On an error.
    pub async fn message(&self, id: &Json) -> Json {
        let document = "query($id: ID!) { node(id: $id) { ... on Message { status failure { code message isRetryable } } } }";
        self.read(document, json!({ "id": id })).await["node"].clone()
    }

    /// Waits until the message has come so far.
    ///
    /// # Panics
    /// When it does not.
    pub async fn comes(&self, id: &Json, status: &str) -> Json {
        in_time(status, async {
            loop {
                let message = self.message(id).await;
                if message["status"] == status {
                    return message;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
    }

    /// Waits until something went wrong with the message that is still to go out.
    ///
    /// # Panics
    /// When nothing does.
    pub async fn falters(&self, id: &Json) -> Json {
        in_time("a failure", async {
            loop {
                let message = self.message(id).await;
                if !message["failure"].is_null() {
                    return message;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
    }

    /// Waits until the log has so many events of this type.
    ///
    /// # Panics
    /// When it does not.
    pub async fn told(&self, event: &str, count: usize) {
        in_time(event, async {
            while self.log().await.iter().filter(|one| one["type"] == event).count() < count {
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        })
        .await;
    }
}
