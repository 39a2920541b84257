//! How many sockets and streams each credential has open.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts sockets and streams by the gate's key.
#[derive(Clone, Default)]
pub(crate) struct Seats(Arc<Mutex<HashMap<Arc<str>, usize>>>);

/// One place; dropping it makes room.
pub(crate) struct Seat {
    seats: Seats,
    key: Arc<str>,
}

impl Seats {
    /// None when the key has `limit` seats already.
    pub(crate) fn take(&self, key: String, limit: usize) -> Option<Seat> {
        let key = Arc::<str>::from(key);
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(key.clone()).or_default();
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(Seat { seats: self.clone(), key })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_free_again_when_it_is_left() {
        let seats = Seats::default();
        let first = seats.take("a".into(), 1);
        assert!(first.is_some());
        assert!(seats.take("a".into(), 1).is_none());
        assert!(seats.take("b".into(), 1).is_some());
        drop(first);
        assert!(seats.take("a".into(), 1).is_some());
        assert!(seats.0.lock().expect("no panic").is_empty());
    }
}
