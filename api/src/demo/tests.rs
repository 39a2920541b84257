//! The demo on a real database.

use std::{collections::HashSet, path::PathBuf, sync::Arc, time::Duration};

use rand::{SeedableRng, rngs::StdRng};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use sea_orm_migration::MigratorTrait;
use sportello_domain::{
    account::{CreateAccount, create},
    clock::{Clock, StandingClock, SystemClock},
    session::Passwords,
    store::{Store, StoreSettings},
};
use sportello_entity::{
    Timestamp, contact, event, ticket,
    value::{EventType, MacroStatus},
};
use sportello_migration::Migrator;
use tokio_util::sync::CancellationToken;

use super::{SignIn, account, fill, live};

/// 2026-09-21, a Monday afternoon: how much is open depends on the hour.
const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// A new database in a file with a space in its name: its path is written into a URL and read from it again.
async fn database(name: &str) -> anyhow::Result<(Store, PathBuf)> {
    let name = format!("sportello demo {name} {} {}.db", std::process::id(), SystemClock.now().0);
    let file = std::env::temp_dir().join(name);
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let settings = StoreSettings { clock: Arc::new(StandingClock::at(NOW)), ..StoreSettings::new(url) };
    let store = Store::connect(settings).await?;
    Migrator::up(store.writer(), None).await?;
    Ok((store, file))
}

async fn open_tickets(store: &Store) -> anyhow::Result<u64> {
    let open = ticket::Entity::find().filter(ticket::Column::MacroStatus.eq(MacroStatus::InProgress));
    Ok(open.count(store.reader()).await?)
}

async fn events(store: &Store) -> anyhow::Result<Vec<event::Model>> {
    Ok(event::Entity::find().order_by_asc(event::Column::Sequence).all(store.reader()).await?)
}

#[tokio::test]
async fn an_empty_desk_is_filled_once_and_then_lives() -> anyhow::Result<()> {
    let (store, file) = database("life").await?;
    assert_eq!(fill(&store).await?, Some(SignIn::owner()));
    assert_eq!(fill(&store).await?, Some(SignIn::owner()));
    assert_eq!(ticket::Entity::find().count(store.reader()).await?, 300);
    assert_eq!(contact::Entity::find().count(store.reader()).await?, 60);
    assert!((70..=110).contains(&open_tickets(&store).await?));
    let past = events(&store).await?;
    assert!(past.is_sorted_by_key(|event| event.occurred_at));
    assert!(past.last().is_some_and(|event| event.occurred_at <= store.now()));

    let account_id = account::find(&store).await?.expect("it was filled");
    let mut chance = StdRng::seed_from_u64(3);
    for _ in 0..150 {
        live::happen(&store, account_id, &mut chance).await?;
    }
    assert!((60..=110).contains(&open_tickets(&store).await?));
    let present = events(&store).await?.split_off(past.len());
    let kinds: HashSet<_> = present.iter().map(|event| event.r#type).collect();
    assert!(present.len() > 100);
    assert_eq!(
        kinds,
        HashSet::from([
            EventType::TicketOpened,
            EventType::TicketUpdated,
            EventType::TicketStatusChanged,
            EventType::NoteAdded,
            EventType::ContactUpdated,
            EventType::MessageReceived,
            EventType::MessageSent,
        ])
    );
    store.close().await?;
    Ok(std::fs::remove_file(file)?)
}

#[tokio::test]
async fn a_database_of_others_is_left_alone() -> anyhow::Result<()> {
    let (store, file) = database("others").await?;
    let others = CreateAccount { owner_email: "anna@shop.example".to_owned(), ..account::input() };
    create(&store, &Passwords::try_new(&store.secret())?, others).await?;
    let before = events(&store).await?;
    assert_eq!(fill(&store).await?, None);
    tokio::time::timeout(Duration::from_secs(5), live(store.clone(), CancellationToken::new())).await?;
    assert_eq!(events(&store).await?, before);
    store.close().await?;
    Ok(std::fs::remove_file(file)?)
}
