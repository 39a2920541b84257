//! Filling an empty database.

use anyhow::Context;
use sportello_domain::{account as domain_account, session::Authentication, store::Store};
use tokio_util::task::TaskTracker;

use super::{
    account::{self, SignIn},
    past::{self, WalkingClock},
    people,
    plan::Plan,
    play::Stage,
};

/// Makes the demo's account with sixty days of tickets, if there is no account yet. Says how to sign in, also when the
/// account was there before; None when the database belongs to somebody else, and then nothing is done to it.
///
/// # Errors
/// What the database answers. What was filled until then stays.
pub async fn fill(store: &Store) -> anyhow::Result<Option<SignIn>> {
    if account::find(store).await?.is_some() {
        return Ok(Some(SignIn::owner()));
    }
    if !account::is_empty(store).await? {
        tracing::warn!("the database holds other accounts: the demo leaves it alone");
        return Ok(None);
    }
    let plan = Plan::make(store.now());
    let clock = WalkingClock::starting(plan.begins_at);
    let past = past::open(store, clock.clone()).await?;
    let filled = play(past.clone(), &clock, plan).await;
    past.close().await?;
    filled.context("the demo cannot be filled in")?;
    Ok(Some(SignIn::owner()))
}

async fn play(past: Store, clock: &WalkingClock, plan: Plan) -> anyhow::Result<()> {
    let authentication = Authentication::try_new(past.clone(), TaskTracker::new())?;
    let account_id = domain_account::create(&past, authentication.passwords(), account::input()).await?;
    let owner = people::owner(&past, account_id).await?;
    people::invite_all(&authentication, &owner).await?;
    let shop = people::web_shop(&past, &owner).await?;
    let directory = past.directory(account_id).await?;
    let mut stage = Stage::new(past, people::colleagues(&directory), shop, &directory, &plan);
    for action in &plan.actions {
        clock.walk_to(action.at);
        stage.play(&plan, action).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
    use sea_orm_migration::MigratorTrait;
    use sportello_domain::{clock::Clock, clock::SystemClock, store::StoreSettings};
    use sportello_entity::{event, ticket, value::MacroStatus};
    use sportello_migration::Migrator;

    use super::*;

    #[tokio::test]
    async fn an_empty_database_is_filled_once() -> anyhow::Result<()> {
        let file = std::env::temp_dir().join(format!(
            "sportello demo {} {}.db",
            std::process::id(),
            SystemClock.now().0
        ));
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let store = Store::connect(StoreSettings::new(url)).await?;
        Migrator::up(store.migration_connection(), None).await?;
        assert_eq!(fill(&store).await?, Some(SignIn::owner()));
        assert_eq!(fill(&store).await?, Some(SignIn::owner()));
        let tickets = ticket::Entity::find();
        assert_eq!(tickets.clone().count(store.reader()).await?, 300);
        let closed = tickets.filter(ticket::Column::MacroStatus.eq(MacroStatus::Terminated));
        assert!((190..=230).contains(&closed.count(store.reader()).await?));
        let events = event::Entity::find().order_by_asc(event::Column::Sequence).all(store.reader()).await?;
        assert!(events.is_sorted_by_key(|event| event.occurred_at));
        assert!(events.last().is_some_and(|event| event.occurred_at <= store.now()));
        store.close().await?;
        std::fs::remove_file(file)?;
        Ok(())
    }
}
