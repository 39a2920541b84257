//! A backup, and its being restored.

use std::{fs, path::PathBuf};

use crate::{Database, database, database::Place};

/// What a database held. Nobody may be connected when it is made, nor when it is restored.
pub enum Backup<'a> {
    /// A directory, and its copy.
    Files(&'a PathBuf, PathBuf),
    /// Where a server is told to copy databases.
    Template(&'a str),
}

impl<'a> Backup<'a> {
    /// Makes one.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn of(database: &'a Database) -> Self {
        match &database.place {
            Place::Directory(directory) => {
                let copy = directory.join("backup");
                copy_files(directory, &copy);
                Self::Files(directory, copy)
            }
            Place::Elsewhere(server) => {
                copy_database(server, "desk", "backup").await;
                Self::Template(server)
            }
            Place::Schema(_) => panic!("the server is not this test's own"),
        }
    }

    /// Restores it.
    ///
    /// # Panics
    /// When it cannot be restored.
    pub async fn restore(self) {
        match self {
            Self::Files(directory, copy) => {
                files(directory).for_each(|file| fs::remove_file(file).expect("removed"));
                copy_files(&copy, directory);
            }
            Self::Template(server) => copy_database(server, "backup", "desk").await,
        }
    }
}

fn files(directory: &PathBuf) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file())
}

fn copy_files(from: &PathBuf, to: &PathBuf) {
    fs::create_dir_all(to).expect("a directory");
    for file in files(from) {
        fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("copied");
    }
}

async fn copy_database(server: &str, from: &str, to: &str) {
    let connection = sea_orm::Database::connect(server).await.expect("it answers");
    database::execute(&connection, &format!("DROP DATABASE IF EXISTS {to} WITH (FORCE)")).await;
    let quiet = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{from}'");
    database::execute(&connection, &quiet).await;
    database::execute(&connection, &format!("CREATE DATABASE {to} TEMPLATE {from}")).await;
    connection.close().await.expect("the connection closes");
}
