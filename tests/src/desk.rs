//! One desk: a running server, an account with its owner, and whoever else a story needs.

use std::sync::Arc;

use serde_json::json;
use sportello_api::{
    config::{Secret, Settings},
    lifecycle::{self, Running, Server},
};
use sportello_domain::{
    account::{self, CreateAccount},
    clock::Clock,
    session::Passwords,
    store::Store,
};

use crate::{Client, CloudApi, Database, Mailbox};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// A desk that is open.
pub struct Desk {
    /// The account's owner, signed in.
    pub owner: Client,
    /// Somebody without a credential.
    pub stranger: Client,
    /// The account's id.
    pub account_id: String,
    /// The owner's address.
    pub owner_email: String,
    /// Where the desk's mails arrive.
    pub mailbox: Mailbox,
    /// What the desk takes for WhatsApp.
    pub cloud_api: CloudApi,
    /// Where everything is kept.
    pub database: Database,
    settings: Settings,
    running: Running,
}

impl Desk {
    /// Starts a server on the database and makes an account.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn open(database: &Database) -> Self {
        let mailbox = Mailbox::open();
        let cloud_api = CloudApi::open().await;
        let settings = settings(database, &mailbox, &cloud_api);
        let running = start(&settings).await;
        let stranger = Client::anonymous(running.address);
        let owner_email = "aurora@bottega.example".to_owned();
        let account_id = create_account(&running.store, "Bottega Aurora", &owner_email).await;
        let owner = sign_in(&stranger, &owner_email).await;
        let database = database.clone();
        Self { owner, stranger, account_id, owner_email, mailbox, cloud_api, database, settings, running }
    }

    /// What the server serves from, for what no client can do.
    pub fn store(&self) -> &Store {
        &self.running.store
    }

    /// Stops the server, starts another one on the same database, and lets the owner know.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart(self) -> Self {
        self.restart_with(|_| ()).await
    }

    /// The same with settings that are changed.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart_with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let Self {
            owner, account_id, owner_email, mailbox, cloud_api, database, mut settings, running, ..
        } = self;
        running.stop().await;
        change(&mut settings);
        let running = start(&settings).await;
        let stranger = Client::anonymous(running.address);
        let owner = owner.at(running.address);
        Self { owner, stranger, account_id, owner_email, mailbox, cloud_api, database, settings, running }
    }

    /// Stops the server; what it kept stays, and where its mails arrived.
    pub async fn close(self) -> (Database, Mailbox) {
        self.running.stop().await;
        (self.database, self.mailbox)
    }

    /// Another server on the same database.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn second_server(&self) -> Running {
        start(&self.settings).await
    }

    /// The same with other settings.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn server_with(&self, change: impl FnOnce(&mut Settings)) -> Running {
        let mut settings = self.settings.clone();
        change(&mut settings);
        start(&settings).await
    }

    /// The same by another clock.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn server_by(&self, clock: Arc<dyn Clock>, change: impl FnOnce(&mut Settings)) -> Running {
        let mut settings = self.settings.clone();
        change(&mut settings);
        let store = lifecycle::open(&settings).await.expect("the database opens");
        Server::start(&settings, store.with_clock(clock)).await.expect("the server starts")
    }

    /// Another server on the same database, which reaches only what is public.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn strict_server(&self) -> Running {
        let mut settings = self.settings.clone();
        settings.webhooks.allow_private = false;
        start(&settings).await
    }

    /// The owner of another account in the same database.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn neighbour(&self) -> Client {
        let email = "owner@neighbour.example";
        create_account(self.store(), "Neighbour", email).await;
        sign_in(&self.stranger, email).await
    }

    /// A user of this role, who has accepted the invitation and is signed in.
    ///
    /// # Panics
    /// When the invitation is refused.
    pub async fn person(&self, role: &str) -> Client {
        let input = json!({ "email": self.email(role), "name": role.to_lowercase(), "role": role });
        let invited = self.owner.does("userInvite", "user { id } invitationToken", input).await;
        let input = json!({ "invitationToken": invited["invitationToken"], "password": PASSWORD });
        let session = self.stranger.does("invitationAccept", "accessToken", input).await;
        let id = invited["user"]["id"].as_str().expect("an id");
        self.stranger.with_token(session["accessToken"].as_str().expect("a token"), id)
    }

    /// The address of the user that [`Desk::person`] makes.
    pub fn email(&self, role: &str) -> String {
        format!("{}@bottega.example", role.to_lowercase())
    }

    /// An API key with these scopes.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn key(&self, scopes: &[&str]) -> Client {
        let input = json!({ "name": "robot", "scopes": scopes });
        let made = self.owner.does("apiKeyCreate", "apiKey { id } secret", input).await;
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        self.stranger.with_token(&text(&made["secret"]), &text(&made["apiKey"]["id"]))
    }

    /// The SDL that the server shows.
    ///
    /// # Panics
    /// When it shows none.
    pub async fn sdl(&self) -> String {
        let response = reqwest::get(format!("http://{}/schema.graphql", self.stranger.address)).await;
        response.expect("the SDL").text().await.expect("a text")
    }
}

fn settings(database: &Database, mailbox: &Mailbox, cloud_api: &CloudApi) -> Settings {
    let mut settings = Settings::default();
    settings.database.url = Secret::new(&database.url);
    settings.server.listen = ([127, 0, 0, 1], 0).into();
    settings.server.secret = Some(Secret::new("a secret that only these tests are to know"));
    settings.graphql.rate_limit_per_minute = 0;
    settings.mail.smtp_url = Some(Secret::new(mailbox.url()));
    settings.mail.retry_base_seconds = 1;
    settings.webhooks.allow_private = true;
    settings.whatsapp.api_url = Some(cloud_api.url().parse().expect("an address"));
    settings.whatsapp.app_secret = Some(Secret::new(CloudApi::APP_SECRET));
    settings.whatsapp.verify_token = Some(Secret::new(CloudApi::VERIFY_TOKEN));
    settings.mail.from = Some("Sportello <desk@sportello.example>".to_owned());
    settings
}

async fn start(settings: &Settings) -> Running {
    let store = lifecycle::open(settings).await.expect("the database opens");
    lifecycle::migrate(&store).await.expect("the database is brought to this version");
    Server::start(settings, store).await.expect("the server starts")
}

async fn create_account(store: &Store, name: &str, owner_email: &str) -> String {
    let passwords = Passwords::try_new(&store.secret()).expect("passwords can be hashed");
    let input = CreateAccount {
        name: name.to_owned(),
        locale: "en".to_owned(),
        time_zone: "Europe/Rome".to_owned(),
        owner_name: "Aurora".to_owned(),
        owner_email: owner_email.to_owned(),
        owner_password: PASSWORD.to_owned(),
    };
    account::create(store, &passwords, input).await.expect("an account").to_string()
}

async fn sign_in(stranger: &Client, email: &str) -> Client {
    let input = json!({ "email": email, "password": PASSWORD });
    let session = stranger.does("signIn", "accessToken viewer { user { id } }", input).await;
    let id = session["viewer"]["user"]["id"].as_str().expect("an id");
    stranger.with_token(session["accessToken"].as_str().expect("a token"), id)
}
