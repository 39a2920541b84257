//! What every use of the Cloud API shares, and connecting a number to it.

use std::{sync::Arc, time::Duration};

use sportello_domain::{
    Actor, Error, RefusalCode, Result,
    channel::{self, ConnectChannel},
    seal::Seal,
    store::Store,
};
use sportello_entity::whatsapp_channel;

use super::client::{Client, Tried};

/// How WhatsApp is reached.
#[derive(Clone, Debug)]
pub struct WhatsAppSettings {
    /// Base of the Cloud API, with its version segment.
    pub api_url: String,
    /// The first pause of the schedule of retries.
    pub retry_base_seconds: u32,
}

/// How long an answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// WhatsApp's Cloud API. Cheap to clone.
#[derive(Clone)]
pub struct WhatsApp {
    pub(super) client: Client,
    pub(super) seal: Seal,
    pub(super) retry_base_seconds: u32,
    connecting: Arc<tokio::sync::Semaphore>,
}

/// How many numbers are tried at once: a slow provider must not hold every request.
const AT_ONCE: usize = 8;

impl WhatsApp {
    /// # Errors
    /// When the system gives no HTTP client.
    pub fn try_new(settings: &WhatsAppSettings, seal: Seal) -> std::result::Result<Self, reqwest::Error> {
        Ok(Self {
            client: Client::try_new(&settings.api_url, PATIENCE)?,
            seal,
            retry_base_seconds: settings.retry_base_seconds,
            connecting: Arc::new(tokio::sync::Semaphore::new(AT_ONCE)),
        })
    }

    /// Connects a number once the provider has taken its token.
    ///
    /// # Errors
    /// FORBIDDEN; refusals: INVALID where the provider does not take the token or gives no answer, and as
    /// [`channel::connect`] has them.
    pub async fn connect(
        &self,
        store: &Store,
        actor: &Actor,
        input: &ConnectChannel,
    ) -> Result<whatsapp_channel::Model> {
        let checked = channel::check(actor, input)?;
        let refuse = |message: String| Err(Error::refused(RefusalCode::Invalid, &["accessToken"], message));
        let tried = {
            let Ok(_permit) = self.connecting.acquire().await else {
                return refuse("the server is being stopped: try again".to_owned());
            };
            self.client.try_number(&checked.phone_number_id, &checked.access_token).await
        };
        match tried {
            Tried::Fits => channel::connect(store, &self.seal, actor, &checked).await,
            Tried::Refused(why) => refuse(format!("WhatsApp does not take it for this number: {why}")),
            Tried::Unanswered => refuse("WhatsApp gives no answer: try again".to_owned()),
        }
    }
}
