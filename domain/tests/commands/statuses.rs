use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use sportello_domain::{
    Change, RefusalCode,
    status::{self, StatusCreate, StatusDelete, StatusUpdate, TicketCounts},
    ticket::{self, DeleteTicket, TicketKey, moves},
};
use sportello_entity::{
    StatusId, ticket_move, ticket_status,
    value::{EventType, MacroStatus},
};

use crate::desk::{Desk, on_both, refusal};

async fn create(desk: &Desk, name: &str, macro_status: MacroStatus) -> ticket_status::Model {
    let input = StatusCreate { name: name.to_owned(), macro_status, color: None, position: None };
    status::create(&desk.store, &desk.actor, input).await.unwrap()
}

fn keep(id: StatusId) -> StatusUpdate {
    StatusUpdate {
        id: Some(id),
        name: Change::Keep,
        macro_status: Change::Keep,
        color: Change::Keep,
        position: Change::Keep,
        is_default: Change::Keep,
    }
}

async fn update(desk: &Desk, input: StatusUpdate) -> sportello_domain::Result<ticket_status::Model> {
    status::update(&desk.store, &desk.actor, input).await
}

async fn delete(
    desk: &Desk,
    id: StatusId,
    to: Option<StatusId>,
) -> sportello_domain::Result<ticket_status::Model> {
    let input = StatusDelete { id: Some(id), move_tickets_to_id: to.map(Some) };
    status::delete(&desk.store, &desk.actor, input).await
}

#[tokio::test]
async fn a_status_is_made_renamed_and_becomes_the_default() {
    on_both(async |desk: Desk| {
        let hold = create(&desk, "On hold", MacroStatus::InProgress).await;
        assert_eq!((hold.key.as_str(), hold.position), ("on_hold", 5));
        let input = StatusCreate {
            name: " ON  HOLD".to_owned(),
            macro_status: MacroStatus::InProgress,
            color: None,
            position: None,
        };
        let taken = status::create(&desk.store, &desk.actor, input).await;
        assert_eq!(refusal(taken), (RefusalCode::Taken, "name".to_owned()));
        let after =
            update(&desk, StatusUpdate { is_default: Change::Set(true), ..keep(hold.id) }).await.unwrap();
        assert!(after.is_default && !desk.status("open").await.is_default);
        assert_eq!(desk.count(EventType::StatusUpdated).await, 2);
        let ticket = desk.ticket("+39 351 000 0001", None, None).await;
        assert_eq!(ticket.status_id, hold.id);
        assert_eq!(refusal(delete(&desk, hold.id, None).await).0, RefusalCode::InUse);
        assert_eq!(update(&desk, keep(hold.id)).await.unwrap(), after);
        let listed = status::list(&desk.store, &desk.actor).await.unwrap();
        assert_eq!(listed.len(), 6);
        let counts = TicketCounts::new(desk.store.clone(), desk.actor.account_id);
        assert_eq!(counts.of_status(hold.id).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_tickets_of_a_deleted_status_move() {
    on_both(async |desk: Desk| {
        let (open, closed) = (desk.status("open").await, desk.status("closed").await);
        let hold = create(&desk, "On hold", MacroStatus::InProgress).await;
        let one = desk.ticket("+39 351 000 0001", None, Some(hold.id)).await;
        let gone = desk.ticket("+39 351 000 0001", None, Some(hold.id)).await;
        let input = DeleteTicket { by: TicketKey::Id(gone.id), expected_version: None };
        ticket::delete(&desk.store, &desk.actor, input).await.unwrap();
        assert_eq!(refusal(delete(&desk, open.id, None).await).0, RefusalCode::Immutable);
        assert_eq!(refusal(delete(&desk, hold.id, None).await), (RefusalCode::InUse, "id".to_owned()));
        let itself = delete(&desk, hold.id, Some(hold.id)).await;
        assert_eq!(refusal(itself), (RefusalCode::Invalid, "moveTicketsToId".to_owned()));
        let missing = delete(&desk, hold.id, Some(desk.store.new_id())).await;
        assert_eq!(refusal(missing), (RefusalCode::NotFound, "moveTicketsToId".to_owned()));
        let deleted = delete(&desk, hold.id, Some(closed.id)).await.unwrap();
        assert!(deleted.deleted_at.is_some());
        for id in [one.id, gone.id] {
            let moved = ticket::get_visible(&desk.store, &desk.actor, id).await.unwrap();
            assert_eq!((moved.status_id, moved.macro_status), (closed.id, MacroStatus::Terminated));
            assert!(moved.closed_at.is_some());
            assert_eq!(desk.types(id.0).await.last(), Some(&EventType::TicketStatusChanged));
        }
        assert_eq!(refusal(delete(&desk, hold.id, None).await), (RefusalCode::NotFound, "id".to_owned()));
        assert_eq!(create(&desk, "On hold", MacroStatus::InProgress).await.key, "on_hold");
    })
    .await;
}

#[tokio::test]
async fn tickets_follow_a_changed_macro_status() {
    on_both(async |desk: Desk| {
        let hold = create(&desk, "On hold", MacroStatus::InProgress).await;
        let ticket = desk.ticket("+39 351 000 0001", None, Some(hold.id)).await;
        for (macro_status, is_closed, reopened) in
            [(MacroStatus::Terminated, true, 0), (MacroStatus::InProgress, false, 1)]
        {
            let input = StatusUpdate { macro_status: Change::Set(macro_status), ..keep(hold.id) };
            update(&desk, input).await.unwrap();
            let after = ticket::get_visible(&desk.store, &desk.actor, ticket.id).await.unwrap();
            assert_eq!((after.closed_at.is_some(), after.reopen_count), (is_closed, reopened));
        }
        assert_eq!(desk.types(ticket.id.0).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn many_tickets_move_in_pieces_and_the_status_is_gone_at_once() {
    on_both(async |desk: Desk| {
        let (open, waiting) = (desk.status("open").await, desk.status("waiting").await);
        let hold = create(&desk, "On hold", MacroStatus::Terminated).await;
        let other = create(&desk, "Other", MacroStatus::InProgress).await;
        desk.ticket("+39 351 000 0001", None, Some(hold.id)).await;
        desk.copy_tickets(1_200).await;
        delete(&desk, hold.id, Some(other.id)).await.unwrap();
        assert_eq!(status::list(&desk.store, &desk.actor).await.unwrap().len(), 6);
        let input = ticket::OpenTicket {
            contact_phone: Some("+39 351 000 0001".to_owned()),
            title: "x".to_owned(),
            status_id: Some(hold.id),
            ..Default::default()
        };
        let refused = ticket::open(&desk.store, &desk.actor, input).await;
        assert_eq!(refusal(refused), (RefusalCode::NotFound, "statusId".to_owned()));
        let still = delete(&desk, other.id, Some(open.id)).await;
        assert_eq!(refusal(still), (RefusalCode::InUse, "id".to_owned()));
        let (left, right) = tokio::join!(moves::run_due(&desk.store), moves::run_due(&desk.store));
        left.and(right).unwrap();
        moves::run_due(&desk.store).await.unwrap();
        assert_eq!(ticket_move::Entity::find().count(desk.store.reader()).await.unwrap(), 0);
        let counts = TicketCounts::new(desk.store.clone(), desk.actor.account_id);
        assert_eq!(counts.of_status(other.id).await.unwrap(), 1_201);
        assert_eq!(desk.count(EventType::TicketStatusChanged).await, 1_201);
        assert!(delete(&desk, waiting.id, None).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn no_ticket_stays_behind_in_a_status_that_is_deleted_meanwhile() {
    on_both(async |desk: Desk| {
        let hold = create(&desk, "On hold", MacroStatus::InProgress).await;
        let open = desk.status("open").await;
        let opening = (0..20).map(|_| {
            let input = ticket::OpenTicket {
                contact_phone: Some("+39 351 000 0001".to_owned()),
                title: "x".to_owned(),
                status_id: Some(hold.id),
                ..Default::default()
            };
            let desk = desk.clone();
            async move { ticket::open(&desk.store, &desk.actor, input).await.is_ok() }
        });
        let (opened, deleted) = tokio::join!(join_all(opening), delete(&desk, hold.id, Some(open.id)));
        deleted.unwrap();
        let counts = TicketCounts::new(desk.store.clone(), desk.actor.account_id);
        assert_eq!(counts.of_status(hold.id).await.unwrap(), 0);
        let opened = opened.into_iter().filter(|opened| *opened).count();
        assert_eq!(usize::try_from(counts.of_status(open.id).await.unwrap()).unwrap(), opened);
    })
    .await;
}
