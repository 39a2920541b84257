//! Lines and columns of byte offsets.

use apollo_compiler::parser::SourceSpan;

/// An index of one source text, so that a position costs two binary searches however long its line is.
pub(crate) struct Lines {
    /// Offsets at which a line starts.
    starts: Vec<usize>,
    /// Offsets of bytes that continue a character.
    continuations: Vec<usize>,
}

impl Lines {
    /// Lines end with `\n`, `\r\n` or `\r`.
    pub(crate) fn new(source: &str) -> Self {
        let bytes = source.as_bytes();
        let ends_line = |&at: &usize| match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = (0..bytes.len()).filter(ends_line).map(|at| at + 1);
        Self {
            starts: std::iter::once(0).chain(starts).collect(),
            continuations: (0..bytes.len()).filter(|&at| !source.is_char_boundary(at)).collect(),
        }
    }

    /// Line and column of a byte offset, both from 1, the column in characters.
    pub(crate) fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        let inside = |end| self.continuations.partition_point(|at| *at < end);
        (line, offset - start - (inside(offset) - inside(start)) + 1)
    }

    /// Where a node begins; None for one that does not come from a text.
    pub(crate) fn start(&self, span: Option<SourceSpan>) -> Option<(usize, usize)> {
        span.map(|span| self.position(span.offset()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let lines = Lines::new("aè\nb\r\nc\rd");
        for (offset, expected) in
            [(0, (1, 1)), (1, (1, 2)), (3, (1, 3)), (4, (2, 1)), (7, (3, 1)), (9, (4, 1)), (10, (4, 2))]
        {
            assert_eq!(lines.position(offset), expected, "offset {offset}");
        }
    }
}
