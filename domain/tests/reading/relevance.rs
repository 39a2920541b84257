//! Searches of a few words by relevance, held against the ranks counted in memory: read whole and in parts, page by page.

use std::{cell::Cell, cmp::Reverse, collections::BTreeSet};

use proptest::{prelude::*, test_runner::TestRunner};
use sportello_domain::{
    Actor,
    filter::TicketFilter,
    page::{Direction, PageArguments, PageRequest},
    store::{Store, StoreSettings},
    text::folded,
    ticket::list::{
        ContactSelection, Selection, TicketListQuery, TicketOrder, TicketOrderField as Field, tickets,
    },
};
use sportello_entity::{TicketId, contact, ticket};

use crate::{
    desk::{Desk, desks},
    search::{is_found, is_within, vocabulary, words},
};

/// Words of which all are searched for, or any.
#[derive(Clone, Debug)]
struct Search {
    words: Vec<String>,
    is_any: bool,
}

fn searches(desk: &Desk) -> impl Strategy<Value = Search> + use<> {
    let mut known: Vec<_> = vocabulary(desk).into_iter().filter(|word| !is_number(word)).collect();
    known.extend(["T-1", "t-12", "T-40", "a", "perche", "e"].map(str::to_owned));
    let words = prop::collection::btree_set(prop::sample::select(known), 1..4);
    let shuffled = words.prop_map(Vec::from_iter).prop_shuffle();
    (shuffled, any::<bool>()).prop_map(|(words, is_any)| Search { words, is_any })
}

fn is_number(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit())
}

impl Search {
    fn written(&self) -> String {
        self.words.join(if self.is_any { " OR " } else { " " })
    }

    fn rank(&self, row: &ticket::Model, contact: &contact::Model) -> Option<usize> {
        let last = self.words.len() - 1;
        let each = || self.words.iter().enumerate().map(|(place, word)| (words(word), place == last));
        let mut found = each().map(|(word, is_prefix)| is_found(&word, is_prefix, row, contact, true));
        let matches = if self.is_any { found.any(|found| found) } else { found.all(|found| found) };
        let is_in_head = |(word, is_prefix): &(Vec<String>, bool)| {
            let heads = [&row.reference, &row.title, &contact.name];
            heads.into_iter().any(|text| is_within(word, *is_prefix, text))
        };
        let heads = each().filter(is_in_head).count();
        let referred = self.words.iter().filter(|word| folded(word) == row.reference_folded).count();
        matches.then_some(referred * 1000 + heads)
    }

    fn expected(&self, desk: &Desk) -> Vec<(usize, TicketId)> {
        let live = desk.tickets.iter().filter(|row| row.deleted_at.is_none());
        let ranked = live.filter_map(|row| {
            let contact = desk.contacts.iter().find(|contact| contact.id == row.contact_id)?;
            Some((self.rank(row, contact)?, row.id))
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_by_key(|ranked| Reverse(*ranked));
        ranked
    }
}

/// Every ticket that is found, page by page.
async fn walk(desk: &Desk, store: &Store, search: &str, size: i32) -> Result<Vec<TicketId>, String> {
    let actor = Actor::system(desk.account_id);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let arguments = PageArguments { first: Some(size), after, ..PageArguments::default() };
        let query = TicketListQuery {
            filter: TicketFilter::All,
            search: Some(search.to_owned()),
            contact_id: None,
            order: vec![TicketOrder { field: Field::Relevance, direction: Direction::Descending }],
            page: PageRequest::new(arguments, PageRequest::DEFAULT).unwrap(),
            selection: Selection::whole(false, ContactSelection::None),
        };
        let read = tickets(store, &actor, &query).await.map_err(|error| format!("{search}: {error:?}"))?;
        found.extend(read.rows.iter().map(|row| row.id));
        if !read.info.has_next_page {
            return Ok(found);
        }
        after = read.info.end_cursor;
    }
}

#[test]
fn what_fits_best_comes_first_whichever_way_it_is_read() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for desk in runtime.block_on(desks()) {
        // Every word is common to the second and the third store: they read parts, with and without the index.
        let opened = [3_000, 10, 0].map(|few_documents| {
            let settings = StoreSettings { few_documents, ..StoreSettings::new(desk.url()) };
            runtime.block_on(Store::connect(settings)).unwrap()
        });
        let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
        let divided = Cell::new(0);
        let held = TestRunner::new(config).run(&(searches(&desk), 3..40), |(search, size)| {
            let expected = search.expected(&desk);
            let ranks: BTreeSet<_> = expected.iter().map(|(rank, _)| rank).collect();
            divided.set(divided.get() + usize::from(ranks.len() > 1));
            let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
            for store in &opened {
                let found = runtime.block_on(walk(&desk, store, &search.written(), size));
                prop_assert_eq!(&found, &Ok(expected.clone()), "{}", search.written());
            }
            Ok(())
        });
        held.unwrap_or_else(|error| panic!("{:?}: {error}", desk.store.backend()));
        assert!(divided.get() > 50, "of 200 searches only {} have several ranks", divided.get());
        for store in opened {
            runtime.block_on(store.close()).unwrap();
        }
        runtime.block_on(desk.clear());
    }
}
