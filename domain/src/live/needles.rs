//! Many short texts, found in a longer one by its length and not by their number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Texts that watchers look for, by length: each length costs one walk along the text that is looked through.
#[derive(Debug, Default)]
pub(super) struct Needles(BTreeMap<usize, HashMap<String, BTreeSet<u64>>>);

impl Needles {
    pub(super) fn insert(&mut self, needle: String, watcher: u64) {
        self.0.entry(needle.len()).or_default().entry(needle).or_default().insert(watcher);
    }

    pub(super) fn remove(&mut self, needle: &str, watcher: u64) {
        let Some(needles) = self.0.get_mut(&needle.len()) else { return };
        if let Some(watchers) = needles.get_mut(needle) {
            watchers.remove(&watcher);
            if watchers.is_empty() {
                needles.remove(needle);
            }
        }
        if needles.is_empty() {
            self.0.remove(&needle.len());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those whose text stands anywhere in this one.
    pub(super) fn find(&self, text: &str, found: &mut BTreeSet<u64>) {
        for (length, needles) in &self.0 {
            let starts = 0..(text.len() + 1).saturating_sub(*length);
            // What would cut a character in two is no part.
            let parts = starts.filter_map(|start| text.get(start..start + length));
            found.extend(parts.filter_map(|part| needles.get(part)).flatten());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_wherever_it_stands_and_forgotten_when_it_is_removed() {
        let mut needles = Needles::default();
        for (watcher, needle) in (0..).zip(["caffè", "è", "caffe", "caffè freddo", "o"]) {
            needles.insert(needle.to_owned(), watcher);
        }
        needles.insert("è".to_owned(), 9);
        let found = |needles: &Needles, text| {
            let mut found = BTreeSet::new();
            needles.find(text, &mut found);
            found.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(found(&needles, "il caffè freddo"), [0, 1, 3, 4, 9]);
        assert_eq!(found(&needles, "è"), [1, 9]);
        assert!(found(&needles, "").is_empty());
        needles.remove("è", 1);
        assert_eq!(found(&needles, "è"), [9]);
        needles.remove("è", 9);
        assert!(found(&needles, "è").is_empty());
    }
}
