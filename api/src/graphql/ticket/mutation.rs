//! Changing tickets and their notes.

use async_graphql::{Context, Object, Result, SimpleObject};
use sportello_domain::{
    Refusal,
    ticket::{self, DeleteTicket, NoteOutcome, TicketOutcome},
};
use sportello_entity::TicketId;

use crate::graphql::{
    context::{actor, desk, store},
    error::{UserError, settle, shown_entity, user_errors},
    event::TicketEvent,
    id::parse,
    neighbours::Neighbours,
    page::count,
    ticket::{
        Ticket, TicketNote,
        inputs::{
            TicketDeleteInput, TicketNoteAddInput, TicketNoteDeleteInput, TicketNoteEditInput,
            TicketOpenInput, TicketRestoreInput, TicketUpdateInput, TicketsImportInput, TicketsUpdateInput,
        },
    },
};

/// What came of a change of a ticket.
#[derive(SimpleObject)]
pub struct TicketPayload {
    /// The ticket right after; on VERSION_CONFLICT, or an externalId that is taken at opening, the one that is there.
    ticket: Option<Ticket>,
    /// What happened to it; null when nothing did.
    event: Option<TicketEvent>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether an earlier request with the same idempotencyKey did it.
    replayed: bool,
}

/// What came of one of many.
#[derive(SimpleObject)]
pub struct TicketUpdateResult {
    /// Its place in the input.
    index: i32,
    /// The ticket right after; where an earlier import brought it, the one that is there.
    ticket: Option<Ticket>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What came of a change of many tickets.
#[derive(SimpleObject)]
pub struct TicketsUpdatePayload {
    /// One for each ticket, in the input's order.
    results: Vec<TicketUpdateResult>,
    /// Why all of it was refused.
    user_errors: Vec<UserError>,
    /// Whether an earlier request with the same idempotencyKey did it.
    replayed: bool,
}

/// What came of a change of a note.
#[derive(SimpleObject)]
pub struct TicketNotePayload {
    /// The note; null once deleted.
    note: Option<TicketNote>,
    /// Its ticket right after.
    ticket: Option<Ticket>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
    /// Whether an earlier request with the same idempotencyKey did it.
    replayed: bool,
}

/// What may be done to tickets.
#[derive(Default)]
pub struct TicketMutation;

#[Object]
impl TicketMutation {
    /// Opens a ticket.
    async fn ticket_open(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketOpenInput,
    ) -> Result<TicketPayload> {
        let actor = actor(ctx)?;
        let done = async { ticket::open(store(ctx), actor, input.into_command()?).await };
        TicketPayload::of(ctx, done.await).await
    }

    /// Changes a ticket. Nothing changes: nothing is written, no event, the same version.
    async fn ticket_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketUpdateInput,
    ) -> Result<TicketPayload> {
        let actor = actor(ctx)?;
        let done = async { ticket::update(store(ctx), actor, input.into_command()?).await };
        TicketPayload::of(ctx, done.await).await
    }

    /// Deletes a ticket. It is hidden everywhere at once; ticketRestore brings it back for some time.
    async fn ticket_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketDeleteInput,
    ) -> Result<TicketPayload> {
        let command = DeleteTicket { by: input.by.into(), expected_version: input.expected_version };
        TicketPayload::of(ctx, ticket::delete(store(ctx), actor(ctx)?, command).await).await
    }

    /// Restores a deleted ticket.
    async fn ticket_restore(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketRestoreInput,
    ) -> Result<TicketPayload> {
        let restored =
            ticket::restore(store(ctx), actor(ctx)?, input.by.into(), desk(ctx).restorable_since()).await;
        TicketPayload::of(ctx, restored).await
    }

    /// Changes many tickets alike: one transaction each.
    async fn tickets_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketsUpdateInput,
    ) -> Result<TicketsUpdatePayload> {
        let actor = actor(ctx)?;
        let done = async { ticket::update_many(store(ctx), actor, input.into_command()?).await };
        TicketsUpdatePayload::of(done.await)
    }

    /// Brings tickets along from another system, with their times: one transaction each. They are told in the log and
    /// the streams, but nobody is mailed or notified and nothing is set off. One that is there already (same
    /// externalId) is TAKEN, shown and left as it is, so that an import can be repeated. Takes the role ADMIN.
    async fn tickets_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketsImportInput,
    ) -> Result<TicketsUpdatePayload> {
        TicketsUpdatePayload::of(ticket::import(store(ctx), actor(ctx)?, input.into()).await)
    }

    /// Adds a note to a ticket.
    async fn ticket_note_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketNoteAddInput,
    ) -> Result<TicketNotePayload> {
        let TicketNoteAddInput { by, body, idempotency_key } = input;
        let done = ticket::note_add(store(ctx), actor(ctx)?, by.into(), body, idempotency_key).await;
        TicketNotePayload::of(done)
    }

    /// Changes the text of a note.
    async fn ticket_note_edit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketNoteEditInput,
    ) -> Result<TicketNotePayload> {
        TicketNotePayload::of(ticket::note_edit(store(ctx), actor(ctx)?, parse(&input.id), &input.body).await)
    }

    /// Deletes a note for good.
    async fn ticket_note_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do.")] input: TicketNoteDeleteInput,
    ) -> Result<TicketNotePayload> {
        TicketNotePayload::of(ticket::note_delete(store(ctx), actor(ctx)?, parse(&input.id)).await)
    }
}

impl TicketPayload {
    async fn of(ctx: &Context<'_>, done: sportello_domain::Result<TicketOutcome>) -> Result<Self> {
        match settle(done)? {
            Ok(TicketOutcome { ticket, event, replayed }) => {
                let neighbours = Neighbours::now();
                let event = event.map(|event| TicketEvent { event, neighbours: neighbours.clone() });
                let ticket = Some(Ticket::new(ticket, neighbours));
                Ok(Self { ticket, event, user_errors: Vec::new(), replayed })
            }
            Err(refusals) => Self::refused(ctx, refusals).await,
        }
    }

    async fn refused(ctx: &Context<'_>, refusals: Vec<Refusal>) -> Result<Self> {
        let ticket = match shown_entity(&refusals) {
            Some(id) => Ticket::find(ctx, TicketId(id)).await?,
            None => None,
        };
        Ok(Self { ticket, event: None, user_errors: user_errors(refusals), replayed: false })
    }
}

impl TicketsUpdatePayload {
    fn of(done: sportello_domain::Result<(Vec<ticket::BulkResult>, bool)>) -> Result<Self> {
        let (done, refusals) = match settle(done)? {
            Ok(done) => (done, Vec::new()),
            Err(refusals) => ((Vec::new(), false), refusals),
        };
        let (results, replayed) = done;
        let neighbours = Neighbours::now();
        let result = |(index, result): (usize, ticket::BulkResult)| TicketUpdateResult {
            index: count(index),
            ticket: result.ticket.map(|ticket| Ticket::new(ticket, neighbours.clone())),
            user_errors: user_errors(result.refusals),
        };
        let results = results.into_iter().enumerate().map(result).collect();
        Ok(Self { results, user_errors: user_errors(refusals), replayed })
    }
}

impl TicketNotePayload {
    fn of(done: sportello_domain::Result<NoteOutcome>) -> Result<Self> {
        Ok(match settle(done)? {
            Ok(NoteOutcome { note, ticket, event: _, replayed }) => {
                let neighbours = Neighbours::now();
                let note = note.map(|row| TicketNote::new(row, neighbours.clone()));
                Self {
                    note,
                    ticket: Some(Ticket::new(ticket, neighbours)),
                    user_errors: Vec::new(),
                    replayed,
                }
            }
            Err(refusals) => {
                Self { note: None, ticket: None, user_errors: user_errors(refusals), replayed: false }
            }
        })
    }
}
