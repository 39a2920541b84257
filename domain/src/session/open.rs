//! Opening a session.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use sportello_entity::{SessionId, app_user, refresh_token, session};

use crate::{Actor, Result, Who, digest::digest, store::Tx};

/// A session that nobody refreshes ends after this.
pub(super) const IDLE_SECONDS: i64 = 30 * 24 * 60 * 60;

/// A session as its owner gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSession {
    /// Who is signed in, with the role of now.
    pub actor: Actor,
    /// What goes into access tokens.
    pub session_id: SessionId,
    /// Serves once.
    pub refresh_token: String,
}

/// Opens a session for the user. Ended ones of theirs that nothing can come back to are forgotten.
pub(crate) async fn open(tx: &mut Tx, user: &app_user::Model) -> Result<OpenedSession> {
    session::Entity::delete_many()
        .filter(session::Column::UserId.eq(user.id))
        .filter(session::Column::ExpiresAt.lt(tx.now()))
        .exec(tx.db())
        .await?;
    let row = session::Model {
        id: tx.new_id(),
        account_id: user.account_id,
        user_id: user.id,
        created_at: tx.now(),
        expires_at: tx.now().plus_seconds(IDLE_SECONDS),
        revoked_at: None,
    };
    let session_id = row.id;
    session::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
    opened(tx, user, session_id).await
}

/// The session with a refresh token that is new.
pub(super) async fn opened(
    tx: &mut Tx,
    user: &app_user::Model,
    session_id: SessionId,
) -> Result<OpenedSession> {
    let refresh_token = tx.secret();
    let row = refresh_token::Model {
        token_hash: digest(&refresh_token),
        session_id,
        created_at: tx.now(),
        used_at: None,
    };
    refresh_token::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
    tx.write_without_event();
    let who = Who::User { id: user.id, role: user.role, session_id: Some(session_id) };
    Ok(OpenedSession { actor: Actor { account_id: user.account_id, who }, session_id, refresh_token })
}
