//! `sportello serve`.

use anyhow::Result;
use clap::Args;
use tokio::signal;

use crate::{
    config::Settings,
    demo,
    lifecycle::{self, Server},
    open_files,
};

/// A server that may have fewer open files than this says so at its start.
const MANY_FILES: u64 = 10_000;

/// Runs the server.
#[derive(Args, Debug)]
pub struct Serve {
    /// Fills an empty database with a believable desk, keeps it busy, and says how to sign in.
    #[arg(long)]
    demo: bool,
    /// Leaves the database's version alone: `sportello migrate` has been or will be run.
    #[arg(long)]
    no_migrate: bool,
}

impl Serve {
    pub(super) async fn run(self, settings: &Settings) -> Result<()> {
        raise_open_files();
        let store = lifecycle::open(settings).await?;
        if !self.no_migrate {
            lifecycle::migrate(&store).await?;
        }
        let sign_in = if self.demo { demo::fill(&store).await? } else { None };
        let running = Server::start(settings, store).await?;
        if self.demo {
            running.tasks.spawn(demo::live(running.store.clone(), running.shutdown.clone()));
        }
        if let Some(sign_in) = sign_in {
            greet(settings, &sign_in);
        }
        println!("sportello is ready at http://{}", running.address);
        asked_to_stop().await?;
        tracing::info!("going down: streams end, what is begun is finished");
        tokio::select! {
            () = running.stop() => Ok(()),
            // Whoever asks twice does not want to wait.
            asked = asked_to_stop() => asked,
        }
    }
}

/// Lets in as many clients as the system has sockets for.
fn raise_open_files() {
    match open_files::raise() {
        Ok(Some(most)) if most < MANY_FILES => tracing::warn!(
            most,
            "each client takes an open file, and this process may have few: raise its hard limit (LimitNOFILE of \
             systemd, ulimits of a container)"
        ),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the limit of open files stays as it is: each client takes one"),
    }
}

/// Says how to sign in to the demo, with a link that does so.
fn greet(settings: &Settings, sign_in: &demo::SignIn) {
    let demo::SignIn { email, password } = sign_in;
    let pair = [("email", email), ("password", password)];
    let credentials = form_urlencoded::Serializer::new(String::new()).extend_pairs(pair).finish();
    let link = settings.server.public_url.join("/graphiql");
    println!("The demo's desk is open. Sign in as {email} with the password {password}, or follow");
    println!("  {link}#{credentials}");
}

/// Returns when the process is told to end: Ctrl-C, or SIGTERM as containers and systemd send it.
async fn asked_to_stop() -> Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    signal::ctrl_c().await?;
    Ok(())
}
