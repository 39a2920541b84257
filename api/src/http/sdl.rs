//! `/schema.graphql`: the schema's text, for people and code generators.

use std::sync::Arc;

use axum::{Router, http::header, routing::get};

/// The route. Without introspection there is none: whoever hides the schema hides this too.
pub fn router(sdl: &Arc<str>, introspection: bool) -> Router {
    if !introspection {
        return Router::new();
    }
    let sdl = sdl.clone();
    let page = move || async move {
        let headers =
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
        (headers, sdl.to_string())
    };
    Router::new().route("/schema.graphql", get(page))
}
