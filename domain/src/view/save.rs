//! Making and changing a view.

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait};
use sportello_entity::{TicketViewId, ticket_view};

use super::find;
use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, Result,
    directory::Directory,
    search::{self, SearchFilter},
    store::{Store, Tx},
    text::{self, TextRule},
    ticket::list::{TicketOrder, check_order},
};

/// The most views of an account.
const LIMIT: u64 = 500;

/// A search text, as a view keeps it; "" finds every ticket.
const SEARCH: TextRule = TextRule { least: 0, most: search::LONGEST, is_multiline: false };

/// What is to be kept.
#[derive(Clone, Debug)]
pub struct ViewSave {
    /// Which view changes; None: a new one. The inner None: a text that is no view's id.
    pub id: Option<Option<TicketViewId>>,
    /// What people call it: 1 to 60 characters.
    pub name: String,
    /// The search text, to 1,000 characters.
    pub search: String,
    /// What it sorts by.
    pub order_by: Change<Vec<TicketOrder>>,
    /// Whether everybody of the account sees it.
    pub is_shared: bool,
}

/// Makes a view of one's own, or changes one. Its owner stays who made it.
///
/// # Errors
/// FORBIDDEN for keys, and where it takes a higher role: OPERATOR for shared views, ADMIN for others'. Refusals:
/// NOT_FOUND, LIMIT_REACHED, INVALID for a search or an order that has mistakes, and what is wrong with the texts.
pub async fn save(store: &Store, actor: &Actor, input: ViewSave) -> Result<ticket_view::Model> {
    actor.require(if input.is_shared { Permission::ShareViews } else { Permission::KeepViews })?;
    let directory = store.directory(actor.account_id).await?;
    let mut tx = store.begin(actor).await?;
    let view = match input.id {
        Some(id) => find::locked(&tx, id).await?,
        None => new(&tx).await?,
    };
    let is_new = input.id.is_none();
    let view = changed(view, input, actor, &directory, &tx)?;
    let row = view.clone().into_active_model();
    match is_new {
        true => drop(ticket_view::Entity::insert(row).exec_without_returning(tx.db()).await?),
        false => drop(row.reset_all().update(tx.db()).await?),
    }
    tx.write_without_event();
    tx.commit().await?;
    Ok(view)
}

async fn new(tx: &Tx) -> Result<ticket_view::Model> {
    let owner_id = tx.actor.user_id();
    let owner_id = owner_id.ok_or_else(|| Error::Forbidden("only a user keeps views".to_owned()))?;
    if find::of_account(tx.actor.account_id).count(tx.db()).await? >= LIMIT {
        let message = format!("an account can have {LIMIT} views");
        return Err(Error::refused(RefusalCode::LimitReached, &["name"], message));
    }
    Ok(ticket_view::Model {
        id: tx.new_id(),
        account_id: tx.actor.account_id,
        owner_id,
        name: String::new(),
        search: String::new(),
        order_by: "[]".to_owned(),
        is_shared: false,
        created_at: tx.now(),
    })
}

fn changed(
    before: ticket_view::Model,
    input: ViewSave,
    actor: &Actor,
    directory: &Directory,
    tx: &Tx,
) -> Result<ticket_view::Model> {
    let name = text::NAME.check(&input.name, &["name"]);
    let search = SEARCH.check(&input.search, &["search"]);
    let (name, search) = match (name, search) {
        (Ok(name), Ok(search)) => (name, search),
        (name, search) => return Err(Error::Refused(name.err().into_iter().chain(search.err()).collect())),
    };
    let read = SearchFilter::read(&search, actor, directory, tx.now()).map_err(told_at_search)?;
    let order = match input.order_by {
        Change::Keep => super::order_of(&before)?,
        Change::Clear => Vec::new(),
        Change::Set(order) => order,
    };
    check_order(&order, read.as_ref()).map_err(told_as_refusal)?;
    let order_by = serde_json::to_string(&order)?;
    Ok(ticket_view::Model { name, search, order_by, is_shared: input.is_shared, ..before })
}

fn told_at_search(error: Error) -> Error {
    let Error::SearchInvalid(problems) = error else { return error };
    let refusal = |problem: crate::error::SearchProblem| {
        let message = format!("at character {}: {}", problem.offset + 1, problem.message);
        Refusal::new(RefusalCode::Invalid, &["search"], message)
    };
    Error::Refused(problems.into_iter().map(refusal).collect())
}

fn told_as_refusal(error: Error) -> Error {
    let Error::BadRequest { message, path } = error else { return error };
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    Error::refused(RefusalCode::Invalid, &path, message)
}
