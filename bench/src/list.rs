//! The list by hand: one join, read by sqlx and written by serde, with the fields of `documents/list.graphql`.

use std::sync::Arc;

use anyhow::Result;
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

use crate::database::{Database, read};

const LIST: &str = "SELECT t.id, t.reference, t.title, t.priority, t.opened_at, t.version, \
    s.id AS status_id, s.name AS status_name, c.id AS category_id, c.name AS category_name, \
    k.id AS contact_id, k.name AS contact_name, a.id AS assignee_id, a.name AS assignee_name, \
    o.id AS opener_id, o.name AS opener_name \
    FROM ticket t JOIN ticket_status s ON s.id = t.status_id LEFT JOIN ticket_category c ON c.id = t.category_id \
    JOIN contact k ON k.id = t.contact_id LEFT JOIN app_user a ON a.id = t.assignee_id \
    LEFT JOIN app_user o ON o.id = t.opened_by_id AND t.opened_by_kind = 'USER' \
    WHERE t.account_id = $1 AND t.deleted_at IS NULL \
    ORDER BY t.priority DESC, t.opened_at DESC, t.id DESC LIMIT 51";

/// How many of the rows are the page; one more says whether there is another.
const PAGE: usize = 50;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    reference: String,
    title: String,
    priority: i16,
    opened_at: i64,
    version: i32,
    status_id: Uuid,
    status_name: String,
    category_id: Option<Uuid>,
    category_name: Option<String>,
    contact_id: Uuid,
    contact_name: String,
    assignee_id: Option<Uuid>,
    assignee_name: Option<String>,
    opener_id: Option<Uuid>,
    opener_name: Option<String>,
}

#[derive(Serialize)]
struct Named {
    id: String,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ticket {
    id: String,
    reference: String,
    title: String,
    priority: &'static str,
    opened_at: String,
    version: i32,
    status: Named,
    category: Option<Named>,
    contact: Named,
    assignee: Option<Named>,
    opened_by: Option<Named>,
}

#[derive(Serialize)]
struct Answer {
    data: Data,
}

#[derive(Serialize)]
struct Data {
    tickets: Page,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    nodes: Vec<Ticket>,
    page_info: PageInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
}

struct Desk {
    database: Database,
    account_id: Uuid,
}

/// Answers every POST to `/graphql` with the first page of the only account.
///
/// # Errors
/// When there is no account.
pub async fn router(database: Database) -> Result<Router> {
    let account_id =
        read!(&database, pool => sqlx::query_scalar("SELECT id FROM account").fetch_one(pool).await?);
    Ok(Router::new().route("/graphql", post(list)).with_state(Arc::new(Desk { database, account_id })))
}

async fn list(State(desk): State<Arc<Desk>>, _body: String) -> Result<Json<Answer>, (StatusCode, String)> {
    let mut rows =
        rows(&desk).await.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    let has_next_page = rows.len() > PAGE;
    rows.truncate(PAGE);
    let nodes = rows.into_iter().map(Ticket::from).collect();
    Ok(Json(Answer { data: Data { tickets: Page { nodes, page_info: PageInfo { has_next_page } } } }))
}

async fn rows(desk: &Desk) -> Result<Vec<Row>> {
    Ok(read!(&desk.database, pool => sqlx::query_as(LIST).bind(desk.account_id).fetch_all(pool).await?))
}

impl From<Row> for Ticket {
    fn from(row: Row) -> Self {
        let named = |prefix: &str, id: Option<Uuid>, name: Option<String>| {
            id.zip(name).map(|(id, name)| Named { id: wire(prefix, id), name })
        };
        Self {
            id: wire("tkt", row.id),
            reference: row.reference,
            title: row.title,
            priority: ["LOW", "MEDIUM", "HIGH", "URGENT"][usize::try_from(row.priority).unwrap_or(0).min(3)],
            opened_at: moment(row.opened_at),
            version: row.version,
            status: Named { id: wire("sta", row.status_id), name: row.status_name },
            category: named("cat", row.category_id, row.category_name),
            contact: Named { id: wire("con", row.contact_id), name: row.contact_name },
            assignee: named("usr", row.assignee_id, row.assignee_name),
            opened_by: named("usr", row.opener_id, row.opener_name),
        }
    }
}

/// An id as clients see it.
pub fn wire(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.simple())
}

/// RFC 3339 with milliseconds.
fn moment(milliseconds: i64) -> String {
    DateTime::from_timestamp_millis(milliseconds)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}
