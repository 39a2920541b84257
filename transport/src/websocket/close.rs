//! Why a WebSocket is closed. graphql-ws clients give up for good on most codes, so that each is chosen with care:
//! they try again on 4403, 4408, 1001 and 1013.

use std::borrow::Cow;

use tokio_tungstenite::tungstenite::{
    Error, Utf8Bytes,
    error::{CapacityError, ProtocolError},
    protocol::{CloseFrame, frame::coding::CloseCode},
};

/// The longest reason that a close frame holds, in bytes.
const REASON_LENGTH: usize = 123;

/// A code and a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Close {
    code: u16,
    reason: Cow<'static, str>,
}

impl Close {
    const fn fixed(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// The server stops.
    pub(super) const GOING_AWAY: Self = Self::fixed(1001, "The server is going away");
    /// The client reads too slowly.
    pub(super) const TOO_SLOW: Self = Self::fixed(1013, "Too slow: more waits for you than may wait");
    /// One credential has too many sockets.
    pub(super) const TOO_MANY_SOCKETS: Self = Self::fixed(1013, "Too many sockets with this credential");
    /// Whoever knows whether the credential is good is down.
    pub(super) const UNAVAILABLE: Self = Self::fixed(1013, "Try again later");
    /// `subscribe` before `connection_ack`.
    pub(super) const UNAUTHORIZED: Self = Self::fixed(4401, "Unauthorized");
    /// The credential is not, or no longer, good.
    pub(super) const FORBIDDEN: Self = Self::fixed(4403, "Forbidden");
    /// The client does not speak `graphql-transport-ws`.
    pub(super) const SUBPROTOCOL: Self = Self::fixed(4406, "Subprotocol not acceptable");
    /// `connection_init` did not come, or could not be answered, in time.
    pub(super) const INIT_TIMEOUT: Self = Self::fixed(4408, "Connection initialisation timeout");
    /// A second `connection_init`.
    pub(super) const SECOND_INIT: Self = Self::fixed(4429, "Too many initialisation requests");

    /// A message that is not one of the protocol.
    pub(super) fn invalid(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code: 4400, reason: reason.into() }
    }

    /// The id of a running operation, again.
    pub(super) fn duplicate(id: &str) -> Self {
        Self { code: 4409, reason: format!("Subscriber for {id} already exists").into() }
    }

    /// What a failure to read is due; None where the peer has gone.
    pub(super) fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Capacity(CapacityError::MessageTooLong { max_size, .. }) => {
                Some(Self { code: 1009, reason: format!("A message may have {max_size} bytes").into() })
            }
            Error::Utf8(_) => Some(Self::fixed(1007, "A text message must be UTF-8")),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
            Error::Protocol(error) => Some(Self { code: 1002, reason: error.to_string().into() }),
            _ => None,
        }
    }

    pub(super) fn code(&self) -> u16 {
        self.code
    }

    pub(super) fn frame(&self) -> CloseFrame {
        let mut end = self.reason.len().min(REASON_LENGTH);
        while !self.reason.is_char_boundary(end) {
            end -= 1;
        }
        CloseFrame { code: CloseCode::from(self.code), reason: Utf8Bytes::from(&self.reason[..end]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_cut_between_characters() {
        let frame = Close::invalid("è".repeat(100)).frame();
        assert_eq!(frame.reason.len(), 122);
        assert_eq!(u16::from(frame.code), 4400);
    }
}
