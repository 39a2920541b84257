//! The words of the search language, each with its place. Every text parts into them: mistakes are found later.

use std::ops::Range;

use winnow::{
    LocatingSlice, Parser, Result,
    combinator::{alt, opt, peek, preceded, repeat, separated, terminated},
    error::EmptyError,
    stream::AsChar,
    token::{one_of, take, take_while},
};

use super::field::Field;
use crate::contact::phone;

type Input<'a> = LocatingSlice<&'a str>;
type Parsed<T> = Result<T, EmptyError>;

/// A word of the language and the bytes where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'a> {
    Open,
    Close,
    Or,
    Not,
    Word(&'a str),
    /// A phone number with its country code, with all the space that is in it.
    Number(&'a str),
    Phrase(Quoted<'a>),
    Field(FieldTerm<'a>),
}

/// A text in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quoted<'a> {
    pub(super) text: &'a str,
    pub(super) is_closed: bool,
}

/// `field:`, how its values are compared, and the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldTerm<'a> {
    pub(super) field: Field,
    pub(super) operator: Option<Operator>,
    /// Separated by commas; none where nothing follows.
    pub(super) values: Vec<Value<'a>>,
}

/// A value of a field, quoted or not, and the bytes where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    pub(super) is_closed: bool,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// Parts a text into its tokens, in time proportional to its length.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let token = preceded(space, token.with_span().map(|(kind, span)| Token { kind, span }));
    let all: Parsed<Vec<_>> = terminated(repeat(0.., token), space).parse_next(&mut LocatingSlice::new(text));
    all.unwrap_or_default()
}

fn space<'a>(input: &mut Input<'a>) -> Parsed<&'a str> {
    take_while(0.., char::is_whitespace).parse_next(input)
}

fn token<'a>(input: &mut Input<'a>) -> Parsed<TokenKind<'a>> {
    alt((
        '('.value(TokenKind::Open),
        ')'.value(TokenKind::Close),
        terminated('-', peek(one_of(|c: char| !c.is_whitespace()))).value(TokenKind::Not),
        quoted.map(TokenKind::Phrase),
        field.map(TokenKind::Field),
        number.map(TokenKind::Number),
        word.map(|word| if word == "OR" { TokenKind::Or } else { TokenKind::Word(word) }),
    ))
    .parse_next(input)
}

fn is_of_word(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '(' | ')' | '"')
}

fn word<'a>(input: &mut Input<'a>) -> Parsed<&'a str> {
    take_while(1.., is_of_word).parse_next(input)
}

fn quoted<'a>(input: &mut Input<'a>) -> Parsed<Quoted<'a>> {
    let text = preceded('"', take_while(0.., |c| c != '"'));
    (text, opt('"')).map(|(text, end)| Quoted { text, is_closed: end.is_some() }).parse_next(input)
}

fn field<'a>(input: &mut Input<'a>) -> Parsed<FieldTerm<'a>> {
    let name = take_while(1..=Field::LONGEST, AsChar::is_alpha).verify_map(Field::named);
    let field = terminated(name, ':').parse_next(input)?;
    let operator = opt(operator).parse_next(input)?;
    let values = separated(0.., value, ',').parse_next(input)?;
    Ok(FieldTerm { field, operator, values })
}

fn operator(input: &mut Input<'_>) -> Parsed<Operator> {
    alt((
        ">=".value(Operator::AtLeast),
        "<=".value(Operator::AtMost),
        '>'.value(Operator::Above),
        '<'.value(Operator::Below),
        '='.value(Operator::Equals),
    ))
    .parse_next(input)
}

fn value<'a>(input: &mut Input<'a>) -> Parsed<Value<'a>> {
    let bare = take_while(1.., |c| is_of_word(c) && c != ',');
    let bare = bare.map(|text| Quoted { text, is_closed: true });
    let (Quoted { text, is_closed }, span) = alt((quoted, bare)).with_span().parse_next(input)?;
    Ok(Value { text, is_closed, span })
}

/// The least number of digits of a phone number with its country code.
const LEAST_DIGITS: usize = 7;

/// A phone number that begins with + or 00: up to its last digit at which a word ends.
fn number<'a>(input: &mut Input<'a>) -> Parsed<&'a str> {
    peek(alt(("+", "00"))).parse_next(input)?;
    let (mut digits, mut is_open, mut end) = (0, false, None);
    let mut characters = input.as_ref().char_indices().peekable();
    while let Some((place, c)) = characters.next() {
        match c {
            '(' | ')' if is_open == (c == ')') => is_open = c == '(',
            '0'..='9' => {
                digits += 1;
                let ends = characters.peek().is_none_or(|(_, next)| !is_of_word(*next));
                if ends && !is_open && digits >= LEAST_DIGITS {
                    end = Some(place + 1);
                }
            }
            '+' if place == 0 => {}
            c if phone::is_filling(c) && !matches!(c, '(' | ')') => {}
            _ => break,
        }
    }
    match end {
        Some(end) => take(end).parse_next(input),
        None => Err(EmptyError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind<'_>> {
        tokens(text).into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn a_text_is_parted() {
        use TokenKind::{Close, Not, Number, Open, Or, Phrase, Word};
        let phrase = |text, is_closed| Phrase(Quoted { text, is_closed });
        for (text, expected) in [
            ("", vec![]),
            ("  a  b-c ", vec![Word("a"), Word("b-c")]),
            ("-a (b OR or)", vec![Not, Word("a"), Open, Word("b"), Or, Word("or"), Close]),
            ("a - b -", vec![Word("a"), Word("-"), Word("b"), Word("-")]),
            ("\"a b\"c \"d", vec![phrase("a b", true), Word("c"), phrase("d", false)]),
            ("12:30 http://x", vec![Word("12:30"), Word("http://x")]),
            ("+39 (351) 000-0001 x", vec![Number("+39 (351) 000-0001"), Word("x")]),
            ("0039351000", vec![Number("0039351000")]),
            ("+39 x", vec![Word("+39"), Word("x")]),
            ("+39351000x", vec![Word("+39351000x")]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn a_field_has_its_values() {
        let [TokenKind::Field(term)] = &kinds("Status:open,\"In progress\"")[..] else { panic!("a field") };
        let texts: Vec<_> = term.values.iter().map(|value| (value.text, value.span.clone())).collect();
        assert_eq!((term.field, texts), (Field::Status, vec![("open", 7..11), ("In progress", 12..25)]));
        let [TokenKind::Field(term)] = &kinds("priority:>=high")[..] else { panic!("a field") };
        assert_eq!((term.operator, term.values[0].text), (Some(Operator::AtLeast), "high"));
        let [TokenKind::Field(term), TokenKind::Word("open")] = &kinds("status: open")[..] else {
            panic!("a field without a value, and a word")
        };
        assert_eq!(term.values, []);
    }
}
