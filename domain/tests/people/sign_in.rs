//! Signing in.

use std::time::Instant;

use sportello_domain::{
    Error, RefusalCode, account,
    session::{self, SignIn, SignedIn},
};
use sportello_entity::value::EventType;

use crate::desk::{EMAIL, IP, PASSWORD, on_both, refusal};

#[tokio::test]
async fn a_new_account_has_statuses_in_its_language_and_an_owner_who_gets_in() {
    on_both(|desk| async move {
        let directory = desk.store.directory(desk.owner.account_id).await.unwrap();
        let names: Vec<_> = directory.statuses.iter().map(|status| status.name.as_str()).collect();
        assert_eq!(names, ["Aperto", "In lavorazione", "In attesa", "Risolto", "Chiuso"]);
        let types: Vec<_> = desk.log().await.into_iter().map(|event| event.r#type).collect();
        assert_eq!(types[0], EventType::AccountChanged);
        assert_eq!(types[1..6], [EventType::StatusCreated; 5]);
        assert_eq!(types[6..], [EventType::UserChanged]);
        let session = desk.session(" ADA@bottega.test ").await;
        assert_eq!(session.actor.user_id(), desk.owner.user_id());
    })
    .await;
}

#[tokio::test]
async fn statuses_that_nobody_renamed_follow_the_locale() {
    on_both(|desk| async move {
        let input = account::AccountUpdate {
            locale: sportello_domain::Change::Set("es-MX".to_owned()),
            ..account::AccountUpdate::default()
        };
        account::update(&desk.store, &desk.owner, input.clone()).await.unwrap();
        let directory = desk.store.directory(desk.owner.account_id).await.unwrap();
        assert_eq!(directory.account.locale, "es-MX");
        assert_eq!(directory.statuses[1].name, "En curso");
        let count = desk.log().await.len();
        account::update(&desk.store, &desk.owner, input).await.unwrap();
        assert_eq!(desk.log().await.len(), count, "nothing changed, nothing is written");
        let input = account::AccountUpdate {
            time_zone: sportello_domain::Change::Set("Mars/Olympus".to_owned()),
            ..account::AccountUpdate::default()
        };
        let refused = refusal(account::update(&desk.store, &desk.owner, input).await);
        assert_eq!(refused, (RefusalCode::Invalid, "timeZone".to_owned()));
    })
    .await;
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how long an answer takes is what is asked")]
async fn a_wrong_password_and_an_unknown_address_are_told_the_same() {
    on_both(|desk| async move {
        let started = Instant::now();
        let wrong = format!("{:?}", desk.sign_in(EMAIL, "wrong password").await.unwrap_err());
        let wrong_took = started.elapsed();
        let started = Instant::now();
        let unknown = format!("{:?}", desk.sign_in("nobody@bottega.test", PASSWORD).await.unwrap_err());
        let unknown_took = started.elapsed();
        assert_eq!(wrong, unknown);
        assert!(wrong.contains("InvalidCredentials"), "{wrong}");
        // Neither comes sooner than the longest of them is meant to take.
        assert!(wrong_took.min(unknown_took).as_millis() >= 150, "{wrong_took:?} {unknown_took:?}");
    })
    .await;
}

#[tokio::test]
async fn an_address_of_several_accounts_has_to_say_which() {
    on_both(|desk| async move {
        let other = desk.other_account("Officina").await;
        let SignedIn::AccountRequired(accounts) = desk.sign_in(EMAIL, PASSWORD).await.unwrap() else {
            panic!("signed in to one of two")
        };
        let names: Vec<_> = accounts.iter().map(|account| account.name.as_str()).collect();
        assert_eq!(names, ["Bottega", "Officina"]);
        let input = SignIn {
            email: EMAIL.to_owned(),
            password: PASSWORD.to_owned(),
            account_id: Some(other.account_id),
        };
        let signed_in = session::sign_in(&desk.authentication, IP, input).await.unwrap();
        assert!(
            matches!(signed_in, SignedIn::Session(session) if session.actor.account_id == other.account_id)
        );
    })
    .await;
}

#[tokio::test]
async fn ten_wrong_ones_close_the_door_for_half_a_minute() {
    on_both(|desk| async move {
        for _ in 0..10 {
            assert_eq!(
                refusal(desk.sign_in(EMAIL, "wrong password").await).0,
                RefusalCode::InvalidCredentials
            );
        }
        assert!(matches!(desk.sign_in(EMAIL, PASSWORD).await, Err(Error::RateLimited(_))));
        desk.clock.turn(31);
        desk.session(EMAIL).await;
    })
    .await;
}
