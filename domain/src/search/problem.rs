//! Mistakes in a search text, with their places.

use std::ops::Range;

use crate::error::SearchProblem;

/// Mistakes as they are found, at most as many as anybody reads.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<(Range<usize>, String)>,
}

impl Problems {
    const MOST: usize = 20;

    /// Notes a mistake at these bytes.
    pub(super) fn note(&mut self, span: Range<usize>, message: impl Into<String>) {
        if self.found.len() < Self::MOST {
            self.found.push((span, message.into()));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The mistakes in the order of their places, which count UTF-16 code units of `text`.
    pub(super) fn told(mut self, text: &str) -> Vec<SearchProblem> {
        self.found.sort_by_key(|(span, _)| (span.start, span.end));
        let units = |part: &str| part.encode_utf16().count();
        let told = self.found.into_iter().map(|(span, message)| SearchProblem {
            message,
            offset: units(&text[..span.start]),
            length: units(&text[span]),
        });
        told.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_utf_16() {
        let mut problems = Problems::default();
        problems.note(5..7, "second");
        problems.note(0..4, "first");
        let told = problems.told("😀 è");
        let places: Vec<_> = told.iter().map(|problem| (problem.offset, problem.length)).collect();
        assert_eq!(places, [(0, 2), (3, 1)]);
    }
}
