//! Slowing down those who guess. "Design, Rules of the desk" gives the numbers.
//!
//! Memory is bounded: so many addresses and networks are remembered, and each only for a while.

use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use moka::sync::Cache;
use sportello_entity::Timestamp;
use tokio::sync::OwnedMutexGuard;

use crate::error::{Error, Result};

const WINDOW_SECONDS: i64 = 5 * 60;
const PAUSE_SECONDS: i64 = 30;
const WRONG_PER_ADDRESS: usize = 10;
const WRONG_PER_NETWORK: usize = 100;

/// How many addresses, networks and pairs of them are remembered.
const REMEMBERED: u64 = 50_000;

/// Counts wrong tries by e-mail address and by network. Cheap to clone: clones share the counts.
#[derive(Clone)]
pub struct Throttle {
    addresses: Cache<String, Arc<tokio::sync::Mutex<Wrong>>>,
    networks: Cache<IpAddr, Arc<Mutex<Wrong>>>,
    pairs: Cache<(IpAddr, String), Timestamp>,
}

/// The times of the last wrong tries, oldest first: never more than the limit.
#[derive(Default)]
struct Wrong(VecDeque<Timestamp>);

/// Leave to try once. Others who try the same address wait until it is dropped, so that many tries at once count as
/// many tries one after the other.
pub struct Leave {
    throttle: Throttle,
    address: String,
    network: IpAddr,
    wrong: OwnedMutexGuard<Wrong>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { addresses: remembering(), networks: remembering(), pairs: remembering() }
    }
}

impl Throttle {
    /// Asks leave to try at `now` for an address, given in lower case, from an IP.
    ///
    /// # Errors
    /// RATE_LIMITED with the time to wait.
    pub async fn ask(&self, address: &str, ip: IpAddr, now: Timestamp) -> Result<Leave> {
        let network = network(ip);
        let wrong = self.addresses.get_with(address.to_owned(), Arc::default).lock_owned().await;
        wrong.pause(WRONG_PER_ADDRESS, wrong.0.back().copied(), now)?;
        let pair = (network, address.to_owned());
        self.network(network, |wrong| wrong.pause(WRONG_PER_NETWORK, self.pairs.get(&pair), now))?;
        Ok(Leave { throttle: self.clone(), address: pair.1, network, wrong })
    }

    fn network<T>(&self, network: IpAddr, act: impl FnOnce(&mut Wrong) -> T) -> T {
        let wrong = self.networks.get_with(network, Arc::default);
        let mut wrong = wrong.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut wrong)
    }
}

impl Leave {
    /// Counts the try as a wrong one.
    pub fn was_wrong(mut self, now: Timestamp) {
        self.wrong.note(WRONG_PER_ADDRESS, now);
        self.throttle.network(self.network, |wrong| wrong.note(WRONG_PER_NETWORK, now));
        self.throttle.pairs.insert((self.network, self.address), now);
    }
}

impl Wrong {
    fn note(&mut self, limit: usize, now: Timestamp) {
        if self.0.len() == limit {
            self.0.pop_front();
        }
        self.0.push_back(now);
    }

    /// Refuses when the limit is used up and the last wrong try that matters is too near.
    fn pause(&self, limit: usize, last: Option<Timestamp>, now: Timestamp) -> Result<()> {
        let oldest = self.0.front().filter(|_| self.0.len() == limit);
        let is_used_up = oldest.is_some_and(|oldest| oldest.plus_seconds(WINDOW_SECONDS) > now);
        let next = last.map(|last| last.plus_seconds(PAUSE_SECONDS)).filter(|next| is_used_up && *next > now);
        match next {
            None => Ok(()),
            Some(next) => {
                let milliseconds = u64::try_from(next.0 - now.0).unwrap_or(0);
                Err(Error::RateLimited(Duration::from_millis(milliseconds)))
            }
        }
    }
}

fn remembering<K, V>() -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    let forgotten = Duration::from_secs(2 * WINDOW_SECONDS.unsigned_abs());
    Cache::builder().max_capacity(REMEMBERED).time_to_idle(forgotten).build()
}

/// Whoever has one IPv6 address has a whole /64 of them.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::default().plus_seconds(seconds)
    }

    async fn wrong(throttle: &Throttle, address: &str, now: Timestamp) -> bool {
        throttle.ask(address, IP, now).await.map(|leave| leave.was_wrong(now)).is_ok()
    }

    #[tokio::test]
    async fn ten_wrong_ones_for_an_address_then_one_in_thirty_seconds() {
        let throttle = Throttle::default();
        for second in 0..10 {
            assert!(wrong(&throttle, "a@b.test", at(second)).await);
        }
        assert!(!wrong(&throttle, "a@b.test", at(10)).await);
        assert!(wrong(&throttle, "a@b.test", at(39)).await);
        assert!(!wrong(&throttle, "a@b.test", at(40)).await);
        assert!(wrong(&throttle, "c@b.test", at(40)).await, "another address gets in");
        assert!(wrong(&throttle, "a@b.test", at(400)).await);
    }

    #[tokio::test]
    async fn right_ones_are_never_counted() {
        let throttle = Throttle::default();
        for _ in 0..500 {
            assert!(throttle.ask("a@b.test", IP, at(0)).await.is_ok());
        }
    }

    #[tokio::test]
    async fn an_office_over_its_hundred_still_gets_every_address_in_once() {
        let throttle = Throttle::default();
        for number in 0..100 {
            assert!(wrong(&throttle, &format!("{number}@b.test"), at(0)).await);
        }
        assert!(!wrong(&throttle, "7@b.test", at(1)).await);
        assert!(wrong(&throttle, "new@b.test", at(1)).await);
        assert!(!wrong(&throttle, "new@b.test", at(2)).await);
        assert!(wrong(&throttle, "new@b.test", at(31)).await);
    }

    #[tokio::test]
    async fn tries_at_once_count_like_tries_in_turn() {
        let throttle = Throttle::default();
        let tries = (0..50).map(|_| wrong(&throttle, "a@b.test", at(0)));
        let let_in = futures_util::future::join_all(tries).await;
        assert_eq!(let_in.into_iter().filter(|is_in| *is_in).count(), 10);
    }

    #[test]
    fn a_network_of_ipv6_is_its_first_half() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:127.0.0.1"), IP);
    }
}
