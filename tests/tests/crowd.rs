//! Many sockets at once: all come back after a restart, they come and go, and one of them hardly reads.
//!
//! CHAOS says how many times as much is done as in continuous integration; see chaos.rs.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::time::Duration;

use futures_util::{StreamExt, future::join_all, stream};
use serde_json::{Value as Json, json};
use sportello_api::open_files;
use sportello_tests::{
    CHANGES, Client, Desk, Kind, Process, Socket, in_time, metric, metric_falls, on_both, run, times,
};
use tokio::time::{Instant, sleep};

const SOCKETS: &str = "sportello_graphql_sockets_open";
const STREAMS: &str = r#"sportello_graphql_operations_running{kind="subscription"}"#;
const TASKS: &str = "sportello_tasks_running";
const READS: &str = "sportello_log_reads_total";

/// One of many filters that let everything through.
fn filter(number: usize) -> Json {
    json!({ "not": { "title": { "eq": format!("no title {number}") } } })
}

const FILTERS: usize = 60;
/// How many changes there were; each dashboard missed some of the later half.
const MISSED: usize = 40;

on_both!(all_come_back_after_a_restart, async |desk: Desk| {
    let (database, owner, server) = desk.alone().await;
    for number in 0..MISSED {
        owner.opens(&format!("Ticket {number}")).await;
    }
    let mut log = owner.log().await;
    log.retain(|event| !event["ticketId"].is_null());
    server.kill().await;
    let server = Process::busy(&database, &[]).await;
    let owner = owner.at(server.address);
    let before = metric(server.address, READS).await;
    let began = Instant::now();
    let (owner, log) = (&owner, &log);
    let dashboards = (0..300 * times()).map(async |number| {
        let seen = MISSED / 2 + number % (MISSED / 2);
        let mut socket = owner.watches(filter(number % FILTERS), &log[seen]["cursor"]).await;
        for event in &log[seen + 1..] {
            assert_eq!(socket.change().await["event"]["sequence"], event["sequence"]);
        }
        assert_eq!(socket.item().await["__typename"], "StreamCheckpoint");
        socket
    });
    let mut dashboards = join_all(dashboards).await;
    let reads = metric(server.address, READS).await - before;
    println!("{} dashboards: {reads} reads of the log, {:?}", dashboards.len(), began.elapsed());
    assert!(reads <= FILTERS as u64, "{reads} reads of the log");
    owner.opens("The next one").await;
    let told = dashboards.iter_mut().map(async |socket| {
        assert_eq!(socket.change().await["event"]["ticket"]["title"], "The next one");
    });
    join_all(told).await;
    server.kill().await;
});

/// So many sockets subscribe, are told something, and are reset, some of them at once.
async fn come_and_go(owner: &Client, count: usize) {
    let come_and_go = async |number: usize| {
        let socket = owner.watches_from_now(filter(number % 10)).await;
        socket.reset();
    };
    stream::iter(0..count).for_each_concurrent(50, come_and_go).await;
}

/// What stays when they have gone: memory, in KiB. No socket, no stream and no task does.
async fn left(server: &Process, tasks: u64) -> u64 {
    metric_falls(server.address, SOCKETS, 0).await;
    metric_falls(server.address, STREAMS, 0).await;
    metric_falls(server.address, TASKS, tasks).await;
    server.resident_kib()
}

on_both!(sockets_that_come_and_go_leave_nothing, async |desk: Desk| {
    let (_, owner, server) = desk.alone().await;
    owner.opens("One").await;
    let tasks = metric(server.address, TASKS).await;
    come_and_go(&owner, 1_000 * times()).await;
    let first = left(&server, tasks).await;
    come_and_go(&owner, 1_000 * times()).await;
    let second = left(&server, tasks).await;
    println!("{first} KiB after the first round, {second} KiB after the second");
    assert!(second <= first + first / 10, "{first} KiB, then {second} KiB");
    server.kill().await;
});

/// More than a process may have sockets that does not ask for more, and enough that several tasks tell them.
const OF_ONE_LIST: usize = 2_100;
const CHANGES_AT_ONCE: usize = 20;

#[test]
fn thousands_are_told_of_one_list_in_order() {
    run(Kind::Sqlite, async |desk: Desk| {
        open_files::raise().expect("a socket for each of them in this process, too");
        let (database, owner, server) = desk.alone().await;
        server.kill().await;
        let server = Process::busy_among_few_files(&database).await;
        let owner = &owner.at(server.address);
        let sockets = stream::iter(0..OF_ONE_LIST).map(|_| owner.watches_from_now(json!({})));
        let sockets: Vec<_> = sockets.buffer_unordered(50).collect().await;
        let changes = (0..CHANGES_AT_ONCE).map(|number| async move {
            owner.opens(&format!("Ticket {number}")).await;
        });
        join_all(changes).await;
        let log = owner.log().await;
        let expected: Vec<_> = log.iter().filter(|event| !event["ticketId"].is_null()).collect();
        assert_eq!(expected.len(), CHANGES_AT_ONCE);
        let told = sockets.into_iter().map(async |mut socket| {
            for event in &expected {
                assert_eq!(socket.change().await["event"]["sequence"], event["sequence"]);
            }
        });
        join_all(told).await;
        server.kill().await;
    });
}

/// So many read a byte a second, and so many read as they should.
const TRICKLING: usize = 50;
const READING: usize = 10;
/// What those who hardly read may cost, in KiB: each has a queue of 256 KiB. All that they are told is many times as much.
const ALLOWANCE: u64 = 100 * 1024;

#[test]
fn who_reads_a_byte_a_second_costs_nobody_else_anything() {
    run(Kind::Sqlite, async |desk: Desk| {
        let (_, owner, server) = desk.alone().await;
        let ticket = owner.opens("One").await["id"].clone();
        let mut readers = join_all((0..READING).map(|_| owner.watches_from_now(json!({})))).await;
        let mut trickling = Vec::new();
        for _ in 0..TRICKLING {
            let mut socket = Socket::narrow(&owner).await;
            socket.subscribe(CHANGES, json!({ "where": {} })).await;
            trickling.push(socket.trickles());
        }
        let before = server.resident_kib();
        let (mut version, mut most) = (1, 0);
        let all_are_cut = async {
            while metric(server.address, STREAMS).await > READING as u64 {
                let text = format!("{version} {}", "x".repeat(8_000));
                owner.updates(&ticket, json!({ "description": text })).await;
                version += 1;
                for socket in &mut readers {
                    assert_eq!(socket.change().await["event"]["ticket"]["version"], version);
                }
                most = most.max(server.resident_kib());
                sleep(Duration::from_millis(10)).await;
            }
        };
        in_time("the end of who hardly reads", all_are_cut).await;
        println!("{version} changes; {before} KiB before, {most} KiB at most");
        assert!(most < before + ALLOWANCE, "{before} KiB, then {most} KiB");
        trickling.iter().for_each(tokio::task::JoinHandle::abort);
        server.kill().await;
    });
}
