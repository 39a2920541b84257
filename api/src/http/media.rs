//! `/media/{id}`: files of received messages, for who has a link.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::json;
use sportello_domain::{
    message::media::{self, File},
    store::Store,
};
use sportello_entity::MessageId;

use crate::media_links::MediaLinks;

/// What a browser may show in place. Anything else could be a page that acts: it is downloaded.
const SHOWN: [&str; 12] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "audio/aac",
    "audio/amr",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "video/3gpp",
    "video/mp4",
    "application/pdf",
];

#[derive(Clone)]
struct Media {
    store: Store,
    links: MediaLinks,
}

#[derive(Deserialize)]
struct Signed {
    #[serde(default)]
    until: i64,
    #[serde(default)]
    signature: String,
}

/// `/media/{id}`.
pub fn router(store: Store, links: MediaLinks) -> Router {
    Router::new().route("/media/{id}", get(show)).with_state(Media { store, links })
}

async fn show(
    State(Media { store, links }): State<Media>,
    Path(id): Path<String>,
    Query(signed): Query<Signed>,
) -> Response {
    let id: Option<MessageId> = id.parse().ok();
    let id = id.filter(|id| links.is_good(*id, signed.until, &signed.signature, store.now()));
    let Some(id) = id else {
        let message = "This link is not good, or not any more: read the message again for a new one.";
        return problem(StatusCode::FORBIDDEN, "FORBIDDEN", message);
    };
    match media::file(&store, id).await {
        Ok(Some(File { mime_type, name, content: Some(content) })) => served(&mime_type, name, content),
        Ok(Some(_)) => {
            let message = "The file is being fetched from WhatsApp: try again in a second.";
            let answer = problem(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message);
            ([(header::RETRY_AFTER, "1")], answer).into_response()
        }
        Ok(None) => problem(StatusCode::NOT_FOUND, "NOT_FOUND", "The file could not be had, or was erased."),
        Err(error) => {
            tracing::error!(%error, "a file could not be read");
            problem(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The file cannot be read: try again.")
        }
    }
}

fn served(mime_type: &str, name: Option<String>, content: Vec<u8>) -> Response {
    let bare = mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let shown = SHOWN.into_iter().find(|shown| *shown == bare);
    let kind = HeaderValue::from_static(shown.unwrap_or("application/octet-stream"));
    let disposition = if shown.is_some() { "inline" } else { "attachment" };
    let name = name.map(|name| form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>());
    let name =
        name.map(|name| format!("; filename*=UTF-8''{}", name.replace('+', "%20"))).unwrap_or_default();
    let disposition = HeaderValue::from_str(&format!("{disposition}{name}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        // A dashboard at another address shows it in an <img>.
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        ),
    ];
    (headers, content).into_response()
}

fn problem(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
}
