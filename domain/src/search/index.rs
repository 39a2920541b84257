//! Keeping the documents: written in the transaction that changes what they are of, so that what was committed is found
//! by the next query.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};
use sportello_entity::{ContactId, NoteId, contact, message, ticket, ticket_note};
use uuid::Uuid;

use super::document::Document;
use crate::store::Tx;

/// Makes a ticket found by its reference, title and description, from this commit on.
pub fn index_ticket(tx: &mut Tx, ticket: &ticket::Model) {
    replace(tx, &[Document::of_ticket(ticket)]);
}

/// Makes the notes' ticket found by their texts; a few hundred at once.
pub fn index_notes(tx: &mut Tx, notes: &[ticket_note::Model]) {
    let documents: Vec<_> = notes.iter().map(Document::of_note).collect();
    replace(tx, &documents);
}

/// Makes a contact's tickets found by its name, e-mail and phone.
pub fn index_contact(tx: &mut Tx, contact: &contact::Model) {
    replace(tx, &[Document::of_contact(contact)]);
}

/// Makes a contact's tickets found by the text of a message in its chat.
pub fn index_message(tx: &mut Tx, message: &message::Model) {
    replace(tx, &[Document::of_message(message)]);
}

/// A note's text is found no more.
pub fn forget_note(tx: &mut Tx, id: NoteId) {
    remove(tx, "subject_id", id.0);
}

/// Nothing of a contact is found any more: neither what it is called nor what it wrote.
pub fn forget_contact(tx: &mut Tx, id: ContactId) {
    remove(tx, "owner_id", id.0);
}

/// What becomes of a document that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existing {
    Replace,
    Keep,
}

/// Has the documents written at commit, in the order in which this is asked for: nothing in a transaction searches.
fn replace(tx: &mut Tx, documents: &[Document]) {
    let backend = tx.store().backend();
    tx.run_last(insertion(backend, documents, Existing::Replace));
    if backend != DbBackend::Postgres {
        tx.run_last(indexing(documents));
    }
}

/// Writes those of the documents that are not there yet.
pub(super) async fn add(db: &impl ConnectionTrait, documents: &[Document]) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let rows = db.query_all_raw(insertion(backend, documents, Existing::Keep)).await?;
    let added: HashSet<Uuid> =
        rows.iter().map(|row| row.try_get("", "subject_id")).collect::<Result<_, _>>()?;
    if backend != DbBackend::Postgres && !added.is_empty() {
        let is_new = |document: &&Document| added.contains(&document.subject_id);
        let documents: Vec<_> = documents.iter().filter(is_new).cloned().collect();
        db.execute_raw(indexing(&documents)).await?;
    }
    Ok(())
}

/// SQLite's index of the documents' words, which PostgreSQL has beside them.
fn indexing(documents: &[Document]) -> Statement {
    let mut values: Vec<Value> = Vec::with_capacity(documents.len() * 2);
    for document in documents {
        let words = document.lexemes().into_iter().collect::<Vec<_>>().join(" ");
        values.extend([document.subject_id.into(), words.into()]);
    }
    let rows = vec!["(?, ?)"; documents.len()].join(", ");
    let sql = format!(
        "INSERT OR REPLACE INTO search_index (rowid, words) SELECT d.id, v.column2 FROM (VALUES {rows}) AS v \
         CROSS JOIN search_document AS d WHERE d.subject_id = v.column1"
    );
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
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
    let returning = if existing == Existing::Keep { " RETURNING subject_id" } else { "" };
    let sql = format!(
        "INSERT INTO search_document (account_id, kind, subject_id, owner_id, head, body{words}) VALUES {} \
         ON CONFLICT (subject_id) DO {or}{returning}",
        rows.join(", ")
    );
    Statement::from_sql_and_values(backend, sql, values)
}

/// A tsvector's text. Words are letters and digits, so that nothing has to be quoted within.
fn vector(document: &Document) -> String {
    document.lexemes().iter().map(|lexeme| format!("'{lexeme}'")).collect::<Vec<_>>().join(" ")
}

fn remove(tx: &mut Tx, column: &str, id: Uuid) {
    let backend = tx.store().backend();
    let mut run = |sql: String| tx.run_last(Statement::from_sql_and_values(backend, sql, [Value::from(id)]));
    if backend != DbBackend::Postgres {
        let documents = format!("SELECT id FROM search_document WHERE {column} = $1");
        run(format!("DELETE FROM search_index WHERE rowid IN ({documents})"));
    }
    run(format!("DELETE FROM search_document WHERE {column} = $1"));
}
