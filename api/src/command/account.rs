//! `sportello account create`.

use std::io::BufRead;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use sportello_domain::{
    Error, Refusal,
    account::{self, CreateAccount},
    session::Passwords,
    store::Store,
};

use crate::{config::Settings, lifecycle};

/// Accounts: one desk each.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Makes an account with its owner, and prints its id as JSON.
    Create(Create),
}

/// What a new account needs.
#[derive(Args)]
pub struct Create {
    /// What people call the account.
    #[arg(long)]
    name: String,
    /// The owner's name.
    #[arg(long)]
    owner_name: String,
    /// The owner's e-mail address, to sign in with.
    #[arg(long)]
    owner_email: String,
    /// The owner's password, 10 to 200 characters; "-" reads a line from standard input, where no process list
    /// shows it.
    #[arg(long)]
    owner_password: String,
    /// Language of status names and e-mails: a BCP 47 tag such as en, es or it.
    #[arg(long, default_value = "en")]
    locale: String,
    /// Time zone of reports: a name of the IANA database such as Europe/Rome.
    #[arg(long, default_value = "UTC")]
    time_zone: String,
}

/// Without the password.
impl std::fmt::Debug for Create {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Create").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Account {
    pub(super) async fn run(self, settings: &Settings) -> Result<()> {
        let Self::Create(create) = self;
        let input = create.input()?;
        let store = lifecycle::open(settings).await?;
        lifecycle::migrate(&store).await?;
        let id = make(&store, input).await?;
        store.close().await?;
        println!("{}", serde_json::json!({ "id": id.to_string() }));
        Ok(())
    }
}

impl Create {
    fn input(self) -> Result<CreateAccount> {
        let Self { name, owner_name, owner_email, owner_password, locale, time_zone } = self;
        let owner_password =
            if owner_password == "-" { password_from(&mut std::io::stdin().lock())? } else { owner_password };
        Ok(CreateAccount { name, locale, time_zone, owner_name, owner_email, owner_password })
    }
}

fn password_from(input: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    input.read_line(&mut line).context("the password cannot be read from standard input")?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

async fn make(store: &Store, input: CreateAccount) -> Result<sportello_entity::AccountId> {
    let passwords = Passwords::try_new(&store.secret())?;
    account::create(store, &passwords, input).await.map_err(|error| match error {
        Error::Refused(refusals) => anyhow!("{}", sentences(&refusals)),
        other => other.into(),
    })
}

/// Refusals as a person at the command line reads them: `--owner-email: …`.
fn sentences(refusals: &[Refusal]) -> String {
    let sentence = |refusal: &Refusal| format!("{}: {}", option(&refusal.path), refusal.message);
    refusals.iter().map(sentence).collect::<Vec<_>>().join("\n")
}

fn option(path: &[String]) -> String {
    let mut option = "--".to_owned();
    for letter in path.concat().chars() {
        if letter.is_ascii_uppercase() {
            option.push('-');
        }
        option.push(letter.to_ascii_lowercase());
    }
    option
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_the_option() {
        assert_eq!(option(&["ownerEmail".to_owned()]), "--owner-email");
    }

    #[test]
    fn a_password_keeps_its_spaces() {
        let mut input = std::io::Cursor::new(b" a pass word \r\nmore\n");
        assert_eq!(password_from(&mut input).expect("read"), " a pass word ");
    }
}
