//! Clients that subscribe and never read.

use anyhow::Result;
use tokio::net::TcpSocket;

use crate::socket::Subscription;

/// What a client's system takes for it while it does not read, in bytes: little, so that the server notices.
const RECEIVE_BUFFER: u32 = 4096;

/// Whom they stall.
#[derive(clap::Args)]
pub struct Stall {
    #[command(flatten)]
    subscription: Subscription,
    /// How many clients.
    #[arg(long)]
    count: usize,
}

/// Opens them, says so, and keeps them.
///
/// # Errors
/// When the server does not take one.
pub async fn run(stall: &Stall) -> Result<()> {
    let mut clients = Vec::new();
    for _ in 0..stall.count {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
        clients.push(stall.subscription.open(socket).await?);
    }
    println!("stalling {}", stall.subscription.address);
    tokio::signal::ctrl_c().await?;
    Ok(())
}
