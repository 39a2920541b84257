//! Whatever cuts, kills, pauses or restores: a dashboard that goes on from its last cursor is told the filtered log, in
//! order, each change once, and shows what a fresh list does.
//!
//! CHAOS says how many times as much is done as in continuous integration. The long form, with 1,000 resets, 20,000
//! sockets that come and go, and a proxy that cuts after 60 quiet seconds:
//!
//!     CHAOS=10 cargo test --workspace --locked --test chaos --test crowd -- --test-threads 1

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::StreamExt;
use serde_json::json;
use sportello_domain::clock::ShiftedClock;
use sportello_tests::{
    Backup, CHANGES, Client, Cluster, Dashboard, Database, Desk, Events, Kind, LAST, Nats, Process, Proxy,
    Writer, in_time, on_both, process, run, times,
};
use tokio::{sync::watch, task::JoinHandle, time::Instant};

/// A dashboard, and somebody who writes meanwhile, each behind a proxy.
struct Scene {
    watched: Proxy,
    written: Proxy,
    writer: Writer,
    count: watch::Receiver<usize>,
    watching: JoinHandle<Dashboard>,
}

impl Scene {
    /// The dashboard watches at the one server what is written at the other, or at the same.
    async fn set(client: &Client, watched: SocketAddr, written: SocketAddr) -> Self {
        let (watched, written) = (Proxy::before(watched).await, Proxy::before(written).await);
        let (count, watching) = watches(client.at(watched.address)).await;
        let writer = Writer::start(client.at(written.address));
        Self { watched, written, writer, count, watching }
    }

    /// Waits until the dashboard was told so many more changes.
    async fn tells(&mut self, more: usize) {
        let goal = *self.count.borrow() + more;
        reaches(&mut self.count, goal).await;
    }

    /// Both go on at another server.
    fn moves_to(&self, server: SocketAddr) {
        self.watched.point_at(server);
        self.written.point_at(server);
    }

    /// Lets both come to the end.
    async fn ends(self, client: &Client) -> Dashboard {
        self.writer.stop(client).await;
        let dashboard = in_time("the last ticket", self.watching).await.expect("it watches to the end");
        dashboard.must_be_right(client).await;
        dashboard
    }
}

async fn watches(client: Client) -> (watch::Receiver<usize>, JoinHandle<Dashboard>) {
    let dashboard = Dashboard::open(client).await;
    (dashboard.count(), tokio::spawn(dashboard.follow(LAST)))
}

async fn reaches(count: &mut watch::Receiver<usize>, goal: usize) {
    in_time("what the dashboard is told", count.wait_for(|count| *count >= goal)).await.expect("it watches");
}

on_both!(connections_that_are_reset, async |desk: Desk| {
    let (_, owner, server) = desk.alone().await;
    let mut scene = Scene::set(&owner, server.address, server.address).await;
    let resets = 100 * times();
    for number in 0..resets {
        // In the middle of the stream, at the replay, and at the handshake.
        scene.tells([3, 1, 0][number % 3]).await;
        scene.watched.reset().await;
    }
    let dashboard = scene.ends(&owner).await;
    assert!(dashboard.cuts >= resets, "cut {} times", dashboard.cuts);
    server.kill().await;
});

on_both!(a_server_that_is_killed, async |desk: Desk| {
    let (database, owner, mut server) = desk.alone().await;
    let mut scene = Scene::set(&owner, server.address, server.address).await;
    for _ in 0..3 * times() {
        scene.tells(20).await;
        server.kill().await;
        server = Process::busy(&database, &[]).await;
        scene.moves_to(server.address);
    }
    scene.ends(&owner.at(server.address)).await;
    server.kill().await;
});

#[test]
fn a_node_that_is_killed() {
    run(Kind::Postgres, async |desk: Desk| {
        let (database, owner, mut watched) = desk.alone().await;
        let mut other = Process::busy(&database, &[]).await;
        let mut scene = Scene::set(&owner, watched.address, other.address).await;
        for _ in 0..2 * times() {
            scene.tells(20).await;
            watched.kill().await;
            // Its clients go to the other one.
            scene.moves_to(other.address);
            watched = std::mem::replace(&mut other, Process::busy(&database, &[]).await);
            scene.written.point_at(other.address);
        }
        scene.ends(&owner.at(other.address)).await;
    });
}

#[test]
fn a_node_that_is_paused() {
    run(Kind::Postgres, async |desk: Desk| {
        let (database, owner, watched) = desk.alone().await;
        let other = Process::busy(&database, &[]).await;
        let mut scene = Scene::set(&owner, watched.address, other.address).await;
        for _ in 0..2 * times() {
            scene.tells(20).await;
            watched.pause();
            scene.writer.writes(50).await;
            watched.resume();
        }
        scene.ends(&owner.at(other.address)).await;
    });
}

#[test]
fn a_database_that_crashes() {
    on_cluster(async |database: &Database, cluster: &Cluster| {
        let watched = Process::busy(database, &[]).await;
        let owner = process::signed_in(watched.address, EMAIL).await;
        let written = Process::busy(database, &[]).await;
        let mut scene = Scene::set(&owner, watched.address, written.address).await;
        for _ in 0..3 * times() {
            scene.tells(20).await;
            cluster.crash();
        }
        scene.tells(20).await;
        scene.ends(&owner.at(written.address)).await;
    });
}

#[test]
fn nats_that_goes_and_comes_back() {
    run(Kind::Postgres, async |desk: Desk| {
        let Some(mut nats) = Nats::start().await else { return };
        let (database, owner, server) = desk.alone().await;
        server.kill().await;
        let url = nats.url.clone();
        let with_nats = [("NATS_URL", url.as_str())];
        let watched = Process::busy(&database, &with_nats).await;
        let written = Process::busy(&database, &with_nats).await;
        let owner = owner.at(watched.address);
        let mut scene = Scene::set(&owner, watched.address, written.address).await;
        for _ in 0..2 * times() {
            scene.tells(20).await;
            let comes_back = nats.goes().await;
            scene.tells(20).await;
            nats = comes_back.await;
            let told = async_nats::connect(&url).await.expect("NATS");
            let mut told = told.subscribe("sportello.log").await.expect("a subscription");
            in_time("a hint", told.next()).await.expect("nodes tell each other again");
        }
        scene.ends(&owner).await;
    });
}

on_both!(many_changes_at_once, async |desk: Desk| {
    let urgent = desk.owner.opens_with(json!({ "title": "x", "priority": "URGENT" })).await;
    let proxy = Proxy::before(desk.owner.address).await;
    let (mut count, watching) = watches(desk.owner.at(proxy.address)).await;
    desk.owner.updates(&urgent["id"], json!({ "title": "one of many" })).await;
    // Ten thousand in the long form; without a proxy live.rs has as many.
    let burst = 2_000 * times().min(5);
    desk.bursts(burst).await;
    for tenths in [1, 4, 7] {
        reaches(&mut count, burst / 10 * tenths).await;
        proxy.reset().await;
    }
    desk.owner.opens_with(json!({ "title": LAST, "priority": "URGENT" })).await;
    let dashboard = in_time("the last ticket", watching).await.expect("it watches to the end");
    assert_eq!(dashboard.cuts, 3);
    dashboard.must_be_right(&desk.owner).await;
});

on_both!(a_clock_that_jumps, async |desk: Desk| {
    let clock = Arc::new(ShiftedClock::default());
    let server = desk.server_by(clock.clone(), |_| ()).await;
    // What a person signs in to does not last so long.
    let robot = desk.key(&["TICKETS_READ", "TICKETS_WRITE"]).await.at(server.address);
    let mut scene = Scene::set(&robot, server.address, server.address).await;
    for days in [1, -2, 30, -29] {
        scene.tells(10).await;
        clock.turn(days * 24 * 60 * 60);
        scene.tells(10).await;
        scene.watched.reset().await;
    }
    scene.ends(&robot).await;
    server.stop().await;
});

#[test]
fn a_backup_that_is_restored_on_sqlite() {
    run(Kind::Sqlite, async |desk: Desk| {
        let email = desk.owner_email.clone();
        let (database, _) = desk.close().await;
        is_restored(&database, &email).await;
    });
}

#[test]
fn a_backup_that_is_restored_on_postgres() {
    on_cluster(async |database: &Database, _: &Cluster| is_restored(database, EMAIL).await);
}

/// Opens what is in the backup, and makes that; no server runs.
async fn backed_up<'a>(database: &'a Database, email: &str) -> (Client, Backup<'a>) {
    let server = Process::busy(database, &[]).await;
    let owner = process::signed_in(server.address, email).await;
    owner.opens_with(json!({ "title": "kept", "priority": "URGENT" })).await;
    server.kill().await;
    (owner, Backup::of(database).await)
}

/// Clients that know of a future which is no more are told so, also when the log has gone past it again.
async fn is_restored(database: &Database, email: &str) {
    for goes_past in [false, true] {
        let (owner, backup) = backed_up(database, email).await;
        let server = Process::busy(database, &[]).await;
        let proxy = Proxy::before(server.address).await;
        let owner = owner.at(server.address);
        let (mut count, watching) = watches(owner.at(proxy.address)).await;
        for _ in 0..3 {
            owner.opens_with(json!({ "title": "lost", "priority": "URGENT" })).await;
        }
        reaches(&mut count, 3).await;
        server.kill().await;
        backup.restore().await;
        if goes_past {
            process::prints(database, &["doctor", "--new-epoch"]);
        }
        let server = Process::busy(database, &[]).await;
        let owner = owner.at(server.address);
        for _ in 0..if goes_past { 5 } else { 0 } {
            owner.opens_with(json!({ "title": "another", "priority": "URGENT" })).await;
        }
        proxy.point_at(server.address);
        reaches(&mut count, 4).await;
        let last = owner.opens_with(json!({ "title": LAST, "priority": "URGENT" })).await;
        let dashboard = in_time("the last ticket", watching).await.expect("it watches to the end");
        assert_eq!(dashboard.resyncs, ["LOG_REPLACED"]);
        dashboard.must_be_right(&owner).await;
        owner.updates(&last["id"], json!({ "title": "the last of this round" })).await;
        server.kill().await;
    }
}

/// A node whose database is restored beneath it tells so by itself, and goes on with what there is now.
#[test]
fn a_backup_that_is_restored_under_a_node() {
    on_cluster(async |database: &Database, _: &Cluster| {
        let (owner, backup) = backed_up(database, EMAIL).await;
        let server = Process::busy(database, &[]).await;
        let owner = owner.at(server.address);
        let (mut count, watching) = watches(owner.clone()).await;
        for _ in 0..3 {
            owner.opens_with(json!({ "title": "lost", "priority": "URGENT" })).await;
        }
        reaches(&mut count, 3).await;
        // It looks once a second.
        tokio::time::sleep(Duration::from_secs(2)).await;
        backup.restore().await;
        reaches(&mut count, 4).await;
        let mut writer = Writer::start(owner.clone());
        writer.writes(10).await;
        writer.stop(&owner).await;
        let dashboard = in_time("the last ticket", watching).await.expect("it watches to the end");
        assert_eq!(dashboard.resyncs, ["LOG_REPLACED"]);
        dashboard.must_be_right(&owner).await;
    });
}

#[test]
fn a_proxy_that_cuts_who_is_quiet() {
    if times() < 10 {
        eprintln!("SKIPPED: it takes two minutes; CHAOS=10 runs it");
        return;
    }
    run(Kind::Sqlite, async |desk: Desk| {
        let proxy = Proxy::with_patience(desk.owner.address, Duration::from_secs(60)).await;
        let there = desk.owner.at(proxy.address);
        let mut socket = there.watches_from_now(json!({})).await;
        let mut events = Events::open(&there, CHANGES, json!({}), None).await;
        let end = Instant::now() + Duration::from_secs(130);
        while Instant::now() < end {
            // Checkpoints; between them there are pings and heartbeats.
            tokio::join!(socket.item(), events.item());
        }
        desk.owner.opens("still there").await;
        assert_eq!(socket.change().await["event"]["ticket"]["title"], "still there");
        assert_eq!(events.change().await.1["event"]["ticket"]["title"], "still there");
        assert_eq!(proxy.resets(), 0);
    });
}

const EMAIL: &str = "chaos@sportello.example";

/// Tells a story on a PostgreSQL of its own, with an account. Without one it says so and passes, except where CI=true.
fn on_cluster(story: impl AsyncFnOnce(&Database, &Cluster)) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let Some(cluster) = Cluster::start().await else { return };
        let database = cluster.database();
        process::prints(&database, &["migrate"]);
        process::account_create(&database, EMAIL);
        story(&database, &cluster).await;
    });
}
