//! References: typed by a person, or the account's prefix and next number, skipping what a person already used.

use sea_orm::{FromQueryResult, Statement};

use crate::{Error, Refusal, RefusalCode, Result, store::Tx};

const LONGEST: usize = 40;

/// Checks a reference that was typed.
pub(crate) fn checked(text: &str) -> std::result::Result<String, Refusal> {
    let text = text.trim();
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_./#".contains(c);
    let refuse = |code, message: &str| Err(Refusal::new(code, &["reference"], message));
    if text.is_empty() {
        return refuse(RefusalCode::Required, "must not be empty; leave it out for an automatic one");
    }
    if text.chars().count() > LONGEST {
        return refuse(RefusalCode::TooLong, "may have at most 40 characters");
    }
    if !text.chars().all(is_allowed) {
        return refuse(RefusalCode::Invalid, "may hold ASCII letters, digits and - _ . / # only");
    }
    Ok(text.to_owned())
}

#[derive(FromQueryResult)]
struct Numbered {
    prefix: String,
    number: i64,
}

/// The next automatic reference; a person may have taken it already. The account's row stays locked until the
/// transaction ends, so numbers are not given twice; one that a refusal rolls back is given again.
pub(super) async fn next(tx: &Tx) -> Result<String> {
    use sea_orm::ConnectionTrait;
    let sql = "UPDATE account SET next_reference_number = next_reference_number + 1 WHERE id = $1 \
               RETURNING reference_prefix AS prefix, next_reference_number - 1 AS number";
    let statement = Statement::from_sql_and_values(tx.store().backend(), sql, [tx.actor.account_id.into()]);
    let row = tx.db().query_one_raw(statement).await?;
    let row = row.ok_or_else(|| Error::Internal("there is no such account".to_owned()))?;
    let Numbered { prefix, number } = Numbered::from_query_result(&row, "")?;
    Ok(format!("{prefix}{number}"))
}
