//! The pages' addresses: GET shows a form, POST to the same address acts.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Form as FormBody, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
    routing::get,
};
use serde::Deserialize;
use sportello_domain::{
    Error, Result,
    account::Language,
    notice::UnsubscribeTokens,
    session::{self, Authentication, OpenedSession, PasswordReset},
    user::{self, InvitationAccept, TokenHolder},
};
use sportello_entity::value::TokenPurpose;

use super::{
    page::{Form, Page},
    unsubscribe,
    words::Words,
};

const MOST_BYTES: usize = 16 * 1024;

/// What the pages are served from.
#[derive(Clone)]
pub struct Pages {
    /// Where tokens are asked about.
    pub authentication: Authentication,
    /// Where a finished page leads on to: the dashboard, if there is one.
    pub app_url: Option<String>,
    /// Reads the links that end e-mails about tickets.
    pub unsubscribe: UnsubscribeTokens,
}

/// `/invitation?token=`, `/password-reset?token=` and `/unsubscribe?token=`.
pub fn router(pages: Pages) -> Router {
    let invitation = get(|state, query, headers| show(TokenPurpose::Invitation, state, query, headers))
        .post(|state, headers, sent| act(TokenPurpose::Invitation, state, headers, sent));
    let reset = get(|state, query, headers| show(TokenPurpose::PasswordReset, state, query, headers))
        .post(|state, headers, sent| act(TokenPurpose::PasswordReset, state, headers, sent));
    Router::new()
        .route("/invitation", invitation)
        .route("/password-reset", reset)
        .route("/unsubscribe", get(unsubscribe::show).post(unsubscribe::act))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(pages)
}

#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    pub(super) token: String,
}

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    token: String,
    name: Option<String>,
    #[serde(default)]
    password: String,
}

async fn show(
    purpose: TokenPurpose,
    State(pages): State<Pages>,
    Query(link): Query<Link>,
    headers: HeaderMap,
) -> Response {
    let language = accepted(&headers);
    match user::holder(pages.authentication.store(), purpose, &link.token, &["token"]).await {
        Ok(holder) => {
            let name = asked_name(purpose, &holder.user.name);
            let form = Form { token: link.token, name, ..Form::default() };
            asking(purpose, &holder, form).answer(StatusCode::OK)
        }
        Err(error) => failed(&error, language),
    }
}

async fn act(
    purpose: TokenPurpose,
    State(pages): State<Pages>,
    headers: HeaderMap,
    FormBody(sent): FormBody<Sent>,
) -> Response {
    let language = accepted(&headers);
    let holder = match user::holder(pages.authentication.store(), purpose, &sent.token, &["token"]).await {
        Ok(holder) => holder,
        Err(error) => return failed(&error, language),
    };
    let form = Form { token: sent.token.clone(), name: sent.name.clone(), ..Form::default() };
    match finish(&pages.authentication, purpose, sent).await {
        Ok(()) => {
            let words = Words::of(Language::of(&holder.user.locale));
            let page = Page { link: pages.app_url, ..Page::saying(words, words.done, words.done_text) };
            page.answer(StatusCode::OK)
        }
        Err(Error::Refused(refusals)) => {
            let at =
                |field: &str| refusals.iter().any(|refusal| refusal.path.iter().any(|part| part == field));
            if at("token") || at("invitationToken") {
                return failed(&Error::Refused(refusals), language);
            }
            let password_problem = at("password") || at("newPassword");
            let form = Form { name_problem: at("name"), password_problem, ..form };
            asking(purpose, &holder, form).answer(StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => failed(&error, language),
    }
}

async fn finish(authentication: &Authentication, purpose: TokenPurpose, sent: Sent) -> Result<()> {
    let Sent { token, name, password } = sent;
    let OpenedSession { refresh_token, .. } = match purpose {
        TokenPurpose::Invitation => {
            user::accept(authentication, InvitationAccept { invitation_token: token, password, name }).await?
        }
        TokenPurpose::PasswordReset => {
            session::reset_password(authentication, PasswordReset { token, new_password: password }).await?
        }
    };
    // A page keeps no tokens: people sign in where they work.
    session::sign_out(authentication, &refresh_token).await
}

fn asking(purpose: TokenPurpose, holder: &TokenHolder, form: Form) -> Page {
    let words = Words::of(Language::of(&holder.user.locale));
    let (title, text) = match purpose {
        TokenPurpose::Invitation => (words.invitation, words.invitation_text),
        TokenPurpose::PasswordReset => (words.reset, words.reset_text),
    };
    let form = Form { name: form.name.filter(|_| purpose == TokenPurpose::Invitation), ..form };
    let title = format!("{title} {}", holder.account.name);
    Page { form: Some(form), ..Page::saying(words, &title, text) }
}

fn asked_name(purpose: TokenPurpose, name: &str) -> Option<String> {
    (purpose == TokenPurpose::Invitation).then(|| name.to_owned())
}

pub(super) fn failed(error: &Error, language: Language) -> Response {
    let words = Words::of(language);
    match error {
        Error::Refused(_) => Page::saying(words, words.gone, words.gone_text).answer(StatusCode::GONE),
        Error::RateLimited(_) | Error::Unavailable(_) => {
            Page::saying(words, words.failed, words.failed_text).answer(StatusCode::SERVICE_UNAVAILABLE)
        }
        other => {
            tracing::error!(error = %other, "a page met a fault of ours");
            Page::saying(words, words.failed, words.failed_text).answer(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

pub(super) fn accepted(headers: &HeaderMap) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::accepted(header.unwrap_or_default())
}
