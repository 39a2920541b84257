//! Filling an empty database.

use anyhow::Context;
use sportello_domain::{account as domain_account, session::Authentication, store::Store};
use tokio_util::task::TaskTracker;

use super::{
    account::{self, SignIn},
    automations,
    past::WalkingClock,
    people,
    plan::Plan,
    play::Stage,
    talk,
    texts::RETURN_PHRASE,
};

/// The place of the customer who wishes to return something.
const WISHES_RETURN: usize = 3;

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
    play(store.with_clock(clock.clone()), &clock, plan).await.context("the demo cannot be filled in")?;
    Ok(Some(SignIn::owner()))
}

async fn play(past: Store, clock: &WalkingClock, plan: Plan) -> anyhow::Result<()> {
    let authentication = Authentication::try_new(past.clone(), TaskTracker::new())?;
    let account_id = domain_account::create(&past, authentication.passwords(), account::input()).await?;
    let owner = people::owner(&past, account_id).await?;
    people::invite_all(&authentication, &owner).await?;
    let shop = people::web_shop(&past, &owner).await?;
    let directory = past.directory(account_id).await?;
    let mut stage = Stage::new(past.clone(), people::colleagues(&directory), shop, &directory, &plan);
    for action in &plan.actions {
        clock.walk_to(action.at);
        stage.play(&plan, action).await?;
    }
    automations::make(&past, &owner).await?;
    // The desk's workers find it when they begin: a ticket is opened before a visitor's eyes.
    talk::hear(&past, &owner, WISHES_RETURN, RETURN_PHRASE).await
}
