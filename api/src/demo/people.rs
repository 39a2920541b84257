//! The people of the shop, and as whom they act.

use anyhow::Context;
use sportello_domain::{
    Actor, Scope, Who,
    account::mail::{self, Outcome},
    api_key::{self, ApiKeyCreate},
    directory::Directory,
    policy::rank,
    session::Authentication,
    store::Store,
    user::{self, InvitationAccept, InviteUser},
};
use sportello_entity::{AccountId, app_user, value::Role};

/// Everybody's password in the demo.
pub(super) const PASSWORD: &str = "benvenuti-2026";

/// One person of the shop.
pub(super) struct Person {
    pub(super) name: &'static str,
    mailbox: &'static str,
    pub(super) locale: &'static str,
    role: Role,
}

impl Person {
    pub(super) fn email(&self) -> String {
        format!("{}@bottega-aurora.example", self.mailbox)
    }
}

pub(super) const OWNER: Person =
    Person { name: "Aurora Bellini", mailbox: "aurora", locale: "it", role: Role::Owner };

const INVITED: [Person; 5] = [
    Person { name: "Matteo Ferri", mailbox: "matteo", locale: "it", role: Role::Admin },
    Person { name: "Chiara Lombardi", mailbox: "chiara", locale: "it", role: Role::Operator },
    Person { name: "Davide Greco", mailbox: "davide", locale: "it", role: Role::Operator },
    Person { name: "Lucía Navarro", mailbox: "lucia", locale: "es", role: Role::Operator },
    Person { name: "Elena Marchetti", mailbox: "elena", locale: "it", role: Role::Viewer },
];

/// Who works at the desk, in this order: owner, admin, three operators.
pub(super) const COLLEAGUES: usize = 5;
/// The place of the one who speaks Spanish.
pub(super) const SPANISH_SPEAKER: usize = 4;

/// The people who may work tickets, as they are now: a visitor may have changed them.
pub(super) fn colleagues(directory: &Directory) -> Vec<Actor> {
    let works = |user: &&app_user::Model| {
        user.is_active && user.password_hash.is_some() && rank(user.role) >= rank(Role::Operator)
    };
    directory.users.iter().filter(works).map(actor).collect()
}

/// Lets the owner invite the others, and each of them accept.
pub(super) async fn invite_all(authentication: &Authentication, owner: &Actor) -> anyhow::Result<()> {
    let store = authentication.store();
    for person in INVITED {
        let input = InviteUser {
            email: person.email(),
            name: person.name.to_owned(),
            role: person.role,
            locale: Some(person.locale.to_owned()),
            idempotency_key: None,
        };
        let token = user::invite(store, owner, input).await?.token.context("an invitation has a token")?;
        let accept = InvitationAccept { invitation_token: token, password: PASSWORD.to_owned(), name: None };
        user::accept(authentication, accept).await?;
    }
    call_mails_off(store).await
}

/// The invitations are accepted, and nobody reads mail at these addresses.
async fn call_mails_off(store: &Store) -> anyhow::Result<()> {
    let until = store.now().plus_seconds(60);
    for mail in mail::claim(store, INVITED.len() as u64, until).await? {
        mail::settle(store, mail.id, Outcome::Failed("an address of the demo".to_owned())).await?;
    }
    Ok(())
}

/// The web shop, which opens tickets by an API key of its own.
pub(super) async fn web_shop(store: &Store, owner: &Actor) -> anyhow::Result<Actor> {
    let scopes = vec![Scope::TicketsWrite, Scope::ContactsWrite];
    let input = ApiKeyCreate { name: "Negozio online".to_owned(), scopes: scopes.clone(), expires_at: None };
    let key = api_key::create(store, owner, input).await?.key;
    Ok(Actor { account_id: owner.account_id, who: Who::ApiKey { id: key.id, scopes } })
}

/// The owner of an account that was made this moment.
pub(super) async fn owner(store: &Store, account_id: AccountId) -> anyhow::Result<Actor> {
    let directory = store.directory(account_id).await?;
    directory.users.first().map(actor).context("an account begins with its owner")
}

fn actor(user: &app_user::Model) -> Actor {
    let who = Who::User { id: user.id, role: user.role, session_id: None };
    Actor { account_id: user.account_id, who }
}

#[cfg(test)]
mod tests {
    use sportello_domain::{contact::email, text};

    use super::*;

    #[test]
    fn everybody_can_be_invited() {
        for person in INVITED.iter().chain([&OWNER]) {
            assert!(email::checked(&person.email(), &[]).is_ok());
            assert!(text::NAME.check(person.name, &[]).is_ok());
        }
        let working = INVITED.iter().filter(|person| rank(person.role) >= rank(Role::Operator));
        assert_eq!(working.count() + 1, COLLEAGUES);
        assert_eq!(INVITED[SPANISH_SPEAKER - 1].locale, "es");
    }
}
