//! The harness of the behaviour tests: a real server on a database of its own, and people who use it through the
//! front door.
//!
//! `on_both!(name, async |desk: Desk| { … })` tells one story on SQLite and on PostgreSQL.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

mod answer;
mod automation;
mod backup;
mod burst;
mod client;
pub mod cloud_api;
mod cluster;
mod dashboard;
mod database;
mod desk;
mod events;
mod gate;
mod identity_provider;
mod mailbox;
mod message;
mod metrics;
mod nats;
pub mod process;
mod proxy;
pub mod receiver;
mod run;
pub mod schema;
mod selection;
mod socket;
mod ticket;
mod trickle;
mod writer;

pub use answer::Answer;
pub use automation::RUN;
pub use backup::Backup;
pub use client::Client;
pub use cloud_api::{CloudApi, post, sign};
pub use cluster::Cluster;
pub use dashboard::{Dashboard, urgent};
pub use database::{Database, Kind};
pub use desk::{Desk, PASSWORD};
pub use events::Events;
pub use gate::Gate;
pub use identity_provider::IdentityProvider;
pub use mailbox::{Mail, Mailbox, Mood, ShutMailbox};
pub use message::CHANNEL;
pub use metrics::{metric, metric_falls};
pub use nats::Nats;
pub use process::Process;
pub use proxy::Proxy;
pub use receiver::Receiver;
pub use run::{in_time, run, times};
pub use schema::{Argument, Schema};
pub use selection::Selections;
pub use socket::Socket;
pub use ticket::{CHANGES, TICKET};
pub use writer::{LAST, Writer};
