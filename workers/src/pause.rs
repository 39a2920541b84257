//! How long to wait before something that failed is tried again.

/// The pause after `attempts` that failed, in seconds: `base_seconds` after the first, then each `growth` times the one
/// before it, `longest` at most.
pub(crate) fn pause(base_seconds: u32, growth: i64, attempts: u32, longest: i64) -> i64 {
    let grown = i64::from(base_seconds).saturating_mul(growth.saturating_pow(attempts.saturating_sub(1)));
    grown.clamp(1, longest)
}
