//! WhatsApp's customer service window: for 24 hours after a customer's message anything may be written to them, after that
//! templates only.

use sportello_entity::Timestamp;

/// How long it stays open.
const SECONDS: i64 = 24 * 60 * 60;

/// The window of one customer. It counts from the message's own time, however late the message arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceWindow {
    /// When it closes, or closed; None: the customer never wrote.
    pub closes_at: Option<Timestamp>,
}

impl ServiceWindow {
    /// The window after the customer's latest message.
    pub fn after(last_inbound_at: Option<Timestamp>) -> Self {
        Self { closes_at: last_inbound_at.map(|moment| moment.plus_seconds(SECONDS)) }
    }

    /// When the customer must have written last, if the window closed at that moment.
    pub(super) fn closed_at(moment: Timestamp) -> Timestamp {
        moment.plus_seconds(-SECONDS)
    }

    /// Whether anything may be written at that moment. At the second at which it closes it is closed.
    pub fn is_open(self, now: Timestamp) -> bool {
        self.closes_at.is_some_and(|closes_at| now < closes_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_open_for_a_day() {
        let wrote = Timestamp(1_000);
        let window = ServiceWindow::after(Some(wrote));
        let end = wrote.plus_seconds(SECONDS);
        assert_eq!(window.closes_at, Some(end));
        assert!(window.is_open(wrote) && window.is_open(Timestamp(end.0 - 1)) && !window.is_open(end));
        assert!(!ServiceWindow::after(None).is_open(wrote));
    }
}
