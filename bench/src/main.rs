//! What Sportello is measured against: servers that do the same work by hand (`limit list`, `limit write`,
//! `limit push`), the seed of the database that both read, clients for what no load generator does, receivers of
//! webhooks, and the tables of what came of it.

mod database;
mod graphql;
mod growth;
mod hooks;
mod inbound;
mod list;
mod live;
mod planning;
mod push;
mod receivers;
mod report;
mod seed;
mod socket;
mod stall;
mod write;

use std::path::PathBuf;

use anyhow::Result;
use axum::Router;
use clap::{Parser, Subcommand};
use database::Database;
use tokio::net::TcpListener;

#[derive(Parser)]
#[command(name = "limit", about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fills the only account of a database, and writes the variables of the benched mutations.
    Seed {
        /// `sqlite:` or `postgres:`.
        #[arg(long)]
        database: String,
        /// How many tickets.
        #[arg(long, default_value_t = 10_000)]
        tickets: i64,
        /// Where the variables go.
        #[arg(long)]
        out: PathBuf,
    },
    /// Runs the SQL that comes in, statement by statement.
    Execute {
        /// `sqlite:` or `postgres:`.
        #[arg(long)]
        database: String,
    },
    /// Serves a list of tickets by one join.
    List(Server),
    /// Serves a change and an opening of a ticket by one bare transaction each.
    Write(Server),
    /// Serves WebSockets that all get the bytes of one recorded frame.
    Push {
        /// A file that holds a `next` frame as Sportello sent it.
        #[arg(long)]
        frame: PathBuf,
    },
    /// Opens WebSockets that subscribe and never read, until it is interrupted.
    Stall(stall::Stall),
    /// Serves what connecting a number asks WhatsApp for.
    Provider,
    /// Posts customers' messages as WhatsApp does and prints how long they take to an operator's stream.
    Inbound(inbound::Inbound),
    /// Measures how long webhooks take with all endpoints alive and with one of them dead, and prints it as a table.
    Hooks(hooks::Hooks),
    /// Prints what planning was measured to cost as a table.
    Planning {
        /// One JSON object a line, as `bench/planning` writes it.
        results: PathBuf,
    },
    /// Prints what was measured of live streams as a table.
    Live {
        /// One JSON object a line, as the load generator prints it.
        results: PathBuf,
    },
    /// Prints what the load generator measured as a table.
    Report {
        /// One JSON object a line, as the load generator prints it.
        results: PathBuf,
    },
    /// Prints what was measured with few tickets and with many as a table.
    Growth {
        /// One JSON object a line, as the load generator prints it.
        results: PathBuf,
        /// How many tickets the few are.
        #[arg(long)]
        small: u64,
        /// How many the many are.
        #[arg(long)]
        large: u64,
    },
}

#[derive(clap::Args)]
struct Server {
    /// `sqlite:` or `postgres:`, seeded.
    #[arg(long)]
    database: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Seed { database, tickets, out } => {
            seed::run(&Database::connect(&database).await?, tickets, &out).await
        }
        Command::Execute { database } => {
            let script = std::io::read_to_string(std::io::stdin())?;
            database::execute(&Database::connect(&database).await?, &script).await
        }
        Command::List(server) => serve(list::router(Database::connect(&server.database).await?).await?).await,
        Command::Write(server) => {
            serve(write::router(Database::connect(&server.database).await?).await?).await
        }
        Command::Push { frame } => serve(push::router(&std::fs::read_to_string(frame)?)?).await,
        Command::Provider => serve(inbound::provider()).await,
        Command::Inbound(inbound) => inbound::run(&inbound).await,
        Command::Stall(stall) => stall::run(&stall).await,
        Command::Hooks(hooks) => hooks::run(&hooks).await,
        Command::Planning { results } => planning::run(&std::fs::read_to_string(results)?),
        Command::Live { results } => live::run(&std::fs::read_to_string(results)?),
        Command::Growth { results, small, large } => {
            growth::run(&std::fs::read_to_string(results)?, small, large)
        }
        Command::Report { results } => report::run(&std::fs::read_to_string(results)?),
    }
}

/// Listens on a free port of 127.0.0.1 and says which, until it is interrupted.
async fn serve(router: Router) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    tokio::select! {
        served = axum::serve(listener, router) => Ok(served?),
        () = interrupted => Ok(()),
    }
}
