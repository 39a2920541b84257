//! Which categories an account offers.

use sportello_entity::{CategoryId, ticket_category};

use crate::{Actor, Permission, Result, directory::Directory, store::Store, text};

/// Which of the categories are wanted.
#[derive(Clone, Debug, Default)]
pub struct CategoryFilter {
    /// Archived ones too.
    pub include_archived: bool,
    /// A part of the name; case and accents do not matter.
    pub search: Option<String>,
}

/// The categories that match, by creation. Merged ones are gone.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn list(
    store: &Store,
    actor: &Actor,
    filter: &CategoryFilter,
) -> Result<Vec<ticket_category::Model>> {
    actor.require(Permission::ReadTickets)?;
    let directory = store.directory(actor.account_id).await?;
    let wanted = filter.search.as_deref().map(|search| text::folded(search.trim()));
    let is_wanted = |category: &&ticket_category::Model| {
        category.merged_into_id.is_none()
            && (filter.include_archived || !category.is_archived)
            && wanted.as_deref().is_none_or(|wanted| text::folded(&category.name).contains(wanted))
    };
    Ok(directory.categories.iter().filter(is_wanted).cloned().collect())
}

/// The category of that id, unless it is missing or merged.
///
/// # Errors
/// FORBIDDEN without the right to read tickets.
pub async fn find(store: &Store, actor: &Actor, id: CategoryId) -> Result<Option<ticket_category::Model>> {
    actor.require(Permission::ReadTickets)?;
    let directory = store.directory(actor.account_id).await?;
    Ok(directory.category(id).filter(|category| category.merged_into_id.is_none()).cloned())
}

/// The category that rows with this id mean: itself, or the one that it went into.
pub fn meant_in(directory: &Directory, id: CategoryId) -> Option<&ticket_category::Model> {
    let mut category = directory.category(id)?;
    while let Some(into) = category.merged_into_id {
        category = directory.category(into)?;
    }
    Some(category)
}
