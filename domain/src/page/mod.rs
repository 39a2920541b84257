//! Pages of lists, by keyset and in both directions, read in one statement with the head of the log.
//!
//! The contract's "filtering and ordering" says what a page is; the keyset method is described at
//! <https://use-the-index-luke.com/no-offset>.

mod branch;
mod columns;
mod cursor;
mod keyset;
mod request;
mod slice;
mod statement;
mod writer;

pub use branch::Branch;
pub use columns::Columns;
pub use cursor::{ListName, PageCursor};
pub use keyset::{Direction, KeyKind, KeyValue, Keyset, SortKey};
pub use request::{PageArguments, PageInfo, PageRequest};
pub use slice::Slice;
pub use statement::{Head, Listing, Page, text_of};
