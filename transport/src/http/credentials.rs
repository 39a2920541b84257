//! Who a request says that it comes from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ::http::{HeaderMap, header, request::Parts};
use axum::extract::ConnectInfo;

use crate::{
    error::{Cause, Failure},
    options::Options,
};

/// The `Authorization` header, where there is one.
pub(crate) fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().map(|value| value.to_str());
    match (value.transpose(), values.next()) {
        (Ok(value), None) => Ok(value),
        _ => Err(Failure::new(Cause::Unauthenticated, "The Authorization header must be one line of ASCII.")),
    }
}

/// The client's address: the connection's, or what a trusted proxy says.
pub(crate) fn peer(parts: &Parts, options: &Options) -> IpAddr {
    let direct = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let direct = direct.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    if options.trusted_proxies { forwarded(&parts.headers).unwrap_or(direct) } else { direct }
}

/// The last address is the one that our own proxy saw; those before it are anybody's claim.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// Whether a page of the request's origin may open a WebSocket: browsers ask nobody before they do.
pub(crate) fn origin_is_allowed(headers: &HeaderMap, options: &Options) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host);
    is_own || options.allowed_origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let parse = |(name, value): &(&'static str, &str)| {
            (name.parse().expect("a header's name"), value.parse().expect("a header's value"))
        };
        pairs.iter().map(parse).collect()
    }

    #[test]
    fn origins() {
        let options = Options { allowed_origins: vec!["https://app.example".into()], ..Options::default() };
        for (origin, allowed) in [
            ("https://app.example", true),
            ("https://desk.example", true),
            ("https://app.example.evil", false),
            ("null", false),
        ] {
            let headers = headers(&[("origin", origin), ("host", "desk.example")]);
            assert_eq!(origin_is_allowed(&headers, &options), allowed, "{origin}");
        }
        assert!(origin_is_allowed(&HeaderMap::new(), &options));
    }

    #[test]
    fn only_the_nearest_proxy_is_believed() {
        let headers = headers(&[("x-forwarded-for", "6.6.6.6, 10.0.0.1")]);
        assert_eq!(forwarded(&headers), Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))));
    }
}
