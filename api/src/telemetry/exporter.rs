//! Traces by OTLP over HTTP.

use anyhow::{Context, Result};
use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tokio::runtime::Handle;

use crate::config::BaseUrl;

/// Traces are sent in batches to the collector whose base address this is.
///
/// # Errors
/// The address cannot be used.
pub(super) fn provider(endpoint: &BaseUrl) -> Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(endpoint.join("/v1/traces"))
        .with_http_client(Client { inner: reqwest::Client::new(), runtime: Handle::current() })
        .build()
        .context("OTEL_EXPORTER_OTLP_ENDPOINT (log.otlp_endpoint) cannot be used")?;
    let resource = Resource::builder().with_service_name("sportello").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// The exporter has a thread of its own, while our HTTP client needs the runtime.
#[derive(Debug)]
struct Client {
    inner: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(
        &self,
        request: axum::http::Request<Bytes>,
    ) -> Result<axum::http::Response<Bytes>, HttpError> {
        let client = self.inner.clone();
        let sent = self.runtime.spawn(async move {
            let response = client.execute(request.try_into()?).await?;
            let mut answer = axum::http::Response::builder().status(response.status());
            if let Some(headers) = answer.headers_mut() {
                headers.clone_from(response.headers());
            }
            Ok::<_, HttpError>(answer.body(response.bytes().await?)?)
        });
        sent.await?
    }
}
