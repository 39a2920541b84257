//! The rows that are listed and changed: users, categories, contacts and tickets of the only account, in proportions of
//! a small desk. The same number of tickets gives the same rows, but for the ids.

use std::{
    fs,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use uuid::Uuid;

use crate::{
    database::{Database, read, transact},
    list::wire,
};

const USERS: i64 = 8;
const CATEGORIES: i64 = 20;
/// How many tickets a contact has on average.
const TICKETS_A_CONTACT: i64 = 5;
/// How many tickets the benched updates go through.
const UPDATED: i64 = 4_000;
const MINUTE: i64 = 60_000;
const DESCRIPTION: &str = "The parcel arrived on Tuesday with a corner pushed in, and two of the six cups are broken. \
    I would like to have them replaced, or my money back for those two.";

const USER: &str = "INSERT INTO app_user (id, account_id, name, email, email_key, role, locale, is_active, \
    receives_ticket_emails, created_at) VALUES ($1, $2, $3, $4, $4, 'OPERATOR', 'en', $5, $5, $6)";
const CATEGORY: &str = "INSERT INTO ticket_category (id, account_id, name, name_key, is_archived, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const CONTACT: &str = "INSERT INTO contact (id, account_id, name, name_folded, phone, fields, is_blocked, is_erased, \
    created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, '{}', $6, $6, $7, $7, 1)";
const TICKET: &str = "INSERT INTO ticket (id, account_id, reference, reference_folded, title, title_folded, description, \
    description_folded, priority, status_id, macro_status, category_id, contact_id, assignee_id, source, opened_by_kind, \
    opened_by_id, opened_at, updated_at, status_changed_at, closed_at, reopen_count, version, note_count) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 'USER', $15, $16, $16, $16, $17, 0, 1, 0)";

/// Who and what tickets point at.
struct Desk {
    account_id: Uuid,
    statuses: Vec<(Uuid, i16)>,
    users: Vec<Uuid>,
    categories: Vec<Uuid>,
    contacts: Vec<Uuid>,
}

/// Fills the account and writes a file of variables for each benched mutation into the folder.
///
/// # Errors
/// When there is no account, or it has been seeded before.
pub async fn run(database: &Database, tickets: i64, out: &Path) -> Result<()> {
    let mut desk = desk(database, tickets).await?;
    people(database, &mut desk).await?;
    let ids: Vec<Uuid> = (0..tickets).map(|_| Uuid::now_v7()).collect();
    write_tickets(database, &desk, &ids).await?;
    fs::create_dir_all(out)?;
    for priority in ["LOW", "MEDIUM", "HIGH", "URGENT"] {
        let line = |id: &Uuid| format!("{{\"id\":\"{}\",\"priority\":\"{priority}\"}}\n", wire("tkt", *id));
        let lines: String = ids.iter().take(usize::try_from(UPDATED)?).map(line).collect();
        fs::write(out.join(format!("update.{priority}.jsonl")), lines)?;
    }
    let line = |id: &Uuid| {
        let contact = wire("con", *id);
        format!(
            "{{\"contactId\":\"{contact}\",\"title\":\"Two cups are broken\",\"description\":\"{DESCRIPTION}\"}}\n"
        )
    };
    fs::write(out.join("open.jsonl"), desk.contacts.iter().map(line).collect::<String>())?;
    fs::write(out.join("ticket.id"), wire("tkt", ids[0]))?;
    Ok(())
}

async fn desk(database: &Database, tickets: i64) -> Result<Desk> {
    let account: Option<Uuid> =
        read!(database, pool => sqlx::query_scalar("SELECT id FROM account").fetch_optional(pool).await?);
    let account_id = account.context("there is no account: `sportello account create` makes one")?;
    let statuses = "SELECT id, macro_status FROM ticket_status ORDER BY position";
    let owner = "SELECT id FROM app_user WHERE role = 'OWNER'";
    let ids = |count: i64| (0..count).map(|_| Uuid::now_v7()).collect::<Vec<_>>();
    Ok(Desk {
        account_id,
        statuses: read!(database, pool => sqlx::query_as(statuses).fetch_all(pool).await?),
        users: read!(database, pool => sqlx::query_scalar(owner).fetch_all(pool).await?),
        categories: ids(CATEGORIES),
        contacts: ids((tickets / TICKETS_A_CONTACT).max(1)),
    })
}

async fn people(database: &Database, desk: &mut Desk) -> Result<()> {
    let (account, then) = (desk.account_id, now());
    let users: Vec<Uuid> = (0..USERS).map(|_| Uuid::now_v7()).collect();
    transact!(database, tx => {
        for (number, id) in users.iter().enumerate() {
            let user = sqlx::query(USER).bind(id).bind(account).bind(format!("Operator {number}"));
            user.bind(format!("operator{number}@example.org")).bind(true).bind(then).execute(&mut *tx).await?;
        }
        for (number, id) in desk.categories.iter().enumerate() {
            let category = sqlx::query(CATEGORY).bind(id).bind(account).bind(format!("Category {number}"));
            category.bind(format!("category {number}")).bind(false).bind(then).execute(&mut *tx).await?;
        }
        for (number, id) in desk.contacts.iter().enumerate() {
            let contact = sqlx::query(CONTACT).bind(id).bind(account).bind(format!("Contact Number {number}"));
            let contact = contact.bind(format!("contact number {number}")).bind(format!("+39351{number:07}"));
            contact.bind(false).bind(then).execute(&mut *tx).await?;
        }
    });
    desk.users.extend(users);
    Ok(())
}

async fn write_tickets(database: &Database, desk: &Desk, ids: &[Uuid]) -> Result<()> {
    let (account, now) = (desk.account_id, now());
    let next = "UPDATE account SET next_reference_number = $1 WHERE id = $2";
    transact!(database, tx => {
        for (number, id) in (1_i64..).zip(ids) {
            let (status, macro_status) = *nth(&desk.statuses, number * number);
            let opened_at = now - (i64::try_from(ids.len())? - number) * 7 * MINUTE;
            let title = format!("The parcel {number} arrived broken, with two cups missing");
            let ticket = sqlx::query(TICKET).bind(id).bind(account);
            let ticket = ticket.bind(format!("T-{number}")).bind(format!("t-{number}"));
            let ticket = ticket.bind(&title).bind(title.to_lowercase()).bind(DESCRIPTION).bind(DESCRIPTION.to_lowercase());
            let ticket = ticket.bind(i16::try_from(number % 4)?).bind(status).bind(macro_status);
            let ticket = ticket.bind((number % 6 != 0).then(|| *nth(&desk.categories, number * 7)));
            let ticket = ticket.bind(*nth(&desk.contacts, number * 13));
            let ticket = ticket.bind((number % 3 != 0).then(|| *nth(&desk.users, number * 5)));
            let ticket = ticket.bind(*nth(&desk.users, number * 3)).bind(opened_at);
            ticket.bind((macro_status == 1).then_some(opened_at)).execute(&mut *tx).await?;
        }
        sqlx::query(next).bind(i64::try_from(ids.len())? + 1).bind(account).execute(&mut *tx).await?;
    });
    Ok(())
}

fn nth<T>(items: &[T], number: i64) -> &T {
    let length = i64::try_from(items.len()).expect("few items");
    &items[usize::try_from(number.rem_euclid(length)).expect("not negative")]
}

/// Milliseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
