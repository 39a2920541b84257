//! Where the unsubscribe links of e-mails lead: looking changes nothing, since mail programs and scanners follow links;
//! a POST acts, the page's own or a mail program's one click (RFC 8058), whatever its body.

use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use sportello_domain::{Result, account::Language, notice};
use sportello_entity::app_user;

use super::{
    page::Page,
    routes::{Link, Pages, accepted, failed},
    words::Words,
};

pub(super) async fn show(
    State(pages): State<Pages>,
    Query(link): Query<Link>,
    headers: HeaderMap,
) -> Response {
    match reader(&pages, &link).await {
        Ok(Some(reader)) => {
            let words = words(&reader);
            let page = Page::saying(words, words.unsubscribe, words.unsubscribe_text);
            Page { button: Some(words.unsubscribe), ..page }.answer(StatusCode::OK)
        }
        Ok(None) => missing(&headers),
        Err(error) => failed(&error, accepted(&headers)),
    }
}

pub(super) async fn act(
    State(pages): State<Pages>,
    Query(link): Query<Link>,
    headers: HeaderMap,
) -> Response {
    match end(&pages, &link).await {
        Ok(Some(reader)) => {
            let words = words(&reader);
            Page::saying(words, words.done, words.unsubscribed_text).answer(StatusCode::OK)
        }
        Ok(None) => missing(&headers),
        Err(error) => failed(&error, accepted(&headers)),
    }
}

async fn end(pages: &Pages, link: &Link) -> Result<Option<app_user::Model>> {
    let Some(reader) = reader(pages, link).await? else { return Ok(None) };
    notice::unsubscribe(pages.authentication.store(), &reader).await?;
    Ok(Some(reader))
}

async fn reader(pages: &Pages, link: &Link) -> Result<Option<app_user::Model>> {
    match pages.unsubscribe.holder(&link.token) {
        Some(id) => notice::reader(pages.authentication.store(), id).await,
        None => Ok(None),
    }
}

fn words(reader: &app_user::Model) -> &'static Words {
    Words::of(Language::of(&reader.locale))
}

fn missing(headers: &HeaderMap) -> Response {
    let words = Words::of(accepted(headers));
    Page::saying(words, words.not_found, words.not_found_text).answer(StatusCode::NOT_FOUND)
}
