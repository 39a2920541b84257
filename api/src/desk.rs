//! The desk itself, put together: schema, gate and endpoint on one store, and what runs beside them.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, anyhow};
use axum::Router;
use sportello_document::Documents;
use sportello_domain::{
    automation::AutomationPlanner,
    log::Follower,
    notice::{NoticePlanner, UnsubscribeTokens},
    seal::Seal,
    session::Authentication,
    store::Store,
    webhook::{WebhookRules, delivery::WebhookPlanner},
};
use sportello_transport::{Endpoint, Limits, Options};
use sportello_workers::{
    automation::Runner,
    due,
    mail::{MailSettings, Mailer, UnsentNotices},
    message::run_sandboxes,
    planner,
    webhook::{Deliverer, WebhookSettings},
    whatsapp::{Inbox, WhatsApp, WhatsAppSettings},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{BaseUrl, Graphql, Secret, Settings},
    credential::{AccessTokens, Keeper},
    graphql::{self, Desk, DirectRoad, people::People},
    housekeeping,
    http::{
        hooks::{self, Hooks},
        media,
        pages::{self, Pages},
        whatsapp_hook::{self, HookSettings},
    },
    media_links::MediaLinks,
};

/// What is served.
pub(crate) struct Opened {
    pub(crate) endpoint: Endpoint<graphql::Schema, Keeper>,
    pub(crate) pages: Router,
    pub(crate) sdl: Arc<str>,
}

/// Opens the desk; what runs beside it becomes a task of `tasks` and ends with `shutdown`.
pub(crate) fn open(
    settings: &Settings,
    store: &Store,
    shutdown: &CancellationToken,
    tasks: &TaskTracker,
) -> Result<Opened> {
    let secret = settings.signing_secret(|| store.secret()).map_err(|problem| anyhow!(problem))?;
    let (followed, token) = (store.clone(), shutdown.clone());
    tasks.spawn(async move { followed.run_followers(token).await });
    let authentication = Authentication::try_new(store.clone(), tasks.clone())?;
    let unsubscribe = UnsubscribeTokens::new(secret.expose());
    let mailer = Mailer::try_new(store.clone(), &mail(settings), unsubscribe.clone())?;
    tasks.spawn(mailer.run(shutdown.clone()));
    let seal = Seal::new(secret.expose());
    let webhooks = WebhookRules { seal: seal.clone(), allow_private: settings.webhooks.allow_private };
    tasks.spawn(deliverer(settings, store, &webhooks)?.run(shutdown.clone()));
    tasks.spawn(run_sandboxes(store.clone(), shutdown.clone()));
    let whatsapp = WhatsApp::try_new(&whatsapp_settings(settings), seal)?;
    tasks.spawn(whatsapp.courier(store.clone()).run(shutdown.clone()));
    tasks.spawn(whatsapp.clone().fetch_files(store.clone(), shutdown.clone()));
    let media_links = MediaLinks::new(secret.expose(), settings.server.public_url.to_string());
    let inbox = Inbox::new(store.clone());
    tasks.spawn(inbox.clone().run(shutdown.clone()));
    tasks.spawn(Runner::new(store.clone()).run(shutdown.clone()));
    tasks.spawn(due::run(store.clone(), shutdown.clone()));
    tasks.spawn(planner::run(store.clone(), followers(settings), shutdown.clone()));
    housekeeping::start(&authentication, &settings.retention, shutdown, tasks);
    let tokens = AccessTokens::new(secret.expose(), settings.accounts.access_token_seconds);
    let keeper = Keeper::try_new(settings, &authentication, &tokens)?;
    let app_url = settings.server.app_url.as_ref().map(ToString::to_string);
    let pages = pages::router(Pages { authentication: authentication.clone(), app_url, unsubscribe })
        .merge(whatsapp_hook::router(hook_settings(settings), inbox))
        .merge(hooks::router(Hooks::new(store.clone())))
        .merge(media::router(store.clone(), media_links.clone()));
    let sdl: Arc<str> = graphql::sdl().into();
    let documents = documents(&sdl, settings.graphql.introspection)?;
    let desk = Desk {
        store: store.clone(),
        public_url: settings.server.public_url.to_string(),
        restore_days: settings.retention.restore_days.into(),
        crowd: Default::default(),
        webhooks,
        people: People { authentication, tokens },
        whatsapp,
        media_links,
    };
    let road = Arc::new(DirectRoad::new(desk.clone()));
    let (schema, options) = (graphql::schema(desk), options(settings));
    let endpoint = Endpoint::new(schema, Some(road), documents, keeper, options, shutdown.clone());
    Ok(Opened { endpoint, pages, sdl })
}

/// Who plans what because of an event.
fn followers(settings: &Settings) -> Vec<Box<dyn Follower>> {
    let merge_seconds = settings.mail.merge_seconds;
    let notices: Box<dyn Follower> = match &settings.mail.smtp_url {
        Some(_) => Box::new(NoticePlanner { merge_seconds }),
        None => Box::new(UnsentNotices),
    };
    let automations = AutomationPlanner::new(graphql::automation::read_where);
    vec![notices, Box::new(WebhookPlanner), Box::new(automations)]
}

fn deliverer(settings: &Settings, store: &Store, rules: &WebhookRules) -> Result<Deliverer> {
    let WebhookRules { seal, allow_private } = rules.clone();
    let retry_base_seconds = settings.mail.retry_base_seconds;
    let settings = WebhookSettings { seal, allow_private, retry_base_seconds };
    Deliverer::try_new(store.clone(), settings).context("webhooks cannot be sent: TLS cannot be set up")
}

fn documents(sdl: &str, introspection: bool) -> Result<Arc<Documents>> {
    let limits = sportello_document::Limits { introspection, ..Default::default() };
    Ok(Arc::new(Documents::try_new(sdl, limits).context("the schema is not valid")?))
}

fn mail(settings: &Settings) -> MailSettings {
    let Settings { server, mail, .. } = settings;
    MailSettings {
        smtp_url: mail.smtp_url.as_ref().map(|url| url.expose().to_owned()),
        from: Some(mail.from.clone().unwrap_or_else(|| sender(&server.public_url))),
        public_url: server.public_url.to_string(),
        app_url: server.app_url.as_ref().map(ToString::to_string),
        retry_base_seconds: mail.retry_base_seconds,
    }
}

/// Meta's Cloud API, of the version that this program was written for.
const CLOUD_API: &str = "https://graph.facebook.com/v25.0";

fn whatsapp_settings(settings: &Settings) -> WhatsAppSettings {
    let api_url =
        settings.whatsapp.api_url.as_ref().map_or_else(|| CLOUD_API.to_owned(), ToString::to_string);
    WhatsAppSettings { api_url, retry_base_seconds: settings.mail.retry_base_seconds }
}

fn hook_settings(settings: &Settings) -> HookSettings {
    let text = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().into());
    let (app_secret, verify_token) =
        (text(&settings.whatsapp.app_secret), text(&settings.whatsapp.verify_token));
    HookSettings { app_secret, verify_token }
}

/// Who mails are from when nobody is set: an address at the public host, where that has a name.
fn sender(public_url: &BaseUrl) -> String {
    let is_name = public_url.host().chars().any(|letter| letter.is_ascii_alphabetic());
    let host = if is_name && !public_url.host().starts_with('[') { public_url.host() } else { "localhost" };
    format!("Sportello <sportello@{host}>")
}

fn options(settings: &Settings) -> Options {
    let Settings { server, graphql, .. } = settings;
    let addresses = [Some(&server.public_url), server.app_url.as_ref()];
    Options {
        limits: limits(graphql),
        allowed_origins: addresses.into_iter().flatten().map(|url| url.origin()).collect(),
        trusted_proxies: server.trusted_proxies,
        explorer: Some("/graphiql".to_owned()),
    }
}

fn limits(graphql: &Graphql) -> Limits {
    Limits {
        body_bytes: graphql.body_bytes,
        execution_time: Duration::from_secs(graphql.execution_seconds),
        operations_per_socket: graphql.operations_per_socket,
        streams_per_credential: graphql.streams_per_credential,
        ..Limits::default()
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::store::StoreSettings;

    use super::*;
    use crate::config;

    #[tokio::test]
    async fn mails_have_a_sender_though_none_is_set() {
        let store = Store::connect(StoreSettings::new("sqlite::memory:")).await.expect("a store");
        for (url, sender) in [
            ("https://desk.example:8443/a", "Sportello <sportello@desk.example>"),
            ("http://127.0.0.1:8000", "Sportello <sportello@localhost>"),
            ("http://[::1]:8000", "Sportello <sportello@localhost>"),
        ] {
            let variables = [("SPORTELLO_PUBLIC_URL", url), ("SPORTELLO_SMTP_URL", "smtp://mail.example")];
            let variables = variables.map(|(name, text)| (name.to_owned(), text.to_owned()));
            let settings = mail(&config::load(None, variables).expect("settings"));
            assert_eq!(settings.from.as_deref(), Some(sender));
            let tokens = UnsubscribeTokens::new("a secret");
            Mailer::try_new(store.clone(), &settings, tokens).map(drop).expect(url);
        }
    }
}
