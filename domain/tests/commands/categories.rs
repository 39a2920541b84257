use futures_util::future::join_all;
use sportello_domain::{
    Change, RefusalCode,
    category::{self, CategoryFilter, CategoryMerge, CategoryUpdate},
    status::TicketCounts,
    ticket::{self, moves},
};
use sportello_entity::{CategoryId, ticket_category, value::EventType};

use crate::desk::{Desk, on_both, refusal};

const PHONE: &str = "+39 351 000 0001";

async fn category(desk: &Desk, name: &str) -> CategoryId {
    desk.ticket(PHONE, Some(name), None).await.category_id.unwrap()
}

async fn merge(
    desk: &Desk,
    from: CategoryId,
    into: CategoryId,
) -> sportello_domain::Result<ticket_category::Model> {
    let input = CategoryMerge { from_id: Some(from), into_id: Some(into) };
    category::merge(&desk.store, &desk.actor, input).await
}

async fn update(
    desk: &Desk,
    id: CategoryId,
    name: Option<&str>,
    is_archived: Option<bool>,
) -> sportello_domain::Result<ticket_category::Model> {
    let name = name.map_or(Change::Keep, |name| Change::Set(name.to_owned()));
    let is_archived = is_archived.map_or(Change::Keep, Change::Set);
    category::update(&desk.store, &desk.actor, CategoryUpdate { id: Some(id), name, is_archived }).await
}

async fn listed(desk: &Desk, include_archived: bool, search: Option<&str>) -> Vec<String> {
    let filter = CategoryFilter { include_archived, search: search.map(str::to_owned) };
    let rows = category::list(&desk.store, &desk.actor, &filter).await.unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

#[tokio::test]
async fn twenty_tickets_at_once_with_a_new_name_in_many_spellings_make_one_category() {
    on_both(async |desk: Desk| {
        let spellings = ["Late delivery", " LATE  delivery", "late Delivery ", "ＬＡＴＥ delivery"];
        let tickets =
            join_all((0..20).map(|index| desk.ticket(PHONE, Some(spellings[index % 4]), None))).await;
        assert!(tickets.iter().all(|ticket| ticket.category_id == tickets[0].category_id));
        assert_eq!(desk.count(EventType::CategoryCreated).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_category_is_renamed_archived_and_brought_back_by_its_name() {
    on_both(async |desk: Desk| {
        let (late, lost) = (category(&desk, "Late").await, category(&desk, "Lost").await);
        assert_eq!(
            refusal(update(&desk, late, Some("LOST"), None).await),
            (RefusalCode::Taken, "name".to_owned())
        );
        assert_eq!(update(&desk, late, Some("LATE"), None).await.unwrap().name, "LATE");
        update(&desk, lost, None, Some(true)).await.unwrap();
        assert_eq!(listed(&desk, false, None).await, ["LATE"]);
        assert_eq!(listed(&desk, true, Some("LÓS")).await, ["Lost"]);
        let back = join_all((0..8).map(|_| category(&desk, "lost"))).await;
        assert!(back.iter().all(|id| *id == lost));
        assert_eq!(desk.types(lost.0).await.len(), 3);
        assert_eq!(desk.types(late.0).await, [EventType::CategoryCreated, EventType::CategoryUpdated]);
    })
    .await;
}

#[tokio::test]
async fn a_merged_name_means_where_it_went() {
    on_both(async |desk: Desk| {
        let ids = [category(&desk, "A").await, category(&desk, "B").await, category(&desk, "C").await];
        let [a, b, c] = ids;
        assert_eq!(refusal(merge(&desk, a, a).await).0, RefusalCode::Invalid);
        merge(&desk, a, b).await.unwrap();
        merge(&desk, b, c).await.unwrap();
        assert_eq!(category(&desk, "a").await, c);
        assert_eq!(refusal(merge(&desk, c, a).await), (RefusalCode::NotFound, "intoId".to_owned()));
        assert_eq!(
            refusal(update(&desk, a, Some("x"), None).await),
            (RefusalCode::NotFound, "id".to_owned())
        );
        assert_eq!(listed(&desk, true, None).await, ["C"]);
        let counts = TicketCounts::new(desk.store.clone(), desk.actor.account_id);
        assert_eq!(counts.of_category(c).await.unwrap(), 4);
        assert_eq!(desk.types(a.0).await, [EventType::CategoryCreated, EventType::CategoryDeleted]);
        assert_eq!(desk.count(EventType::TicketUpdated).await, 3);
        update(&desk, c, None, Some(true)).await.unwrap();
        let d = category(&desk, "D").await;
        assert_eq!(refusal(merge(&desk, d, c).await), (RefusalCode::Invalid, "intoId".to_owned()));
        assert_eq!(category(&desk, "A").await, c);
        assert_eq!(listed(&desk, false, None).await, ["C", "D"]);
    })
    .await;
}

#[tokio::test]
async fn many_tickets_of_a_merged_category_follow_also_when_that_is_merged_meanwhile() {
    on_both(async |desk: Desk| {
        let a = category(&desk, "A").await;
        desk.copy_tickets(1_100).await;
        let b = category(&desk, "B").await;
        merge(&desk, a, b).await.unwrap();
        let c = category(&desk, "C").await;
        merge(&desk, b, c).await.unwrap();
        moves::run_due(&desk.store).await.unwrap();
        let counts = TicketCounts::new(desk.store.clone(), desk.actor.account_id);
        assert_eq!(counts.of_category(c).await.unwrap(), 1_103);
        assert_eq!(desk.count(EventType::TicketUpdated).await, 1_102);
    })
    .await;
}

#[tokio::test]
async fn no_ticket_stays_behind_in_a_category_that_is_merged_meanwhile() {
    on_both(async |desk: Desk| {
        let (a, b) = (category(&desk, "A").await, category(&desk, "B").await);
        let (opened, merged) =
            tokio::join!(join_all((0..20).map(|_| desk.ticket(PHONE, Some("a"), None))), merge(&desk, a, b));
        merged.unwrap();
        for ticket in opened {
            let now = ticket::get_visible(&desk.store, &desk.actor, ticket.id).await.unwrap();
            assert_eq!(now.category_id, Some(b));
        }
    })
    .await;
}
