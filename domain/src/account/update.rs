//! Changing the account's own fields.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::LockType};
use sportello_entity::{account, ticket_status};

use super::{create::checked_time_zone, snapshot, statuses};
use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, Result,
    contact::locale,
    status,
    store::{Store, Tx},
    text,
};

/// What is to change.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct AccountUpdate {
    pub name: Change<String>,
    pub locale: Change<String>,
    pub time_zone: Change<String>,
    pub reference_prefix: Change<String>,
}

/// Changes the account. With the locale go the names of predefined statuses that nobody renamed.
///
/// # Errors
/// FORBIDDEN below ADMIN; refused for texts that are not right.
pub async fn update(store: &Store, actor: &Actor, input: AccountUpdate) -> Result<()> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let before = locked(&tx).await?;
    let after = changed(before.clone(), input)?;
    let Some(event) = snapshot::account_changed(Some(&before), &after) else { return Ok(()) };
    let new_locale = (after.locale != before.locale).then(|| after.locale.clone());
    if after.time_zone != before.time_zone {
        tx.count_anew();
    }
    tx.write_difference(&before, &after).await?;
    tx.record(event);
    if let Some(locale) = new_locale {
        rename_statuses(&mut tx, &locale).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn locked(tx: &Tx) -> Result<account::Model> {
    let found = account::Entity::find_by_id(tx.actor.account_id).lock(LockType::NoKeyUpdate).one(tx.db());
    found.await?.ok_or_else(|| Error::NotFound("there is no such account".to_owned()))
}

fn changed(mut account: account::Model, input: AccountUpdate) -> Result<account::Model> {
    let AccountUpdate { name, locale, time_zone, reference_prefix } = input;
    let mut refusals = Vec::new();
    let mut apply = |field: &'static str, target: &mut String, change: Change<String>, check: Check| {
        let checked = match change {
            Change::Keep => return,
            Change::Clear => Err(Refusal::new(RefusalCode::Required, &[field], "must not be empty")),
            Change::Set(text) => check(&text, &[field]),
        };
        match checked {
            Ok(text) => *target = text,
            Err(refusal) => refusals.push(refusal),
        }
    };
    apply("name", &mut account.name, name, |text, path| text::NAME.check(text, path));
    apply("locale", &mut account.locale, locale, locale::normalised);
    apply("timeZone", &mut account.time_zone, time_zone, checked_time_zone);
    apply("referencePrefix", &mut account.reference_prefix, reference_prefix, checked_prefix);
    if refusals.is_empty() { Ok(account) } else { Err(Error::Refused(refusals)) }
}

type Check = fn(&str, &[&str]) -> std::result::Result<String, Refusal>;

/// None at all is a prefix too: references are then bare numbers.
fn checked_prefix(text: &str, path: &[&str]) -> std::result::Result<String, Refusal> {
    let text = text.trim();
    if let Some(wrong) = text.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_./#".contains(*c)) {
        let message = format!("may hold ASCII letters, digits and -_./# only, not {wrong:?}");
        return Err(Refusal::new(RefusalCode::Invalid, path, message));
    }
    if text.len() > 10 {
        return Err(Refusal::new(RefusalCode::TooLong, path, "may have at most 10 characters"));
    }
    Ok(text.to_owned())
}

async fn rename_statuses(tx: &mut Tx, locale: &str) -> Result<()> {
    let predefined = ticket_status::Entity::find()
        .filter(ticket_status::Column::AccountId.eq(tx.actor.account_id))
        .filter(ticket_status::Column::DeletedAt.is_null())
        .lock(LockType::NoKeyUpdate)
        .all(tx.db())
        .await?;
    let taken: Vec<String> = predefined.iter().map(|status| status.name_key.clone()).collect();
    let followers = predefined.into_iter().filter(|status| status.is_predefined && !status.is_renamed);
    for before in followers {
        let Some(name) = statuses::name_of(&before.key, locale) else { continue };
        let name_key = text::name_key(name);
        // A custom status may have the name already: then the predefined one keeps its old name.
        if name == before.name || (name_key != before.name_key && taken.contains(&name_key)) {
            continue;
        }
        let after = ticket_status::Model { name: name.to_owned(), name_key, ..before.clone() };
        tx.record(status::told(Some(&before), &after));
        tx.write_difference(&before, &after).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_has_up_to_ten_plain_characters() {
        assert_eq!(checked_prefix(" T- ", &[]).as_deref(), Ok("T-"));
        assert_eq!(checked_prefix("", &[]).as_deref(), Ok(""));
        for (text, code) in [
            ("T 1", RefusalCode::Invalid),
            ("é", RefusalCode::Invalid),
            ("ABCDEFGHIJK", RefusalCode::TooLong),
        ] {
            assert_eq!(checked_prefix(text, &[]).map_err(|r| r.code), Err(code), "{text}");
        }
    }
}
