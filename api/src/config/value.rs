//! The kinds of value that settings have.

use std::{fmt, str::FromStr};

use reqwest::Url;
use serde::{Deserialize, Serialize};

/// An absolute http or https address below which paths are added, as in `https://desk.example/support`.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Where the server is reached when nothing is set.
    pub fn local() -> Self {
        "http://127.0.0.1:8000".parse().expect("the address is well-formed")
    }

    /// The address followed by `path`, which begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{self}{path}")
    }

    /// Scheme, host and port, as browsers send in `Origin`.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The host's name or address.
    pub fn host(&self) -> &str {
        self.0.host_str().expect("http addresses have a host")
    }
}

impl FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let problem = |why: &str| format!("it is {text:?}, {why}: write it as in https://desk.example");
        let url = Url::parse(text).map_err(|error| problem(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(problem("not an http or https address"));
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(problem("with a user, query or fragment, which have no place here"));
        }
        Ok(Self(url))
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<BaseUrl> for String {
    fn from(url: BaseUrl) -> Self {
        url.to_string()
    }
}

/// Without a slash at the end.
impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// A setting that is not set is the empty text, in the file as in the environment.
pub(super) mod blank {
    use serde::{
        Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::IntoDeserializer,
    };

    pub(in crate::config) fn serialize<T: Serialize, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => value.serialize(serializer),
            None => serializer.serialize_str(""),
        }
    }

    pub(in crate::config) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() { Ok(None) } else { T::deserialize(text.into_deserializer()).map(Some) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_below_the_address() {
        for (text, joined, origin) in [
            ("https://desk.example", "https://desk.example/graphql", "https://desk.example"),
            ("https://desk.example/a/", "https://desk.example/a/graphql", "https://desk.example"),
            ("http://[::1]:8000/", "http://[::1]:8000/graphql", "http://[::1]:8000"),
        ] {
            let url: BaseUrl = text.parse().expect(text);
            assert_eq!(url.join("/graphql"), joined);
            assert_eq!(url.origin(), origin);
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for text in
            ["", "desk.example", "ftp://desk.example", "https://a.example?b=c", "https://u:p@a.example"]
        {
            assert!(text.parse::<BaseUrl>().is_err(), "{text}");
        }
    }
}
