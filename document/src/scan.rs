//! A first look at the text that keeps no tree: how many tokens, how deeply nested.
//!
//! The parsers behind it recurse; what this look lets through is shallow enough for any thread's stack.

use crate::{
    limits::Limits,
    position::Lines,
    refusal::{Problem, Refusal, RefusalKind},
};

/// How many brackets of any kind may be open at once.
///
/// Every level of fields needs one, arguments and the values in them some more.
const MAX_BRACKETS: usize = 100;

/// Refuses a text that is too long, has too many tokens or opens too many brackets; it may still be no document.
pub(crate) fn scan(source: &str, limits: &Limits) -> Result<(), Refusal> {
    if source.len() > limits.max_bytes {
        return Err(too_complex(format!(
            "The document is {} bytes long; at most {} are allowed.",
            source.len(),
            limits.max_bytes
        )));
    }
    let (mut offset, mut tokens, mut open) = (0, 0_usize, 0_usize);
    while let Some(&byte) = source.as_bytes().get(offset) {
        match byte {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_BRACKETS {
            let message = format!("The document opens more than {MAX_BRACKETS} brackets within each other.");
            let problem = Problem::new(message).at(Some(Lines::new(source).position(offset)));
            return Err(Refusal::new(RefusalKind::TooDeep, problem));
        }
        let (end, is_token) = lexeme(source.as_bytes(), offset);
        tokens += usize::from(is_token);
        if tokens > limits.max_tokens {
            return Err(too_complex(format!("The document has more than {} tokens.", limits.max_tokens)));
        }
        offset = end;
    }
    Ok(())
}

fn too_complex(message: String) -> Refusal {
    Refusal::new(RefusalKind::TooComplex, Problem::new(message))
}

/// Where what starts at `start` ends, and whether the grammar counts it as a token.
fn lexeme(text: &[u8], start: usize) -> (usize, bool) {
    let run = |belongs: fn(&u8) -> bool| {
        let length = text[start..].iter().take_while(|byte| belongs(byte)).count();
        start + length.max(1)
    };
    match text[start] {
        b' ' | b'\t' | b'\r' | b'\n' | b',' => (start + 1, false),
        b'#' => (run(|byte| !matches!(byte, b'\r' | b'\n')), false),
        b'"' => (string_end(text, start), true),
        b'.' => (run(|byte| *byte == b'.'), true),
        byte if is_word(&byte) => (run(is_word), true),
        _ => (start + 1, true),
    }
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+') || !byte.is_ascii()
}

/// The end of a string or block string; an unfinished one ends with its line, or with the text.
fn string_end(text: &[u8], start: usize) -> usize {
    let is_block = text[start..].starts_with(b"\"\"\"");
    let mut at = start + if is_block { 3 } else { 1 };
    while at < text.len() {
        match &text[at..] {
            [b'\\', b'"', b'"', b'"', ..] if is_block => at += 4,
            [b'"', b'"', b'"', ..] if is_block => return at + 3,
            [b'\\', _, ..] if !is_block => at += 2,
            [b'"', ..] if !is_block => return at + 1,
            [b'\r' | b'\n', ..] if !is_block => return at,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(source: &str) -> Option<RefusalKind> {
        let limits = Limits { max_bytes: 1_000_000, max_tokens: 6, ..Limits::default() };
        scan(source, &limits).err().map(|refusal| refusal.kind)
    }

    #[test]
    fn counts_tokens_outside_strings_and_comments() {
        for passes in [
            "{ a b c d }",
            "{ a } # } } } } } } } } }",
            r#"{ a(b: "} \" } } } } }") }"#.trim_end_matches(") }"),
            "{ a \"\"\" { { { { { \\\"\"\" { { \"\"\" }",
            "{ a \"unfinished } } } } } }\n }",
            "{ ...a ...b }",
            "",
            "è",
        ] {
            assert_eq!(kind(passes), None, "{passes}");
        }
        for refused in ["{ a b c d e }", "{ a } ! ! ! !", "{ a(b: 1) }"] {
            assert_eq!(kind(refused), Some(RefusalKind::TooComplex), "{refused}");
        }
    }

    #[test]
    fn counts_open_brackets() {
        let limits = Limits::default();
        for (open, close) in [("{a", "}"), ("[", "]"), ("(", ")")] {
            let nested = |depth: usize| open.repeat(depth) + &close.repeat(depth);
            assert!(scan(&nested(MAX_BRACKETS), &limits).is_ok());
            let refusal = scan(&nested(MAX_BRACKETS + 1), &limits).expect_err("one bracket too many");
            assert_eq!(refusal.kind, RefusalKind::TooDeep);
            assert_eq!(refusal.errors[0].locations, [(1, MAX_BRACKETS * open.len() + 1)]);
        }
    }

    #[test]
    fn refuses_long_texts() {
        let refusal = scan(&" ".repeat(100_001), &Limits::default()).expect_err("too long");
        assert_eq!(refusal.kind, RefusalKind::TooComplex);
    }
}
