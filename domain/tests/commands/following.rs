//! Followers: every event is planned once, with what it calls for, whoever fails or races.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use sportello_domain::{
    Error, Result,
    log::{Event, Follower, Round, follow},
    store::Tx,
};
use sportello_entity::{dynamic_field, event};

use crate::desk::{Desk, on_both};

/// Leaves one row an event, in a table that is at hand: twice the same is not possible.
struct Trace {
    is_failing: Arc<AtomicBool>,
}

#[async_trait]
impl Follower for Trace {
    async fn plan(&self, tx: &mut Tx, events: &[Arc<Event>]) -> Result<()> {
        for event in events {
            self.trace(tx, event).await?;
        }
        Ok(())
    }
}

impl Trace {
    async fn trace(&self, tx: &Tx, event: &Event) -> Result<()> {
        let row = dynamic_field::Model {
            id: tx.new_id(),
            account_id: event.account_id,
            code: format!("EVENT_{}", event.sequence),
            label: event.id.to_string(),
            created_at: tx.now(),
        };
        dynamic_field::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
        match self.is_failing.load(Ordering::SeqCst) && event.sequence % 7 == 0 {
            true => Err(Error::Internal("the seventh fails".to_owned())),
            false => Ok(()),
        }
    }
}

fn followers(is_failing: &Arc<AtomicBool>) -> Vec<Box<dyn Follower>> {
    vec![Box::new(Trace { is_failing: is_failing.clone() })]
}

async fn planned(desk: &Desk) -> usize {
    let rows = dynamic_field::Entity::find();
    rows.filter(dynamic_field::Column::Code.starts_with("EVENT_"))
        .all(desk.store.reader())
        .await
        .unwrap()
        .len()
}

#[tokio::test]
async fn each_event_is_planned_once_by_planners_that_race() {
    on_both(|desk| async move {
        for number in 0..70 {
            desk.ticket(&format!("+3935100000{number:02}"), None, None).await;
        }
        let events = event::Entity::find().all(desk.store.reader()).await.unwrap().len();
        assert!(events > 100, "more than one batch");
        let is_failing = Arc::new(AtomicBool::new(false));
        let race = (0..4).map(|_| {
            let (store, followers) = (desk.store.clone(), followers(&is_failing));
            tokio::spawn(async move { while follow(&store, &followers).await.unwrap() != Round::Idle {} })
        });
        for planner in race.collect::<Vec<_>>() {
            planner.await.unwrap();
        }
        assert_eq!(planned(&desk).await, events);
    })
    .await;
}

#[tokio::test]
async fn a_failing_plan_leaves_nothing_and_is_tried_again() {
    on_both(|desk| async move {
        let is_failing = Arc::new(AtomicBool::new(true));
        let followers = followers(&is_failing);
        desk.ticket("+393510000001", None, None).await;
        let events = event::Entity::find().all(desk.store.reader()).await.unwrap().len();
        assert!(events >= 7, "one of them is the seventh");
        assert_eq!(follow(&desk.store, &followers).await.unwrap(), Round::Idle, "nothing came of it");
        assert_eq!(planned(&desk).await, 0);
        is_failing.store(false, Ordering::SeqCst);
        assert_eq!(follow(&desk.store, &followers).await.unwrap(), Round::Planned);
        assert_eq!(planned(&desk).await, events);
        assert_eq!(follow(&desk.store, &followers).await.unwrap(), Round::Idle, "and not again");
    })
    .await;
}
