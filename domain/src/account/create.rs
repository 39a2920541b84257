//! Making an account: its row, its log, its five statuses and its first owner.

use chrono_tz::Tz;
use sea_orm::{EntityTrait, IntoActiveModel};
use sportello_entity::{
    AccountId, account, app_user, follower_position, log_head, ticket_status, value::Role,
};

use super::{snapshot, statuses};
use crate::{
    Actor, Error, Refusal, RefusalCode, Result,
    contact::{email, locale},
    session::{self, Passwords},
    status,
    store::{Store, Tx},
    text, user,
};

/// What an account is made of.
#[derive(Clone, Debug)]
pub struct CreateAccount {
    /// What people call it.
    pub name: String,
    /// BCP 47.
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// The first owner's name.
    pub owner_name: String,
    /// The first owner's address.
    pub owner_email: String,
    /// The first owner's password.
    pub owner_password: String,
}

/// Makes an account with its first owner. For the command line and the demo: no actor is asked for rights.
///
/// # Errors
/// Refused, with the fields of [`CreateAccount`] in the paths.
pub async fn create(store: &Store, passwords: &Passwords, input: CreateAccount) -> Result<AccountId> {
    let input = checked(input)?;
    let hash = passwords.hash(&input.owner_password, store.secret()).await?;
    let id: AccountId = store.new_id();
    let mut tx = store.begin(&Actor::system(id)).await?;
    write_account(&mut tx, &input).await?;
    write_statuses(&mut tx, &input.locale).await?;
    let owner = app_user::Model {
        id: tx.new_id(),
        account_id: id,
        name_folded: text::folded(&input.owner_name),
        name: input.owner_name,
        email_key: user::email_key(&input.owner_email),
        email: input.owner_email,
        role: Role::Owner,
        locale: input.locale,
        is_active: true,
        receives_ticket_emails: true,
        password_hash: Some(hash),
        created_at: tx.now(),
    };
    user::insert(&mut tx, owner).await?;
    tx.commit().await?;
    Ok(id)
}

/// An IANA time zone.
pub(super) fn checked_time_zone(text: &str, path: &[&str]) -> std::result::Result<String, Refusal> {
    let message = "is no time zone of the IANA database: write it like Europe/Rome";
    match text.trim().parse::<Tz>() {
        Ok(zone) => Ok(zone.name().to_owned()),
        Err(_) => Err(Refusal::new(RefusalCode::Invalid, path, message)),
    }
}

fn checked(input: CreateAccount) -> Result<CreateAccount> {
    let CreateAccount { name, locale, time_zone, owner_name, owner_email, owner_password } = input;
    let mut refusals = Vec::new();
    let mut take = |checked: std::result::Result<String, Refusal>| {
        checked.unwrap_or_else(|refusal| {
            refusals.push(refusal);
            String::new()
        })
    };
    let checked = CreateAccount {
        name: take(text::NAME.check(&name, &["name"])),
        locale: take(locale::normalised(&locale, &["locale"])),
        time_zone: take(checked_time_zone(&time_zone, &["timeZone"])),
        owner_name: take(text::NAME.check(&owner_name, &["ownerName"])),
        owner_email: take(email::checked(&owner_email, &["ownerEmail"])),
        owner_password: take(
            session::check_password(&owner_password, &["ownerPassword"]).map(|()| owner_password),
        ),
    };
    if refusals.is_empty() { Ok(checked) } else { Err(Error::Refused(refusals)) }
}

async fn write_account(tx: &mut Tx, input: &CreateAccount) -> Result<()> {
    let account = account::Model {
        id: tx.actor.account_id,
        name: input.name.clone(),
        locale: input.locale.clone(),
        time_zone: input.time_zone.clone(),
        reference_prefix: "T-".to_owned(),
        next_reference_number: 1,
        created_at: tx.now(),
    };
    let head = log_head::Model { account_id: account.id, epoch: 1, sequence: 0, directory_sequence: 0 };
    let position = follower_position::Model { account_id: account.id, sequence: 0 };
    account::Entity::insert(account.clone().into_active_model()).exec_without_returning(tx.db()).await?;
    log_head::Entity::insert(head.into_active_model()).exec_without_returning(tx.db()).await?;
    follower_position::Entity::insert(position.into_active_model()).exec_without_returning(tx.db()).await?;
    snapshot::account_changed(None, &account).into_iter().for_each(|event| tx.record(event));
    Ok(())
}

async fn write_statuses(tx: &mut Tx, locale: &str) -> Result<()> {
    let rows = statuses::rows(tx.actor.account_id, locale, tx.now(), || tx.new_id());
    let models = rows.iter().cloned().map(IntoActiveModel::into_active_model);
    ticket_status::Entity::insert_many(models).exec_without_returning(tx.db()).await?;
    rows.iter().for_each(|status| tx.record(status::told(None, status)));
    Ok(())
}
