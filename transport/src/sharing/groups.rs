//! The groups that there are.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use futures_util::{StreamExt, stream::BoxStream};
use tokio::{sync::mpsc, task::unconstrained};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Seed,
    direct::Direct,
    group::{BURST, Group},
    membership::Membership,
};
use crate::{data::Place, operation::Item, telemetry::Meters};

/// Groups by what their members have in common.
pub(crate) struct Groups {
    groups: Mutex<HashMap<Arc<str>, Weak<Group>>>,
    tasks: TaskTracker,
    meters: Arc<Meters>,
}

impl Groups {
    /// Their executions are of these tasks.
    pub(crate) fn new(tasks: TaskTracker, meters: Arc<Meters>) -> Self {
        Self { groups: Mutex::default(), tasks, meters }
    }

    /// Joins the group of the same seed, or begins one with an execution that goes on after `place`. None: there is a group,
    /// but it cannot give what follows after `place`.
    pub(super) fn join(
        &self,
        seed: &Arc<Seed>,
        place: &Place,
        direct: Option<&Direct>,
        begin: impl FnOnce() -> BoxStream<'static, Item>,
    ) -> Option<Membership> {
        let known = self.known(&seed.key).filter(|group| !group.has_ended());
        if let Some(group) = known {
            return group.join(place, direct);
        }
        let (group, gone) = Group::new(seed.clone(), place, self.meters.clone());
        let (sender, receiver) = mpsc::channel(BURST);
        let telling = unconstrained(Group::run(Arc::downgrade(&group), receiver));
        self.spawn(gone.clone(), forward(begin(), sender));
        self.spawn(gone, telling);
        // Two that begin at once have a group each: the later one is joined from now on.
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that have ended are looked for when there is no room: in a storm of new ones, not for each.
        if groups.len() == groups.capacity() {
            groups.retain(|_, group| group.strong_count() > 0);
        }
        groups.insert(seed.key.clone(), Arc::downgrade(&group));
        drop(groups);
        group.join(place, direct)
    }

    fn spawn(&self, gone: CancellationToken, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(async move { gone.run_until_cancelled_owned(work).await });
    }

    fn known(&self, key: &str) -> Option<Arc<Group>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).get(key).and_then(Weak::upgrade)
    }
}

/// Runs an execution, as far ahead of those who are told as the channel is long.
async fn forward(mut items: BoxStream<'static, Item>, sender: mpsc::Sender<Item>) {
    while let Some(item) = items.next().await {
        if sender.send(item).await.is_err() {
            return;
        }
    }
}
