//! What people may become, and by whom.

use sportello_domain::{
    Actor, Change, Error, RefusalCode, Result,
    user::{self, InviteUser, UserUpdate},
};
use sportello_entity::value::{EventType, Role};

use crate::desk::{Desk, invitation, on_both, refusal};

async fn set_role(desk: &Desk, actor: &Actor, of: &Actor, role: Role) -> Result<()> {
    let input = UserUpdate { id: of.user_id().unwrap(), role: Change::Set(role), is_active: Change::Keep };
    user::update(&desk.authentication, actor, input).await
}

async fn deactivate(desk: &Desk, actor: &Actor, of: &Actor) -> Result<()> {
    let input = UserUpdate { id: of.user_id().unwrap(), role: Change::Keep, is_active: Change::Set(false) };
    user::update(&desk.authentication, actor, input).await
}

#[tokio::test]
async fn an_account_keeps_an_active_owner() {
    on_both(|desk| async move {
        let owner = desk.owner.clone();
        let last = set_role(&desk, &owner, &owner, Role::Admin).await;
        assert_eq!(refusal(last), (RefusalCode::Forbidden, "role".to_owned()));
        let last = deactivate(&desk, &owner, &owner).await;
        assert_eq!(refusal(last), (RefusalCode::Forbidden, "isActive".to_owned()));
        let second = desk.person("Olga", Role::Owner).await;
        set_role(&desk, &second, &owner, Role::Viewer).await.unwrap();
        assert_eq!(desk.user(&owner).await.role, Role::Viewer);
    })
    .await;
}

#[tokio::test]
async fn two_owners_who_demote_each_other_at_once_leave_one() {
    on_both(|desk| async move {
        let (first, second) = (desk.owner.clone(), desk.person("Olga", Role::Owner).await);
        let (left, right) = tokio::join!(
            set_role(&desk, &first, &second, Role::Viewer),
            set_role(&desk, &second, &first, Role::Viewer)
        );
        assert!(left.is_ok() != right.is_ok(), "{left:?} {right:?}");
        let roles = [desk.user(&first).await.role, desk.user(&second).await.role];
        assert_eq!(roles.iter().filter(|role| **role == Role::Owner).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_admin_neither_touches_nor_names_owners() {
    on_both(|desk| async move {
        let admin = desk.person("Anna", Role::Admin).await;
        let operator = desk.person("Omar", Role::Operator).await;
        let touched = set_role(&desk, &admin, &desk.owner, Role::Viewer).await;
        assert_eq!(refusal(touched), (RefusalCode::Forbidden, "id".to_owned()));
        let named = set_role(&desk, &admin, &operator, Role::Owner).await;
        assert_eq!(refusal(named), (RefusalCode::Forbidden, "role".to_owned()));
        let invited = user::invite(&desk.store, &admin, invitation("Olga", Role::Owner)).await;
        assert_eq!(refusal(invited), (RefusalCode::Forbidden, "role".to_owned()));
        set_role(&desk, &admin, &operator, Role::Admin).await.unwrap();
        let lacking =
            set_role(&desk, &desk.person("Vera", Role::Viewer).await, &operator, Role::Viewer).await;
        assert!(matches!(lacking, Err(Error::Forbidden(_))));
    })
    .await;
}

#[tokio::test]
async fn an_update_tells_what_changed_and_the_same_again_tells_nothing() {
    on_both(|desk| async move {
        let person = desk.person("Vera", Role::Viewer).await;
        set_role(&desk, &desk.owner, &person, Role::Operator).await.unwrap();
        let log = desk.log().await;
        let event = log.last().unwrap();
        assert_eq!(event.r#type, EventType::UserChanged);
        assert_eq!(event.changes, r#"[{"field":"role","before":"VIEWER","after":"OPERATOR"}]"#);
        assert_eq!(event.previous.as_deref(), Some(r#"{"role":"VIEWER"}"#));
        set_role(&desk, &desk.owner, &person, Role::Operator).await.unwrap();
        assert_eq!(desk.log().await.len(), log.len());
        deactivate(&desk, &desk.owner, &person).await.unwrap();
        let refused = desk.sign_in("vera@bottega.test", crate::desk::PASSWORD).await;
        assert_eq!(refusal(refused).0, RefusalCode::InvalidCredentials);
    })
    .await;
}

#[tokio::test]
async fn another_accounts_user_is_missing() {
    on_both(|desk| async move {
        let other = desk.other_account("Officina").await;
        let missing = set_role(&desk, &desk.owner, &other, Role::Viewer).await;
        assert_eq!(refusal(missing), (RefusalCode::NotFound, "id".to_owned()));
        let missing = user::resend(&desk.store, &desk.owner, other.user_id().unwrap()).await;
        assert_eq!(refusal(missing), (RefusalCode::NotFound, "userId".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_checked_and_done_once() {
    on_both(|desk| async move {
        let input = InviteUser {
            email: "not an address".to_owned(),
            name: " ".to_owned(),
            ..invitation("x", Role::Viewer)
        };
        assert_eq!(
            refusal(user::invite(&desk.store, &desk.owner, input).await),
            (RefusalCode::Invalid, "email".to_owned())
        );
        let input =
            InviteUser { idempotency_key: Some("once".to_owned()), ..invitation("Vera", Role::Viewer) };
        let first = user::invite(&desk.store, &desk.owner, input.clone()).await.unwrap();
        let again = user::invite(&desk.store, &desk.owner, input).await.unwrap();
        assert_eq!((again.user_id, again.token, again.is_replay), (first.user_id, None, true));
        assert_eq!(desk.mails().await.len(), 1);
        let taken = InviteUser { email: "VERA@bottega.test".to_owned(), ..invitation("Vera", Role::Viewer) };
        let taken = user::invite(&desk.store, &desk.owner, taken).await;
        assert_eq!(refusal(taken), (RefusalCode::Taken, "email".to_owned()));
    })
    .await;
}
