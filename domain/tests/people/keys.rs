//! API keys.

use std::time::Duration;

use sportello_domain::{
    Actor, Error, RefusalCode, Scope, Who,
    api_key::{self, ApiKeyCreate, CreatedKey},
    digest::digest,
    session::Credential,
};
use sportello_entity::value::Role;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, on_both, refusal};

fn reading(name: &str) -> ApiKeyCreate {
    ApiKeyCreate { name: name.to_owned(), scopes: vec![Scope::TicketsRead], expires_at: None }
}

async fn admitted(desk: &Desk, created: &CreatedKey) -> Option<Actor> {
    let credential = Credential::ApiKey { secret_hash: digest(&created.secret) };
    match desk.authentication.rights().resolve(&credential).await {
        Ok(admitted) => Some(admitted.actor.clone()),
        Err(Error::Unauthenticated(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_key_opens_its_account_until_it_is_revoked() {
    on_both(|desk| async move {
        let created = api_key::create(&desk.store, &desk.owner, reading("ERP")).await.unwrap();
        assert!(created.secret.starts_with(&created.key.prefix) && created.secret.len() > 40);
        let actor = admitted(&desk, &created).await.unwrap();
        let scopes = vec![Scope::TicketsRead];
        let who = Who::ApiKey { id: created.key.id, scopes };
        assert_eq!(actor, Actor { account_id: desk.owner.account_id, who });
        let event = desk.log().await.pop().unwrap();
        assert!(
            !event.snapshot.contains(&created.key.secret_hash) && !event.snapshot.contains(&created.secret)
        );
        api_key::revoke(&desk.authentication, &desk.owner, created.key.id).await.unwrap();
        assert_eq!(admitted(&desk, &created).await, None);
        let count = desk.log().await.len();
        api_key::revoke(&desk.authentication, &desk.owner, created.key.id).await.unwrap();
        assert_eq!(desk.log().await.len(), count);
        let other = desk.other_account("Officina").await;
        let missing = api_key::revoke(&desk.authentication, &other, created.key.id).await;
        assert_eq!(refusal(missing), (RefusalCode::NotFound, "id".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_key_ends_when_it_was_said_to() {
    on_both(|desk| async move {
        let until = |seconds| ApiKeyCreate {
            expires_at: Some(desk.store.now().plus_seconds(seconds)),
            ..reading("For an hour")
        };
        let past = api_key::create(&desk.store, &desk.owner, until(-1)).await;
        assert_eq!(refusal(past), (RefusalCode::OutOfRange, "expiresAt".to_owned()));
        let created = api_key::create(&desk.store, &desk.owner, until(3_600)).await.unwrap();
        assert!(admitted(&desk, &created).await.is_some());
        desk.clock.turn(3_600);
        assert_eq!(admitted(&desk, &created).await, None);
    })
    .await;
}

#[tokio::test]
async fn keys_are_the_matter_of_admins_and_never_of_keys() {
    on_both(|desk| async move {
        let operator = desk.person("Omar", Role::Operator).await;
        let who = Who::ApiKey { id: desk.store.new_id(), scopes: Scope::ALL.to_vec() };
        let key = Actor { account_id: desk.owner.account_id, who };
        for actor in [operator, key.clone()] {
            let made = api_key::create(&desk.store, &actor, reading("Mine")).await;
            assert!(matches!(made, Err(Error::Forbidden(_))), "{actor:?}");
        }
        assert!(api_key::list(&desk.store, &key).await.is_ok());
        let none = ApiKeyCreate { scopes: Vec::new(), ..reading("Nothing") };
        let none = api_key::create(&desk.store, &desk.owner, none).await;
        assert_eq!(refusal(none), (RefusalCode::Required, "scopes".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn the_last_use_of_a_key_is_written_down_without_an_event() {
    on_both(|desk| async move {
        let created = api_key::create(&desk.store, &desk.owner, reading("ERP")).await.unwrap();
        admitted(&desk, &created).await.unwrap();
        let count = desk.log().await.len();
        let stop = CancellationToken::new();
        let sweep = tokio::spawn(desk.authentication.rights().clone().sweep(stop.clone()));
        let used = async {
            while api_key::list(&desk.store, &desk.owner).await.unwrap()[0].last_used_at.is_none() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), used).await.expect("the use is written down");
        assert_eq!(desk.log().await.len(), count);
        stop.cancel();
        sweep.await.unwrap();
    })
    .await;
}
