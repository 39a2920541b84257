//! Runs as they come further.

use std::{collections::HashMap, time::Duration};

use async_graphql::{Context, ID, Result, Subscription};
use async_stream::try_stream;
use futures_util::Stream;
use sportello_domain::{Actor, Error, Permission, automation, store::Store};
use sportello_entity::{AutomationId, AutomationRunId, Timestamp, automation_run};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{run::AutomationRun, types::Automation};
use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
    id::named,
    neighbours::Neighbours,
};

/// How often it is looked at the table: other processes do not tell what they do.
const PERIOD: Duration = Duration::from_secs(1);
/// So far back it is looked each time: a transaction that began earlier may be committed later.
const OVERLAP_SECONDS: i64 = 15;

/// What can be watched of automations.
#[derive(Default)]
pub struct AutomationSubscription;

#[Subscription]
impl AutomationSubscription {
    /// Runs: those under way at once, and each run whenever it comes further. When a run takes several steps at once, what
    /// is told may leave out some of the states between.
    async fn automation_runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only runs of this automation.")] automation_id: Option<ID>,
    ) -> Result<impl Stream<Item = Result<AutomationRun>> + use<>> {
        let watch = Watch::new(ctx, automation_id).await?;
        Ok(watch.follow())
    }
}

/// What one client watches, and what it was told.
struct Watch {
    store: Store,
    actor: Actor,
    automation_id: Option<AutomationId>,
    progress: Receiver<automation::Told>,
    told: HashMap<AutomationRunId, i32>,
}

impl Watch {
    async fn new(ctx: &Context<'_>, automation_id: Option<ID>) -> Result<Self> {
        let (store, actor) = (store(ctx).clone(), actor(ctx)?.clone());
        actor.require(Permission::ReadSettings).map_err(to_graphql)?;
        let automation_id = automation_id.as_ref().map(named);
        if let Some(id) = automation_id
            && Automation::find_live(ctx, &Neighbours::default(), id).await?.is_none()
        {
            return Err(to_graphql(Error::NotFound("there is no such automation".to_owned())));
        }
        let progress = store.progress().listen();
        Ok(Self { store, actor, automation_id, progress, told: HashMap::new() })
    }

    fn follow(mut self) -> impl Stream<Item = Result<AutomationRun>> {
        try_stream! {
            let mut since = self.store.now();
            // What came further a moment ago is no news.
            let recent = self.changed(since).await?;
            self.news(recent);
            let under_way = automation::under_way(&self.store, &self.actor, self.automation_id).await;
            for row in under_way.map_err(to_graphql)? {
                self.told.insert(row.id, row.revision);
                yield AutomationRun::now(row);
            }
            loop {
                self.wait().await;
                let now = self.store.now();
                let changed = self.changed(since).await?;
                since = now;
                for row in self.news(changed) {
                    yield AutomationRun::now(row);
                }
            }
        }
    }

    async fn changed(&self, since: Timestamp) -> Result<Vec<automation_run::Model>> {
        let from = since.plus_seconds(-OVERLAP_SECONDS);
        let changed = automation::changed_since(&self.store, &self.actor, self.automation_id, from).await;
        changed.map_err(to_graphql)
    }

    /// The rows of which something new is to be told.
    fn news(&mut self, rows: Vec<automation_run::Model>) -> Vec<automation_run::Model> {
        let seen: HashMap<_, _> = rows.iter().map(|row| (row.id, row.revision)).collect();
        let told = std::mem::replace(&mut self.told, seen);
        rows.into_iter().filter(|row| told.get(&row.id) != Some(&row.revision)).collect()
    }

    /// Until a run of the account came further in this process, or a moment has passed.
    async fn wait(&mut self) {
        let account_id = self.actor.account_id;
        let told = async {
            loop {
                match self.progress.recv().await {
                    Ok((of, _)) if of != account_id => {}
                    Ok(_) | Err(RecvError::Lagged(_)) => return,
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        drop(tokio::time::timeout(PERIOD, told).await);
    }
}
