//! HTML as mails have it, made into the text that a person would read. Nothing of it is trusted or kept.

/// Elements that begin on a line of their own.
const BLOCKS: [&str; 16] = [
    "address",
    "blockquote",
    "br",
    "div",
    "dl",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "li",
    "p",
    "pre",
    "table",
    "tr",
    "ul",
];
/// Elements whose content is for machines.
const HIDDEN: [&str; 4] = ["head", "script", "style", "title"];

/// The text: tags taken off, lines where there were blocks, references resolved, not more than one empty line.
pub(super) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&spaced(&rest[..start]));
        rest = after_tag(&rest[start..], &mut text);
    }
    text.push_str(&spaced(rest));
    tidy(&html_escape::decode_html_entities(&text))
}

/// Reads the tag, comment or plain "<" that stands first; what follows it.
fn after_tag<'a>(html: &'a str, text: &mut String) -> &'a str {
    if html.starts_with("<!--") {
        return html.split_once("-->").map_or("", |(_, rest)| rest);
    }
    let name: String =
        html[1..].chars().skip_while(|c| *c == '/').take_while(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    if name.is_empty() && !html.starts_with("<!") {
        text.push('<');
        return &html[1..];
    }
    let rest = html.split_once('>').map_or("", |(_, rest)| rest);
    if BLOCKS.contains(&name.as_str()) {
        text.push('\n');
    }
    if HIDDEN.contains(&name.as_str()) && !html.starts_with("</") {
        return after_end(rest, &name);
    }
    rest
}

/// What follows the end tag of this name; nothing when there is none.
fn after_end<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some((_, tail)) = rest.split_once("</") {
        if tail.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return tail.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = tail;
    }
    ""
}

/// Line breaks of the source are spaces.
fn spaced(source: &str) -> String {
    source.replace(['\r', '\n', '\t'], " ")
}

fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.lines() {
        let words = line.split([' ', '\u{a0}']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        empty_lines = if words.is_empty() { empty_lines + 1 } else { 0 };
        if empty_lines < 2 {
            tidied.push_str(&words);
            tidied.push('\n');
        }
    }
    tidied.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mail_reads_like_a_text() {
        for (html, expected) in [
            ("<p>Hello,</p><p>it&#39;s <b>broken</b>.</p>", "Hello,\n\nit's broken."),
            ("one<br>two<br/>three", "one\ntwo\nthree"),
            ("<style>p { color: red }</style><p>Caff&egrave; &amp;\n  t&egrave;</p>", "Caffè & tè"),
            ("<ul><li>1<li>2</ul>", "1\n2"),
            ("a < b and <!-- hidden --> c", "a < b and c"),
            ("<script>if (a < b) { x('</p>') }</SCRIPT>after", "after"),
            ("<a href=\"x\">link", "link"),
            ("unfinished <b", "unfinished"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(plain(html), expected, "{html}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in "[<>/!a-z&;# \n\u{e8}-]{0,200}") {
            prop_assert!(plain(&html).len() <= html.len() * 2 + 2);
        }
    }
}
