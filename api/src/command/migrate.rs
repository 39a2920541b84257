//! `sportello migrate`.

use anyhow::Result;

use crate::{config::Settings, lifecycle};

pub(super) async fn run(settings: &Settings) -> Result<()> {
    let store = lifecycle::open(settings).await?;
    lifecycle::migrate(&store).await?;
    store.close().await?;
    println!("The database is at this version.");
    Ok(())
}
