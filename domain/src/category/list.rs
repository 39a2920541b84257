//! Which categories an account offers.

use sportello_entity::ticket_category;

use crate::{directory::Directory, text};

/// Which of the categories are wanted.
#[derive(Clone, Debug, Default)]
pub struct CategoryFilter {
    /// Archived ones too.
    pub include_archived: bool,
    /// A part of the name; case and accents do not matter.
    pub search: Option<String>,
}

/// The categories that match, by creation. Merged ones are gone.
pub fn list<'a>(directory: &'a Directory, filter: &CategoryFilter) -> Vec<&'a ticket_category::Model> {
    let wanted = filter.search.as_deref().map(|search| text::folded(search.trim()));
    let has_text = |category: &ticket_category::Model| {
        wanted.as_deref().is_none_or(|wanted| text::folded(&category.name).contains(wanted))
    };
    directory
        .categories
        .iter()
        .filter(|category| category.merged_into_id.is_none())
        .filter(|category| filter.include_archived || !category.is_archived)
        .filter(|category| has_text(category))
        .collect()
}
