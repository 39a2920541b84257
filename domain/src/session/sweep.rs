//! The one task that looks after all open streams: every few seconds it compares, in a few reads, what they were let in
//! with and what is. So a change made by another process is noticed as well, and a stream costs no task.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use sea_orm::{ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect, Set};
use sportello_entity::{ApiKeyId, SessionId, Timestamp, UserId, api_key, app_user, session, value::Role};
use tokio_util::sync::CancellationToken;

use super::{Admitted, Rights, rights::Watched};
use crate::{Actor, Result, Scope, Who, api_key::scopes, store::Store};

const PERIOD: Duration = Duration::from_secs(2);

/// How many ids one statement takes.
const CHUNK: usize = 1_000;

/// A key's last use is written down at most so often.
const USE_SECONDS: i64 = 60;

impl Rights {
    /// Looks after streams and keys until the token is cancelled.
    pub async fn sweep(self, shutdown: CancellationToken) {
        let mut written = HashMap::new();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.0.look.notified() => {}
                () = tokio::time::sleep(PERIOD) => {}
            }
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "the rights of open streams could not be read");
            }
            if let Err(error) = self.write_uses(&mut written).await {
                tracing::warn!(%error, "the last uses of API keys could not be written");
            }
        }
    }

    async fn look(&self) -> Result<()> {
        let now = self.0.store.now();
        let (past, watched): (Vec<_>, Vec<_>) = self
            .0
            .watched()
            .into_iter()
            .partition(|one| one.admitted.expires_at.is_some_and(|end| end <= now));
        past.iter().for_each(|one| one.ended.cancel());
        if watched.is_empty() {
            return Ok(());
        }
        let current = Current::read(self.0.store.reader(), &watched, now).await?;
        watched.iter().filter(|one| !current.holds(&one.admitted)).for_each(|one| one.ended.cancel());
        Ok(())
    }

    async fn write_uses(&self, written: &mut HashMap<ApiKeyId, Timestamp>) -> Result<()> {
        let now = self.0.store.now();
        written.retain(|_, last| last.plus_seconds(USE_SECONDS) > now);
        for (id, (account_id, used_at)) in self.0.take_used() {
            if written.contains_key(&id) {
                continue;
            }
            write_use(&self.0.store, &Actor::system(account_id), id, used_at).await?;
            written.insert(id, now);
        }
        Ok(())
    }
}

async fn write_use(store: &Store, actor: &Actor, id: ApiKeyId, used_at: Timestamp) -> Result<()> {
    let mut tx = store.begin(actor).await?;
    let older = Condition::any()
        .add(api_key::Column::LastUsedAt.is_null())
        .add(api_key::Column::LastUsedAt.lt(used_at));
    api_key::Entity::update_many()
        .set(api_key::ActiveModel { last_used_at: Set(Some(used_at)), ..Default::default() })
        .filter(api_key::Column::Id.eq(id))
        .filter(older)
        .exec(tx.db())
        .await?;
    tx.write_without_event();
    tx.commit().await?;
    Ok(())
}

/// What is, of those who are watched.
#[derive(Default)]
struct Current {
    roles: HashMap<UserId, Role>,
    sessions: HashSet<SessionId>,
    keys: HashMap<ApiKeyId, Vec<Scope>>,
}

impl Current {
    async fn read(db: &DatabaseConnection, watched: &[Watched], now: Timestamp) -> Result<Self> {
        let mut current = Self::default();
        let actors = || watched.iter().map(|one| &one.admitted.actor.who);
        let users = actors().filter_map(|who| match who {
            Who::User { id, .. } => Some(*id),
            _ => None,
        });
        let sessions = actors().filter_map(|who| match who {
            Who::User { session_id, .. } => *session_id,
            _ => None,
        });
        let keys = actors().filter_map(|who| match who {
            Who::ApiKey { id, .. } => Some(*id),
            _ => None,
        });
        for ids in distinct(users).chunks(CHUNK) {
            current.roles.extend(active_roles(db, ids).await?);
        }
        for ids in distinct(sessions).chunks(CHUNK) {
            current.sessions.extend(good_sessions(db, ids).await?);
        }
        for ids in distinct(keys).chunks(CHUNK) {
            let found = api_key::Entity::find().filter(api_key::Column::Id.is_in(ids.iter().copied()));
            let good = found.filter(api_key::Column::RevokedAt.is_null()).all(db).await?;
            let lasting = good.into_iter().filter(|key| key.expires_at.is_none_or(|end| end > now));
            current.keys.extend(lasting.map(|key| (key.id, scopes(&key.scopes))));
        }
        Ok(current)
    }

    /// Whether somebody still has the rights they were let in with.
    fn holds(&self, admitted: &Admitted) -> bool {
        match &admitted.actor.who {
            Who::User { id, role, session_id } => {
                self.roles.get(id) == Some(role)
                    && session_id.is_none_or(|session| self.sessions.contains(&session))
            }
            Who::ApiKey { id, scopes } => self.keys.get(id) == Some(scopes),
            Who::Automation(_) | Who::Contact(_) | Who::System => true,
        }
    }
}

async fn active_roles(db: &DatabaseConnection, ids: &[UserId]) -> Result<Vec<(UserId, Role)>> {
    let found = app_user::Entity::find()
        .select_only()
        .columns([app_user::Column::Id, app_user::Column::Role])
        .filter(app_user::Column::Id.is_in(ids.iter().copied()))
        .filter(app_user::Column::IsActive.eq(true));
    Ok(found.into_tuple().all(db).await?)
}

async fn good_sessions(db: &DatabaseConnection, ids: &[SessionId]) -> Result<Vec<SessionId>> {
    let found = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::Id.is_in(ids.iter().copied()))
        .filter(session::Column::RevokedAt.is_null());
    Ok(found.into_tuple().all(db).await?)
}

fn distinct<T: Eq + std::hash::Hash>(ids: impl Iterator<Item = T>) -> Vec<T> {
    ids.collect::<HashSet<_>>().into_iter().collect()
}
