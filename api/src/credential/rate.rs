//! How often one credential may ask.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use moka::sync::Cache;
use sportello_transport::RetryAfter;

/// So many credentials are counted at once.
const COUNTED: u64 = 100_000;

/// After this an idle credential has its whole allowance again, so that nothing needs to be remembered.
const REFILLED: Duration = Duration::from_secs(61);

/// Counts requests by credential. Cheap to clone: clones share the counts.
#[derive(Clone)]
pub(crate) struct Rate {
    quota: Option<Quota>,
    limiters: Cache<String, Arc<DefaultDirectRateLimiter>>,
}

impl Rate {
    /// `per_minute` requests, all at once if need be; 0 is no limit.
    pub(crate) fn new(per_minute: u32) -> Self {
        let limiters = Cache::builder().max_capacity(COUNTED).time_to_idle(REFILLED).build();
        Self { quota: NonZeroU32::new(per_minute).map(Quota::per_minute), limiters }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// When there were too many: the time after which there may be another.
    pub(crate) fn count(&self, key: &str) -> Result<(), RetryAfter> {
        let Some(quota) = self.quota else { return Ok(()) };
        let limiter = self.limiters.get_with_by_ref(key, || Arc::new(RateLimiter::direct(quota)));
        let checked = limiter.check();
        checked.map_err(|denied| RetryAfter(denied.wait_time_from(DefaultClock::default().now())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_credential_has_its_own_allowance() {
        let rate = Rate::new(2);
        assert!(rate.count("a").is_ok());
        assert!(rate.count("a").is_ok());
        assert!(rate.count("a").is_err_and(|RetryAfter(pause)| pause <= Duration::from_secs(30)));
        assert!(rate.count("b").is_ok());
        assert!((0..5_000).all(|_| Rate::new(0).count("a").is_ok()));
    }
}
