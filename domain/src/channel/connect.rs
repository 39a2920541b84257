//! Connecting a number.

use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, SqlErr};
use sportello_entity::whatsapp_channel;

use super::{event, find, stop};
use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    seal::Seal,
    store::{Store, Tx},
    text::{self, TextRule},
};

const NUMBER_ID: TextRule = TextRule { least: 1, most: 64, is_multiline: false };
const TOKEN: TextRule = TextRule { least: 1, most: 4_096, is_multiline: false };

/// A number with what opens the provider's door for it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are the contract's")]
pub struct ConnectChannel {
    pub phone_number_id: String,
    pub display_phone_number: String,
    pub access_token: String,
}

/// The input as it may be tried on the provider.
///
/// # Errors
/// FORBIDDEN; refusals: what is wrong with the input.
pub fn check(actor: &Actor, input: &ConnectChannel) -> Result<ConnectChannel> {
    actor.require(Permission::ManageSettings)?;
    let id = NUMBER_ID.check(&input.phone_number_id, &["phoneNumberId"]).and_then(|id| {
        let is_id = id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        let refusal =
            || crate::Refusal::new(RefusalCode::Invalid, &["phoneNumberId"], "is no id of a number");
        if is_id { Ok(id) } else { Err(refusal()) }
    });
    let display = text::NAME.check(&input.display_phone_number, &["displayPhoneNumber"]);
    match (id, display, TOKEN.check(&input.access_token, &["accessToken"])) {
        (Ok(phone_number_id), Ok(display_phone_number), Ok(access_token)) => {
            Ok(ConnectChannel { phone_number_id, display_phone_number, access_token })
        }
        (id, display, token) => {
            let refusals = [id.err(), display.err(), token.err()];
            Err(Error::Refused(refusals.into_iter().flatten().collect()))
        }
    }
}

/// Connects a number whose token the provider has taken: CHANNEL_CHANGED. It replaces the account's other number; an
/// account that had this number before sees its channel disabled, with the problem. What waits to be sent goes out.
///
/// # Errors
/// FORBIDDEN; refusals as [`check`] has them, and TAKEN when another account connects the number at the same moment.
pub async fn connect(
    store: &Store,
    seal: &Seal,
    actor: &Actor,
    input: &ConnectChannel,
) -> Result<whatsapp_channel::Model> {
    let input = check(actor, input)?;
    take_over(store, actor, &input.phone_number_id).await?;
    let mut tx = store.begin(actor).await?;
    let before = find::locked(&tx, None).await?;
    let id = before.as_ref().map_or_else(|| tx.new_id(), |before| before.id);
    let channel = whatsapp_channel::Model {
        id,
        account_id: actor.account_id,
        access_token: seal.close(store, &id.to_string(), input.access_token.as_bytes())?,
        phone_number_id: input.phone_number_id,
        display_phone_number: input.display_phone_number,
        is_enabled: true,
        problem: None,
        paused_until: None,
        created_at: before.as_ref().map_or(tx.now(), |before| before.created_at),
    };
    write(&tx, before.is_some(), &channel).await?;
    tx.record(event::told(before.as_ref(), &channel));
    tx.commit().await?;
    Ok(channel)
}

async fn take_over(store: &Store, actor: &Actor, phone_number_id: &str) -> Result<()> {
    let others =
        find::enabled_for(phone_number_id).filter(whatsapp_channel::Column::AccountId.ne(actor.account_id));
    for other in others.all(store.reader()).await? {
        let problem = "this number was connected by another account";
        stop::stop(store, other.account_id, other.id, problem).await?;
    }
    Ok(())
}

async fn write(tx: &Tx, is_known: bool, channel: &whatsapp_channel::Model) -> Result<()> {
    let row = channel.clone().into_active_model();
    let written: std::result::Result<(), DbErr> = match is_known {
        true => row.reset_all().update(tx.db()).await.map(drop),
        false => whatsapp_channel::Entity::insert(row).exec_without_returning(tx.db()).await.map(drop),
    };
    written.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            let message =
                "this number, or this account's channel, is being connected at this moment: try again";
            Error::refused(RefusalCode::Taken, &["phoneNumberId"], message)
        }
        _ => error.into(),
    })
}

/// The channel's access token.
///
/// # Errors
/// INTERNAL when it was sealed by another server's secret.
pub fn access_token(seal: &Seal, channel: &whatsapp_channel::Model) -> Result<String> {
    let bytes = seal.open(&channel.id.to_string(), &channel.access_token)?;
    String::from_utf8(bytes).map_err(|_| Error::Internal("a channel's token is no text".to_owned()))
}
