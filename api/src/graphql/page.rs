//! Relay's PageInfo.

use async_graphql::SimpleObject;
use sportello_domain::page;

/// What lies around a page.
#[derive(Clone, SimpleObject)]
pub struct PageInfo {
    /// Whether there is more after it.
    pub has_next_page: bool,
    /// Whether there is more before it.
    pub has_previous_page: bool,
    /// Its first row's cursor; null on an empty page.
    pub start_cursor: Option<String>,
    /// Its last row's cursor; null on an empty page.
    pub end_cursor: Option<String>,
}

impl From<page::PageInfo> for PageInfo {
    fn from(info: page::PageInfo) -> Self {
        let page::PageInfo { has_next_page, has_previous_page, start_cursor, end_cursor } = info;
        Self { has_next_page, has_previous_page, start_cursor, end_cursor }
    }
}

/// A count as GraphQL's Int; beyond 2^31-1 it stays there.
pub fn count(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
