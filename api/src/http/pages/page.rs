//! One page as an answer.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::Environment;
use serde::Serialize;

use super::words::Words;

/// Nothing but its own styles and its own form.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// What a page shows.
#[derive(Serialize)]
pub(super) struct Page {
    pub(super) words: &'static Words,
    pub(super) title: String,
    pub(super) text: &'static str,
    pub(super) form: Option<Form>,
    /// What a button says that sends the page's own address; None: there is none.
    pub(super) button: Option<&'static str>,
    pub(super) link: Option<String>,
}

/// A form to fill in.
#[derive(Default, Serialize)]
pub(super) struct Form {
    pub(super) token: String,
    /// None: a name is not asked for.
    pub(super) name: Option<String>,
    pub(super) name_problem: bool,
    pub(super) password_problem: bool,
}

impl Page {
    /// A page that only says something.
    pub(super) fn saying(words: &'static Words, title: &str, text: &'static str) -> Self {
        Self { words, title: title.to_owned(), text, form: None, button: None, link: None }
    }

    /// The page as an answer that nobody keeps, and that tells its address (which holds a token) to nobody.
    pub(super) fn answer(&self, status: StatusCode) -> Response {
        let headers = [
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        match self.render() {
            Ok(html) => (status, headers, Html(html)).into_response(),
            Err(error) => {
                tracing::error!(%error, "a page could not be rendered");
                (StatusCode::INTERNAL_SERVER_ERROR, self.words.failed_text).into_response()
            }
        }
    }

    fn render(&self) -> Result<String, minijinja::Error> {
        let template = include_str!("page.html.jinja");
        Environment::new().render_named_str("page.html", template, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sportello_domain::account::Language;

    #[test]
    fn what_is_shown_is_escaped_and_a_name_only_asked_for_where_wanted() {
        let mut page = Page::saying(Words::of(Language::Italian), "<Aurora>", "text");
        page.form = Some(Form { token: "\"><script>".to_owned(), ..Form::default() });
        let html = page.render().expect("a page");
        assert!(html.contains("&lt;Aurora&gt;") && !html.contains("<script>"), "{html}");
        assert!(!html.contains("name=\"name\""));
        page.form = Some(Form { name: Some("Anna".to_owned()), ..Form::default() });
        assert!(page.render().expect("a page").contains("value=\"Anna\""));
    }
}
