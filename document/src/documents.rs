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
