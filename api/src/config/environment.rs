//! Environment variables: which there are, and what each sets.

use std::str::FromStr;

use super::settings::{LogFormat, Settings};

/// Sets one variable's setting from its text, or says what is expected instead.
type Set = fn(&mut Settings, &str) -> Result<(), String>;

/// Every variable that Sportello reads.
const VARIABLES: &[(&str, Set)] = &[
    ("DATABASE_URL", |to, text| set(&mut to.database.url, text)),
    ("SPORTELLO_DATABASE_MAX_CONNECTIONS", |to, text| number(&mut to.database.max_connections, text)),
    ("SPORTELLO_LISTEN", |to, text| listen(&mut to.server.listen, text)),
    ("SPORTELLO_PUBLIC_URL", |to, text| set(&mut to.server.public_url, text)),
    ("SPORTELLO_APP_URL", |to, text| optional(&mut to.server.app_url, text)),
    ("SPORTELLO_TRUSTED_PROXIES", |to, text| switch(&mut to.server.trusted_proxies, text)),
    ("SPORTELLO_SECRET", |to, text| optional(&mut to.server.secret, text)),
    ("SPORTELLO_ACCESS_TOKEN_SECONDS", |to, text| number(&mut to.accounts.access_token_seconds, text)),
    ("SPORTELLO_JWKS_URL", |to, text| optional(&mut to.accounts.jwks_url, text)),
    ("SPORTELLO_JWT_ISSUER", |to, text| optional(&mut to.accounts.jwt_issuer, text)),
    ("SPORTELLO_JWT_AUDIENCE", |to, text| optional(&mut to.accounts.jwt_audience, text)),
    ("SPORTELLO_INTROSPECTION", |to, text| switch(&mut to.graphql.introspection, text)),
    ("SPORTELLO_RATE_LIMIT_PER_MINUTE", |to, text| number(&mut to.graphql.rate_limit_per_minute, text)),
    ("SPORTELLO_BODY_BYTES", |to, text| number(&mut to.graphql.body_bytes, text)),
    ("SPORTELLO_EXECUTION_SECONDS", |to, text| number(&mut to.graphql.execution_seconds, text)),
    ("SPORTELLO_OPERATIONS_PER_SOCKET", |to, text| number(&mut to.graphql.operations_per_socket, text)),
    ("SPORTELLO_STREAMS_PER_CREDENTIAL", |to, text| number(&mut to.graphql.streams_per_credential, text)),
    ("SPORTELLO_SMTP_URL", |to, text| optional(&mut to.mail.smtp_url, text)),
    ("SPORTELLO_EMAIL_FROM", |to, text| optional(&mut to.mail.from, text)),
    ("SPORTELLO_EMAIL_MERGE_SECONDS", |to, text| number(&mut to.mail.merge_seconds, text)),
    ("SPORTELLO_RETRY_BASE_SECONDS", |to, text| number(&mut to.mail.retry_base_seconds, text)),
    ("SPORTELLO_RETENTION_DAYS", |to, text| number(&mut to.retention.event_days, text)),
    ("SPORTELLO_RESTORE_DAYS", |to, text| number(&mut to.retention.restore_days, text)),
    ("RUST_LOG", |to, text| set(&mut to.log.filter, text)),
    ("SPORTELLO_LOG_FORMAT", |to, text| format(&mut to.log.format, text)),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", |to, text| optional(&mut to.log.otlp_endpoint, text)),
    ("SPORTELLO_WHATSAPP_API_URL", |to, text| optional(&mut to.whatsapp.api_url, text)),
    ("SPORTELLO_WHATSAPP_APP_SECRET", |to, text| optional(&mut to.whatsapp.app_secret, text)),
    ("SPORTELLO_WHATSAPP_VERIFY_TOKEN", |to, text| optional(&mut to.whatsapp.verify_token, text)),
    ("SPORTELLO_WEBHOOK_ALLOW_PRIVATE", |to, text| switch(&mut to.webhooks.allow_private, text)),
    ("NATS_URL", |to, text| optional(&mut to.wake_up.nats_url, text)),
];

/// Lays the variables over the settings. An empty variable is one that is not set.
///
/// # Errors
/// A sentence for each variable that does not say what its setting expects, and for each `SPORTELLO_` variable that
/// there is not.
pub(super) fn apply(
    settings: &mut Settings,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, text) in variables {
        match VARIABLES.iter().find(|(known, _)| *known == name) {
            Some((_, set)) if !text.is_empty() => {
                problems.extend(set(settings, &text).err().map(|problem| format!("{name}: {problem}.")));
            }
            Some(_) => {}
            None if name.starts_with("SPORTELLO_") => problems.push(unknown(&name)),
            None => {}
        }
    }
    problems
}

fn unknown(name: &str) -> String {
    format!(
        "{name}: there is no such variable. Take it out; sportello.default.toml names all that there are."
    )
}

fn set<T: FromStr<Err: ToString>>(to: &mut T, text: &str) -> Result<(), String> {
    *to = text.parse().map_err(|error: T::Err| error.to_string())?;
    Ok(())
}

fn optional<T: FromStr<Err: ToString>>(to: &mut Option<T>, text: &str) -> Result<(), String> {
    *to = Some(text.parse().map_err(|error: T::Err| error.to_string())?);
    Ok(())
}

fn number<T: FromStr>(to: &mut T, text: &str) -> Result<(), String> {
    *to = text.trim().parse().map_err(|_| format!("it is {text:?}, where a whole number is expected"))?;
    Ok(())
}

fn listen(to: &mut std::net::SocketAddr, text: &str) -> Result<(), String> {
    *to = text.parse().map_err(|_| {
        format!("it is {text:?}, where an address and a port are expected, as in 127.0.0.1:8000")
    })?;
    Ok(())
}

fn switch(to: &mut bool, text: &str) -> Result<(), String> {
    *to = match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => true,
        "false" | "0" | "no" | "off" => false,
        _ => return Err(format!("it is {text:?}, where true or false is expected")),
    };
    Ok(())
}

fn format(to: &mut LogFormat, text: &str) -> Result<(), String> {
    *to = match text {
        "auto" => LogFormat::Auto,
        "text" => LogFormat::Text,
        "json" => LogFormat::Json,
        _ => return Err(format!("it is {text:?}, where auto, text or json is expected")),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(variables: &[(&str, &str)]) -> Vec<String> {
        let owned = variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        apply(&mut Settings::default(), owned)
    }

    #[test]
    fn wrong_and_unknown_variables_are_named() {
        for (name, text, expected) in [
            ("SPORTELLO_LISTNE", "127.0.0.1:1", "no such variable"),
            ("SPORTELLO_LISTEN", "localhost", "as in 127.0.0.1:8000"),
            ("SPORTELLO_RESTORE_DAYS", "-1", "a whole number"),
            ("SPORTELLO_INTROSPECTION", "maybe", "true or false"),
            ("SPORTELLO_PUBLIC_URL", "desk", "https://desk.example"),
            ("SPORTELLO_LOG_FORMAT", "xml", "auto, text or json"),
        ] {
            let [problem] = problems(&[(name, text)]).try_into().expect("one problem");
            assert!(problem.contains(name) && problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn empty_and_foreign_variables_change_nothing() {
        assert!(
            problems(&[("SPORTELLO_LISTEN", ""), ("HOME", "/"), ("OTEL_SERVICE_NAME", "desk")]).is_empty()
        );
    }

    #[test]
    fn the_default_file_names_every_variable() {
        let file = include_str!("../../../sportello.default.toml");
        for (name, _) in VARIABLES {
            assert!(file.contains(name), "{name} is not in sportello.default.toml");
        }
    }
}
