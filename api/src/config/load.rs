//! From file and environment to settings that fit together.

use std::{fmt, path::Path};

use super::{environment, file, secret, settings::Settings};

/// Everything that is wrong with the settings, a sentence each.
#[derive(Debug)]
pub struct Invalid(Vec<String>);

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the settings are not right:")?;
        self.0.iter().try_for_each(|problem| write!(formatter, "\n  {}", problem.trim_end()))
    }
}

impl std::error::Error for Invalid {}

impl From<String> for Invalid {
    fn from(problem: String) -> Self {
        Self(vec![problem])
    }
}

/// Reads the settings: the file, if there is one, then the variables.
///
/// # Errors
/// The file is not a settings file, a variable is unknown or says something else than its setting expects, or settings
/// do not fit together.
pub fn load(
    path: Option<&Path>,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, Invalid> {
    let mut settings = path.map_or_else(|| Ok(Settings::default()), file::read)?;
    let mut problems = environment::apply(&mut settings, variables);
    problems.extend(check(&settings));
    if problems.is_empty() { Ok(settings) } else { Err(Invalid(problems)) }
}

/// What no single value can tell.
fn check(settings: &Settings) -> Vec<String> {
    let Settings { database, server, accounts, graphql, mail, .. } = settings;
    let url = database.url.expose();
    let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme));
    let mut problems = Vec::new();
    let mut refuse = |wrong: bool, sentence: &str| {
        if wrong {
            problems.push(sentence.to_owned());
        }
    };
    refuse(!known, "DATABASE_URL (database.url): it must begin with sqlite: or postgres:.");
    refuse(database.max_connections < 2, "database.max_connections: it must be at least 2.");
    refuse(
        !(10..=86_400).contains(&accounts.access_token_seconds),
        "SPORTELLO_ACCESS_TOKEN_SECONDS (accounts.access_token_seconds): it must be from 10 to 86400.",
    );
    refuse(
        accounts
            .jwks_url
            .as_ref()
            .is_some_and(|url| !["https://", "http://"].iter().any(|scheme| url.starts_with(scheme))),
        "SPORTELLO_JWKS_URL (accounts.jwks_url): it must begin with https:// or http://.",
    );
    refuse(
        accounts.jwks_url.is_some() && (accounts.jwt_issuer.is_none() || accounts.jwt_audience.is_none()),
        "SPORTELLO_JWKS_URL (accounts.jwks_url): it needs SPORTELLO_JWT_ISSUER and SPORTELLO_JWT_AUDIENCE too, or \
         any token of that provider would open this desk.",
    );
    refuse(
        mail.smtp_url.as_ref().is_some_and(|url| {
            !["smtp://", "smtps://"].iter().any(|scheme| url.expose().starts_with(scheme))
        }),
        "SPORTELLO_SMTP_URL (mail.smtp_url): it must begin with smtp:// or smtps://.",
    );
    refuse(
        mail.retry_base_seconds == 0,
        "SPORTELLO_RETRY_BASE_SECONDS (mail.retry_base_seconds): it must be at least 1.",
    );
    refuse(
        graphql.body_bytes < 1024 || graphql.execution_seconds == 0,
        "graphql.body_bytes must be at least 1024 and graphql.execution_seconds at least 1.",
    );
    if let Some(Err(problem)) = server.secret.as_ref().map(|secret| secret::check(secret.expose())) {
        problems.push(format!("SPORTELLO_SECRET (server.secret): {problem}"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(variables: &[(&str, &str)]) -> String {
        let owned = variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        load(None, owned).expect_err("refused").to_string()
    }

    #[test]
    fn defaults_fit_together() {
        load(None, []).expect("the defaults are settings");
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        for (name, text) in [
            ("DATABASE_URL", "mysql://localhost"),
            ("SPORTELLO_SECRET", "short"),
            ("SPORTELLO_JWKS_URL", "https://id.example/keys"),
            ("SPORTELLO_SMTP_URL", "mail.example"),
            ("SPORTELLO_RETRY_BASE_SECONDS", "0"),
            ("SPORTELLO_ACCESS_TOKEN_SECONDS", "0"),
        ] {
            assert!(problem(&[(name, text)]).contains(name), "{name}");
        }
    }

    #[test]
    fn all_problems_are_said_at_once() {
        let problem = problem(&[("SPORTELLO_LISTEN", "x"), ("SPORTELLO_SECRET", "x"), ("SPORTELLO_X", "x")]);
        assert_eq!(problem.lines().count(), 4, "{problem}");
    }
}
