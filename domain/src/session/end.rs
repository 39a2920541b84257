//! Ending sessions.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use sportello_entity::{SessionId, UserId, session};

use crate::{Result, store::Tx};

/// Ends every session of a user but one.
pub(crate) async fn end_all(tx: &mut Tx, user_id: UserId, but: Option<SessionId>) -> Result<()> {
    let mut ended = session::Entity::update_many()
        .set(session::ActiveModel { revoked_at: Set(Some(tx.now())), ..Default::default() })
        .filter(session::Column::UserId.eq(user_id))
        .filter(session::Column::RevokedAt.is_null());
    if let Some(kept) = but {
        ended = ended.filter(session::Column::Id.ne(kept));
    }
    ended.exec(tx.db()).await?;
    tx.write_without_event();
    Ok(())
}

/// Ends one session.
pub(super) async fn end_one(tx: &mut Tx, id: SessionId) -> Result<()> {
    session::Entity::update_many()
        .set(session::ActiveModel { revoked_at: Set(Some(tx.now())), ..Default::default() })
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::RevokedAt.is_null())
        .exec(tx.db())
        .await?;
    tx.write_without_event();
    Ok(())
}
