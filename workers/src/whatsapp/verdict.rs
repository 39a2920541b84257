//! What a refusal of the Cloud API means for the message: the table of its error codes. Pure.
//!
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>

use super::client::ApiError;

/// What is to be done about a message that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Again, after a pause: the fault is theirs, and passes.
    Retry,
    /// The same, but a few times only.
    RetryFew,
    /// Again, after a pause for this one customer.
    PauseCustomer,
    /// Again, after a pause for the whole number.
    PauseNumber,
    /// Given up; the same again would be refused again.
    Fail,
    /// Given up; nothing goes out of this number until somebody mends it.
    StopNumber,
}

impl Verdict {
    /// The verdict on a refusal.
    pub(super) fn on(error: &ApiError) -> Self {
        match error.code {
            Some(code) => Self::on_code(code).unwrap_or_else(|| Self::on_status(error.status)),
            None => Self::on_status(error.status),
        }
    }

    /// Whether writing the message again may work.
    pub(super) fn is_retryable(self) -> bool {
        self != Self::Fail
    }

    /// The verdict on a code; None: it is not in the table.
    pub(super) fn on_code(code: i32) -> Option<Self> {
        Some(match code {
            // Unknown or down for a moment, maintenance.
            1 | 2 | 131_016 | 131_057 => Self::Retry,
            131_000 => Self::RetryFew,
            // Too many messages to this customer.
            131_056 => Self::PauseCustomer,
            // Too many calls or messages of the app, the business account, the number.
            4 | 80_007 | 130_429 => Self::PauseNumber,
            // The token, permissions, the account or the number: restricted, locked, not paid, not registered.
            0
            | 3
            | 10
            | 190
            | 200..=299
            | 368
            | 130_497
            | 131_005
            | 131_031
            | 131_037
            | 131_042
            | 131_045 => Self::StopNumber,
            // Not soon (spam and ecosystem limits, experiments, marketing stopped by the customer), another kind of
            // message needed (window closed, template paused), or wrong input.
            131_048 | 131_049 | 131_064 | 130_472 | 131_050 | 131_047 | 131_051 | 131_062 | 132_015
            | 132_016 | 100 | 131_008 | 131_009 | 131_021 | 131_026 | 131_052 | 131_053 | 132_000
            | 132_001 | 132_005 | 132_007 | 132_008 | 132_012 | 137_000 => Self::Fail,
            _ => return None,
        })
    }

    fn on_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::StopNumber,
            408 | 500..=599 => Self::Retry,
            429 => Self::PauseNumber,
            _ => Self::Fail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, code: Option<i32>) -> Verdict {
        Verdict::on(&ApiError { status, code, message: String::new(), retry_after_seconds: None })
    }

    #[test]
    fn codes_go_before_the_http_status() {
        for (status, code, expected) in [
            (400, Some(131_056), Verdict::PauseCustomer),
            (400, Some(130_429), Verdict::PauseNumber),
            (500, Some(131_000), Verdict::RetryFew),
            (401, Some(190), Verdict::StopNumber),
            (403, Some(210), Verdict::StopNumber),
            (400, Some(131_047), Verdict::Fail),
            (500, Some(100), Verdict::Fail),
            (400, Some(999_999), Verdict::Fail),
            (500, Some(999_999), Verdict::Retry),
            (503, None, Verdict::Retry),
            (429, None, Verdict::PauseNumber),
            (401, None, Verdict::StopNumber),
            (302, None, Verdict::Fail),
        ] {
            assert_eq!(verdict(status, code), expected, "{status} {code:?}");
        }
    }
}
