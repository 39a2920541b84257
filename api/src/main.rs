//! The program `sportello`.

use std::process::ExitCode;

use clap::Parser;
use sportello_api::{command::Arguments, config, telemetry};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sportello: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
    let variables = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
    let settings = config::load(arguments.config.as_deref(), variables)?;
    let telemetry = telemetry::start(&settings.log)?;
    let done = arguments.command.run(&settings).await;
    telemetry.flush().await;
    done
}
