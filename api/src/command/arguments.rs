//! What can be typed.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

use super::{
    account::Account, doctor::Doctor, export::Export, import::Import, migrate, schema, serve::Serve,
};
use crate::config::Settings;

/// Sportello, an open ticket desk behind one GraphQL endpoint.
#[derive(Debug, Parser)]
#[command(name = "sportello", version)]
pub struct Arguments {
    /// Settings file; environment variables go before it. sportello.default.toml names all settings.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What Sportello can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the server.
    Serve(Serve),
    /// Brings the database to this version.
    Migrate,
    /// Accounts: one desk each.
    #[command(subcommand)]
    Account(Account),
    /// Brings the tickets of another system along.
    Import(Import),
    /// Writes an account's contacts, tickets, notes and history, a JSON value a line.
    Export(Export),
    /// Prints the GraphQL schema.
    Schema,
    /// Says what is wrong with this deployment and how to mend it.
    Doctor(Doctor),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// A sentence for the person at the terminal.
    pub async fn run(self, settings: &Settings) -> Result<()> {
        match self {
            Self::Serve(command) => command.run(settings).await,
            Self::Migrate => migrate::run(settings).await,
            Self::Account(command) => command.run(settings).await,
            Self::Import(command) => command.run(settings).await,
            Self::Export(command) => command.run(settings).await,
            Self::Schema => schema::run(),
            Self::Doctor(command) => command.run(settings).await,
        }
    }
}
