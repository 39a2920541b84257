//! CSV: a line of column names, then a ticket a record. docs/import.md names the columns.

use std::{borrow::Cow, io::BufRead};

use ::csv::{ByteRecord, ReaderBuilder};
use anyhow::{Result, ensure};

use super::{
    draft::{Draft, DraftNote, Person, Remark},
    source::{Place, Record},
};

/// A field and what columns that hold it are called, in lower case with underscores.
const COLUMNS: [(Column, &[&str]); 14] = [
    (Column::Id, &["external_id", "id", "ticket_id"]),
    (Column::Reference, &["reference", "number", "ticket_number"]),
    (Column::Title, &["title", "subject", "summary"]),
    (Column::Description, &["description", "body", "details"]),
    (Column::Status, &["status", "state", "status_key"]),
    (Column::Priority, &["priority", "urgency"]),
    (Column::Category, &["category", "type"]),
    (Column::ContactId, &["contact_external_id", "contact_id", "customer_id", "requester_id"]),
    (
        Column::ContactName,
        &["contact_name", "contact", "customer_name", "customer", "requester_name", "requester"],
    ),
    (Column::ContactPhone, &["contact_phone", "phone", "customer_phone", "requester_phone"]),
    (Column::ContactEmail, &["contact_email", "email", "customer_email", "requester_email"]),
    (Column::AssigneeEmail, &["assignee_email", "assignee", "agent", "owner"]),
    (Column::OpenedAt, &["opened_at", "created_at", "created", "opened"]),
    (Column::ClosedAt, &["closed_at", "resolved_at", "solved_at", "closed"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Id,
    Reference,
    Title,
    Description,
    Status,
    Priority,
    Category,
    ContactId,
    ContactName,
    ContactPhone,
    ContactEmail,
    AssigneeEmail,
    OpenedAt,
    ClosedAt,
    /// "note", "notes", "note_1" … in their order.
    Note,
}

/// Reads the table; `send` says false when nobody takes records any more.
///
/// # Errors
/// It cannot be read, or has not the columns that every ticket needs.
pub(super) fn read(mut reader: impl BufRead, send: &mut dyn FnMut(Record) -> bool) -> Result<()> {
    let delimiter = delimiter(reader.fill_buf()?);
    let mut table = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(reader);
    let headers = table.byte_headers()?.clone();
    let columns: Vec<_> = headers.iter().map(|name| column(&decoded(name).0)).collect();
    for (needed, name) in
        [(Column::Id, "external_id"), (Column::Title, "title"), (Column::OpenedAt, "opened_at")]
    {
        let found: Vec<_> = headers.iter().map(|name| decoded(name).0.into_owned()).collect();
        let is_there = columns.contains(&Some(needed));
        ensure!(is_there, "has no column \"{name}\"; its columns are: {}", found.join(", "));
    }
    let mut row = ByteRecord::new();
    while table.read_byte_record(&mut row)? {
        let place = Place::Line(row.position().map_or(0, ::csv::Position::line));
        if !send(Record { place, draft: draft(&columns, &row) }) {
            break;
        }
    }
    Ok(())
}

/// Whichever of the usual ones stands most often in the first line, outside of quotes.
fn delimiter(start: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut is_quoted = false;
    for byte in start.iter().take_while(|byte| **byte != b'\n') {
        is_quoted ^= *byte == b'"';
        let counted = counts.iter_mut().find(|(delimiter, _)| delimiter == byte && !is_quoted);
        counted.into_iter().for_each(|(_, count)| *count += 1);
    }
    // The first of those that stand equally often.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

fn column(name: &str) -> Option<Column> {
    let words = name.to_lowercase();
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_");
    let known = COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column);
    let is_note =
        || matches!(name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_'), "note" | "notes");
    known.or_else(|| is_note().then_some(Column::Note))
}

fn draft(columns: &[Option<Column>], row: &ByteRecord) -> Result<Draft, String> {
    if row.len() > columns.len() && row.iter().skip(columns.len()).any(|value| !value.trim_ascii().is_empty())
    {
        return Err(format!("has {} values for {} columns: look at its quotes", row.len(), columns.len()));
    }
    let mut draft = Draft::default();
    for (column, value) in columns.iter().zip(row) {
        let Some(column) = column else { continue };
        let (value, is_guessed) = decoded(value);
        if is_guessed && draft.remarks.is_empty() {
            draft
                .remarks
                .push(Remark::new("externalId", "its line is no UTF-8: it was read as Windows-1252"));
        }
        let value = value.trim();
        if !value.is_empty() {
            set(&mut draft, *column, value.to_owned());
        }
    }
    Ok(draft)
}

/// The first of two columns that mean the same goes before the other.
fn set(draft: &mut Draft, column: Column, value: String) {
    let Person { id, name, phone, email } = &mut draft.contact;
    let field = match column {
        Column::Note => return draft.notes.push(DraftNote { body: value, ..DraftNote::default() }),
        Column::Id | Column::Title | Column::Description => {
            let text = match column {
                Column::Id => &mut draft.id,
                Column::Title => &mut draft.title,
                _ => &mut draft.description,
            };
            return if text.is_empty() {
                *text = value
            };
        }
        Column::Reference => &mut draft.reference,
        Column::Status => &mut draft.status,
        Column::Priority => &mut draft.priority,
        Column::Category => &mut draft.category,
        Column::ContactId => id,
        Column::ContactName => name,
        Column::ContactPhone => phone,
        Column::ContactEmail => email,
        Column::AssigneeEmail => &mut draft.assignee_email,
        Column::OpenedAt => &mut draft.opened_at,
        Column::ClosedAt => &mut draft.closed_at,
    };
    field.get_or_insert(value);
}

/// The text, and whether it was no UTF-8: then it is what spreadsheets on Windows write.
fn decoded(value: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(value) {
        Ok(text) => (text.into(), false),
        Err(_) => (encoding_rs::WINDOWS_1252.decode_without_bom_handling(value).0, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(table: &[u8]) -> Vec<Record> {
        let mut records = Vec::new();
        read(table, &mut |record| {
            records.push(record);
            true
        })
        .expect("a table");
        records
    }

    #[test]
    fn columns_go_by_many_names() {
        let table =
            b"Ticket ID;Subject;Created At;Customer;Note 1;NOTES;Colour\n1;A;2024-05-01;Anna;x;y;red\n";
        let records = read_all(table);
        let draft = records[0].draft.as_ref().expect("a ticket");
        assert_eq!((draft.id.as_str(), draft.title.as_str()), ("1", "A"));
        assert_eq!(
            (draft.contact.name.as_deref(), draft.opened_at.as_deref()),
            (Some("Anna"), Some("2024-05-01"))
        );
        assert_eq!(draft.notes.iter().map(|note| note.body.as_str()).collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn odd_tables_are_read() {
        let table = b"id,title,opened_at,description\n1,\"a, \"\"b\"\"\",2024-05-01,\"two\nlines\"\n2,caff\xe8,2024-05-01\n3,x,y,z,w\n\n";
        let records = read_all(table);
        let drafts: Vec<_> = records.iter().map(|record| record.draft.as_ref()).collect();
        let first = drafts[0].expect("a ticket");
        assert_eq!((first.title.as_str(), first.description.as_str()), ("a, \"b\"", "two\nlines"));
        let second = drafts[1].expect("a ticket");
        assert_eq!((second.title.as_str(), second.remarks.len()), ("caffè", 1));
        assert!(drafts[2].is_err());
        assert_eq!(records[2].place, Place::Line(5));
        assert!(read(&b"a,b\n1,2\n"[..], &mut |_| true).is_err());
    }
}
