//! Several servers on one PostgreSQL: any of them serves any client, whatever wakes them.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use futures_util::StreamExt;
use serde_json::json;
use sportello_api::config::Secret;
use sportello_tests::{Desk, Kind, Nats, in_time, run};

#[test]
fn a_change_made_at_one_node_is_seen_at_the_other() {
    run(Kind::Postgres, async |desk: Desk| {
        let other = desk.second_server().await;
        let there = desk.owner.at(other.address);
        let mut socket = there.watches_from_now(json!({})).await;
        for number in 0..20 {
            let ticket = desk.owner.opens(&format!("Ticket {number}")).await;
            assert_eq!(socket.change().await["event"]["ticket"]["id"], ticket["id"]);
        }
        other.stop().await;
    });
}

#[test]
fn nodes_tell_each_other_by_nats_and_do_without_it() {
    run(Kind::Postgres, async |desk: Desk| {
        let Some(nats) = Nats::start().await else { return };
        let told = async_nats::connect(&nats.url).await.expect("NATS");
        let mut told = told.subscribe("sportello.log").await.expect("a subscription");
        let with_nats = |settings: &mut sportello_api::config::Settings| {
            settings.wake_up.nats_url = Some(Secret::new(&nats.url));
        };
        let (here, there) = (desk.server_with(with_nats).await, desk.server_with(with_nats).await);
        let mut socket = desk.owner.at(there.address).watches_from_now(json!({})).await;
        let owner = desk.owner.at(here.address);
        let ticket = owner.opens("With NATS").await;
        let hint = in_time("a hint", told.next()).await.expect("a message");
        assert!(std::str::from_utf8(&hint.payload).expect("text").contains(':'));
        assert_eq!(socket.change().await["event"]["ticket"]["id"], ticket["id"]);
        nats.kill().await;
        let ticket = owner.opens("Without NATS").await;
        assert_eq!(socket.change().await["event"]["ticket"]["id"], ticket["id"], "found by looking");
        here.stop().await;
        there.stop().await;
    });
}
