//! Sending a range of the log again.

use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::json;
use sportello_entity::{WebhookEndpointId, event, value::EventType, webhook_delivery, webhook_endpoint};
use uuid::Uuid;

use super::{
    plan::{CHUNK, insert, planned, wants},
    retry::{anew, rejoin},
};
use crate::{
    Actor, Error, Permission, RefusalCode, Result,
    log::EventCursor,
    store::{Store, Tx},
    webhook::{find, row},
};

/// How many events one replay goes over at most.
const MOST: u64 = 10_000;

/// Which range of the log goes where.
#[derive(Clone, Debug, Serialize)]
pub struct WebhookReplay {
    /// Where it goes; None: a text that is no endpoint's id.
    pub endpoint_id: Option<WebhookEndpointId>,
    /// From right after this place.
    pub after: String,
    /// Through this one; None: to the end.
    pub until: Option<String>,
    /// The same key with the same input schedules once.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// One event, as far as planning asks.
type Planned = (i64, EventType, Uuid);

/// Schedules the events of a range that are of the endpoint's types, those that were delivered too; says how many. Each
/// keeps the webhook-id that it has, so that a receiver knows what it has seen. A disabled endpoint's wait until it is
/// enabled.
///
/// # Errors
/// FORBIDDEN; CURSOR_INVALID, CURSOR_EXPIRED; refusals: NOT_FOUND, OUT_OF_RANGE for more than 10,000 events,
/// IDEMPOTENCY_KEY_REUSED.
pub async fn replay(store: &Store, actor: &Actor, input: WebhookReplay) -> Result<u64> {
    actor.require(Permission::ManageSettings)?;
    let endpoint = find(store, actor, input.endpoint_id).await?;
    endpoint.ok_or_else(|| row::missing("endpointId"))?;
    let (after, until) = range(store, actor, &input).await?;
    let mut tx = store.begin(actor).await?;
    if let Some(done) = tx.recall("webhookReplay", input.idempotency_key.as_deref(), &input).await? {
        return Ok(done["scheduled"].as_u64().unwrap_or_default());
    }
    let endpoint = row::get_locked(&tx, input.endpoint_id, "endpointId").await?;
    let events = wanted(&tx, &endpoint, after, until).await?;
    for chunk in events.chunks(CHUNK) {
        schedule(&mut tx, endpoint.id, chunk).await?;
    }
    rejoin(&tx, &endpoint).await?;
    let scheduled = u64::try_from(events.len()).expect("there are at most 10,000");
    tx.remember(json!({ "scheduled": scheduled }));
    tx.write_without_event();
    tx.commit().await?;
    Ok(scheduled)
}

async fn range(store: &Store, actor: &Actor, input: &WebhookReplay) -> Result<(i64, i64)> {
    let head = store.head(actor.account_id).await?;
    let after = EventCursor::parse(actor.account_id, &input.after)?;
    store.log().check(store, &head, after).await?;
    let until = match &input.until {
        Some(until) => {
            let until = EventCursor::parse(actor.account_id, until)?;
            store.log().check(store, &head, until).await?;
            until.sequence
        }
        None => head.sequence,
    };
    Ok((after.sequence, until))
}

async fn wanted(tx: &Tx, endpoint: &webhook_endpoint::Model, after: i64, until: i64) -> Result<Vec<Planned>> {
    let events = event::Entity::find()
        .select_only()
        .column(event::Column::Sequence)
        .column(event::Column::Type)
        .column(event::Column::SubjectId)
        .filter(event::Column::AccountId.eq(tx.actor.account_id))
        .filter(event::Column::Sequence.gt(after))
        .filter(event::Column::Sequence.lte(until))
        .order_by_asc(event::Column::Sequence)
        .limit(MOST + 1);
    let mut events: Vec<Planned> = events.into_tuple().all(tx.db()).await?;
    if u64::try_from(events.len()).is_ok_and(|count| count > MOST) {
        let message = format!("more than {MOST} events lie in this range: replay it in pieces, with until");
        return Err(Error::refused(RefusalCode::OutOfRange, &["after"], message));
    }
    events.retain(|(_, event_type, _)| wants(endpoint, *event_type));
    Ok(events)
}

/// Those that were planned before start anew, the others are planned now.
async fn schedule(tx: &mut Tx, endpoint_id: WebhookEndpointId, events: &[Planned]) -> Result<()> {
    let again = webhook_delivery::Entity::update_many()
        .set(anew())
        .filter(webhook_delivery::Column::EndpointId.eq(endpoint_id))
        .filter(webhook_delivery::Column::Sequence.is_in(events.iter().map(|(sequence, ..)| *sequence)));
    again.exec(tx.db()).await?;
    let rows = events.iter().map(|(sequence, _, subject_id)| {
        planned(tx, endpoint_id, *sequence, *subject_id, None).into_active_model()
    });
    let rows = rows.collect();
    insert(tx, rows).await
}
