//! What the rows of one answer point at: found once for all of them, so that a list costs as much SQL as a single row.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::{Arc, MutexGuard, OnceLock, PoisonError},
};

use async_graphql::{Context, Result};
use sportello_domain::{
    automation::{find_automations, find_runs, steps_of},
    chat::{Chat, find_chats},
    contact::find_ids,
    directory::Directory,
    log::{Event, EventGroup},
    message::MessageSnapshot,
    status::TicketCounts,
    template::find_templates,
    ticket::{TicketSnapshot, find_notes, find_tickets},
};
use sportello_entity::{
    AutomationId, AutomationRunId, ContactId, NoteId, TemplateId, TicketId, automation, automation_run,
    automation_step_run, contact, message_template, ticket_note,
};
use tokio::sync::{Mutex, OnceCell};

use crate::graphql::{
    context::{actor, store},
    error::to_graphql,
};

/// Shared by the rows of one answer.
#[derive(Default)]
pub struct Neighbours {
    /// The directory must be at least as new as this; None: as new as now.
    since: Option<i64>,
    directory: OnceCell<Arc<Directory>>,
    /// The contacts of a list's tickets, as far as the list selects them: only for the list's own tickets.
    contacts: HashMap<ContactId, contact::Model>,
    /// Contacts and notes that were not read along with the rows: those that the rows point at are read at once, when
    /// the first of them is asked for.
    contacts_found: Found<ContactId, contact::Model>,
    notes_found: Found<NoteId, ticket_note::Model>,
    chats_found: Found<ContactId, Chat>,
    templates_found: Found<TemplateId, message_template::Model>,
    tickets_found: Found<TicketId, TicketSnapshot>,
    automations_found: Found<AutomationId, automation::Model>,
    runs_found: Found<AutomationRunId, automation_run::Model>,
    steps_found: Found<AutomationRunId, StepsOfRun>,
    counts: OnceLock<TicketCounts>,
}

/// The steps of a run, in order.
type StepsOfRun = (AutomationRunId, Vec<automation_step_run::Model>);

/// Rows that are read when one of them is asked for, all those expected together.
struct Found<I, R> {
    expected: std::sync::Mutex<HashSet<I>>,
    /// Locked while reading: those who ask meanwhile wait for the one reading.
    rows: Mutex<HashMap<I, Option<R>>>,
}

impl<I, R> Default for Found<I, R> {
    fn default() -> Self {
        Self { expected: Default::default(), rows: Mutex::default() }
    }
}

impl<I: Copy + Eq + Hash, R: Clone> Found<I, R> {
    fn expecting(expected: impl Iterator<Item = I>) -> Self {
        Self { expected: std::sync::Mutex::new(expected.collect()), rows: Mutex::default() }
    }

    /// Says that these, too, are to be read with the first that is asked for.
    fn expect(&self, ids: impl Iterator<Item = I>) {
        self.expected().extend(ids);
    }

    fn expected(&self) -> MutexGuard<'_, HashSet<I>> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The row of that id. `read` reads the rows of many ids; `id_of` tells whose a row is.
    async fn get<F>(&self, id: I, id_of: fn(&R) -> I, read: impl FnOnce(Vec<I>) -> F) -> Result<Option<R>>
    where
        F: Future<Output = sportello_domain::Result<Vec<R>>>,
    {
        let mut rows = self.rows.lock().await;
        if let Some(row) = rows.get(&id) {
            return Ok(row.clone());
        }
        self.expected().insert(id);
        let ids: Vec<I> =
            self.expected().iter().copied().filter(|wanted| !rows.contains_key(wanted)).collect();
        rows.extend(ids.iter().map(|wanted| (*wanted, None)));
        match read(ids.clone()).await {
            Ok(found) => rows.extend(found.into_iter().map(|row| (id_of(&row), Some(row)))),
            Err(error) => {
                rows.retain(|known, _| !ids.contains(known));
                return Err(to_graphql(error));
            }
        }
        Ok(rows.get(&id).cloned().flatten())
    }
}

impl Neighbours {
    /// Neighbours as they are when they are first asked for.
    pub fn now() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Neighbours of events that were read when the directory stood at `sequence`.
    pub fn since(sequence: i64) -> Arc<Self> {
        Arc::new(Self { since: Some(sequence), ..Self::default() })
    }

    /// Neighbours of these events, as they are when they are first asked for.
    pub fn of_events(events: &[Arc<Event>]) -> Arc<Self> {
        let neighbours = Self::now();
        events.iter().for_each(|event| neighbours.expect(event));
        neighbours
    }

    /// Says that what this event points at, too, is to be read with what is asked for first.
    pub fn expect(&self, event: &Event) {
        let contact = match EventGroup::of(event.r#type) {
            EventGroup::Contact => Some(ContactId(event.subject_id)),
            EventGroup::Ticket => event.ticket().ok().map(|ticket| ticket.contact_id),
            EventGroup::Message => event.message().ok().map(|message| message.contact_id),
            _ => None,
        };
        self.contacts_found.expect(contact.into_iter());
        self.notes_found.expect(event.note_id.into_iter());
        self.runs_found.expect(event.automation_run_id.into_iter());
    }

    /// Neighbours of these messages, as they are when they are first asked for.
    pub fn of_messages(messages: &[MessageSnapshot]) -> Arc<Self> {
        let contacts = messages.iter().map(|message| message.contact_id);
        Arc::new(Self {
            contacts_found: Found::expecting(contacts.clone()),
            chats_found: Found::expecting(contacts),
            templates_found: Found::expecting(messages.iter().filter_map(|message| message.template_id)),
            tickets_found: Found::expecting(messages.iter().filter_map(|message| message.ticket_id)),
            ..Self::default()
        })
    }

    /// Neighbours of these chats, which were read already.
    pub fn of_chats(chats: &[Chat]) -> Arc<Self> {
        let rows = chats.iter().map(|chat| (chat.contact_id, Some(chat.clone()))).collect();
        Arc::new(Self {
            contacts_found: Found::expecting(chats.iter().map(|chat| chat.contact_id)),
            chats_found: Found { rows: Mutex::new(rows), ..Found::default() },
            ..Self::default()
        })
    }

    /// Neighbours of these runs, as they are when they are first asked for.
    pub fn of_runs(runs: &[automation_run::Model]) -> Arc<Self> {
        Arc::new(Self {
            contacts_found: Found::expecting(runs.iter().filter_map(|run| run.contact_id)),
            tickets_found: Found::expecting(runs.iter().filter_map(|run| run.ticket_id)),
            automations_found: Found::expecting(runs.iter().map(|run| run.automation_id)),
            steps_found: Found::expecting(runs.iter().map(|run| run.id)),
            ..Self::default()
        })
    }

    /// Neighbours of these contacts.
    pub fn of_contacts(contacts: impl Iterator<Item = ContactId> + Clone) -> Arc<Self> {
        Arc::new(Self {
            contacts_found: Found::expecting(contacts.clone()),
            chats_found: Found::expecting(contacts),
            ..Self::default()
        })
    }

    /// The account's statuses, categories, users and keys.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn directory(&self, ctx: &Context<'_>) -> Result<&Arc<Directory>> {
        if let Some(directory) = self.directory.get() {
            return Ok(directory);
        }
        let account_id = actor(ctx)?.account_id;
        let load = || async {
            match self.since {
                Some(sequence) => store(ctx).directory_since(account_id, sequence).await,
                None => store(ctx).directory(account_id).await,
            }
        };
        // Boxed, as every reading here is: the executor moves each field's future, and what it may have to read would
        // make it as large as a query is.
        Box::pin(self.directory.get_or_try_init(load)).await.map_err(to_graphql)
    }

    /// Neighbours that were read along with the rows.
    pub fn of(directory: Arc<Directory>, contacts: HashMap<ContactId, contact::Model>) -> Arc<Self> {
        let directory = OnceCell::new_with(Some(directory));
        Arc::new(Self { directory, contacts, ..Self::default() })
    }

    /// How many tickets the statuses and categories of the answer have, counted once for all of them.
    ///
    /// # Errors
    /// UNAUTHENTICATED for an anonymous client.
    pub fn counts(&self, ctx: &Context<'_>) -> Result<&TicketCounts> {
        let account_id = actor(ctx)?.account_id;
        Ok(self.counts.get_or_init(|| TicketCounts::new(store(ctx).clone(), account_id)))
    }

    /// A contact that was read along with a list's tickets, as far as the list selects it.
    pub fn contact_of_ticket(&self, id: ContactId) -> Option<&contact::Model> {
        self.contacts.get(&id)
    }

    /// A contact that the rows point at.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn contact(&self, ctx: &Context<'_>, id: ContactId) -> Result<Option<contact::Model>> {
        let (store, actor) = (store(ctx), actor(ctx)?);
        let read = async |ids: Vec<ContactId>| find_ids(store, actor, &ids).await;
        Box::pin(self.contacts_found.get(id, |row| row.id, read)).await
    }

    /// A note that the rows point at; None once it or its ticket is deleted.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn note(&self, ctx: &Context<'_>, id: NoteId) -> Result<Option<ticket_note::Model>> {
        let (store, actor) = (store(ctx), actor(ctx)?);
        let read = async |ids: Vec<NoteId>| find_notes(store, actor, &ids).await;
        Box::pin(self.notes_found.get(id, |row| row.id, read)).await
    }

    /// The chat with a contact that is there.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read messages.
    pub async fn chat(&self, ctx: &Context<'_>, id: ContactId) -> Result<Chat> {
        let (store, actor) = (store(ctx), actor(ctx)?);
        let read = async |ids: Vec<ContactId>| find_chats(store, actor, &ids).await;
        let found = Box::pin(self.chats_found.get(id, |chat| chat.contact_id, read)).await?;
        Ok(found.unwrap_or_else(|| Chat::empty(id)))
    }

    /// An automation that the rows point at, deleted or not.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read what automations do.
    pub async fn automation(&self, ctx: &Context<'_>, id: AutomationId) -> Result<Option<automation::Model>> {
        let (store, actor) = (store(ctx), actor(ctx)?);
        let read = async |ids: Vec<AutomationId>| find_automations(store, actor, &ids).await;
        Box::pin(self.automations_found.get(id, |row| row.id, read)).await
    }

    /// A run that the rows point at.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read settings.
    pub async fn run(&self, ctx: &Context<'_>, id: AutomationRunId) -> Result<Option<automation_run::Model>> {
        let (store, actor) = (store(ctx), actor(ctx)?);
        let read = async |ids: Vec<AutomationRunId>| find_runs(store, actor, &ids).await;
        Box::pin(self.runs_found.get(id, |row| row.id, read)).await
    }

    /// The steps of a run, in order.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read settings.
    pub async fn steps(
        &self,
        ctx: &Context<'_>,
        id: AutomationRunId,
    ) -> Result<Vec<automation_step_run::Model>> {
        let (store, actor) = (store(ctx), actor(ctx)?);
        let read = async |ids: Vec<AutomationRunId>| {
            let rows = steps_of(store, actor, &ids).await?;
            let of = |id: AutomationRunId| rows.iter().filter(|row| row.run_id == id).cloned().collect();
            Ok(ids.iter().map(|id| (*id, of(*id))).collect::<Vec<StepsOfRun>>())
        };
        let found = Box::pin(self.steps_found.get(id, |steps| steps.0, read)).await?;
        Ok(found.map(|(_, steps)| steps).unwrap_or_default())
    }

    /// A template that the rows point at.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read settings.
    pub async fn template(
        &self,
        ctx: &Context<'_>,
        id: TemplateId,
    ) -> Result<Option<message_template::Model>> {
        let (store, actor) = (store(ctx), actor(ctx)?);
        let read = async |ids: Vec<TemplateId>| find_templates(store, actor, &ids).await;
        Box::pin(self.templates_found.get(id, |row| row.id, read)).await
    }

    /// A ticket that the rows point at, unless it is deleted.
    ///
    /// # Errors
    /// FORBIDDEN without the right to read tickets.
    pub async fn ticket(&self, ctx: &Context<'_>, id: TicketId) -> Result<Option<TicketSnapshot>> {
        let (store, actor) = (store(ctx), actor(ctx)?);
        let read = async |ids: Vec<TicketId>| find_tickets(store, actor, &ids).await;
        Box::pin(self.tickets_found.get(id, |ticket| ticket.id, read)).await
    }
}
