//! Texts of others made to fit: cleaned of what a desk refuses, cut into what it takes.

/// One line: every run of white space and control characters is a space.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Lines as they are, without control characters.
pub(super) fn lines(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = unix.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    kept.trim().to_owned()
}

/// The text in pieces of at most so many characters, none of them empty.
pub(super) fn pieces(text: &str, most: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let pieces = characters.chunks(most).map(|piece| piece.iter().collect::<String>().trim().to_owned());
    pieces.filter(|piece| !piece.is_empty()).collect()
}

/// The text cut to so many characters, with an ellipsis at its end; None: it fits as it is.
pub(super) fn cut(text: &str, most: usize) -> Option<String> {
    (text.chars().count() > most)
        .then(|| text.chars().take(most - 1).collect::<String>().trim_end().to_owned() + "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_made_to_fit() {
        assert_eq!(one_line(" a\u{0}\n b\t"), "a b");
        assert_eq!(lines("a\r\nb\u{7}\rc\n"), "a\nb\nc");
        assert_eq!(pieces("abcde", 2), ["ab", "cd", "e"]);
        assert_eq!(pieces("", 2), Vec::<String>::new());
        assert_eq!((cut("abc", 3), cut("abcd", 3).as_deref()), (None, Some("ab…")));
    }
}
