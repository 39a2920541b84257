//! Logs and traces of the process.

mod exporter;

use std::io::IsTerminal;

use anyhow::{Context, Result};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterExt, LevelFilter, filter_fn},
    fmt,
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::config::{Log, LogFormat};

/// What must be flushed before the process ends.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// Sends logs to standard error and, when a collector is set, traces to it. Needs a tokio runtime. Once a process.
///
/// # Errors
/// The filter is not one, or the collector's address cannot be used.
pub fn start(log: &Log) -> Result<Telemetry> {
    let filter = EnvFilter::try_new(&log.filter).with_context(|| {
        format!("RUST_LOG (log.filter) is {:?}, which is not a filter such as info", log.filter)
    })?;
    let traces = log.otlp_endpoint.as_ref().map(exporter::provider).transpose()?;
    let tracer = traces.as_ref().map(|provider| provider.tracer("sportello"));
    tracing_subscriber::registry()
        .with(lines(log.format, filter))
        .with(tracer.map(spans))
        .try_init()
        .context("logs are already set up")?;
    Ok(Telemetry { traces })
}

impl Telemetry {
    /// Hands over what is still held back.
    pub async fn flush(self) {
        let Some(traces) = self.traces else { return };
        let flushed = tokio::task::spawn_blocking(move || traces.shutdown()).await;
        if let Ok(Err(error)) = flushed {
            tracing::warn!(error = %error, "the last traces did not reach the collector");
        }
    }
}

/// Lines tell of events alone; what a span knows, each of them says itself.
fn lines(format: LogFormat, filter: EnvFilter) -> Box<dyn Layer<Registry> + Send + Sync> {
    let terminal = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(terminal);
    // Without a hint every crate's quietest lines would be formed, and then thrown away.
    let level = filter.max_level_hint().unwrap_or(LevelFilter::TRACE);
    let filter = filter.and(filter_fn(|metadata| metadata.is_event()).with_max_level_hint(level));
    match format {
        LogFormat::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
        LogFormat::Auto if !terminal => lines.json().flatten_event(true).with_filter(filter).boxed(),
        LogFormat::Auto | LogFormat::Text => lines.with_filter(filter).boxed(),
    }
}

/// Traces have a level of their own, so that quiet logs do not silence them.
fn spans<S>(tracer: Tracer) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer().with_tracer(tracer).with_filter(LevelFilter::INFO)
}
