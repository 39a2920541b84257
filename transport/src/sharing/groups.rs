//! The groups that there are.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use futures_util::stream::BoxStream;
use tokio_util::task::TaskTracker;

use super::group::{Group, Membership};
use crate::{data::Place, operation::Item};

/// Groups by what their members have in common.
#[derive(Default)]
pub(crate) struct Groups {
    groups: Mutex<HashMap<Arc<str>, Weak<Group>>>,
}

impl Groups {
    /// Joins the group of that key, or begins one with an execution that goes on after `place`. None: there is a group,
    /// but it cannot give what follows after `place`.
    pub(super) fn join(
        &self,
        key: &Arc<str>,
        place: &Place,
        tasks: &TaskTracker,
        begin: impl FnOnce() -> BoxStream<'static, Item>,
    ) -> Option<Membership> {
        let known = self.known(key).filter(|group| !group.has_ended());
        if let Some(group) = known {
            return group.join(place);
        }
        let (group, gone) = Group::new(place);
        let run = Group::run(Arc::downgrade(&group), begin());
        tasks.spawn(async move { gone.run_until_cancelled(run).await });
        // Two that begin at once have a group each: the later one is joined from now on.
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        groups.retain(|_, group| group.strong_count() > 0);
        groups.insert(key.clone(), Arc::downgrade(&group));
        drop(groups);
        group.join(place)
    }

    fn known(&self, key: &Arc<str>) -> Option<Arc<Group>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).get(key).and_then(Weak::upgrade)
    }
}
