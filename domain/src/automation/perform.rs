//! Doing one step: the same commands that operators use, as the automation, in the transaction that keeps what came of it.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value as Json, json};
use sportello_entity::{
    ContactId, MessageId, StatusId, TemplateId, TicketId, UserId, ticket, value::Priority,
};

use super::{
    Fallback, Step,
    scope::{Attempt, Scope, Trouble},
};
use crate::{
    Change, Error,
    contact::Fields,
    dynamic_field::{Text, Values},
    message::{self, Content, Outgoing},
    store::Tx,
    template,
    ticket::{self as tickets, Names, OpenTicket, TicketSnapshot, UpdateTicket},
};

/// What came of a step, as far as it came.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Its texts, filled in.
    pub(super) rendered: Option<Json>,
    /// The fields of its texts that have no value.
    pub(super) missing: Vec<String>,
    /// The ticket that it opened or changed.
    pub(super) ticket_id: Option<TicketId>,
    /// The message that it wrote.
    pub(super) message_id: Option<MessageId>,
}

/// Does the step; what it changed is the run's ticket from then on, as that became.
pub(super) async fn perform(
    tx: &mut Tx,
    scope: &mut Scope,
    step: &Step,
    outcome: &mut Outcome,
) -> Attempt<()> {
    match step {
        Step::OpenTicket { title, description, category, priority, status_id } => {
            let texts = Opening { title, description, category: category.as_deref() };
            open(tx, scope, texts, (*priority, *status_id), outcome).await
        }
        Step::UpdateTicket { reference, status_id, priority, category } => {
            let changes = (*status_id, *priority, category.as_deref());
            update(tx, scope, reference, changes, outcome).await
        }
        Step::AssignTicket { reference, assignee_id } => {
            assign(tx, scope, reference, *assignee_id, outcome).await
        }
        Step::AddNote { reference, body } => note(tx, scope, reference, body, outcome).await,
        Step::SendTemplate { template_id, fallbacks } => {
            send_template(tx, scope, *template_id, fallbacks, outcome).await
        }
        Step::SendText { text } => send_text(tx, scope, text, outcome).await,
        Step::Wait { .. } => Ok(()),
    }
}

struct Opening<'a> {
    title: &'a str,
    description: &'a str,
    category: Option<&'a str>,
}

async fn open(
    tx: &mut Tx,
    scope: &mut Scope,
    texts: Opening<'_>,
    (priority, status_id): (Priority, Option<StatusId>),
    outcome: &mut Outcome,
) -> Attempt<()> {
    let parsed = [texts.title, texts.description, texts.category.unwrap_or_default()].map(Text::parse);
    let mut filled = scope.filled(tx, &parsed.each_ref(), &mut outcome.missing).await?.into_iter();
    let (title, description) = (filled.next().unwrap_or_default(), filled.next().unwrap_or_default());
    // A category that comes out empty is none.
    let category = filled.next().filter(|name| !name.trim().is_empty());
    outcome.rendered = Some(json!({ "title": title, "description": description, "category": category }));
    let input = OpenTicket {
        contact_id: Some(contact_of(scope)?),
        title,
        description: Some(description),
        priority: Some(priority),
        status_id,
        category,
        ..OpenTicket::default()
    };
    let row = tickets::open_in(tx, input).await?;
    changed(tx, scope, row, true, outcome).await
}

async fn update(
    tx: &mut Tx,
    scope: &mut Scope,
    reference: &str,
    (status_id, priority, category): (Option<StatusId>, Option<Priority>, Option<&str>),
    outcome: &mut Outcome,
) -> Attempt<()> {
    let (by, reference) = scope.named(tx, reference, &mut outcome.missing).await?;
    let category = match category {
        Some(name) => Some(scope.filled(tx, &[&Text::parse(name)], &mut outcome.missing).await?.remove(0)),
        None => None,
    };
    outcome.rendered = Some(json!({ "reference": reference, "category": category }));
    let input = UpdateTicket {
        status_id: given(status_id),
        priority: given(priority),
        category: given(category),
        ..UpdateTicket::nothing(by)
    };
    let row = tickets::update_in(tx, input).await?;
    changed(tx, scope, row, false, outcome).await
}

async fn assign(
    tx: &mut Tx,
    scope: &mut Scope,
    reference: &str,
    assignee_id: Option<UserId>,
    outcome: &mut Outcome,
) -> Attempt<()> {
    let (by, reference) = scope.named(tx, reference, &mut outcome.missing).await?;
    outcome.rendered = Some(json!({ "reference": reference }));
    let assignee_id = assignee_id.map_or(Change::Clear, Change::Set);
    let row = tickets::update_in(tx, UpdateTicket { assignee_id, ..UpdateTicket::nothing(by) }).await?;
    changed(tx, scope, row, false, outcome).await
}

async fn note(
    tx: &mut Tx,
    scope: &mut Scope,
    reference: &str,
    body: &str,
    outcome: &mut Outcome,
) -> Attempt<()> {
    let (by, reference) = scope.named(tx, reference, &mut outcome.missing).await?;
    let body = scope.filled(tx, &[&Text::parse(body)], &mut outcome.missing).await?.remove(0);
    outcome.rendered = Some(json!({ "reference": reference, "body": body }));
    let (_, row) = tickets::note_add_in(tx, &by, &body).await?;
    changed(tx, scope, row, false, outcome).await
}

async fn send_template(
    tx: &mut Tx,
    scope: &Scope,
    id: TemplateId,
    fallbacks: &[Fallback],
    outcome: &mut Outcome,
) -> Attempt<()> {
    let template = template::get(tx, id, &["templateId"]).await?;
    let body = Text::parse(&template.body);
    let fallbacks: Fields = fallbacks.iter().map(|one| (one.code.clone(), one.value.clone())).collect();
    let values = scope.values(tx, &[&body], &fallbacks).await?;
    let text = rendered(&body, &values.on_one_line())?;
    outcome.rendered = Some(json!({ "text": text }));
    send(tx, scope, Content::Template { template: &template, values: &values }, outcome).await
}

async fn send_text(tx: &mut Tx, scope: &Scope, text: &str, outcome: &mut Outcome) -> Attempt<()> {
    let body = Text::parse(text);
    let values = scope.values(tx, &[&body], &Fields::new()).await?;
    let text = rendered(&body, &values)?;
    outcome.rendered = Some(json!({ "text": text }));
    send(tx, scope, Content::Text(&text), outcome).await
}

/// What a customer is to read has every place filled in.
fn rendered(text: &Text, values: &Values) -> Attempt<String> {
    text.render(values).map_err(|missing| Trouble::Missing(missing.0))
}

async fn send(tx: &mut Tx, scope: &Scope, content: Content<'_>, outcome: &mut Outcome) -> Attempt<()> {
    let contact_id = contact_of(scope)?;
    let ticket_id = live_ticket(tx, scope, contact_id).await?;
    let message = message::send(tx, Outgoing { contact_id, ticket_id, content }).await?;
    outcome.message_id = Some(message.id);
    Ok(())
}

fn contact_of(scope: &Scope) -> Attempt<ContactId> {
    let contact = scope.contact.as_ref().map(|contact| contact.id);
    contact.ok_or_else(|| Trouble::Refused("there is no contact".to_owned()))
}

/// The run's ticket, if a message can be written from it: it is this contact's, and nobody has deleted it.
async fn live_ticket(tx: &Tx, scope: &Scope, contact_id: ContactId) -> Attempt<Option<TicketId>> {
    let Some(ticket) = &scope.ticket else { return Ok(None) };
    let found = ticket::Entity::find_by_id(ticket.id)
        .filter(ticket::Column::ContactId.eq(contact_id))
        .filter(ticket::Column::DeletedAt.is_null());
    Ok(found.one(tx.db()).await.map_err(Error::from)?.map(|row| row.id))
}

/// Keeps what the ticket became. The run's ticket is the one that it opened, else the one that set it off, else the first
/// that it changed.
async fn changed(
    tx: &Tx,
    scope: &mut Scope,
    row: ticket::Model,
    is_new: bool,
    outcome: &mut Outcome,
) -> Attempt<()> {
    outcome.ticket_id = Some(row.id);
    if is_new || scope.ticket.as_ref().is_none_or(|ticket| ticket.id == row.id) {
        let key = Names::status_key(tx, row.status_id).await?;
        scope.ticket = Some(TicketSnapshot::of(row, key));
    }
    Ok(())
}

fn given<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Keep, Change::Set)
}
