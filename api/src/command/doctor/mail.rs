//! Does the mail server let us in?

use std::time::Duration;

use lettre::{AsyncSmtpTransport, Tokio1Executor};

use super::report::Report;
use crate::config::Settings;

const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn examine(settings: &Settings, report: &mut Report) {
    let Some(url) = &settings.mail.smtp_url else {
        return report.ok("no mail server is set (SPORTELLO_SMTP_URL): e-mails are logged, not sent");
    };
    let mend =
        "check SPORTELLO_SMTP_URL: its host and port, whether it is smtp:// or smtps://, user and password";
    report.result("the mail server lets us in", greet(url.expose()).await, mend);
}

async fn greet(url: &str) -> Result<(), String> {
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
        .map_err(|error| format!("SPORTELLO_SMTP_URL is not an address of a mail server: {error}"))?
        .timeout(Some(PATIENCE))
        .build::<Tokio1Executor>();
    match transport.test_connection().await {
        Ok(true) => Ok(()),
        Ok(false) => Err("the mail server hangs up".to_owned()),
        Err(error) => Err(format!("the mail server cannot be used: {error}")),
    }
}
