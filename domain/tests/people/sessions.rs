//! Sessions: refreshed, stolen, ended.

use std::time::Duration;

use sportello_domain::{
    Change, Error, RefusalCode,
    session::{self, Credential, OpenedSession},
    user::{self, ProfileUpdate, UserUpdate},
};
use sportello_entity::{Timestamp, value::Role};
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, EMAIL, IP, PASSWORD, on_both, refusal};

const NEW_PASSWORD: &str = "another horse";

fn credential(session: &OpenedSession, expires_at: Timestamp) -> Credential {
    Credential::AccessToken {
        account_id: session.actor.account_id,
        user_id: session.actor.user_id().unwrap(),
        session_id: session.session_id,
        expires_at,
    }
}

async fn is_good(desk: &Desk, session: &OpenedSession) -> bool {
    let end = desk.store.now().plus_seconds(900);
    match desk.authentication.rights().resolve(&credential(session, end)).await {
        Ok(admitted) => admitted.actor == session.actor,
        Err(Error::Unauthenticated(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_refresh_token_serves_once_and_a_second_use_ends_the_session() {
    on_both(|desk| async move {
        let first = desk.session(EMAIL).await;
        let second = session::refresh(&desk.authentication, &first.refresh_token).await.unwrap();
        assert_eq!(second.session_id, first.session_id);
        assert!(is_good(&desk, &second).await);
        let stolen = session::refresh(&desk.authentication, &first.refresh_token).await;
        assert_eq!(refusal(stolen), (RefusalCode::SessionExpired, "refreshToken".to_owned()));
        let descended = session::refresh(&desk.authentication, &second.refresh_token).await;
        assert_eq!(refusal(descended).0, RefusalCode::SessionExpired);
        assert!(!is_good(&desk, &second).await);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_refresh_at_once_at_most_one_goes_on() {
    on_both(|desk| async move {
        let session = desk.session(EMAIL).await;
        let refresh = || session::refresh(&desk.authentication, &session.refresh_token);
        let (left, right) = tokio::join!(refresh(), refresh());
        assert!(left.is_ok() != right.is_ok());
        assert!(!is_good(&desk, &session).await);
    })
    .await;
}

#[tokio::test]
async fn an_idle_session_and_one_signed_out_are_over() {
    on_both(|desk| async move {
        let idle = desk.session(EMAIL).await;
        let left = desk.session(EMAIL).await;
        session::sign_out(&desk.authentication, &left.refresh_token).await.unwrap();
        session::sign_out(&desk.authentication, "nobody's").await.unwrap();
        assert!(!is_good(&desk, &left).await);
        assert!(is_good(&desk, &idle).await);
        desk.clock.turn(31 * 24 * 60 * 60);
        let refreshed = session::refresh(&desk.authentication, &idle.refresh_token).await;
        assert_eq!(refusal(refreshed).0, RefusalCode::SessionExpired);
    })
    .await;
}

#[tokio::test]
async fn an_access_token_past_its_end_is_not_good() {
    on_both(|desk| async move {
        let session = desk.session(EMAIL).await;
        let end = desk.store.now().plus_seconds(900);
        assert!(desk.authentication.rights().resolve(&credential(&session, end)).await.is_ok());
        desk.clock.turn(900);
        let late = desk.authentication.rights().resolve(&credential(&session, end)).await;
        assert!(matches!(late, Err(Error::Unauthenticated(_))));
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    on_both(|desk| async move {
        let (here, there) = (desk.session(EMAIL).await, desk.session(EMAIL).await);
        let change = |current: &str| ProfileUpdate {
            name: Change::Set("Ada L.".to_owned()),
            current_password: Some(current.to_owned()),
            new_password: Some(NEW_PASSWORD.to_owned()),
            ..ProfileUpdate::default()
        };
        let wrong =
            user::update_profile(&desk.authentication, &here.actor, IP, change("wrong password")).await;
        assert_eq!(refusal(wrong), (RefusalCode::InvalidCredentials, "currentPassword".to_owned()));
        user::update_profile(&desk.authentication, &here.actor, IP, change(PASSWORD)).await.unwrap();
        assert!(is_good(&desk, &here).await && !is_good(&desk, &there).await);
        assert!(desk.sign_in(EMAIL, PASSWORD).await.is_err());
        assert!(desk.sign_in(EMAIL, NEW_PASSWORD).await.is_ok());
        let told = desk.log().await.pop().unwrap();
        assert!(told.changes.contains("Ada L.") && !told.changes.contains("argon2"));
        assert!(!told.snapshot.contains("argon2"));
    })
    .await;
}

#[tokio::test]
async fn an_open_stream_ends_within_seconds_when_its_rights_do() {
    on_both(|desk| async move {
        let stop = CancellationToken::new();
        let sweep = tokio::spawn(desk.authentication.rights().clone().sweep(stop.clone()));
        let viewer = desk.person("Vera", Role::Viewer).await;
        let session = desk.session("vera@bottega.test").await;
        let end = desk.store.now().plus_seconds(900);
        let rights = desk.authentication.rights();
        let admitted = rights.resolve(&credential(&session, end)).await.unwrap();
        let mut ended = Box::pin(rights.ended(admitted));
        let early = tokio::time::timeout(Duration::from_millis(2_500), &mut ended).await;
        assert!(early.is_err(), "ended without a reason");
        let input = UserUpdate {
            id: viewer.user_id().unwrap(),
            role: Change::Set(Role::Operator),
            is_active: Change::Keep,
        };
        // As another process would: its own rights, which tell ours nothing.
        let other = session::Authentication::try_new(desk.store.clone(), desk.tasks.clone()).unwrap();
        user::update(&other, &desk.owner, input).await.unwrap();
        tokio::time::timeout(Duration::from_secs(5), ended).await.expect("the stream ends");
        stop.cancel();
        sweep.await.unwrap();
    })
    .await;
}
