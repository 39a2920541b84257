//! Writing a new contact, and what keeps it out: each phone number and key belongs to one contact of an account.

use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, IntoActiveModel, QueryFilter, SqlErr, sea_query::OnConflict,
};
use sportello_entity::contact;

use crate::{Error, Refusal, RefusalCode, RefusalDetail, Result, search, store::Tx, text};

/// Writes the row; false when another contact has the phone or a key of it. Waits for others who are writing it.
pub(super) async fn try_insert(tx: &mut Tx, row: &contact::Model) -> Result<bool> {
    let nothing = OnConflict::new().do_nothing().to_owned();
    let active = folded(row).into_active_model();
    match contact::Entity::insert(active).on_conflict(nothing).exec_without_returning(tx.db()).await {
        Ok(1) => {
            search::index_contact(tx, row);
            Ok(true)
        }
        Ok(_) | Err(DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The row as it is written: with what filters compare of it.
pub(super) fn folded(row: &contact::Model) -> contact::Model {
    contact::Model { email_folded: row.email.as_deref().map(text::folded), ..row.clone() }
}

/// TAKEN for each phone and key of `wanted` that another contact has; never empty.
pub(super) async fn collisions(tx: &Tx, wanted: &contact::Model) -> Result<Vec<Refusal>> {
    let others = others(tx, wanted).await?;
    let taken = |field: &str, value: &Option<String>, of: fn(&contact::Model) -> &Option<String>| {
        let owner = value.as_ref().and_then(|_| others.iter().find(|other| of(other) == value))?;
        Some(taken(field, Some(owner)))
    };
    let refusals = [
        taken("phone", &wanted.phone, |other| &other.phone),
        taken("externalId", &wanted.external_id, |other| &other.external_id),
        taken("whatsAppUserId", &wanted.whatsapp_user_id, |other| &other.whatsapp_user_id),
    ];
    let refusals: Vec<_> = refusals.into_iter().flatten().collect();
    if refusals.is_empty() {
        // The other contact gave it up between the two statements.
        return Ok(vec![taken_by_nobody()]);
    }
    Ok(refusals)
}

/// Refuses `wanted` when another contact has its phone or a key of it.
pub(super) async fn refuse_collisions(tx: &Tx, wanted: &contact::Model) -> Result<()> {
    if others(tx, wanted).await?.is_empty() {
        return Ok(());
    }
    Err(Error::Refused(collisions(tx, wanted).await?))
}

/// The database's word that another was quicker, as a refusal; other errors as they are.
pub(super) fn refused_if_taken(error: DbErr) -> Error {
    let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err() else { return error.into() };
    let field = if message.contains("external") { "externalId" } else { "phone" };
    Error::Refused(vec![taken(field, None)])
}

/// The other contacts that have the phone or a key of `wanted`.
pub(super) async fn others(tx: &Tx, wanted: &contact::Model) -> Result<Vec<contact::Model>> {
    let contact::Model { phone, external_id, whatsapp_user_id, .. } = wanted.clone();
    let same = [
        phone.map(|phone| contact::Column::Phone.eq(phone)),
        external_id.map(|key| contact::Column::ExternalId.eq(key)),
        whatsapp_user_id.map(|id| contact::Column::WhatsappUserId.eq(id)),
    ];
    let same: Vec<_> = same.into_iter().flatten().collect();
    if same.is_empty() {
        return Ok(Vec::new());
    }
    let any = same.into_iter().fold(Condition::any(), Condition::add);
    let rows = contact::Entity::find().filter(contact::Column::AccountId.eq(wanted.account_id)).filter(any);
    Ok(rows.filter(contact::Column::Id.ne(wanted.id)).all(tx.db()).await?)
}

fn taken(field: &str, owner: Option<&contact::Model>) -> Refusal {
    let mut refusal = Refusal::new(RefusalCode::Taken, &[field], "another contact has it");
    if let (Some(owner), "externalId") = (owner, field) {
        refusal.detail = RefusalDetail::Existing(owner.id.0);
    }
    refusal
}

fn taken_by_nobody() -> Refusal {
    Refusal::new(RefusalCode::Taken, &["phone"], "another contact had it a moment ago: try again")
}
