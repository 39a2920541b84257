//! Where no server of mails is set, what would be mailed about tickets is logged.

use std::sync::Arc;

use async_trait::async_trait;
use sportello_domain::{
    Result,
    log::{Event, Follower},
    notice::is_mailed,
    store::Tx,
};

/// Logs a line for each event that operators would be mailed about, and plans nothing: a server that is set later has
/// no past to catch up with.
#[derive(Clone, Copy, Debug)]
pub struct UnsentNotices;

#[async_trait]
impl Follower for UnsentNotices {
    async fn plan(&self, _: &mut Tx, events: &[Arc<Event>]) -> Result<()> {
        for event in events.iter().filter(|event| is_mailed(event)) {
            tracing::info!(
                event.r#type = ?event.r#type, event.id = %event.id,
                "e-mail is not set up: what operators would be told of a ticket is logged, not sent"
            );
        }
        Ok(())
    }
}
