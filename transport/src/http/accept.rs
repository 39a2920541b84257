//! What the client takes: the `Accept` header.

use ::http::{HeaderMap, header};

/// What an answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    /// `application/json`, as before there was a type of its own.
    Json,
    /// `application/graphql-response+json`.
    GraphQl,
    /// `text/event-stream`: GraphQL over Server-Sent Events.
    EventStream,
    /// `multipart/mixed;subscriptionSpec=1.0`: Apollo's subscriptions.
    Multipart,
}

impl Media {
    fn essence(self) -> (&'static str, &'static str) {
        match self {
            Media::Json => ("application", "json"),
            Media::GraphQl => ("application", "graphql-response+json"),
            Media::EventStream => ("text", "event-stream"),
            Media::Multipart => ("multipart", "mixed"),
        }
    }
}

/// The choices that an `Accept` header leaves.
#[derive(Debug)]
pub(super) struct Accepted {
    /// For what has one result, and for refusals.
    pub(super) result: Option<Media>,
    /// For what has many.
    pub(super) stream: Option<Media>,
    /// Whether it is a browser's address bar that asks.
    pub(super) prefers_page: bool,
}

impl Accepted {
    /// A missing header means anything. Anything means `application/json`, as the audits of graphql-http want it.
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        let values: Vec<_> =
            headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let text = values.join(",");
        Self::parse(if text.trim().is_empty() { "*/*" } else { &text })
    }

    fn parse(text: &str) -> Self {
        let ranges: Vec<Range> =
            text.split(',').enumerate().filter_map(|(position, text)| Range::parse(text, position)).collect();
        let result = best(&ranges, &[Media::Json, Media::GraphQl, Media::EventStream]);
        let page = ranges.iter().find(|range| range.is("text", "html")).map_or(0, |range| range.quality);
        Self {
            result: result.or_else(|| best(&ranges, &[Media::Multipart])),
            stream: best(&ranges, &[Media::EventStream, Media::Multipart]),
            prefers_page: page > 0 && ranges.iter().all(|range| range.quality <= page),
        }
    }
}

/// One media range.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    /// `subscriptionSpec`: without it, `multipart/mixed` means another protocol (`@defer`).
    is_subscription: bool,
    /// In thousandths.
    quality: u16,
    position: usize,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str, position: usize) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut range = Self { kind, subtype, is_subscription: false, quality: 1000, position };
        for (name, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            if name.eq_ignore_ascii_case("q") {
                range.quality = (value.parse::<f32>().ok()?.clamp(0.0, 1.0) * 1000.0) as u16;
            }
            range.is_subscription |= name.eq_ignore_ascii_case("subscriptionSpec") && value.starts_with('1');
        }
        Some(range)
    }

    fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype)
    }

    /// How closely it names the media type: 0 by `*/*`, 1 by the kind, 2 exactly.
    fn closeness(&self, media: Media) -> Option<u8> {
        let (kind, subtype) = media.essence();
        if media == Media::Multipart {
            return (self.is(kind, subtype) && self.is_subscription).then_some(2);
        }
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (own, "*") if own.eq_ignore_ascii_case(kind) => Some(1),
            _ if self.is(kind, subtype) => Some(2),
            _ => None,
        }
    }
}

/// The one of the highest quality; of several, the one named most closely, then the one named first.
fn best(ranges: &[Range<'_>], candidates: &[Media]) -> Option<Media> {
    let rated = candidates.iter().filter_map(|media| {
        let matching = ranges.iter().filter_map(|range| Some((range.closeness(*media)?, range)));
        let (closeness, range) = matching.max_by_key(|(closeness, _)| *closeness)?;
        (range.quality > 0).then_some(((range.quality, closeness, usize::MAX - range.position), *media))
    });
    // Of equals the first candidate: max_by_key would take the last.
    rated.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, media)| media)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negotiation() {
        use Media::{EventStream, GraphQl, Json, Multipart};
        for (accept, result, stream) in [
            ("*/*", Some(Json), Some(EventStream)),
            ("application/*", Some(Json), None),
            ("application/json", Some(Json), None),
            ("application/graphql-response+json", Some(GraphQl), None),
            ("application/graphql-response+json, application/json;q=0.9", Some(GraphQl), None),
            ("application/json, application/graphql-response+json", Some(Json), None),
            ("application/json;q=0.1, application/graphql-response+json;q=0.2", Some(GraphQl), None),
            ("*/*, application/json;q=0", Some(GraphQl), Some(EventStream)),
            ("text/event-stream", Some(EventStream), Some(EventStream)),
            ("multipart/mixed;subscriptionSpec=1.0, application/json", Some(Json), Some(Multipart)),
            (
                "multipart/mixed;boundary=\"graphql\";subscriptionSpec=\"1.0\"",
                Some(Multipart),
                Some(Multipart),
            ),
            ("multipart/mixed;deferSpec=20220824, application/json", Some(Json), None),
            (
                "text/event-stream;q=0.5, multipart/mixed;subscriptionSpec=1.0",
                Some(EventStream),
                Some(Multipart),
            ),
            ("text/html", None, None),
            ("application/json;q=x", None, None),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                Some(Json),
                Some(EventStream),
            ),
        ] {
            let accepted = Accepted::parse(accept);
            assert_eq!((accepted.result, accepted.stream), (result, stream), "{accept}");
        }
        assert!(Accepted::parse("text/html,*/*;q=0.8").prefers_page);
        assert!(!Accepted::parse("*/*").prefers_page);
    }
}
