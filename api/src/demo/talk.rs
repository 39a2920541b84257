//! The chats' quiet life: a customer writes, somebody at the shop answers.

use rand::{Rng, rngs::StdRng};
use sportello_domain::{
    Actor,
    chat::{self, Chat, ChatListQuery},
    contact::{self, ContactBy},
    message::{self, MessageSend, sandbox},
    page::{PageArguments, PageRequest},
    store::Store,
};
use sportello_entity::ContactId;

use super::texts::{CONTACTS, Language};

/// With so many chats unread, one is answered rather than another begun.
const MOST_UNREAD: usize = 5;

/// One message: a customer's, or the shop's answer to the one that waits longest.
pub(super) async fn talk(store: &Store, actor: &Actor, chance: &mut StdRng) -> anyhow::Result<()> {
    let unread = unread(store, actor).await?;
    match unread.last() {
        Some(waiting) if unread.len() >= MOST_UNREAD || chance.random_bool(0.5) => {
            reply(store, actor, waiting.contact_id, chance).await
        }
        _ => {
            let place = chance.random_range(0..CONTACTS.len());
            hear(store, actor, place, CONTACTS[place].1.language().question(chance)).await
        }
    }
}

/// The customer at this place writes.
pub(super) async fn hear(store: &Store, actor: &Actor, place: usize, text: &str) -> anyhow::Result<()> {
    let (name, country) = CONTACTS[place];
    let input = sandbox::SandboxMessage {
        phone: country.phone(place),
        name: Some(name.to_owned()),
        text: text.to_owned(),
        button_payload: None,
        template_id: None,
        sent_at: None,
        idempotency_key: None,
    };
    sandbox::play(store, actor, input).await?;
    Ok(())
}

/// Somebody at the shop has read the chat, and writes back.
pub(super) async fn write(
    store: &Store,
    actor: &Actor,
    contact_id: ContactId,
    text: &str,
) -> anyhow::Result<()> {
    chat::mark_read(store, actor, Some(contact_id)).await?;
    let input = MessageSend {
        contact_id,
        ticket_id: None,
        text: Some(text.to_owned()),
        template_id: None,
        fields: Vec::new(),
        idempotency_key: None,
    };
    message::write(store, actor, input).await?;
    Ok(())
}

async fn reply(
    store: &Store,
    actor: &Actor,
    contact_id: ContactId,
    chance: &mut StdRng,
) -> anyhow::Result<()> {
    let contact = contact::find(store, actor, ContactBy::Id(contact_id)).await?;
    let locale = contact.and_then(|contact| contact.locale);
    let language = Language::of_locale(locale.as_deref());
    write(store, actor, contact_id, language.answer(chance)).await
}

/// The chats that nobody has read and that may be answered, the latest first.
async fn unread(store: &Store, actor: &Actor) -> anyhow::Result<Vec<Chat>> {
    let query = ChatListQuery {
        unread_only: true,
        search: None,
        page: PageRequest::new(PageArguments::default(), PageRequest::DEFAULT)?,
        with_total: false,
    };
    let mut chats = chat::chats(store, actor, &query).await?.rows;
    chats.retain(|chat| chat.service_window.is_open(store.now()));
    Ok(chats)
}
