//! Random searches, held against what each of them means, said here anew over the rows in memory.

use std::{cell::Cell, collections::BTreeSet};

use proptest::{prelude::*, test_runner::TestRunner};
use sportello_domain::{
    Actor, Scope, Who,
    filter::TicketFilter,
    page::{PageArguments, PageRequest},
    search::{self, SearchFilter},
    text::folded,
    ticket::list::{ContactSelection, Selection, TicketListQuery, tickets},
};
use sportello_entity::{
    ApiKeyId, TicketId, Timestamp, contact, ticket,
    value::{MacroStatus, Priority},
};
use uuid::Uuid;

use crate::desk::{Desk, desks};

/// A search, before it is a text.
#[derive(Clone, Debug)]
enum Meaning {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Word(String, bool),
    Phrase(String),
    Phone(usize),
    Status(usize, bool),
    Category(usize),
    Assignee(usize),
    Unassigned,
    Open(bool),
    Priority(&'static str, Priority),
    Reference(usize),
    OpenedAfter(i64),
    Contact(usize),
}

const PRIORITIES: [(&str, Priority); 4] = [
    ("low", Priority::Low),
    ("Medium", Priority::Medium),
    ("HIGH", Priority::High),
    ("urgent", Priority::Urgent),
];

/// The words of all that can be found.
pub(crate) fn vocabulary(desk: &Desk) -> Vec<String> {
    let tickets = desk.tickets.iter().flat_map(|row| [&row.title, &row.description, &row.reference]);
    let contacts = desk.contacts.iter().flat_map(|row| [Some(&row.name), row.email.as_ref()]).flatten();
    let known: BTreeSet<_> = tickets.chain(contacts).flat_map(|text| words(text)).collect();
    known.into_iter().chain(["perch", "PERCHÉ", "zebra", "t"].map(str::to_owned)).collect()
}

fn meaning(desk: &Desk) -> BoxedStrategy<Meaning> {
    let word = prop::sample::select(vocabulary(desk)).boxed();
    let phrase = prop::collection::vec(word.clone(), 1..3).prop_map(|words| Meaning::Phrase(words.join(" ")));
    let leaf = prop_oneof![
        8 => (word, any::<bool>()).prop_map(|(word, is_prefix)| Meaning::Word(word, is_prefix)),
        2 => phrase,
        1 => (0usize..8).prop_map(Meaning::Phone),
        1 => (0usize..3, any::<bool>()).prop_map(|(index, by_name)| Meaning::Status(index, by_name)),
        1 => (0usize..6).prop_map(Meaning::Category),
        1 => (0usize..3).prop_map(Meaning::Assignee),
        1 => Just(Meaning::Unassigned),
        1 => any::<bool>().prop_map(Meaning::Open),
        1 => (prop::sample::select(vec!["", "=", ">", ">=", "<", "<="]), prop::sample::select(vec![Priority::Low, Priority::Medium, Priority::High, Priority::Urgent]))
            .prop_map(|(operator, priority)| Meaning::Priority(operator, priority)),
        1 => (0usize..80).prop_map(Meaning::Reference),
        1 => (0i64..6).prop_map(Meaning::OpenedAfter),
        1 => (0usize..8).prop_map(Meaning::Contact),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(Meaning::And),
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(Meaning::Or),
            2 => inner.prop_map(|inner| Meaning::Not(Box::new(inner))),
        ]
    })
    .boxed()
}

impl Meaning {
    /// As a person would write it; groups are always in parentheses.
    fn written(&self, desk: &Desk) -> String {
        let each = |parts: &[Self]| parts.iter().map(|part| part.written(desk)).collect::<Vec<_>>();
        match self {
            Self::And(parts) => format!("({})", each(parts).join(" ")),
            Self::Or(parts) => format!("( {} )", each(parts).join(" OR ")),
            Self::Not(part) => format!("-{}", part.written(desk)),
            Self::Word(word, is_prefix) => format!("{word}{}", if *is_prefix { "*" } else { "" }),
            Self::Phrase(text) => format!("\"{text}\""),
            // In a group of its own: digits that follow a number belong to it.
            Self::Phone(index) => format!("(+39 351-00 {index})"),
            Self::Status(index, by_name) => {
                let status = &desk.statuses[*index];
                format!("status:\"{}\"", if *by_name { &status.name } else { &status.key })
            }
            Self::Category(index) => format!("category:\"{}\"", desk.categories[*index].name),
            Self::Assignee(index) => format!("assignee:\"{}\"", desk.users[*index].name.to_uppercase()),
            Self::Unassigned => "is:unassigned".to_owned(),
            Self::Open(true) => "is:open".to_owned(),
            Self::Open(false) => "IS:Closed".to_owned(),
            Self::Priority(operator, priority) => {
                let (name, _) = PRIORITIES.iter().find(|(_, known)| known == priority).unwrap();
                format!("priority:{operator}{name}")
            }
            Self::Reference(index) => format!("reference:T-{index}"),
            Self::OpenedAfter(at) => format!("opened:>{}", Timestamp(*at).to_rfc3339()),
            Self::Contact(index) => match desk.contacts[*index].name.replace('"', "") {
                name if name.trim().is_empty() => "contact:a".to_owned(),
                name => format!("contact:\"{name}\""),
            },
        }
    }

    /// Makes the last bare word a prefix; says whether there was one.
    fn mark_last(&mut self) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().rev().any(Self::mark_last),
            Self::Word(_, is_prefix) => {
                *is_prefix = true;
                true
            }
            Self::Phone(_) => true,
            // Two that follow each other say nothing.
            Self::Not(part) => match &mut **part {
                Self::Not(inner) => inner.mark_last(),
                _ => false,
            },
            _ => false,
        }
    }

    fn holds(&self, desk: &Desk, row: &ticket::Model, sees_contacts: bool) -> bool {
        let contact = desk.contacts.iter().find(|contact| contact.id == row.contact_id).unwrap();
        let holds = |part: &Self| part.holds(desk, row, sees_contacts);
        match self {
            Self::And(parts) => parts.iter().all(holds),
            Self::Or(parts) => parts.iter().any(holds),
            Self::Not(part) => !part.holds(desk, row, sees_contacts),
            Self::Word(word, is_prefix) => is_found(&words(word), *is_prefix, row, contact, sees_contacts),
            Self::Phrase(text) => is_found(&words(text), false, row, contact, sees_contacts),
            Self::Phone(index) => sees_contacts && contact.phone == Some(format!("+3935100{index}")),
            Self::Status(index, _) => row.status_id == desk.statuses[*index].id,
            Self::Category(index) => row.category_id == Some(desk.categories[*index].id),
            Self::Assignee(index) => row.assignee_id == Some(desk.users[*index].id),
            Self::Unassigned => row.assignee_id.is_none(),
            Self::Open(is_open) => (row.macro_status == MacroStatus::InProgress) == *is_open,
            Self::Priority(operator, priority) => match *operator {
                ">" => row.priority > *priority,
                ">=" => row.priority >= *priority,
                "<" => row.priority < *priority,
                "<=" => row.priority <= *priority,
                _ => row.priority == *priority,
            },
            Self::Reference(index) => row.reference_folded == format!("t-{index}"),
            Self::OpenedAfter(at) => row.opened_at > Timestamp(*at),
            Self::Contact(index) => {
                let name = desk.contacts[*index].name.replace('"', "");
                let name = if name.trim().is_empty() { "a".to_owned() } else { name };
                folded(&contact.name).contains(&folded(name.trim()))
            }
        }
    }
}

/// Runs of letters and digits; a character of these scripts is a word.
pub(crate) fn words(text: &str) -> Vec<String> {
    let spaced = folded(text).replace('日', " 日 ").replace('本', " 本 ");
    spaced.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether a document of the ticket or its contact holds the words, one after the other.
pub(crate) fn is_found(
    wanted: &[String],
    is_prefix: bool,
    row: &ticket::Model,
    contact: &contact::Model,
    sees_contacts: bool,
) -> bool {
    let email = contact.email.as_deref().filter(|_| sees_contacts).unwrap_or_default();
    let texts = [&row.reference, &row.title, &row.description, &contact.name, email];
    texts.into_iter().any(|text| is_within(wanted, is_prefix, text))
}

/// Whether the text holds the words, one after the other.
pub(crate) fn is_within(wanted: &[String], is_prefix: bool, text: &str) -> bool {
    let all = words(text);
    let (last, before) = wanted.split_last().unwrap();
    all.windows(wanted.len()).any(|window| {
        let (end, start) = window.split_last().unwrap();
        start == before && if is_prefix { end.starts_with(last.as_str()) } else { end == last }
    })
}

async fn found(desk: &Desk, actor: &Actor, search: &str) -> Result<BTreeSet<TicketId>, String> {
    let arguments = PageArguments { first: Some(100), ..PageArguments::default() };
    let query = TicketListQuery {
        filter: TicketFilter::All,
        search: Some(search.to_owned()),
        contact_id: None,
        order: Vec::new(),
        page: PageRequest::new(arguments, PageRequest::DEFAULT).unwrap(),
        selection: Selection::whole(false, ContactSelection::None),
    };
    let page = tickets(&desk.store, actor, &query).await.map_err(|error| format!("{search}: {error:?}"))?;
    Ok(page.rows.iter().map(|row| row.id).collect())
}

#[test]
fn a_search_finds_what_it_means() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for desk in runtime.block_on(desks()) {
        let system = Actor::system(desk.account_id);
        let who = Who::ApiKey { id: ApiKeyId(Uuid::nil()), scopes: vec![Scope::TicketsRead] };
        let key = Actor { account_id: desk.account_id, who };
        let config = ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = TestRunner::new(config);
        let nontrivial = Cell::new(0);
        let held = runner.run(&meaning(&desk), |meaning| {
            let text = meaning.written(&desk);
            let mut meant = meaning;
            meant.mark_last();
            for (actor, sees_contacts) in [(&system, true), (&key, false)] {
                let live = desk.tickets.iter().filter(|row| row.deleted_at.is_none());
                let expected: BTreeSet<_> =
                    live.filter(|row| meant.holds(&desk, row, sees_contacts)).map(|row| row.id).collect();
                let found = runtime.block_on(found(&desk, actor, &text));
                prop_assert_eq!(&found, &Ok(expected.clone()), "{}", text);
                nontrivial.set(nontrivial.get() + usize::from(!expected.is_empty() && expected.len() < 70));
            }
            Ok(())
        });
        held.unwrap_or_else(|error| panic!("{:?}: {error}", desk.store.backend()));
        assert!(nontrivial.get() > 200, "of 1,000 searches only {} divide the tickets", nontrivial.get());
        runtime.block_on(desk.clear());
    }
}

/// Texts in which everything that means something follows everything else.
fn noise() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "(",
        ")",
        "\"",
        "-",
        "*",
        "OR",
        " ",
        " ",
        "a",
        "é",
        "😀",
        "status:",
        "is:open",
        "is:",
        "priority:>=",
        "high",
        "opened:",
        "2026-01",
        "..",
        "-P7D",
        "phone:",
        "+39",
        "00",
        "351 000",
        "1",
        ",",
        ":",
        "\0",
        "\u{301}",
        "日",
        "closed:<",
        "contact:",
        "category:\"",
        "reference:T-1*",
        "assignee:me",
        "'",
        "\\",
        "%",
        "|",
        "+",
    ]);
    prop_oneof![prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat()), any::<String>()]
}

/// Ten minutes and more of it: SPORTELLO_FUZZ_CASES=3000000.
fn cases() -> u32 {
    std::env::var("SPORTELLO_FUZZ_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

#[test]
fn no_text_is_too_odd_to_be_searched_for() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for desk in runtime.block_on(desks()) {
        let actor = Actor::system(desk.account_id);
        let directory = runtime.block_on(desk.store.directory(desk.account_id)).unwrap();
        let config =
            ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
        let held = TestRunner::new(config).run(&noise(), |text| {
            let units = text.encode_utf16().count();
            match SearchFilter::read(&text, &actor, &directory, Timestamp(0)) {
                Ok(_) => {
                    let found = runtime.block_on(found(&desk, &actor, &text));
                    prop_assert!(found.is_ok(), "{:?}", found);
                    let explained = runtime.block_on(search::explain(&desk.store, &actor, &text)).unwrap();
                    let again =
                        runtime.block_on(search::explain(&desk.store, &actor, &explained.text)).unwrap();
                    prop_assert_eq!(&again.text, &explained.text, "{}", text);
                    prop_assert!(again.problems.is_empty());
                }
                Err(sportello_domain::Error::SearchInvalid(problems)) => {
                    prop_assert!(!problems.is_empty());
                    for problem in problems {
                        prop_assert!(problem.offset + problem.length <= units, "{:?}: {:?}", text, problem);
                    }
                }
                Err(error) => prop_assert!(false, "{}: {:?}", text, error),
            }
            Ok(())
        });
        held.unwrap_or_else(|error| panic!("{:?}: {error}", desk.store.backend()));
        runtime.block_on(desk.clear());
    }
}
