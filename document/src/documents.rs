//! The one way from a text to a document that may be executed, and the memory of it.

use std::sync::Arc;

use moka::sync::Cache;

use crate::{
    bounds,
    convert::convert,
    definitions::{Definitions, SchemaError},
    document::{Document, Plan},
    limits::Limits,
    measure::measure,
    position::Lines,
    refusal::Refusal,
    scan::scan,
    validation::{parse, validate},
};

/// What all remembered documents together may take, in bytes.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// The longest text whose refusal is remembered.
const MAX_REFUSED_BYTES: usize = 4 * 1024;

/// What one node of a document takes, children aside: an average of the executable tree's fields, names and values.
const NODE_BYTES: usize = 160;

/// Prepares documents against one schema, and remembers them by their exact text.
pub struct Documents {
    definitions: Arc<Definitions>,
    limits: Limits,
    cache: Cache<Arc<str>, Result<Arc<Document>, Arc<Refusal>>>,
}

impl Documents {
    /// `sdl` is the schema's text, as async-graphql prints it or as a person writes it.
    ///
    /// # Errors
    ///
    /// The text does not parse, or the schema breaks the specification's rules for schemas.
    pub fn try_new(sdl: &str, limits: Limits) -> Result<Self, SchemaError> {
        let cache = Cache::builder().max_capacity(CACHE_BYTES).weigher(weight).build();
        Ok(Self { definitions: Arc::new(Definitions::try_new(sdl)?), limits, cache })
    }

    /// Parses, measures and validates a document, or remembers that it did.
    ///
    /// Takes time in proportion to the text, and never more than the limits allow the document to expand to.
    ///
    /// # Errors
    ///
    /// Every kind of [`Refusal`] but those that need the operation's name or the variables.
    pub fn prepare(&self, source: &str) -> Result<Arc<Document>, Refusal> {
        if let Some(known) = self.cache.get(source) {
            return known.map_err(Arc::unwrap_or_clone);
        }
        let source = Arc::from(source);
        let prepared = self.read(&source).map(Arc::new).map_err(Arc::new);
        if prepared.is_ok() || source.len() <= MAX_REFUSED_BYTES {
            self.cache.insert(source, prepared.clone());
        }
        prepared.map_err(Arc::unwrap_or_clone)
    }

    fn read(&self, source: &Arc<str>) -> Result<Document, Refusal> {
        scan(source, &self.limits)?;
        let lines = Lines::new(source);
        let tree = parse(source, &lines)?;
        bounds::check(&measure(&tree, &lines)?, &self.limits, &lines)?;
        let valid = validate(&self.definitions, &tree, &lines)?;
        let (executable, nodes) = convert(&tree, &lines);
        let plan = |operation| Plan::new(&self.definitions, &valid, operation, &lines);
        Ok(Document {
            source: Arc::clone(source),
            executable,
            operations: valid.operations.iter().map(plan).collect(),
            definitions: Arc::clone(&self.definitions),
            max_cost: self.limits.max_cost,
            bytes: source.len() + nodes * NODE_BYTES,
        })
    }
}

fn weight(source: &Arc<str>, prepared: &Result<Arc<Document>, Arc<Refusal>>) -> u32 {
    let bytes = match prepared {
        Ok(document) => document.bytes,
        Err(refusal) => {
            source.len() + refusal.errors.iter().map(|problem| problem.message.len() + 100).sum::<usize>()
        }
    };
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{RefusalKind, desk};

    /// What GraphiQL and most tools ask a server first.
    pub(crate) const INTROSPECTION: &str = include_str!("introspection.graphql");

    fn refused(source: &str) -> RefusalKind {
        match desk::documents().prepare(source) {
            Ok(_) => panic!("accepted {}", source.chars().take(200).collect::<String>()),
            Err(refusal) => refusal.kind,
        }
    }

    #[test]
    fn remembers_what_it_read() {
        let documents = desk::documents();
        let first = documents.prepare("{ viewer { id } }").expect("valid");
        let again = documents.prepare("{ viewer { id } }").expect("valid");
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!(first.source(), "{ viewer { id } }");
        assert!(!Arc::ptr_eq(&first, &documents.prepare("{ viewer { id }}").expect("valid")));
        let refusals =
            [documents.prepare("{ x }"), documents.prepare("{ x }")].map(|prepared| prepared.err());
        assert!(refusals[0].is_some() && refusals[0] == refusals[1]);
    }

    #[test]
    fn tools_may_ask_for_the_schema_but_not_in_circles() {
        assert!(desk::documents().prepare(INTROSPECTION).is_ok());
        let circle = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
        assert_eq!(refused(circle), RefusalKind::TooDeep);
        let hidden = "{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } \
            fragment B on __Type { possibleTypes { interfaces { name } } }";
        assert_eq!(refused(hidden), RefusalKind::TooDeep);
        let off = Limits { introspection: false, ..Limits::default() };
        let documents = Documents::try_new(desk::SDL, off).expect("valid");
        for source in [INTROSPECTION, "{ ...F } fragment F on Query { __type(name: \"User\") { name } }"] {
            let refusal = documents.prepare(source).err().expect("switched off");
            assert_eq!((refusal.kind, refusal.code()), (RefusalKind::IntrospectionDisabled, "BAD_REQUEST"));
        }
        assert!(documents.prepare("{ viewer { __typename } }").is_ok());
    }

    #[test]
    fn refuses_what_is_too_much() {
        let bomb = |spreads: &str| {
            let link =
                |n| format!("fragment F{n} on Query {{ {} }} ", spreads.replace('?', &format!("F{}", n + 1)));
            format!(
                "{{ ...F0 }} fragment F24 on Query {{ viewer {{ id }} }} {}",
                (0..24).map(link).collect::<String>()
            )
        };
        assert_eq!(refused(&bomb("...? ...?")), RefusalKind::TooComplex);
        assert_eq!(refused(&bomb("... { ...? } ...?")), RefusalKind::TooDeep);
        let aliases = |count| {
            format!("{{ viewer {{ {} }} }}", (0..count).map(|n| format!("a{n}:id ")).collect::<String>())
        };
        assert!(desk::documents().prepare(&aliases(500)).is_ok());
        assert_eq!(refused(&aliases(501)), RefusalKind::TooComplex);
        assert_eq!(refused(&aliases(10_000)), RefusalKind::TooComplex);
        let roots =
            |count| format!("{{ ...F }} fragment F on Query {{ {} }}", "viewer { id } ".repeat(count));
        assert!(desk::documents().prepare(&roots(50)).is_ok());
        assert_eq!(refused(&roots(51)), RefusalKind::TooComplex);
        let directives = "id @include(if: true) ".repeat(501);
        assert_eq!(refused(&format!("{{ viewer {{ {directives} }} }}")), RefusalKind::TooComplex);
        assert_eq!(refused(&format!("{{ viewer {{ {} }} }}", "id ".repeat(15_000))), RefusalKind::TooComplex);
        let operations = |n| format!("query Q{n} {{ ...F }} ");
        let shared = format!("fragment F on Query {{ viewer {{ {} }} }}", "id ".repeat(200));
        assert_eq!(
            refused(&((0..60).map(operations).collect::<String>() + &shared)),
            RefusalKind::TooComplex
        );
    }

    #[test]
    fn refuses_what_is_too_deep() {
        let deep = |levels: usize| {
            let (open, close) = ("ticket(by: {id: 1}) { contact { tickets { nodes { ", "} } } } ");
            let rest = levels - 4;
            format!(
                "{{ {open}{}id{} {close} }}",
                "contact { tickets { nodes { ".repeat(rest / 3),
                " } } }".repeat(rest / 3)
            )
        };
        assert!(desk::documents().prepare(&deep(13)).is_ok(), "13 and the leaf");
        assert_eq!(refused(&deep(16)), RefusalKind::TooDeep);
    }

    /// As much stack as the smallest threads have that may come here.
    fn on_a_small_stack(look: impl FnOnce() + Send + 'static) {
        let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(look).expect("a thread");
        thread.join().expect("the stack is large enough");
    }

    #[test]
    fn nesting_cannot_exhaust_the_stack() {
        on_a_small_stack(|| {
            let limits = Limits { max_bytes: usize::MAX, max_tokens: usize::MAX, ..Limits::default() };
            let documents = Documents::try_new(desk::SDL, limits).expect("valid");
            for (before, open, close) in [
                ("", "{ a ", "}"),
                ("", "{ ... ", "}"),
                ("{ echo(json: ", "[", "]"),
                ("{ echo(json: ", "{ a: ", "}"),
                ("query ($a: ", "[", "]"),
                ("query ($a: Int = ", "[", "]"),
            ] {
                for depth in [45, 90, 99, 101, 100_000] {
                    for text in [
                        before.to_owned() + &open.repeat(depth) + &close.repeat(depth),
                        before.to_owned() + &open.repeat(depth),
                    ] {
                        assert!(documents.prepare(&text).is_err(), "{before}{open} {depth}");
                    }
                }
            }
            let lists = format!("{{ echo(json: {}{}) }}", "[".repeat(98), "]".repeat(98));
            assert!(documents.prepare(&lists).is_ok());
        });
    }

    /// Pieces of documents, so that random texts get far.
    fn piece() -> impl Strategy<Value = String> {
        let pieces = [
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ":",
            "!",
            "$",
            "...",
            "@",
            "=",
            "\"",
            "\"\"\"",
            "#",
            "\n",
            "query ",
            "mutation ",
            "subscription ",
            "fragment F on User ",
            "on ",
            "viewer ",
            "{ viewer { id } } ",
            "tickets(first: 1) ",
            "$a: Int ",
            "...F ",
            "@skip(if: true) ",
            "null ",
            "1e9 ",
            "-1 ",
            "\\u{1F600}",
            "\\uD83D\\uDE00",
            "é",
            "\u{feff}",
            "__schema ",
            "0x",
            "&",
            "|",
        ];
        prop_oneof![proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), any::<String>()]
    }

    proptest! {
        #[test]
        fn garbage_is_refused_or_prepared(pieces in proptest::collection::vec(piece(), 0..40)) {
            let source = pieces.concat();
            if let Err(refusal) = desk::documents().prepare(&source) {
                prop_assert!((1..=10).contains(&refusal.errors.len()));
                prop_assert!(refusal.errors.iter().all(|problem| problem.message.chars().count() <= 500));
            }
        }

        #[test]
        fn damaged_documents_are_refused_or_prepared(at in 0..INTROSPECTION.len(), piece in piece()) {
            let mut source = INTROSPECTION.to_owned();
            source.insert_str(at, &piece);
            let _ = desk::documents().prepare(&source);
        }
    }
}
