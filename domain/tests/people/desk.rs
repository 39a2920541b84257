//! An account in each database, under a clock that can be turned.

use std::{
    future::Future,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sea_orm_migration::MigratorTrait;
use sportello_domain::{
    Actor, Error, RefusalCode, Result, Who,
    account::{self, CreateAccount},
    clock::ShiftedClock,
    session::{self, Authentication, OpenedSession, SignIn, SignedIn},
    store::{Store, StoreSettings},
    user::{self, InvitationAccept, InviteUser},
};
use sportello_entity::{AccountId, app_user, event, mail, value::Role};
use sportello_migration::Migrator;
use tokio_util::task::TaskTracker;

use crate::databases;

pub(crate) const IP: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub(crate) const EMAIL: &str = "ada@bottega.test";
pub(crate) const PASSWORD: &str = "correct horse";

/// One account with its owner.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) authentication: Authentication,
    pub(crate) clock: Arc<ShiftedClock>,
    pub(crate) tasks: TaskTracker,
    pub(crate) owner: Actor,
}

/// Runs the test on SQLite, and on PostgreSQL where there is one (CI=true: there must be).
pub(crate) async fn on_both<F: Future<Output = ()>>(test: impl Fn(Desk) -> F) {
    for place in databases::places("people").await {
        let desk = Desk::open(place.url.clone()).await;
        test(desk.clone()).await;
        desk.store.close().await.unwrap();
        place.clear().await;
    }
}

impl Desk {
    async fn open(url: String) -> Self {
        let clock = Arc::new(ShiftedClock::default());
        let settings = StoreSettings { clock: clock.clone(), ..StoreSettings::new(url) };
        let store = Store::connect(settings).await.unwrap();
        Migrator::up(store.writer(), None).await.unwrap();
        let tasks = TaskTracker::new();
        let authentication = Authentication::try_new(store.clone(), tasks.clone()).unwrap();
        let owner = create_account(&store, &authentication, "Bottega").await;
        Self { store, authentication, clock, tasks, owner }
    }

    /// Another account in the same database, whose owner has the same address and password.
    pub(crate) async fn other_account(&self, name: &str) -> Actor {
        create_account(&self.store, &self.authentication, name).await
    }

    /// Signs in by address and password.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn> {
        let input = SignIn { email: email.to_owned(), password: password.to_owned(), account_id: None };
        session::sign_in(&self.authentication, IP, input).await
    }

    /// Signs in, which has to work.
    pub(crate) async fn session(&self, email: &str) -> OpenedSession {
        match self.sign_in(email, PASSWORD).await.unwrap() {
            SignedIn::Session(session) => session,
            SignedIn::AccountRequired(accounts) => panic!("{accounts:?}"),
        }
    }

    /// A user who has accepted their invitation.
    pub(crate) async fn person(&self, name: &str, role: Role) -> Actor {
        let invited = user::invite(&self.store, &self.owner, invitation(name, role)).await.unwrap();
        let accept = InvitationAccept {
            invitation_token: invited.token.unwrap(),
            password: PASSWORD.to_owned(),
            name: None,
        };
        user::accept(&self.authentication, accept).await.unwrap().actor
    }

    /// A user as it is.
    pub(crate) async fn user(&self, actor: &Actor) -> app_user::Model {
        let found = app_user::Entity::find_by_id(actor.user_id().unwrap()).one(self.store.reader());
        found.await.unwrap().unwrap()
    }

    /// The account's log.
    pub(crate) async fn log(&self) -> Vec<event::Model> {
        let rows = event::Entity::find().filter(event::Column::AccountId.eq(self.owner.account_id));
        rows.order_by_asc(event::Column::Sequence).all(self.store.reader()).await.unwrap()
    }

    /// The outbox.
    pub(crate) async fn mails(&self) -> Vec<mail::Model> {
        mail::Entity::find().order_by_asc(mail::Column::Id).all(self.store.reader()).await.unwrap()
    }
}

/// An invitation of somebody at the desk.
pub(crate) fn invitation(name: &str, role: Role) -> InviteUser {
    InviteUser {
        email: format!("{}@bottega.test", name.to_lowercase()),
        name: name.to_owned(),
        role,
        locale: None,
        idempotency_key: None,
    }
}

/// The code and path of the first refusal.
pub(crate) fn refusal<T>(result: Result<T>) -> (RefusalCode, String) {
    match result {
        Err(Error::Refused(refusals)) => (refusals[0].code, refusals[0].path.join(".")),
        Err(error) => panic!("no refusal but {error}"),
        Ok(_) => panic!("not refused"),
    }
}

async fn create_account(store: &Store, authentication: &Authentication, name: &str) -> Actor {
    let text = str::to_owned;
    let input = CreateAccount {
        name: text(name),
        locale: text("it"),
        time_zone: text("Europe/Rome"),
        owner_name: text("Ada"),
        owner_email: text(EMAIL),
        owner_password: text(PASSWORD),
    };
    let account_id = account::create(store, authentication.passwords(), input).await.unwrap();
    owner_of(store, account_id).await
}

async fn owner_of(store: &Store, account_id: AccountId) -> Actor {
    let owner = app_user::Entity::find().filter(app_user::Column::AccountId.eq(account_id));
    let owner = owner.one(store.reader()).await.unwrap().unwrap();
    Actor { account_id, who: Who::User { id: owner.id, role: owner.role, session_id: None } }
}
