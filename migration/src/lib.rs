//! The schema's history, for SQLite and PostgreSQL. Migrations are added, never edited.

mod dialect;
mod m0001_desk;
mod m0002_follower;
mod m0003_search;
mod m0004_statistics;
mod m0006_chat;
mod m0007_automation;
mod m0008_notice;
mod m0009_webhook;
mod m0010_whatsapp;
mod m0011_notification;
mod m0012_list_indexes;
mod m0013_presence;
mod m0014_head_words;
mod m0015_large_desks;

use sea_orm_migration::prelude::*;

/// Brings a database up to this version, or back.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_desk::Migration),
            Box::new(m0002_follower::Migration),
            Box::new(m0003_search::Migration),
            Box::new(m0004_statistics::Migration),
            Box::new(m0006_chat::Migration),
            Box::new(m0007_automation::Migration),
            Box::new(m0008_notice::Migration),
            Box::new(m0009_webhook::Migration),
            Box::new(m0010_whatsapp::Migration),
            Box::new(m0011_notification::Migration),
            Box::new(m0012_list_indexes::Migration),
            Box::new(m0013_presence::Migration),
            Box::new(m0014_head_words::Migration),
            Box::new(m0015_large_desks::Migration),
        ]
    }
}
