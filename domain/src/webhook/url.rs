//! Where an endpoint may lie: checked when it is saved, and again before each attempt, since rules may have changed.

use std::net::IpAddr;

use url::{Host, Url};

use super::address::is_public;
use crate::{Refusal, RefusalCode};

const LONGEST: usize = 2_000;
/// Ports below this one are those of other services than HTTPS; a request could be taken for theirs.
const FIRST_FREE_PORT: u16 = 1024;
const HTTPS_PORT: u16 = 443;
const PATH: &[&str] = &["url"];

/// Why nothing is sent to a URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// The URL, if webhooks may be sent to it. What its name resolves to is for whoever connects to check.
///
/// # Errors
/// A sentence.
pub fn reachable(text: &str, allow_private: bool) -> Result<Url, Unreachable> {
    let refuse = |message: &str| Err(Unreachable(message.to_owned()));
    let url = Url::parse(text).map_err(|error| Unreachable(format!("is no URL: {error}")))?;
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        _ => return refuse("must begin with https://"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must hold no user name or password: deliveries are signed instead");
    }
    if allow_private {
        return Ok(url);
    }
    if url.port_or_known_default().is_none_or(|port| port != HTTPS_PORT && port < FIRST_FREE_PORT) {
        return refuse("must name the port 443, or one from 1024 on");
    }
    match is_private(&url) {
        true => refuse("lies at a private address: webhooks go to public ones only"),
        false => Ok(url),
    }
}

/// Addresses as such, and names that never mean a public one (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal).
fn is_private(url: &Url) -> bool {
    const SUFFIXES: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            SUFFIXES
                .iter()
                .any(|end| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        }
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        None => true,
    }
}

/// The URL of an input.
pub(super) fn checked(text: &str, allow_private: bool) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        let message = format!("may have at most {LONGEST} characters");
        return Err(Refusal::new(RefusalCode::TooLong, PATH, message));
    }
    let url = reachable(text, allow_private);
    url.map(|url| url.to_string())
        .map_err(|Unreachable(problem)| Refusal::new(RefusalCode::Invalid, PATH, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_is_reachable() {
        for url in [
            "",
            "shop",
            "//shop.example",
            "http://shop.example",
            "ftp://shop.example",
            "https://",
            "https://user:word@shop.example",
            "https://user@shop.example",
            "https://shop.example:25",
            "https://shop.example:80",
            "https://localhost",
            "https://LOCALHOST./",
            "https://a.localhost",
            "https://printer.local",
            "https://metadata.google.internal/",
            "https://nas.home.arpa",
            "https://127.0.0.1",
            "https://127.1",
            "https://2130706433",
            "https://0x7f000001",
            "https://017700000001",
            "https://0/",
            "https://169.254.169.254/latest",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://[fd00:ec2::254]",
            "https://[64:ff9b::a9fe:a9fe]",
            "https://１２７.０.０.１",
            "javascript:alert(1)",
            "file:///etc/passwd",
        ] {
            assert!(reachable(url, false).is_err(), "{url}");
        }
        for url in [
            "https://shop.example/hooks?tenant=1",
            "https://shop.example:8443",
            "https://1.1.1.1/hook",
            "https://[2606:4700:4700::1111]/",
            "https://notlocal.example",
            "https://mylocalhost",
        ] {
            assert!(reachable(url, false).is_ok(), "{url}");
        }
    }

    #[test]
    fn development_reaches_private_addresses_too() {
        for url in ["http://127.0.0.1:8000/hook", "http://localhost", "https://10.0.0.1:25"] {
            assert!(reachable(url, true).is_ok(), "{url}");
        }
        assert!(reachable("ftp://127.0.0.1", true).is_err());
    }

    #[test]
    fn an_input_is_trimmed_and_bounded() {
        assert_eq!(checked(" https://shop.example ", false).unwrap(), "https://shop.example/");
        let long = format!("https://shop.example/{}", "x".repeat(2_000));
        assert_eq!(checked(&long, false).unwrap_err().code, RefusalCode::TooLong);
    }
}
