//! How large a document may be.

/// The bounds that a document is held to before it is validated, let alone executed.
///
/// Counts are taken with fragments expanded: what a fragment holds counts for each of its spreads.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of source text.
    pub max_bytes: usize,
    /// Lexical tokens of the source text.
    pub max_tokens: usize,
    /// Fields in fields, in ordinary selections. Introspection has its own, fixed measure.
    pub max_depth: usize,
    /// Selected fields of the whole document. What validation and planning cost grows with it.
    pub max_fields: u64,
    /// Cost points of one operation with its variables; [`Cost`](crate::Cost) says what a point is.
    pub max_cost: u64,
    /// Aliases of one operation.
    pub max_aliases: u64,
    /// Fields at the root of one operation.
    pub max_root_fields: u64,
    /// Directives of one operation.
    pub max_directives: u64,
    /// Whether `__schema` and `__type` may be asked for.
    pub introspection: bool,
}

impl Default for Limits {
    /// Wide enough for a dashboard's largest documents: a page of 100 tickets, each with its people, its category,
    /// ten notes and ten history entries, costs about a third of `max_cost`.
    fn default() -> Self {
        Self {
            max_bytes: 100_000,
            max_tokens: 20_000,
            max_depth: 15,
            max_fields: 10_000,
            max_cost: 200_000,
            max_aliases: 500,
            max_root_fields: 50,
            max_directives: 500,
            introspection: true,
        }
    }
}
