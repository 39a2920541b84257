//! The mutations by hand: one transaction that writes the rows of `ticketUpdate` or `ticketOpen`, the counters' and the
//! search index's included, and nothing else.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::{Context, Result};
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    database::{Database, read, transact},
    list::wire,
    seed::now,
};

const UPDATE: &str = "UPDATE ticket SET priority = $1, updated_at = $2, version = version + 1 \
    WHERE id = $3 AND account_id = $4 RETURNING *";
const NUMBER: &str = "UPDATE account SET next_reference_number = next_reference_number + 1 WHERE id = $1 \
    RETURNING next_reference_number - 1";
const OPEN: &str = "INSERT INTO ticket (id, account_id, reference, reference_folded, title, title_folded, description, \
    description_folded, priority, status_id, macro_status, contact_id, source, opened_by_kind, opened_by_id, opened_at, \
    updated_at, status_changed_at, reopen_count, version, note_count) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, 0, 'USER', $12, $13, $13, $13, 0, 1, 0) RETURNING *";
const HEAD: &str = "UPDATE log_head SET sequence = sequence + 1, open_low = open_low + $2, open_medium = open_medium + $3 \
    WHERE account_id = $1 RETURNING sequence";
const DOCUMENT: &str = "INSERT INTO search_document (account_id, kind, subject_id, owner_id, head, body) \
    VALUES ($1, 0, $2, $2, $3, $4) RETURNING id";
const WORDS: &str = "INSERT INTO search_index (rowid, words) VALUES ($1, $2)";
const DOCUMENT_WITH_WORDS: &str = "INSERT INTO search_document (account_id, kind, subject_id, owner_id, head, body, words) \
    VALUES ($1, 0, $2, $2, $3, $4, CAST($5 AS tsvector))";
/// Of its status, and of no category and no assignee.
const COUNTS: &str = "INSERT INTO ticket_count AS c (account_id, dimension, subject_id, open_tickets, tickets) \
    VALUES ($1, 0, $2, 1, 1), ($1, 1, $3, 1, 1), ($1, 2, $3, 1, 0) ON CONFLICT (account_id, dimension, subject_id) \
    DO UPDATE SET open_tickets = c.open_tickets + excluded.open_tickets, tickets = c.tickets + excluded.tickets";
const DAY: &str = "INSERT INTO ticket_day AS d (account_id, day, opened, closed, revision) VALUES ($1, $2, 1, 0, 0) \
    ON CONFLICT (account_id, day) DO UPDATE SET opened = d.opened + excluded.opened";
const EVENT: &str = "INSERT INTO event (account_id, sequence, id, type, occurred_at, actor_kind, actor_id, subject_id, \
    changes, snapshot, previous) VALUES ($1, $2, $3, $4, $5, 'USER', $6, $7, $8, $9, $10)";
const OWNER: &str = "SELECT a.id AS account_id, u.id AS user_id, s.id AS status_id FROM account a \
    JOIN app_user u ON u.account_id = a.id AND u.role = 'OWNER' \
    JOIN ticket_status s ON s.account_id = a.id AND s.is_default";

const DAY_MILLISECONDS: i64 = 24 * 60 * 60 * 1_000;

/// The row as the event keeps it.
#[derive(FromRow, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ticket {
    id: Uuid,
    reference: String,
    external_id: Option<String>,
    title: String,
    description: String,
    priority: i16,
    status_id: Uuid,
    macro_status: i16,
    category_id: Option<Uuid>,
    contact_id: Uuid,
    assignee_id: Option<Uuid>,
    source: i16,
    opened_by_kind: String,
    opened_by_id: Option<Uuid>,
    opened_at: i64,
    updated_at: i64,
    status_changed_at: i64,
    closed_at: Option<i64>,
    first_response_at: Option<i64>,
    deleted_at: Option<i64>,
    reopen_count: i32,
    version: i32,
    note_count: i32,
}

/// Who acts, where, and the status of what is new.
#[derive(Clone, Copy, FromRow)]
struct Owner {
    account_id: Uuid,
    user_id: Uuid,
    status_id: Uuid,
}

struct Desk {
    database: Database,
    owner: Owner,
}

#[derive(Deserialize)]
struct Request {
    variables: Variables,
}

/// Those of `documents/update.graphql`, or those of `documents/open.graphql`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Variables {
    #[serde(rename_all = "camelCase")]
    Open {
        contact_id: String,
        title: String,
        description: String,
    },
    Update {
        id: String,
        priority: String,
    },
}

/// Answers a POST to `/graphql` by what its variables are.
///
/// # Errors
/// When there is no account.
pub async fn router(database: Database) -> Result<Router> {
    let owner = read!(&database, pool => sqlx::query_as(OWNER).fetch_one(pool).await?);
    Ok(Router::new().route("/graphql", post(write)).with_state(Arc::new(Desk { database, owner })))
}

async fn write(
    State(desk): State<Arc<Desk>>,
    Json(request): Json<Request>,
) -> Result<Json<Value>, (StatusCode, String)> {
    let written = match request.variables {
        Variables::Open { contact_id, title, description } => {
            open(&desk, &contact_id, &title, &description).await
        }
        Variables::Update { id, priority } => update(&desk, &id, &priority).await,
    };
    let (ticket, sequence) =
        written.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    let Ticket { id, reference, priority, version, .. } = ticket;
    let ticket =
        json!({ "id": wire("tkt", id), "reference": reference, "priority": priority, "version": version });
    let done = json!({ "ticket": ticket, "event": { "sequence": sequence }, "userErrors": [] });
    Ok(Json(json!({ "data": { "done": done } })))
}

async fn update(desk: &Desk, id: &str, priority: &str) -> Result<(Ticket, i64)> {
    const NAMES: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "URGENT"];
    let priority = NAMES.iter().position(|name| *name == priority).context("no priority")?;
    let (id, priority, now) = (uuid(id)?, i16::try_from(priority)?, now());
    let Owner { account_id, user_id, .. } = desk.owner;
    let changes = r#"[{"field":"priority","before":"MEDIUM","after":"HIGH"}]"#;
    let previous = Some(r#"{"priority":"MEDIUM","updatedAt":1790000000000,"version":1}"#);
    Ok(transact!(&desk.database, tx => {
        let update = sqlx::query_as(UPDATE).bind(priority).bind(now).bind(id).bind(account_id);
        let ticket: Ticket = update.fetch_one(&mut *tx).await?;
        let sequence: i64 = sqlx::query_scalar(HEAD).bind(account_id).bind(-1_i64).bind(1_i64).fetch_one(&mut *tx).await?;
        let event = sqlx::query(EVENT).bind(account_id).bind(sequence).bind(Uuid::now_v7()).bind("TICKET_UPDATED");
        let event = event.bind(now).bind(user_id).bind(id).bind(changes);
        event.bind(serde_json::to_string(&ticket)?).bind(previous).execute(&mut *tx).await?;
        (ticket, sequence)
    }))
}

async fn open(desk: &Desk, contact_id: &str, title: &str, description: &str) -> Result<(Ticket, i64)> {
    let (id, contact_id, now) = (Uuid::now_v7(), uuid(contact_id)?, now());
    let Owner { account_id, user_id, status_id } = desk.owner;
    let is_sqlite = matches!(desk.database, Database::Sqlite(_));
    let day = i32::try_from(now / DAY_MILLISECONDS)?;
    Ok(transact!(&desk.database, tx => {
        let number: i64 = sqlx::query_scalar(NUMBER).bind(account_id).fetch_one(&mut *tx).await?;
        let open = sqlx::query_as(OPEN).bind(id).bind(account_id);
        let open = open.bind(format!("T-{number}")).bind(format!("t-{number}"));
        let open = open.bind(title).bind(title.to_lowercase()).bind(description).bind(description.to_lowercase());
        let open = open.bind(1_i16).bind(status_id).bind(contact_id).bind(user_id).bind(now);
        let ticket: Ticket = open.fetch_one(&mut *tx).await?;
        let (head, body) = (words(&format!("t {number} {title}")), words(description));
        if is_sqlite {
            let document = sqlx::query_scalar(DOCUMENT).bind(account_id).bind(id).bind(&head).bind(&body);
            let document: i64 = document.fetch_one(&mut *tx).await?;
            sqlx::query(WORDS).bind(document).bind(lexemes(&head, &body, "")).execute(&mut *tx).await?;
        } else {
            let document = sqlx::query(DOCUMENT_WITH_WORDS).bind(account_id).bind(id).bind(&head).bind(&body);
            document.bind(lexemes(&head, &body, "'")).execute(&mut *tx).await?;
        }
        sqlx::query(COUNTS).bind(account_id).bind(status_id).bind(Uuid::nil()).execute(&mut *tx).await?;
        sqlx::query(DAY).bind(account_id).bind(day).execute(&mut *tx).await?;
        let sequence: i64 =
            sqlx::query_scalar(HEAD).bind(account_id).bind(0_i64).bind(1_i64).fetch_one(&mut *tx).await?;
        let event = sqlx::query(EVENT).bind(account_id).bind(sequence).bind(Uuid::now_v7()).bind("TICKET_OPENED");
        let event = event.bind(now).bind(user_id).bind(id).bind("[]");
        event.bind(serde_json::to_string(&ticket)?).bind(None::<&str>).execute(&mut *tx).await?;
        (ticket, sequence)
    }))
}

/// The text's words between spaces, as the search index has them.
fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    format!(" {} ", words.collect::<Vec<_>>().join(" "))
}

/// The words of both, each once, after the account's key of four characters; those of the head once more, as such.
fn lexemes(head: &str, body: &str, quote: &str) -> String {
    let parted = |text: &'_ str, mark: &str| {
        let words = text.split(' ').filter(|word| !word.is_empty());
        words.map(|word| format!("{quote}acct{mark}{word}{quote}")).collect::<Vec<_>>()
    };
    let words: BTreeSet<_> =
        [parted(head, ""), parted(head, "+t"), parted(body, "")].into_iter().flatten().collect();
    words.into_iter().collect::<Vec<_>>().join(" ")
}

fn uuid(wire: &str) -> Result<Uuid> {
    let (_, digits) = wire.split_once('_').context("no id")?;
    Ok(Uuid::try_parse(digits)?)
}
