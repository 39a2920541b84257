//! The program `sportello`.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::process::ExitCode;

use clap::Parser;
use sportello_api::{command::Arguments, config, telemetry};

/// Answers are made of many small pieces: a fifth of a list's time went into the system's allocator.
/// By its feature `override` it is SQLite's too; `no_thp` keeps it from asking for pages of 2 MB, which stay as a whole.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Filters are trees, and the executor goes down one call a level.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// How many tasks a worker runs before it looks for those that other threads have woken. SQLite answers from a thread of its
/// own, and all who want to write wait for the one who waits for that answer.
const OTHERS_FIRST: u32 = 1;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .global_queue_interval(OTHERS_FIRST)
        .build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run(arguments)));
    match done {
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
