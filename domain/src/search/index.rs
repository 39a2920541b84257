//! Keeping the documents: written in the transaction that changes what they are of, so that what was committed is found
//! by the next query.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};
use sportello_entity::{ContactId, NoteId, contact, message, ticket, ticket_note};
use uuid::Uuid;

use super::document::Document;
use crate::{error::Result, store::Tx};

/// Makes a ticket found by its reference, title and description, from this commit on.
///
/// # Errors
/// What the database answers.
pub async fn index_ticket(tx: &Tx, ticket: &ticket::Model) -> Result<()> {
    Ok(write(tx.db(), &[Document::of_ticket(ticket)], Existing::Replace).await?)
}

/// Makes the notes' ticket found by their texts; a few hundred at once.
///
/// # Errors
/// What the database answers.
pub async fn index_notes(tx: &Tx, notes: &[ticket_note::Model]) -> Result<()> {
    let documents: Vec<_> = notes.iter().map(Document::of_note).collect();
    Ok(write(tx.db(), &documents, Existing::Replace).await?)
}

/// Makes a contact's tickets found by its name, e-mail and phone.
///
/// # Errors
/// What the database answers.
pub async fn index_contact(tx: &Tx, contact: &contact::Model) -> Result<()> {
    Ok(write(tx.db(), &[Document::of_contact(contact)], Existing::Replace).await?)
}

/// Makes a contact's tickets found by the text of a message in its chat.
///
/// # Errors
/// What the database answers.
pub async fn index_message(tx: &Tx, message: &message::Model) -> Result<()> {
    Ok(write(tx.db(), &[Document::of_message(message)], Existing::Replace).await?)
}

/// A note's text is found no more.
///
/// # Errors
/// What the database answers.
pub async fn forget_note(tx: &Tx, id: NoteId) -> Result<()> {
    Ok(remove(tx.db(), "subject_id", id.0).await?)
}

/// Nothing of a contact is found any more: neither what it is called nor what it wrote.
///
/// # Errors
/// What the database answers.
pub async fn forget_contact(tx: &Tx, id: ContactId) -> Result<()> {
    Ok(remove(tx.db(), "owner_id", id.0).await?)
}

/// What becomes of a document that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    Replace,
    Keep,
}

/// Writes the documents: one statement in PostgreSQL, two in SQLite.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    documents: &[Document],
    existing: Existing,
) -> std::result::Result<(), DbErr> {
    if documents.is_empty() {
        return Ok(());
    }
    let backend = db.get_database_backend();
    let rows = db.query_all_raw(insertion(backend, documents, existing)).await?;
    if backend == DbBackend::Postgres || rows.is_empty() {
        return Ok(());
    }
    let mut values: Vec<Value> = Vec::with_capacity(rows.len() * 2);
    for row in &rows {
        let subject_id: Uuid = row.try_get("", "subject_id")?;
        let document = documents.iter().find(|document| document.subject_id == subject_id);
        let lexemes = document.map(Document::lexemes).unwrap_or_default();
        let words = lexemes.into_iter().collect::<Vec<_>>().join(" ");
        values.extend([row.try_get::<i64>("", "id")?.into(), words.into()]);
    }
    let rows = vec!["(?, ?)"; rows.len()].join(", ");
    let sql = format!("INSERT OR REPLACE INTO search_index (rowid, words) VALUES {rows}");
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

fn insertion(backend: DbBackend, documents: &[Document], existing: Existing) -> Statement {
    let is_postgres = backend == DbBackend::Postgres;
    let (mut rows, mut values) = (Vec::with_capacity(documents.len()), Vec::<Value>::new());
    for document in documents {
        values.extend([
            document.account_id.into(),
            (document.kind as i16).into(),
            document.subject_id.into(),
            document.owner_id.into(),
            document.head.clone().into(),
            document.body.clone().into(),
        ]);
        let first = values.len() - 5;
        let mut places = (first..first + 6).map(|place| format!("${place}")).collect::<Vec<_>>();
        if is_postgres {
            values.push(vector(document).into());
            places.push(format!("CAST(${} AS tsvector)", values.len()));
        }
        rows.push(format!("({})", places.join(", ")));
    }
    let words = if is_postgres { ", words" } else { "" };
    let or = match (existing, is_postgres) {
        (Existing::Keep, _) => "NOTHING",
        (Existing::Replace, false) => "UPDATE SET head = excluded.head, body = excluded.body",
        (Existing::Replace, true) => {
            "UPDATE SET head = excluded.head, body = excluded.body, words = excluded.words"
        }
    };
    let sql = format!(
        "INSERT INTO search_document (account_id, kind, subject_id, owner_id, head, body{words}) VALUES {} \
         ON CONFLICT (subject_id) DO {or} RETURNING id, subject_id",
        rows.join(", ")
    );
    Statement::from_sql_and_values(backend, sql, values)
}

/// A tsvector's text. Words are letters and digits, so that nothing has to be quoted within.
fn vector(document: &Document) -> String {
    document.lexemes().iter().map(|lexeme| format!("'{lexeme}'")).collect::<Vec<_>>().join(" ")
}

async fn remove(db: &impl ConnectionTrait, column: &str, id: Uuid) -> std::result::Result<(), DbErr> {
    let backend = db.get_database_backend();
    let run = |sql: String| db.execute_raw(Statement::from_sql_and_values(backend, sql, [Value::from(id)]));
    if backend != DbBackend::Postgres {
        let documents = format!("SELECT id FROM search_document WHERE {column} = $1");
        run(format!("DELETE FROM search_index WHERE rowid IN ({documents})")).await?;
    }
    run(format!("DELETE FROM search_document WHERE {column} = $1")).await?;
    Ok(())
}
