//! What texts are filled in with: from the contact, the ticket, the account, and what a request brings along.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, EntityTrait};
use sportello_entity::{
    AccountId, Timestamp, account, app_user, contact, ticket_category, ticket_status, value::Priority,
};

use super::Text;
use crate::{
    Result,
    contact::{Fields, fields},
    ticket::TicketSnapshot,
};

/// Codes with their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    known: BTreeMap<String, String>,
}

/// Where values come from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sources<'a> {
    /// CONTACT_…, and the contact's own fields.
    pub contact: Option<&'a contact::Model>,
    /// TICKET_…
    pub ticket: Option<&'a TicketSnapshot>,
    /// Values that a request or call brings along for this once; they go before the contact's own.
    pub brought: Option<&'a Fields>,
    /// What is used where there is nothing else.
    pub fallbacks: Option<&'a Fields>,
}

impl Values {
    /// The values that these texts need, as far as there are any. Names are read through `db`: in a transaction as the
    /// transaction has written them.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn gather(
        db: &impl ConnectionTrait,
        account_id: AccountId,
        sources: Sources<'_>,
        texts: &[&Text],
    ) -> Result<Self> {
        let needs = |code: &str| {
            texts.iter().any(|text| text.placeholders().any(|placeholder| placeholder.code == code))
        };
        let mut values = Self::default();
        if let Some(contact) = sources.contact {
            values.add_contact(contact)?;
        }
        values.add(sources.brought);
        let account = match needs("ACCOUNT_NAME") || needs("TICKET_OPENED_AT") {
            true => account::Entity::find_by_id(account_id).one(db).await?,
            false => None,
        };
        if let Some(account) = &account {
            values.set("ACCOUNT_NAME", &account.name);
        }
        if let Some(ticket) = sources.ticket {
            values.add_ticket(ticket);
            values.add_names(db, ticket, &needs).await?;
            if let Some(account) = &account {
                values.set("TICKET_OPENED_AT", &local(ticket.opened_at, &account.time_zone));
            }
        }
        values.add_missing(sources.fallbacks);
        Ok(values)
    }

    /// The value of a code; None when there is none, or nothing but space.
    pub fn get(&self, code: &str) -> Option<&str> {
        self.known.get(code).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// Sets a code's value, whatever it was.
    pub fn set(&mut self, code: &str, value: &str) {
        self.known.insert(code.to_owned(), value.to_owned());
    }

    /// The same values as WhatsApp takes them for parameters of templates: on one line, with single spaces.
    #[must_use]
    pub fn on_one_line(&self) -> Self {
        let joined = |value: &String| value.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { known: self.known.iter().map(|(code, value)| (code.clone(), joined(value))).collect() }
    }

    fn add(&mut self, fields: Option<&Fields>) {
        fields.into_iter().flatten().for_each(|(code, value)| self.set(code, value));
    }

    fn add_missing(&mut self, fallbacks: Option<&Fields>) {
        for (code, value) in fallbacks.into_iter().flatten() {
            if self.get(code).is_none() {
                self.set(code, value);
            }
        }
    }

    fn add_contact(&mut self, contact: &contact::Model) -> Result<()> {
        self.add(Some(&fields::parse(&contact.fields)?));
        self.set("CONTACT_NAME", &contact.name);
        self.set("CONTACT_FIRST_NAME", contact.name.split_whitespace().next().unwrap_or_default());
        self.set("CONTACT_PHONE", contact.phone.as_deref().unwrap_or_default());
        self.set("CONTACT_EMAIL", contact.email.as_deref().unwrap_or_default());
        Ok(())
    }

    fn add_ticket(&mut self, ticket: &TicketSnapshot) {
        self.set("TICKET_REFERENCE", &ticket.reference);
        self.set("TICKET_TITLE", &ticket.title);
        self.set("TICKET_DESCRIPTION", &ticket.description);
        let priority = match ticket.priority {
            Priority::Low => "LOW",
            Priority::Medium => "MEDIUM",
            Priority::High => "HIGH",
            Priority::Urgent => "URGENT",
        };
        self.set("TICKET_PRIORITY", priority);
    }

    async fn add_names(
        &mut self,
        db: &impl ConnectionTrait,
        ticket: &TicketSnapshot,
        needs: &impl Fn(&str) -> bool,
    ) -> Result<()> {
        if needs("TICKET_STATUS") {
            let status = ticket_status::Entity::find_by_id(ticket.status_id).one(db).await?;
            self.set("TICKET_STATUS", &status.map(|status| status.name).unwrap_or_default());
        }
        if let Some(id) = ticket.category_id.filter(|_| needs("TICKET_CATEGORY")) {
            let category = ticket_category::Entity::find_by_id(id).one(db).await?;
            self.set("TICKET_CATEGORY", &category.map(|category| category.name).unwrap_or_default());
        }
        if let Some(id) = ticket.assignee_id.filter(|_| needs("TICKET_ASSIGNEE")) {
            let assignee = app_user::Entity::find_by_id(id).one(db).await?;
            self.set("TICKET_ASSIGNEE", &assignee.map(|user| user.name).unwrap_or_default());
        }
        Ok(())
    }
}

/// A moment as people of that time zone read it.
fn local(moment: Timestamp, time_zone: &str) -> String {
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    moment.to_utc().with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_space_is_no_value() {
        let mut values = Values::default();
        values.set("A", " \n");
        let fallbacks = Fields::from([("A".to_owned(), "there".to_owned())]);
        assert_eq!(values.get("A"), None);
        values.add_missing(Some(&fallbacks));
        assert_eq!(values.get("A"), Some("there"));
    }

    #[test]
    fn parameters_are_on_one_line() {
        let mut values = Values::default();
        values.set("A", "one\n\ttwo     three ");
        assert_eq!(values.on_one_line().get("A"), Some("one two three"));
    }

    #[test]
    fn moments_are_told_in_the_accounts_time_zone() {
        assert_eq!(local(Timestamp(1_764_064_800_000), "Europe/Rome"), "2025-11-25 11:00");
    }
}
