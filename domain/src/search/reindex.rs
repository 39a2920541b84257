//! Documents and folded columns that a migration, or another way of writing rows, has left out.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, IntoActiveModel,
    PrimaryKeyTrait, QueryFilter, QueryOrder, QuerySelect, Set, TransactionTrait, Value, sea_query::Expr,
};
use sportello_entity::{app_user, contact, message, ticket, ticket_note};
use uuid::Uuid;

use super::{document::Document, index::add};
use crate::{error::Result, store::Store, text::folded};

/// How many rows a transaction writes.
const BATCH: u64 = 200;

/// Writes what is missing, batch by batch; says how many documents were. Stopped in between, it goes on the next time.
/// Others may write meanwhile: what they wrote stays.
///
/// # Errors
/// What the database answers.
pub async fn reindex(store: &Store) -> Result<u64> {
    fold(store).await?;
    let contacts = missing::<contact::Entity>(store, contact::Column::Id, Document::of_contact).await?;
    let tickets = missing::<ticket::Entity>(store, ticket::Column::Id, Document::of_ticket).await?;
    let notes = missing::<ticket_note::Entity>(store, ticket_note::Column::Id, Document::of_note).await?;
    let messages = missing::<message::Entity>(store, message::Column::Id, Document::of_message).await?;
    Ok(contacts + tickets + notes + messages)
}

/// The rows of a table that have no document, in the order of their ids.
async fn missing<E>(store: &Store, id: E::Column, document: fn(&E::Model) -> Document) -> Result<u64>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Send + Sync,
    <E::PrimaryKey as PrimaryKeyTrait>::ValueType: Into<Value>,
{
    let (mut written, mut last) = (0, Uuid::nil());
    loop {
        let tx = store.writer().begin().await?;
        let table = id.entity_name().to_string();
        // Not `NOT EXISTS`, which PostgreSQL makes a join of both tables, once a batch, while its statistics are old.
        let absent =
            format!("(SELECT d.id FROM search_document AS d WHERE d.subject_id = {table}.id) IS NULL");
        let rows = E::find().filter(id.gt(last)).filter(Expr::cust(absent)).order_by_asc(id).limit(BATCH);
        let rows = rows.all(&tx).await?;
        let documents: Vec<Document> = rows.iter().map(document).collect();
        let Some(end) = documents.last().map(|document| document.subject_id) else {
            return Ok(written);
        };
        add(&tx, &documents).await?;
        tx.commit().await?;
        written += documents.len() as u64;
        last = end;
    }
}

async fn fold(store: &Store) -> Result<()> {
    while batch(store, fold_tickets).await? + batch(store, fold_contacts).await? > 0 {}
    batch(store, fold_users).await?;
    Ok(())
}

async fn batch(
    store: &Store,
    fold: impl AsyncFn(&DatabaseTransaction) -> std::result::Result<usize, DbErr>,
) -> Result<usize> {
    let tx = store.writer().begin().await?;
    let count = fold(&tx).await?;
    tx.commit().await?;
    Ok(count)
}

async fn fold_tickets(tx: &DatabaseTransaction) -> std::result::Result<usize, DbErr> {
    let unfolded = ticket::Entity::find()
        .filter(ticket::Column::ExternalId.is_not_null())
        .filter(ticket::Column::ExternalIdFolded.is_null());
    let rows = unfolded.order_by_asc(ticket::Column::Id).limit(BATCH).all(tx).await?;
    let count = rows.len();
    for row in rows {
        let folded = row.external_id.as_deref().map(folded);
        let mut row = row.into_active_model();
        row.external_id_folded = Set(folded);
        row.update(tx).await?;
    }
    Ok(count)
}

async fn fold_contacts(tx: &DatabaseTransaction) -> std::result::Result<usize, DbErr> {
    let unfolded = contact::Entity::find()
        .filter(contact::Column::Email.is_not_null())
        .filter(contact::Column::EmailFolded.is_null());
    let rows = unfolded.order_by_asc(contact::Column::Id).limit(BATCH).all(tx).await?;
    let count = rows.len();
    for row in rows {
        let folded = row.email.as_deref().map(folded);
        let mut row = row.into_active_model();
        row.email_folded = Set(folded);
        row.update(tx).await?;
    }
    Ok(count)
}

async fn fold_users(tx: &DatabaseTransaction) -> std::result::Result<usize, DbErr> {
    let rows = app_user::Entity::find().filter(app_user::Column::NameFolded.eq("")).all(tx).await?;
    let count = rows.len();
    for row in rows {
        let folded = folded(&row.name);
        let mut row = row.into_active_model();
        row.name_folded = Set(folded);
        row.update(tx).await?;
    }
    Ok(count)
}
