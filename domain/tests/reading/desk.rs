//! A desk of random tickets in each database.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use sea_orm::{DatabaseConnection, EntityTrait, IntoActiveModel};
use sea_orm_migration::MigratorTrait;
use sportello_domain::{
    search, statistics,
    store::{Store, StoreSettings},
    text::{folded, name_key},
};
use sportello_entity::{
    AccountId, CategoryId, ContactId, StatusId, TicketId, Timestamp, UserId, account, app_user, contact,
    log_head, ticket, ticket_category, ticket_status,
    value::{ActorKind, MacroStatus, Priority, Role, TicketSource},
};
use sportello_migration::Migrator;
use uuid::Uuid;

use crate::databases::{self, Place};

/// One account's rows, as they stand in the database.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) account_id: AccountId,
    pub(crate) statuses: Vec<ticket_status::Model>,
    pub(crate) categories: Vec<ticket_category::Model>,
    pub(crate) users: Vec<app_user::Model>,
    pub(crate) contacts: Vec<contact::Model>,
    pub(crate) tickets: Vec<ticket::Model>,
    place: Place,
}

/// A desk in SQLite, and one in PostgreSQL where there is one (CI=true: there must be).
pub(crate) async fn desks() -> Vec<Desk> {
    let mut desks = Vec::new();
    for place in databases::places("reading").await {
        desks.push(Desk::fill(place).await);
    }
    desks
}

/// Texts in which case, accents, patterns and quotes matter.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "A", "è", "É", "e\u{301}", "e", "ß", "SS", "ss", "Perché", "perche", "%", "_", "'", "\"", "\\",
        "?", "$1", " ", "日本", "😀", "İ", "ﬁ", "ς",
    ]);
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// Few, so that equal ones are common.
pub(crate) fn moment() -> impl Strategy<Value = Timestamp> {
    (0i64..6).prop_map(Timestamp)
}

fn id<I: From<Uuid>>(kind: u128, index: usize) -> I {
    Uuid::from_u128(kind << 64 | index as u128).into()
}

/// The id of the contact at this index, of 8; there is none at 8.
pub(crate) fn contact_id(index: usize) -> ContactId {
    id(4, index)
}

/// The id of the status at this index, of 4.
pub(crate) fn status_id(index: usize) -> StatusId {
    id(1, index)
}

/// The id of the category at this index, of 6.
pub(crate) fn category_id(index: usize) -> CategoryId {
    id(2, index)
}

/// The id of the user at this index, of 3.
pub(crate) fn user_id(index: usize) -> UserId {
    id(3, index)
}

/// The id of the ticket at this index, of 80.
pub(crate) fn ticket_id(index: usize) -> TicketId {
    // Ids do not follow the order of making, or ties would show nothing.
    id(5, index * 37 % 80)
}

impl Desk {
    /// Takes the tables away.
    pub(crate) async fn clear(self) {
        self.store.close().await.unwrap();
        self.place.clear().await;
    }

    /// Where the tables are.
    pub(crate) fn url(&self) -> &str {
        &self.place.url
    }

    async fn fill(place: Place) -> Self {
        let store = Store::connect(StoreSettings::new(place.url.clone())).await.unwrap();
        let database = store.writer();
        Migrator::up(database, None).await.unwrap();
        let account_id = AccountId(Uuid::from_u128(99));
        let mut runner = TestRunner::deterministic();
        let desk = Self {
            account_id,
            statuses: (0..4).map(|index| status(account_id, index)).collect(),
            categories: (0..6).map(|index| category(account_id, index)).collect(),
            users: (0..3).map(|index| user(account_id, index)).collect(),
            contacts: (0..8).map(|index| make_contact(account_id, index, &mut runner)).collect(),
            tickets: (0..80).map(|index| make_ticket(account_id, index, &mut runner)).collect(),
            store: store.clone(),
            place,
        };
        desk.insert(database).await;
        search::reindex(&store).await.unwrap();
        statistics::recount(&store, account_id).await.unwrap();
        desk
    }

    async fn insert(&self, database: &DatabaseConnection) {
        let account_id = self.account_id;
        let account = account::Model {
            id: account_id,
            name: "Desk".to_owned(),
            locale: "en".to_owned(),
            time_zone: "UTC".to_owned(),
            reference_prefix: "T-".to_owned(),
            next_reference_number: 1,
            created_at: Timestamp(0),
        };
        account::Entity::insert(account.into_active_model()).exec_without_returning(database).await.unwrap();
        let head = log_head::Model { account_id, epoch: 3, sequence: 42, directory_sequence: 7 };
        log_head::Entity::insert(head.into_active_model()).exec_without_returning(database).await.unwrap();
        macro_rules! insert {
            ($($entity:ident: $rows:expr),*) => {
                $($entity::Entity::insert_many($rows.iter().cloned().map(IntoActiveModel::into_active_model))
                    .exec_without_returning(database).await.unwrap();)*
            };
        }
        insert!(ticket_status: self.statuses, ticket_category: self.categories, app_user: self.users);
        insert!(contact: self.contacts, ticket: self.tickets);
    }
}

fn one<S: Strategy>(strategy: S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

fn status(account_id: AccountId, index: usize) -> ticket_status::Model {
    let key = ["open", "waiting", "closed", "gone"][index];
    ticket_status::Model {
        id: status_id(index),
        account_id,
        key: key.to_owned(),
        name: key.to_owned(),
        name_key: key.to_owned(),
        is_renamed: false,
        color: "#000000".to_owned(),
        macro_status: if index < 2 { MacroStatus::InProgress } else { MacroStatus::Terminated },
        // Two share a position.
        position: [2, 1, 1, 0][index],
        is_predefined: true,
        is_default: index == 0,
        created_at: Timestamp(0),
        deleted_at: (index == 3).then_some(Timestamp(1)),
    }
}

fn category(account_id: AccountId, index: usize) -> ticket_category::Model {
    let name = ["Perché", "perche", "100%_", "STRASSE", "straße 2", "日本"][index];
    ticket_category::Model {
        id: category_id(index),
        account_id,
        name: name.to_owned(),
        name_key: name_key(name),
        is_archived: index == 1,
        merged_into_id: None,
        created_at: Timestamp(0),
    }
}

fn user(account_id: AccountId, index: usize) -> app_user::Model {
    let name = ["bruno", "Anna", "Zoe"][index];
    app_user::Model {
        id: user_id(index),
        account_id,
        name: name.to_owned(),
        name_folded: folded(name),
        email: format!("{name}@desk.test"),
        email_key: format!("{}@desk.test", name.to_lowercase()),
        role: Role::Operator,
        locale: "en".to_owned(),
        is_active: true,
        receives_ticket_emails: true,
        password_hash: None,
        created_at: Timestamp(0),
    }
}

fn make_contact(account_id: AccountId, index: usize, runner: &mut TestRunner) -> contact::Model {
    let (name, email, created_at) = one((text(), prop::option::of(text()), moment()), runner);
    contact::Model {
        id: contact_id(index),
        account_id,
        name_folded: folded(&name),
        name,
        phone: (!index.is_multiple_of(3)).then(|| format!("+3935100{index}")),
        email_folded: email.as_deref().map(folded),
        email,
        locale: None,
        external_id: None,
        whatsapp_user_id: None,
        fields: "{}".to_owned(),
        is_blocked: false,
        is_erased: false,
        created_at,
        updated_at: created_at,
        version: 1,
    }
}

fn make_ticket(account_id: AccountId, index: usize, runner: &mut TestRunner) -> ticket::Model {
    let (title, description, external_id) = one((text(), text(), prop::option::of(text())), runner);
    let (status, category, contact, assignee) =
        one((0usize..4, prop::option::of(0usize..6), 0usize..8, prop::option::of(0usize..3)), runner);
    let (priority, source, closed_at) = one((priority(), source(), prop::option::of(moment())), runner);
    let (opened_at, updated_at, status_changed_at, reopen_count, note_count) =
        one((moment(), moment(), moment(), 0..3, 0..3), runner);
    // Unique in the account.
    let external_id = external_id.map(|text| format!("{text}{}#{index}", index % 4)).filter(|_| index < 40);
    ticket::Model {
        id: ticket_id(index),
        account_id,
        reference: if index.is_multiple_of(2) { format!("T-{index}") } else { format!("t-{index}") },
        reference_folded: format!("t-{index}"),
        external_id_folded: external_id.as_deref().map(folded),
        external_id,
        title_folded: folded(&title),
        title,
        description_folded: folded(&description),
        description,
        priority,
        status_id: status_id(status),
        macro_status: if status < 2 { MacroStatus::InProgress } else { MacroStatus::Terminated },
        category_id: category.map(category_id),
        contact_id: contact_id(contact),
        assignee_id: assignee.map(user_id),
        source,
        opened_by_kind: ActorKind::System,
        opened_by_id: None,
        opened_at,
        updated_at,
        status_changed_at,
        closed_at,
        first_response_at: None,
        deleted_at: (index >= 70).then_some(Timestamp(1_000 + (index % 4) as i64)),
        reopen_count,
        version: 1,
        note_count,
    }
}

pub(crate) fn priority() -> impl Strategy<Value = Priority> {
    prop::sample::select(vec![Priority::Low, Priority::Medium, Priority::High, Priority::Urgent])
}

pub(crate) fn source() -> impl Strategy<Value = TicketSource> {
    prop::sample::select(vec![
        TicketSource::Operator,
        TicketSource::Automation,
        TicketSource::Api,
        TicketSource::Import,
    ])
}
