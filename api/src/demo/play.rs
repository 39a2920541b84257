//! Playing a plan: each action becomes the command that a client would have sent.

use std::collections::HashMap;

use anyhow::Context;
use sportello_domain::{
    Actor, Change,
    contact::{self, ContactChanges, ContactCreate},
    directory::Directory,
    store::Store,
    ticket::{self, OpenTicket, TicketKey, UpdateTicket},
};
use sportello_entity::{ContactId, StatusId, TicketId, UserId};

use super::{
    plan::{Action, Deed, Hand, Plan, PlannedTicket, Step},
    talk,
    texts::{CONTACTS, Matter},
};

/// Who plays, and what has come into being.
pub(super) struct Stage {
    store: Store,
    colleagues: Vec<Actor>,
    shop: Actor,
    statuses: HashMap<String, StatusId>,
    contacts: Vec<Option<ContactId>>,
    tickets: Vec<Option<TicketId>>,
}

impl Stage {
    pub(super) fn new(
        store: Store,
        colleagues: Vec<Actor>,
        shop: Actor,
        directory: &Directory,
        plan: &Plan,
    ) -> Self {
        let statuses = directory.statuses.iter().map(|status| (status.key.clone(), status.id)).collect();
        let contacts = vec![None; CONTACTS.len()];
        Self { store, colleagues, shop, statuses, contacts, tickets: vec![None; plan.tickets.len()] }
    }

    /// Does the one thing, as the one who did it.
    pub(super) async fn play(&mut self, plan: &Plan, action: &Action) -> anyhow::Result<()> {
        let actor = match action.by {
            Hand::Shop => self.shop.clone(),
            Hand::Colleague(place) => {
                self.colleagues.get(place).context("there is no such colleague")?.clone()
            }
        };
        match &action.deed {
            Deed::Meet(place) => {
                let made = contact::create(&self.store, &actor, meeting(*place)).await?;
                self.contacts[*place] = Some(made.contact.id);
            }
            Deed::Open(place) => {
                let input = self.opening(&plan.tickets[*place]);
                self.tickets[*place] = Some(ticket::open(&self.store, &actor, input).await?.ticket.id);
            }
            Deed::Change(place, step) => {
                ticket::update(&self.store, &actor, self.change(*place, step)?).await?;
            }
            Deed::Note(place, body) => {
                let by = self.key(*place)?;
                ticket::note_add(&self.store, &actor, by, (*body).to_owned(), None).await?;
            }
            Deed::Hear(place, text) => talk::hear(&self.store, &actor, *place, text).await?,
            Deed::Write(place, text) => {
                let contact_id = self.contacts[*place].context("the contact was not met yet")?;
                talk::write(&self.store, &actor, contact_id, text).await?;
            }
        }
        Ok(())
    }

    fn opening(&self, planned: &PlannedTicket) -> OpenTicket {
        OpenTicket {
            contact_id: self.contacts[planned.contact],
            title: planned.title.clone(),
            description: Some(planned.description.clone()),
            priority: Some(planned.priority),
            category: planned.matter.map(Matter::category).map(str::to_owned),
            external_id: planned.external_id.clone(),
            ..OpenTicket::default()
        }
    }

    fn change(&self, place: usize, step: &Step) -> anyhow::Result<UpdateTicket> {
        let status_id = step.status.map(|key| self.statuses.get(key).copied().context("a status is missing"));
        let assignee_id = step.assignee.and_then(|place| self.colleagues.get(place)?.user_id());
        Ok(UpdateTicket {
            priority: given(step.priority),
            status_id: given(status_id.transpose()?),
            assignee_id: given::<UserId>(assignee_id),
            note: given(step.note.map(str::to_owned)),
            ..UpdateTicket::nothing(self.key(place)?)
        })
    }

    fn key(&self, place: usize) -> anyhow::Result<TicketKey> {
        self.tickets[place].map(TicketKey::Id).context("the ticket is not open yet")
    }
}

fn given<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Keep, Change::Set)
}

/// The contact at this place; one in eight left no e-mail address.
fn meeting(place: usize) -> ContactCreate {
    let (name, country) = CONTACTS[place];
    let contact = ContactChanges {
        name: Change::Set(name.to_owned()),
        phone: Change::Set(country.phone(place)),
        email: if place % 8 == 5 { Change::Keep } else { Change::Set(country.email(name)) },
        locale: Change::Set(country.locale().to_owned()),
        ..ContactChanges::default()
    };
    ContactCreate { contact, idempotency_key: None }
}
