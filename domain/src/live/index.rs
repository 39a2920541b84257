//! The index of live filters: whose filter could take a ticket.

use std::collections::{BTreeSet, HashMap};

use super::{
    anchor::{Anchor, Property, Text, anchors},
    needles::Needles,
};
use crate::{filter::TicketFilter, text::folded, ticket::TicketSnapshot};

/// Watchers by what a ticket must have for their filters to take it.
#[derive(Debug, Default)]
pub struct Index {
    properties: HashMap<Property, BTreeSet<u64>>,
    texts: [Needles; Text::COUNT],
    /// Their filters may take any ticket.
    unanchored: BTreeSet<u64>,
}

impl Index {
    /// Takes in a watcher's filter.
    pub fn insert(&mut self, filter: &TicketFilter, watcher: u64) {
        let Some(anchors) = anchors(filter) else {
            self.unanchored.insert(watcher);
            return;
        };
        for anchor in anchors {
            match anchor {
                Anchor::Is(property) => {
                    self.properties.entry(property).or_default().insert(watcher);
                }
                Anchor::Holds(text, part) => self.texts[text as usize].insert(part, watcher),
            }
        }
    }

    /// Forgets a watcher whose filter this was.
    pub fn remove(&mut self, filter: &TicketFilter, watcher: u64) {
        for anchor in anchors(filter).unwrap_or_default() {
            match anchor {
                Anchor::Is(property) => self.forget(property, watcher),
                Anchor::Holds(text, part) => self.texts[text as usize].remove(&part, watcher),
            }
        }
        self.unanchored.remove(&watcher);
    }

    fn forget(&mut self, property: Property, watcher: u64) {
        if let Some(watchers) = self.properties.get_mut(&property) {
            watchers.remove(&watcher);
            if watchers.is_empty() {
                self.properties.remove(&property);
            }
        }
    }

    /// Whose filters may take one of the tickets: no other does.
    pub fn candidates(&self, tickets: &[&TicketSnapshot]) -> BTreeSet<u64> {
        let mut found = self.unanchored.clone();
        for ticket in tickets {
            found.extend(Property::of(ticket).iter().filter_map(|it| self.properties.get(it)).flatten());
            for text in Text::ALL {
                let needles = &self.texts[text as usize];
                if let Some(own) = text.of(ticket).filter(|_| !needles.is_empty()) {
                    needles.find(&folded(own), &mut found);
                }
            }
        }
        found
    }
}
