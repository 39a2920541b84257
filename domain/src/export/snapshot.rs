//! An export: one reading transaction from its first line to its last.

use sea_orm::DatabaseTransaction;
use serde_json::{Value as Json, json};
use sportello_entity::AccountId;

use super::{
    line::Names,
    read::{self, Place},
};
use crate::{Actor, Permission, Result, log::EventCursor, store::Store};

/// How many lines of each kind were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Exported {
    pub contacts: u64,
    pub tickets: u64,
    pub notes: u64,
    pub events: u64,
}

/// What comes next.
enum Stage {
    Head,
    Contacts(Place<String>),
    Tickets(Place<i64>),
    Events(i64),
    Foot,
    Done,
}

/// An export at work. It is as of its beginning, whatever is changed meanwhile, and holds a page in memory at a time.
pub struct Export {
    transaction: DatabaseTransaction,
    account_id: AccountId,
    names: Names,
    stage: Stage,
    counts: Exported,
}

impl Export {
    /// Begins an export of the actor's account.
    ///
    /// # Errors
    /// FORBIDDEN; NOT_FOUND when there is no such account.
    pub async fn begin(store: &Store, actor: &Actor) -> Result<Self> {
        actor.require(Permission::ReadTickets)?;
        actor.require(Permission::ReadContacts)?;
        actor.require(Permission::ReadSettings)?;
        let transaction = store.snapshot().await?;
        let names = Names::read(&transaction, actor.account_id).await?;
        let (account_id, counts) = (actor.account_id, Exported::default());
        Ok(Self { transaction, account_id, names, stage: Stage::Head, counts })
    }

    /// The next lines, in this order: a head with the place in the log, the contacts, each ticket with its notes behind
    /// it, the history, and a foot with the numbers, without which an export was cut off. None: that was all.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn next(&mut self) -> Result<Option<Vec<Json>>> {
        let lines = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Head => {
                self.stage = Stage::Contacts(None);
                vec![self.head()]
            }
            Stage::Contacts(after) => self.contacts(after).await?,
            Stage::Tickets(after) => self.tickets(after).await?,
            Stage::Events(after) => self.events(after).await?,
            Stage::Foot => vec![json!({ "type": "end", "counts": self.counts })],
            Stage::Done => return Ok(None),
        };
        Ok(Some(lines))
    }

    /// How many lines of each kind were given so far.
    pub fn counts(&self) -> Exported {
        self.counts
    }

    fn head(&self) -> Json {
        let (head, account) = (&self.names.head, &self.names.account);
        let cursor = EventCursor { account_id: self.account_id, epoch: head.epoch, sequence: head.sequence };
        json!({ "type": "export", "formatVersion": 1, "account": { "id": account.id, "name": account.name },
            "eventCursor": cursor.to_string() })
    }

    async fn contacts(&mut self, after: Place<String>) -> Result<Vec<Json>> {
        let rows = read::contacts(&self.transaction, self.account_id, after).await?;
        let place = rows.last().map(|row| (row.name_folded.clone(), row.id.0));
        self.stage = place.map_or(Stage::Tickets(None), |place| Stage::Contacts(Some(place)));
        self.counts.contacts += rows.len() as u64;
        rows.iter().map(|row| self.names.contact(row)).collect()
    }

    async fn tickets(&mut self, after: Place<i64>) -> Result<Vec<Json>> {
        let rows = read::tickets(&self.transaction, self.account_id, after).await?;
        let place = rows.last().map(|row| (row.opened_at.0, row.id.0));
        self.stage = place.map_or(Stage::Events(0), |place| Stage::Tickets(Some(place)));
        let mut notes = read::notes(&self.transaction, rows.iter().map(|row| row.id)).await?;
        self.counts.tickets += rows.len() as u64;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let of_it = notes.remove(&row.id).unwrap_or_default();
            self.counts.notes += of_it.len() as u64;
            lines.push(self.names.ticket(row)?);
            lines.extend(of_it.iter().map(|note| self.names.note(note)));
        }
        Ok(lines)
    }

    async fn events(&mut self, after: i64) -> Result<Vec<Json>> {
        let rows = read::events(&self.transaction, self.account_id, after).await?;
        self.stage = rows.last().map_or(Stage::Foot, |row| Stage::Events(row.sequence));
        self.counts.events += rows.len() as u64;
        rows.into_iter().map(|row| self.names.event(row)).collect()
    }
}
