//! What a run's texts are filled in with, and which ticket its steps are about.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sportello_entity::{contact, ticket, value::MacroStatus};

use crate::{
    Error,
    contact::Fields,
    dynamic_field::{Sources, Text, Values},
    store::Tx,
    ticket::{Names, TicketKey, TicketSnapshot},
};

const TICKET: &str = "TICKET_";
/// The reference that means the run's own ticket.
const OWN_REFERENCE: &str = "%%TICKET_REFERENCE%%";

/// What a run knows.
pub(super) struct Scope {
    /// Whose matter it is.
    pub(super) contact: Option<contact::Model>,
    /// The ticket that the run opened, or that set it off, or that it changed: right after that.
    pub(super) ticket: Option<TicketSnapshot>,
    /// What a call brought along.
    pub(super) brought: Fields,
}

/// Why a step cannot be done.
#[derive(Debug)]
pub(super) enum Trouble {
    /// These fields have no value.
    Missing(Vec<String>),
    /// In words.
    Refused(String),
    /// A fault of ours: trying again may help.
    Fault(Error),
}

/// What a step comes to.
pub(super) type Attempt<T> = std::result::Result<T, Trouble>;

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusals) => {
                let said = refusals.iter().map(|refusal| match refusal.path.last() {
                    Some(field) => format!("{field}: {}", refusal.message),
                    None => refusal.message.clone(),
                });
                Self::Refused(said.collect::<Vec<_>>().join("; "))
            }
            Error::NotFound(message) | Error::Forbidden(message) | Error::BadRequest { message, .. } => {
                Self::Refused(message)
            }
            fault => Self::Fault(fault),
        }
    }
}

impl Scope {
    /// The values that these texts need. A ticket is looked for only where one is needed.
    pub(super) async fn values(&self, tx: &Tx, texts: &[&Text], fallbacks: &Fields) -> Attempt<Values> {
        let codes = || texts.iter().flat_map(|text| text.placeholders()).map(|place| place.code.as_str());
        let of_ticket: Vec<&str> = codes().filter(|code| code.starts_with(TICKET)).collect();
        let ticket = match of_ticket.is_empty() {
            true => None,
            false => match self.own_ticket(tx).await {
                Ok(ticket) => Some(ticket),
                Err(Trouble::Refused(_)) if of_ticket.iter().all(|code| fallbacks.contains_key(*code)) => {
                    None
                }
                Err(trouble) => return Err(trouble),
            },
        };
        let sources = Sources {
            contact: self.contact.as_ref(),
            ticket: ticket.as_ref(),
            brought: Some(&self.brought),
            fallbacks: Some(fallbacks),
        };
        Ok(Values::gather(tx.db(), tx.actor.account_id, sources, texts).await?)
    }

    /// The texts filled in as they go into tickets: what has no value is left out, and named in `missing`.
    pub(super) async fn filled(
        &self,
        tx: &Tx,
        texts: &[&Text],
        missing: &mut Vec<String>,
    ) -> Attempt<Vec<String>> {
        let values = self.values(tx, texts, &Fields::new()).await?;
        missing.extend(texts.iter().flat_map(|text| text.missing(&values)));
        Ok(texts.iter().map(|text| text.render_with_gaps(&values)).collect())
    }

    /// The ticket that a step names: the run's own, or one by its reference.
    pub(super) async fn named(
        &self,
        tx: &Tx,
        reference: &str,
        missing: &mut Vec<String>,
    ) -> Attempt<(TicketKey, String)> {
        if reference.trim() == OWN_REFERENCE {
            let ticket = self.own_ticket(tx).await?;
            return Ok((TicketKey::Id(ticket.id), ticket.reference));
        }
        let reference = self.filled(tx, &[&Text::parse(reference)], missing).await?.remove(0);
        Ok((TicketKey::Reference(reference.clone()), reference))
    }

    /// The run's own ticket, else the contact's only one in progress.
    async fn own_ticket(&self, tx: &Tx) -> Attempt<TicketSnapshot> {
        if let Some(ticket) = &self.ticket {
            return Ok(ticket.clone());
        }
        let refuse = |reason: String| Err(Trouble::Refused(reason));
        let Some(contact) = &self.contact else {
            return refuse(
                "there is no ticket to speak of, and no contact whose ticket it could be".to_owned(),
            );
        };
        let found = ticket::Entity::find()
            .filter(ticket::Column::AccountId.eq(tx.actor.account_id))
            .filter(ticket::Column::ContactId.eq(contact.id))
            .filter(ticket::Column::MacroStatus.eq(MacroStatus::InProgress))
            .filter(ticket::Column::DeletedAt.is_null());
        match found.clone().count(tx.db()).await.map_err(Error::from)? {
            0 => return refuse("TICKET_REFERENCE: the contact has no ticket in progress".to_owned()),
            1 => {}
            count => {
                let reason =
                    format!("TICKET_REFERENCE: the contact has {count} tickets in progress, not one");
                return refuse(reason);
            }
        }
        let row = found.one(tx.db()).await.map_err(Error::from)?;
        let row = row.ok_or_else(|| Trouble::Refused("the ticket has just been changed".to_owned()))?;
        let key = Names::status_key(tx, row.status_id).await?;
        Ok(TicketSnapshot::of(row, key))
    }
}
