//! Names become addresses here and nowhere else, and only public ones come out: what is connected to is what was
//! checked, so that a name that changes its meaning between the two (DNS rebinding) gains nothing.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use sportello_domain::webhook::is_public;

/// Resolves as the system does and leaves out what is private.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("its name means no public address: webhooks go to public ones only".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_means_a_private_address_means_nothing() {
        for name in ["localhost", "127.0.0.1", "169.254.169.254", "::1"] {
            let resolved = PublicOnly.resolve(name.parse().unwrap()).await;
            assert!(resolved.is_err(), "{name}");
        }
        let resolved = PublicOnly.resolve("1.1.1.1".parse().unwrap()).await.unwrap();
        assert_eq!(resolved.map(|address| address.ip().to_string()).collect::<Vec<_>>(), ["1.1.1.1"]);
    }
}
