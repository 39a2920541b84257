//! What the server answers to one request.

use serde_json::Value as Json;

/// An HTTP answer with a GraphQL result.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The whole body; null when it is not JSON.
    pub body: Json,
}

impl Answer {
    /// The data of an answer without errors.
    ///
    /// # Panics
    /// When it has errors.
    pub fn data(&self) -> &Json {
        assert!(self.body["errors"].is_null() && self.status == 200, "refused: {self:#?}");
        &self.body["data"]
    }

    /// The first error's code; "" where there is no error.
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }

    /// The first error's sentence; "" where there is no error.
    pub fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }

    /// Holds the answer to be an error of this code, with a sentence.
    ///
    /// # Panics
    /// When it is something else.
    pub fn must_be(&self, code: &str) {
        assert_eq!(self.code(), code, "{self:#?}");
        assert!(self.message().len() > 8, "a sentence says what is wrong: {self:#?}");
        assert!(self.status < 500, "{self:#?}");
    }
}
