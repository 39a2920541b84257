//! An account in each database.

use std::future::Future;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use sea_orm_migration::MigratorTrait;
use sportello_domain::{
    Actor, Error, RefusalCode,
    account::{self, CreateAccount},
    session::Passwords,
    store::{Store, StoreSettings},
    ticket::{self, OpenTicket, TicketSnapshot},
};
use sportello_entity::{StatusId, event, ticket_status, value::EventType};
use sportello_migration::Migrator;

use uuid::Uuid;

use crate::databases;

/// One account, and Sportello itself as who acts in it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) actor: Actor,
}

/// Runs the test on SQLite, and on PostgreSQL where there is one (CI=true: there must be).
pub(crate) async fn on_both<F: Future<Output = ()>>(test: impl Fn(Desk) -> F) {
    for place in databases::places("commands").await {
        let desk = Desk::open(place.url.clone()).await;
        test(desk.clone()).await;
        desk.store.close().await.unwrap();
        place.clear().await;
    }
}

impl Desk {
    async fn open(url: String) -> Self {
        let store = Store::connect(StoreSettings::new(url)).await.unwrap();
        Migrator::up(store.writer(), None).await.unwrap();
        let passwords = Passwords::try_new(&store.secret()).unwrap();
        let text = str::to_owned;
        let input = CreateAccount {
            name: text("Bottega"),
            locale: text("en"),
            time_zone: text("UTC"),
            owner_name: text("Ada"),
            owner_email: text("ada@bottega.test"),
            owner_password: text("correct horse"),
        };
        let id = account::create(&store, &passwords, input).await.unwrap();
        Self { store, actor: Actor::system(id) }
    }

    /// Opens a ticket for the contact with this number.
    pub(crate) async fn ticket(
        &self,
        phone: &str,
        category: Option<&str>,
        status_id: Option<StatusId>,
    ) -> TicketSnapshot {
        let input = OpenTicket {
            contact_phone: Some(phone.to_owned()),
            title: "Where is my order?".to_owned(),
            category: category.map(str::to_owned),
            status_id,
            ..OpenTicket::default()
        };
        ticket::open(&self.store, &self.actor, input).await.unwrap().ticket
    }

    /// Tickets that are there at once, by copying the last one: for moves of many.
    pub(crate) async fn copy_tickets(&self, count: i64) {
        let id = match self.store.backend() {
            sea_orm::DbBackend::Postgres => "gen_random_uuid()",
            _ => "randomblob(16)",
        };
        let columns = "account_id, title, title_folded, description, description_folded, priority, status_id, \
                       macro_status, category_id, contact_id, assignee_id, source, opened_by_kind, opened_by_id, \
                       opened_at, updated_at, status_changed_at, closed_at, reopen_count, version, note_count";
        let sql = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             INSERT INTO ticket (id, reference, reference_folded, {columns}) SELECT {id}, 'C' || n.i, 'c' || n.i, {columns} \
             FROM n, (SELECT * FROM ticket ORDER BY id LIMIT 1) AS t"
        );
        self.store.writer().execute_unprepared(&sql).await.unwrap();
    }

    /// What happened to a subject, in order.
    pub(crate) async fn events(&self, subject: Uuid) -> Vec<event::Model> {
        let rows = event::Entity::find().filter(event::Column::SubjectId.eq(subject));
        rows.order_by_asc(event::Column::Sequence).all(self.store.reader()).await.unwrap()
    }

    /// The types of what happened to a subject.
    pub(crate) async fn types(&self, subject: Uuid) -> Vec<EventType> {
        self.events(subject).await.into_iter().map(|event| event.r#type).collect()
    }

    /// How often something happened in the account, and whether the log has no gap.
    pub(crate) async fn count(&self, r#type: EventType) -> usize {
        let rows = event::Entity::find().order_by_asc(event::Column::Sequence);
        let rows = rows.all(self.store.reader()).await.unwrap();
        assert!(rows.iter().zip(1..).all(|(event, sequence)| event.sequence == sequence));
        rows.iter().filter(|event| event.r#type == r#type).count()
    }

    /// The predefined status of that key.
    pub(crate) async fn status(&self, key: &str) -> ticket_status::Model {
        let rows = ticket_status::Entity::find().filter(ticket_status::Column::Key.eq(key));
        rows.one(self.store.reader()).await.unwrap().unwrap()
    }
}

/// The code and path of the first refusal.
pub(crate) fn refusal<T>(result: sportello_domain::Result<T>) -> (RefusalCode, String) {
    match result {
        Err(Error::Refused(refusals)) => (refusals[0].code, refusals[0].path.join(".")),
        Err(error) => panic!("no refusal but {error}"),
        Ok(_) => panic!("not refused"),
    }
}
