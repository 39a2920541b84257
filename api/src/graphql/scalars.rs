//! The contract's scalars. Those that are texts take any text: a malformed one is a refusal with its place, later.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use sportello_entity::Timestamp;

/// A moment: RFC 3339 in UTC with milliseconds, such as `2026-11-24T08:30:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// A moment: RFC 3339 in UTC with milliseconds, such as `2026-11-24T08:30:00.000Z`.
#[Scalar]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let moment = chrono::DateTime::parse_from_rfc3339(text).map_err(|error| {
            InputValueError::custom(format!(
                "\"{text}\" is no RFC 3339 date and time ({error}); send 2026-11-24T08:30:00Z"
            ))
        })?;
        Ok(Self(Timestamp(moment.timestamp_millis())))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339())
    }
}

impl From<Timestamp> for DateTime {
    fn from(moment: Timestamp) -> Self {
        Self(moment)
    }
}

/// A place in a log, as a whole number up to 2^53-1.
#[derive(Clone, Copy, Debug)]
pub struct Sequence(pub i64);

/// A place in a log, as a whole number up to 2^53-1.
#[Scalar]
impl ScalarType for Sequence {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = match &value {
            Value::Number(number) => number.as_i64(),
            _ => None,
        };
        number.map(Self).ok_or_else(|| InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

macro_rules! text_scalar {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub String);

        $(#[$doc])*
        #[Scalar]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

text_scalar!(
    /// A moment for filters: RFC 3339, or a signed ISO 8601 duration relative to now, such as `-P7D` or `PT2H`.
    DateTimeBound
);
text_scalar!(
    /// An opaque place in the account's event log. Keep it, send it back; do not look into it.
    EventCursor
);
text_scalar!(
    /// An e-mail address.
    EmailAddress
);
text_scalar!(
    /// An absolute address, such as `https://desk.example/media/…`.
    Url
);
text_scalar!(
    /// A phone number in E.164, such as `+39351…`. Spaces, dashes, brackets and a leading 00 are taken and normalised.
    PhoneNumber
);
text_scalar!(
    /// A BCP 47 language tag, such as `it` or `en-US`.
    Locale
);
