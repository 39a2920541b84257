//! Tokens that are mailed: invitations and password resets.

use sportello_domain::{
    Error, RefusalCode,
    account::mail::{self, MailContent, Outcome},
    session::{self, PasswordReset},
    user::{self, InvitationAccept},
};
use sportello_entity::value::Role;

use crate::desk::{Desk, EMAIL, IP, PASSWORD, invitation, on_both, refusal};

const NEW_PASSWORD: &str = "another horse";

fn accept(token: &str) -> InvitationAccept {
    InvitationAccept {
        invitation_token: token.to_owned(),
        password: PASSWORD.to_owned(),
        name: Some("Vera V.".to_owned()),
    }
}

fn reset(token: &str) -> PasswordReset {
    PasswordReset { token: token.to_owned(), new_password: NEW_PASSWORD.to_owned() }
}

/// Asks for a reset and waits until its mail, if there is to be one, is written.
async fn ask(desk: &Desk, address: &str) -> sportello_domain::Result<()> {
    session::request_password_reset(&desk.authentication, IP, address).await?;
    while !desk.tasks.is_empty() {
        tokio::task::yield_now().await;
    }
    Ok(())
}

fn token(mail: &sportello_entity::mail::Model) -> String {
    serde_json::from_str::<MailContent>(&mail.content).unwrap().token
}

#[tokio::test]
async fn an_invitation_serves_once_for_a_week_and_is_replaced_by_the_next() {
    on_both(|desk| async move {
        let first = user::invite(&desk.store, &desk.owner, invitation("Vera", Role::Viewer)).await.unwrap();
        let second = user::resend(&desk.store, &desk.owner, first.user_id).await.unwrap();
        let (old, new) = (first.token.unwrap(), second.token.unwrap());
        assert_eq!(desk.mails().await.iter().map(token).collect::<Vec<_>>(), [old.clone(), new.clone()]);
        let replaced = user::accept(&desk.authentication, accept(&old)).await;
        assert_eq!(refusal(replaced), (RefusalCode::Invalid, "invitationToken".to_owned()));
        let short = InvitationAccept { password: "short".to_owned(), ..accept(&new) };
        assert_eq!(refusal(user::accept(&desk.authentication, short).await).1, "password");
        let session = user::accept(&desk.authentication, accept(&new)).await.unwrap();
        assert_eq!(desk.user(&session.actor).await.name, "Vera V.");
        let again = user::accept(&desk.authentication, accept(&new)).await;
        assert_eq!(refusal(again).0, RefusalCode::Invalid);
        let accepted = user::resend(&desk.store, &desk.owner, first.user_id).await;
        assert_eq!(refusal(accepted), (RefusalCode::Invalid, "userId".to_owned()));
        let late = user::invite(&desk.store, &desk.owner, invitation("Omar", Role::Viewer)).await.unwrap();
        desk.clock.turn(7 * 24 * 60 * 60);
        let late = user::accept(&desk.authentication, accept(&late.token.unwrap())).await;
        assert_eq!(refusal(late).0, RefusalCode::Invalid);
    })
    .await;
}

#[tokio::test]
async fn a_reset_is_mailed_to_whom_it_may_concern_and_ends_every_session() {
    on_both(|desk| async move {
        let before = desk.session(EMAIL).await;
        ask(&desk, "nobody@bottega.test").await.unwrap();
        assert!(desk.mails().await.is_empty());
        assert_eq!(refusal(ask(&desk, "nonsense").await), (RefusalCode::Invalid, "email".to_owned()));
        ask(&desk, "Ada@Bottega.test").await.unwrap();
        let token = token(&desk.mails().await[0]);
        session::reset_password(&desk.authentication, reset(&token)).await.unwrap();
        let again = session::reset_password(&desk.authentication, reset(&token)).await;
        assert_eq!(refusal(again), (RefusalCode::Invalid, "token".to_owned()));
        let refreshed = session::refresh(&desk.authentication, &before.refresh_token).await;
        assert_eq!(refusal(refreshed).0, RefusalCode::SessionExpired);
        assert!(desk.sign_in(EMAIL, NEW_PASSWORD).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn resets_are_asked_for_ten_times_and_then_slowly() {
    on_both(|desk| async move {
        for _ in 0..10 {
            ask(&desk, "nobody@bottega.test").await.unwrap();
        }
        assert!(matches!(ask(&desk, "nobody@bottega.test").await, Err(Error::RateLimited(_))));
        assert!(ask(&desk, EMAIL).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_mail_is_claimed_by_one_and_forgets_its_token_once_it_is_sent() {
    on_both(|desk| async move {
        user::invite(&desk.store, &desk.owner, invitation("Vera", Role::Viewer)).await.unwrap();
        let until = desk.store.now().plus_seconds(60);
        let claim = || mail::claim(&desk.store, 20, until);
        let (left, right) = tokio::join!(claim(), claim());
        let claimed: Vec<_> = [left.unwrap(), right.unwrap()].concat();
        assert_eq!(claimed.len(), 1);
        let later = desk.store.now().plus_seconds(5);
        mail::settle(&desk.store, claimed[0].id, Outcome::Retry(later, "no answer".to_owned()))
            .await
            .unwrap();
        assert!(claim().await.unwrap().is_empty());
        desk.clock.turn(6);
        let again = claim().await.unwrap();
        assert_eq!((again.len(), again[0].attempts), (1, 1));
        mail::settle(&desk.store, again[0].id, Outcome::Sent).await.unwrap();
        let sent = &desk.mails().await[0];
        assert!(sent.sent_at.is_some() && sent.next_attempt_at.is_none());
        assert_eq!(sent.content, "{}");
    })
    .await;
}
