//! The explorer at `/graphiql`: a page and its files, embedded in the binary, so that it works without a network and
//! from any directory. Their sources are in `api/graphiql`.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

/// `/graphiql` and the files below it, for GET and HEAD. All addresses in the page are relative, the one of `/graphql`
/// too, so that it works under a proxy's path prefix.
pub fn router() -> Router {
    Router::new()
        .route(PAGE_PATH, get(|headers: HeaderMap| async move { file(PAGE, &headers) }))
        .route(
            "/graphiql/",
            get(|| async { (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, "../graphiql")]) }),
        )
        .route(
            "/graphiql/{*name}",
            get(|Path(name): Path<String>, headers: HeaderMap| async move {
                // The page's own addresses are right at one place only.
                if name == PAGE { StatusCode::NOT_FOUND.into_response() } else { file(&name, &headers) }
            }),
        )
}

const PAGE_PATH: &str = "/graphiql";
const PAGE: &str = "graphiql.html";

/// Files below it carry a hash of their content in their names.
const HASHED: &str = "assets/";

/// Only what this origin serves, and the styles that the editor writes into the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

const EVERYWHERE: [(HeaderName, HeaderValue); 3] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
];

#[derive(RustEmbed)]
#[folder = "assets/graphiql"]
struct Assets;

fn file(name: &str, request: &HeaderMap) -> Response {
    let Some(file) = Assets::get(name) else {
        return (StatusCode::NOT_FOUND, "GraphiQL has no such file; the page is /graphiql.\n")
            .into_response();
    };
    let tag = entity_tag(&file);
    let freshness = if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let validators = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, freshness.to_owned())];
    if is_known(request, &tag) {
        return (StatusCode::NOT_MODIFIED, EVERYWHERE, validators).into_response();
    }
    let content_type = [(header::CONTENT_TYPE, content_type(&file))];
    (EVERYWHERE, validators, content_type, file.data).into_response()
}

/// A weak one, since a compressing layer above may change the bytes.
fn entity_tag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hex}\"")
}

fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|candidate| candidate == tag || candidate == "*")
}

fn content_type(file: &EmbeddedFile) -> String {
    let kind = file.metadata.mimetype();
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header_of(response: &Response, name: HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap_or(""))
    }

    #[test]
    fn the_page_is_revalidated_and_names_only_its_own_files() {
        let response = file(PAGE, &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header_of(&response, header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-cache");

        let page = Assets::get(PAGE).expect("the page is built and committed");
        let page = String::from_utf8(page.data.into_owned()).expect("the page is text");
        for reference in page.split(['"', '\'']).filter(|text| text.starts_with("graphiql/")) {
            assert!(Assets::get(&reference["graphiql/".len()..]).is_some(), "{reference} is not embedded");
        }
        assert!(!page.contains("://"), "the page names another host");
    }

    #[test]
    fn a_known_page_is_not_sent_again() {
        let tag = header_of(&file(PAGE, &HeaderMap::new()), header::ETAG).to_owned();
        let mut request = HeaderMap::new();
        request.insert(header::IF_NONE_MATCH, format!("\"other\", {tag}").parse().expect("a header"));
        assert_eq!(file(PAGE, &request).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn hashed_files_are_kept_for_good() {
        let name = Assets::iter().find(|name| name.ends_with(".js")).expect("scripts are embedded");
        let response = file(&name, &HeaderMap::new());
        assert_eq!(header_of(&response, header::CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert!(header_of(&response, header::CACHE_CONTROL).contains("immutable"));
        assert!(header_of(&response, header::CONTENT_SECURITY_POLICY).starts_with("default-src 'none'"));
    }

    #[test]
    fn nothing_else_is_served() {
        for name in ["", "../Cargo.toml", "assets/", "assets/none.js"] {
            assert_eq!(file(name, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{name}");
        }
    }
}
