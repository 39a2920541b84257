//! Files that customers send: fetched after their message was taken in, and kept here.

use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};
use sportello_entity::{AccountId, ChatId, MessageId, Timestamp, message, message_media, whatsapp_channel};
use uuid::Uuid;

use crate::{
    Actor, Result, channel,
    store::{Queue, Store, Tx},
};

/// A file that is to be fetched, through which number.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its row.
    pub media: message_media::Model,
    /// The account's number; None: it was disconnected.
    pub channel: Option<whatsapp_channel::Model>,
}

/// A file as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What kind of file the sender says it is.
    pub mime_type: String,
    /// What it is called, if it has a name.
    pub name: Option<String>,
    /// What is in it; None while it is being fetched.
    pub content: Option<Vec<u8>>,
}

/// Says that the message brought a file of this name at the provider.
pub(super) async fn want(tx: &mut Tx, message: &message::Model, provider_id: String) -> Result<()> {
    let row = message_media::Model {
        message_id: message.id,
        account_id: message.account_id,
        provider_id,
        content: None,
        attempts: 0,
        next_attempt_at: Some(tx.now()),
    };
    message_media::Entity::insert(row.into_active_model()).exec_without_returning(tx.db()).await?;
    tx.ring(Queue::Files);
    Ok(())
}

/// Files that are to be fetched at $1.
pub(crate) const DUE: &str = "FROM message_media WHERE next_attempt_at <= $1 ORDER BY next_attempt_at";

/// Takes up to `limit` files that are to be fetched. Nobody else gets them before `until`.
///
/// # Errors
/// What the database answers.
pub async fn claim(store: &Store, limit: u64, until: Timestamp) -> Result<Vec<Wanted>> {
    let due = message_media::Entity::find()
        .filter(message_media::Column::NextAttemptAt.lte(store.now()))
        .order_by_asc(message_media::Column::NextAttemptAt)
        .limit(limit)
        .all(store.reader())
        .await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = store.begin(&Actor::system(AccountId(Uuid::nil()))).await?;
    let mut claimed = Vec::with_capacity(due.len());
    for media in due {
        let lease = message_media::ActiveModel { next_attempt_at: Set(Some(until)), ..Default::default() };
        let taken = message_media::Entity::update_many()
            .set(lease)
            .filter(message_media::Column::MessageId.eq(media.message_id))
            .filter(message_media::Column::NextAttemptAt.eq(media.next_attempt_at))
            .exec(tx.db())
            .await?;
        if taken.rows_affected == 1 {
            let channel = channel::of_account(tx.db(), media.account_id).await?;
            claimed.push(Wanted { media, channel });
        }
    }
    tx.write_without_event();
    tx.commit().await?;
    Ok(claimed)
}

/// Keeps the file.
///
/// # Errors
/// What the database answers.
pub async fn keep(store: &Store, id: MessageId, content: Vec<u8>) -> Result<()> {
    let fetched = message_media::ActiveModel {
        content: Set(Some(content)),
        next_attempt_at: Set(None),
        ..Default::default()
    };
    write(store, id, fetched).await
}

/// It could not be fetched: again at that moment; None: given up.
///
/// # Errors
/// What the database answers.
pub async fn postpone(store: &Store, media: &message_media::Model, moment: Option<Timestamp>) -> Result<()> {
    let later = message_media::ActiveModel {
        attempts: Set(media.attempts + 1),
        next_attempt_at: Set(moment),
        ..Default::default()
    };
    write(store, media.message_id, later).await
}

async fn write(store: &Store, id: MessageId, change: message_media::ActiveModel) -> Result<()> {
    let mut tx = store.begin(&Actor::system(AccountId(Uuid::nil()))).await?;
    let row = message_media::Column::MessageId.eq(id);
    message_media::Entity::update_many().set(change).filter(row).exec(tx.db()).await?;
    tx.write_without_event();
    tx.commit().await?;
    Ok(())
}

/// The message's file, for whoever was given a link to it; None: there is none, or it was given up or erased.
///
/// # Errors
/// What the database answers.
pub async fn file(store: &Store, id: MessageId) -> Result<Option<File>> {
    let found = message_media::Entity::find_by_id(id).one(store.reader()).await?;
    let Some(media) = found.filter(|media| media.content.is_some() || media.next_attempt_at.is_some()) else {
        return Ok(None);
    };
    let message = message::Entity::find_by_id(id).one(store.reader()).await?;
    let Some((mime_type, name)) = message.and_then(|row| Some((row.media_mime_type?, row.media_file_name)))
    else {
        return Ok(None);
    };
    Ok(Some(File { mime_type, name, content: media.content }))
}

/// Throws the files of a chat away.
pub(super) async fn erase(tx: &Tx, chat_id: ChatId) -> Result<()> {
    let of_chat = message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .filter(message::Column::ChatId.eq(chat_id))
        .into_query();
    message_media::Entity::delete_many()
        .filter(message_media::Column::MessageId.in_subquery(of_chat))
        .exec(tx.db())
        .await?;
    Ok(())
}
