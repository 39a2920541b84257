//! `/metrics`: the process's metrics as Prometheus reads them.

use std::sync::OnceLock;

use axum::{Router, http::header, routing::get};
use metrics::gauge;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::task::TaskTracker;

/// Upper bounds of the time histograms' buckets, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// The `metrics` crate has one recorder a process, so that several servers in one process (tests) share it.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the recorder, once; what is counted before is lost.
///
/// # Panics
/// When something else in the process has installed another one.
pub fn recorder() -> PrometheusHandle {
    let install = || {
        PrometheusBuilder::new()
            .set_buckets(&SECONDS)
            .expect("there are buckets")
            .install_recorder()
            .expect("only this function installs a recorder")
    };
    RECORDER.get_or_init(install).clone()
}

/// The route. `tasks` are counted whenever somebody looks.
pub fn router(recorder: PrometheusHandle, tasks: [TaskTracker; 2]) -> Router {
    let page = move || async move {
        let running: usize = tasks.iter().map(TaskTracker::len).sum();
        gauge!("sportello_tasks_running").set(running as f64);
        recorder.run_upkeep();
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], recorder.render())
    };
    Router::new().route("/metrics", get(page))
}
