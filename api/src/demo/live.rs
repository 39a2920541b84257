//! A quiet life: every few seconds somebody at the shop does one thing.

use std::time::Duration;

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use sportello_domain::{
    Actor, Change,
    contact::{self, ContactChanges, ContactUpdate},
    directory::Directory,
    store::Store,
    ticket::{self, OpenTicket, TicketKey, UpdateTicket},
};
use sportello_entity::{
    AccountId, StatusId, contact as contact_row, ticket as ticket_row,
    value::{MacroStatus, Priority},
};
use tokio_util::sync::CancellationToken;

use super::{
    account,
    people::colleagues,
    plan::raised,
    talk::talk,
    texts::{CONTACTS, Matter, note},
};

/// With so many tickets open, one is closed rather than opened; with so few, the other way round.
const OPEN: std::ops::Range<u64> = 60..95;
/// With so many tickets at all, an old one is reopened rather than one opened.
const MOST: u64 = 2_000;
/// So many tickets are looked at: those changed last.
const SEEN: u64 = 150;

/// Keeps the demo's desk busy until the token is cancelled; returns at once when the database holds no demo.
pub async fn live(store: Store, shutdown: CancellationToken) {
    let account_id = match account::find(&store).await {
        Ok(Some(account_id)) => account_id,
        Ok(None) => return,
        Err(error) => return tracing::warn!(%error, "the demo does not come to life"),
    };
    let mut chance = StdRng::seed_from_u64(store.now().0.unsigned_abs());
    loop {
        let pause = Duration::from_millis(chance.random_range(5_000..15_000));
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        // A visitor may have deleted what was about to be changed: the next thing will do.
        if let Err(error) = happen(&store, account_id, &mut chance).await {
            tracing::debug!(%error, "something did not happen in the demo");
        }
    }
}

/// One thing.
pub(super) async fn happen(store: &Store, account_id: AccountId, chance: &mut StdRng) -> anyhow::Result<()> {
    let directory = store.directory(account_id).await?;
    let Some(actor) = colleagues(&directory).choose(chance).cloned() else { return Ok(()) };
    if chance.random_bool(0.15) {
        return talk(store, &actor, chance).await;
    }
    let scene = Scene { store, directory: &directory, actor: &actor };
    let open = scene.seen(MacroStatus::InProgress).await?;
    let Some(ticket) = open.choose(chance).filter(|_| chance.random_bool(0.6)) else {
        return scene.open_or_close(chance).await;
    };
    match chance.random_range(0..100) {
        0..40 => scene.note(ticket, chance).await,
        40..63 => scene.assign(ticket, chance).await,
        63..88 => scene.move_on(ticket, chance).await,
        88..96 => scene.raise(ticket).await,
        _ => scene.rename(ticket).await,
    }
}

/// Who acts, and where.
struct Scene<'a> {
    store: &'a Store,
    directory: &'a Directory,
    actor: &'a Actor,
}

impl Scene<'_> {
    fn tickets(&self) -> Select<ticket_row::Entity> {
        ticket_row::Entity::find()
            .filter(ticket_row::Column::AccountId.eq(self.actor.account_id))
            .filter(ticket_row::Column::DeletedAt.is_null())
    }

    async fn seen(&self, macro_status: MacroStatus) -> anyhow::Result<Vec<ticket_row::Model>> {
        let tickets = self.tickets().filter(ticket_row::Column::MacroStatus.eq(macro_status));
        let last = tickets.order_by_desc(ticket_row::Column::UpdatedAt).limit(SEEN);
        Ok(last.all(self.store.reader()).await?)
    }

    async fn open_or_close(&self, chance: &mut StdRng) -> anyhow::Result<()> {
        let in_progress = self.tickets().filter(ticket_row::Column::MacroStatus.eq(MacroStatus::InProgress));
        let count = in_progress.count(self.store.reader()).await?;
        let closes = count >= OPEN.end || (count >= OPEN.start && chance.random_bool(0.5));
        if closes {
            return self.close(chance).await;
        }
        if self.tickets().count(self.store.reader()).await? < MOST {
            return self.open(chance).await;
        }
        let terminated = self.seen(MacroStatus::Terminated).await?;
        let Some(ticket) = terminated.choose(chance) else { return Ok(()) };
        self.set_status(ticket, "open", Some(note(self.matter(ticket), chance))).await
    }

    /// Closes one of those that were not touched for the longest time.
    async fn close(&self, chance: &mut StdRng) -> anyhow::Result<()> {
        let open = self.seen(MacroStatus::InProgress).await?;
        let oldest = &open[open.len() / 2..];
        let Some(ticket) = oldest.choose(chance) else { return Ok(()) };
        let words = chance.random_bool(0.4).then(|| note(self.matter(ticket), chance));
        self.set_status(ticket, "resolved", words).await
    }

    async fn open(&self, chance: &mut StdRng) -> anyhow::Result<()> {
        let place = chance.random_range(0..CONTACTS.len());
        let country = CONTACTS[place].1;
        let (matter, _) = *Matter::WEIGHTED
            .choose_weighted(chance, |(_, weight)| *weight)
            .expect("the weights are positive");
        let (title, description) = country.language().letter(matter, chance);
        let input = OpenTicket {
            contact_phone: Some(country.phone(place)),
            title,
            description: Some(description),
            priority: chance.random_bool(0.15).then_some(Priority::High),
            category: Some(matter.category().to_owned()),
            ..OpenTicket::default()
        };
        ticket::open(self.store, self.actor, input).await?;
        Ok(())
    }

    async fn note(&self, ticket: &ticket_row::Model, chance: &mut StdRng) -> anyhow::Result<()> {
        let body = note(self.matter(ticket), chance).to_owned();
        ticket::note_add(self.store, self.actor, TicketKey::Id(ticket.id), body, None).await?;
        Ok(())
    }

    async fn assign(&self, ticket: &ticket_row::Model, chance: &mut StdRng) -> anyhow::Result<()> {
        let colleagues = colleagues(self.directory);
        let Some(assignee) = colleagues.choose(chance).and_then(Actor::user_id) else { return Ok(()) };
        self.update(ticket, |update| update.assignee_id = Change::Set(assignee)).await
    }

    /// From open to in progress, from there to waiting, and back again.
    async fn move_on(&self, ticket: &ticket_row::Model, chance: &mut StdRng) -> anyhow::Result<()> {
        let status = self.directory.status(ticket.status_id).map(|status| status.key.as_str());
        let next = if status == Some("in_progress") { "waiting" } else { "in_progress" };
        let words = chance.random_bool(0.3).then(|| note(self.matter(ticket), chance));
        self.set_status(ticket, next, words).await
    }

    async fn raise(&self, ticket: &ticket_row::Model) -> anyhow::Result<()> {
        // Else all would be urgent in the end.
        let priority = raised(ticket.priority).unwrap_or(Priority::Medium);
        self.update(ticket, |update| update.priority = Change::Set(priority)).await
    }

    /// Marks a good customer by the name, or takes the mark off again.
    async fn rename(&self, ticket: &ticket_row::Model) -> anyhow::Result<()> {
        const MARK: &str = " (cliente abituale)";
        let found = contact_row::Entity::find_by_id(ticket.contact_id).one(self.store.reader()).await?;
        let Some(contact) = found.filter(|contact| !contact.is_erased) else { return Ok(()) };
        let name = match contact.name.strip_suffix(MARK) {
            Some(bare) => bare.to_owned(),
            None => format!("{}{MARK}", contact.name),
        };
        let changes = ContactChanges { name: Change::Set(name), ..ContactChanges::default() };
        let update =
            ContactUpdate { id: Some(contact.id), expected_version: None, changes, idempotency_key: None };
        contact::update(self.store, self.actor, update).await?;
        Ok(())
    }

    async fn set_status(
        &self,
        ticket: &ticket_row::Model,
        key: &str,
        words: Option<&'static str>,
    ) -> anyhow::Result<()> {
        let Some(status_id) = self.status(key) else { return Ok(()) };
        self.update(ticket, |update| {
            update.status_id = Change::Set(status_id);
            update.note = words.map_or(Change::Keep, |words| Change::Set(words.to_owned()));
        })
        .await
    }

    /// The status of that key, unless a visitor deleted it.
    fn status(&self, key: &str) -> Option<StatusId> {
        let found =
            self.directory.statuses.iter().find(|status| status.key == key && status.deleted_at.is_none());
        found.map(|status| status.id)
    }

    async fn update(
        &self,
        ticket: &ticket_row::Model,
        set: impl FnOnce(&mut UpdateTicket),
    ) -> anyhow::Result<()> {
        let mut update = UpdateTicket::nothing(TicketKey::Id(ticket.id));
        set(&mut update);
        ticket::update(self.store, self.actor, update).await?;
        Ok(())
    }

    fn matter(&self, ticket: &ticket_row::Model) -> Option<Matter> {
        let category = self.directory.category(ticket.category_id?)?;
        Matter::of_category(&category.name)
    }
}
