//! Deliveries as they are read, each with its event.

use std::sync::Arc;

use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, sea_query::Expr};
use sportello_entity::{
    AccountId, WebhookDeliveryId, WebhookEndpointId, value::DeliveryStatus, webhook_delivery,
};

use super::claim::events;
use crate::{
    Actor, Permission, Result,
    filter::column,
    log::Event,
    page::{Direction, KeyKind, Keyset, ListName, Listing, Page, PageInfo, PageRequest, SortKey},
    store::Store,
};

const TABLE: &str = "webhook_delivery";
const COLUMNS: [&str; 12] = [
    "id",
    "account_id",
    "endpoint_id",
    "sequence",
    "subject_id",
    "status",
    "attempts",
    "failures",
    "next_attempt_at",
    "last_status_code",
    "last_error",
    "created_at",
];

/// A delivery with what it delivers.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// How far it has come.
    pub row: webhook_delivery::Model,
    /// The event.
    pub event: Arc<Event>,
}

/// A page of deliveries.
#[derive(Debug)]
pub struct DeliveryPage {
    /// The deliveries with their cursors, the latest event first.
    pub rows: Vec<(String, Delivery)>,
    /// What lies around the page.
    pub info: PageInfo,
    /// How many there are on all pages, if asked.
    pub total: Option<i64>,
}

/// The endpoint's deliveries, or those of one status.
///
/// # Errors
/// FORBIDDEN below ADMIN, and for keys without SETTINGS_READ; CURSOR_INVALID and BAD_REQUEST for the page.
pub async fn deliveries(
    store: &Store,
    actor: &Actor,
    endpoint_id: WebhookEndpointId,
    status: Option<DeliveryStatus>,
    page: &PageRequest,
    with_total: bool,
) -> Result<DeliveryPage> {
    actor.require(Permission::ReadCredentials)?;
    let listing = listing(actor.account_id, endpoint_id, status);
    let page = listing.read(store.reader(), page, with_total).await?;
    let cursors = listing.cursors(&page)?;
    let Page { rows, info, total, .. } = page;
    let rows = rows.iter().map(|row| webhook_delivery::Model::from_query_result(row, ""));
    let rows = rows.collect::<std::result::Result<Vec<_>, _>>()?;
    let rows = cursors.into_iter().zip(with_events(store, actor.account_id, rows).await?);
    // Between the two readings an event may have been forgotten: its delivery is gone as well by now.
    let rows = rows.filter_map(|(cursor, delivery)| delivery.map(|delivery| (cursor, delivery)));
    Ok(DeliveryPage { rows: rows.collect(), info, total })
}

fn listing(account_id: AccountId, endpoint_id: WebhookEndpointId, status: Option<DeliveryStatus>) -> Listing {
    let endpoint = endpoint_id.to_string();
    let name = status.map_or_else(String::new, |status| sea_orm::ActiveEnum::to_value(&status));
    let of_endpoint = column(TABLE, "endpoint_id").eq(endpoint_id);
    let sequence = SortKey {
        expression: column(TABLE, "sequence"),
        direction: Direction::Descending,
        kind: KeyKind::Number,
        is_nullable: false,
    };
    Listing::new(
        ListName::new(account_id, &["webhookDeliveries", &endpoint, &name]),
        account_id,
        TABLE,
        COLUMNS.to_vec(),
        match status {
            Some(status) => of_endpoint.and(column(TABLE, "status").eq(Expr::val(status))),
            None => of_endpoint,
        },
        Keyset { keys: vec![sequence], id: column(TABLE, "id"), id_direction: Direction::Descending },
    )
}

/// One delivery of the account; none for the id of another one's, or for what is no id at all.
///
/// # Errors
/// FORBIDDEN below ADMIN, and for keys without SETTINGS_READ.
pub async fn find(store: &Store, actor: &Actor, id: Option<WebhookDeliveryId>) -> Result<Option<Delivery>> {
    actor.require(Permission::ReadCredentials)?;
    match id {
        Some(id) => get(store, actor, id).await,
        None => Ok(None),
    }
}

/// The same for those who may change it.
pub(super) async fn get(store: &Store, actor: &Actor, id: WebhookDeliveryId) -> Result<Option<Delivery>> {
    let found = webhook_delivery::Entity::find_by_id(id)
        .filter(webhook_delivery::Column::AccountId.eq(actor.account_id));
    let rows: Vec<_> = found.one(store.reader()).await?.into_iter().collect();
    Ok(with_events(store, actor.account_id, rows).await?.pop().flatten())
}

async fn with_events(
    store: &Store,
    account_id: AccountId,
    rows: Vec<webhook_delivery::Model>,
) -> Result<Vec<Option<Delivery>>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut events = events(store, account_id, rows.iter().map(|row| row.sequence)).await?;
    let with_event = |row: webhook_delivery::Model| {
        let event = events.remove(&row.sequence)?;
        Some(Delivery { row, event: Arc::new(event) })
    };
    Ok(rows.into_iter().map(with_event).collect())
}
