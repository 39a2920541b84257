//! From tokens to a tree: exclusion binds most, then AND, then OR.

use std::ops::Range;

use super::{
    problem::Problems,
    token::{FieldTerm, Token, TokenKind, tokens},
};

/// A search as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node<'a> {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Leaf(Leaf<'a>),
}

/// One term and the text that it was written as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf<'a> {
    pub(super) kind: LeafKind<'a>,
    pub(super) raw: &'a str,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LeafKind<'a> {
    /// A bare word. A prefix: one with a star, or the last one of the search.
    Word {
        text: &'a str,
        is_prefix: bool,
    },
    /// A phone number that has spaces in it, or words that may be one.
    Number {
        is_prefix: bool,
    },
    Phrase {
        text: &'a str,
    },
    Field(FieldTerm<'a>),
}

/// How deep groups may be nested, and how many terms there may be.
const DEEPEST: usize = 20;
const MOST_TERMS: usize = 100;

/// How many digits a phone number may have that is typed in several words; 15 are the most of ITU-T E.164.
const LEAST_DIGITS: usize = 7;
const MOST_DIGITS: usize = 15;

/// Reads the tree; None where nothing is left of the text. What is wrong is noted, and reading goes on.
pub(super) fn parse<'a>(text: &'a str, problems: &mut Problems) -> Option<Node<'a>> {
    let mut parser = Parser { text, tokens: tokens(text), next: 0, terms: 0, problems };
    let mut parts = Vec::new();
    loop {
        parts.extend(parser.any_of(0));
        let Some(token) = parser.take() else { break };
        parser.problems.note(token.span, "this parenthesis closes nothing: take it out, or open it before");
    }
    let mut whole = joined(parts, Node::And)?;
    whole.mark_last();
    Some(whole)
}

struct Parser<'a, 'p> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    next: usize,
    terms: usize,
    problems: &'p mut Problems,
}

impl<'a> Parser<'a, '_> {
    fn peek(&self) -> Option<&TokenKind<'a>> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn take(&mut self) -> Option<Token<'a>> {
        let token = self.tokens.get(self.next).cloned();
        self.next += usize::from(token.is_some());
        token
    }

    /// Up to a closing parenthesis or the end.
    fn any_of(&mut self, depth: usize) -> Option<Node<'a>> {
        let mut parts = Vec::new();
        let mut or: Option<Range<usize>> = None;
        loop {
            let part = self.all_of(depth);
            let follows = matches!(self.peek(), Some(TokenKind::Or));
            if part.is_none() && (or.is_some() || follows) {
                let span = or.clone().or_else(|| self.tokens.get(self.next).map(|token| token.span.clone()));
                let message = "OR needs something on both sides; write or for the word";
                self.problems.note(span.unwrap_or_default(), message);
            }
            parts.extend(part);
            if !follows {
                return joined(parts, Node::Or);
            }
            or = self.take().map(|token| token.span);
        }
    }

    /// Up to OR, a closing parenthesis or the end.
    fn all_of(&mut self, depth: usize) -> Option<Node<'a>> {
        let mut parts = Vec::new();
        while !matches!(self.peek(), None | Some(TokenKind::Or | TokenKind::Close)) {
            parts.extend(self.numbers().or_else(|| self.one(depth)));
        }
        joined(parts, Node::And)
    }

    /// A term with what excludes it.
    fn one(&mut self, depth: usize) -> Option<Node<'a>> {
        let mut is_excluded = false;
        let mut last = None;
        while matches!(self.peek(), Some(TokenKind::Not)) {
            is_excluded = !is_excluded;
            last = self.take();
        }
        if let (Some(minus), None | Some(TokenKind::Or | TokenKind::Close)) = (last, self.peek()) {
            self.problems
                .note(minus.span, "this excludes nothing: put a word, phrase or group after the minus");
            return None;
        }
        let term = self.term(depth)?;
        Some(if is_excluded { Node::Not(Box::new(term)) } else { term })
    }

    fn term(&mut self, depth: usize) -> Option<Node<'a>> {
        let token = self.take()?;
        let kind = match token.kind {
            TokenKind::Open => return self.group(token.span, depth),
            TokenKind::Word(text) => {
                let bare = text.trim_end_matches('*');
                LeafKind::Word { text: bare, is_prefix: bare.len() < text.len() }
            }
            TokenKind::Number(_) => LeafKind::Number { is_prefix: false },
            TokenKind::Phrase(quoted) => {
                if !quoted.is_closed {
                    let message = "this quote is never closed: close it, or take it out";
                    self.problems.note(token.span.start..token.span.start + 1, message);
                }
                LeafKind::Phrase { text: quoted.text }
            }
            TokenKind::Field(term) => LeafKind::Field(term),
            TokenKind::Close | TokenKind::Or | TokenKind::Not => return None,
        };
        self.leaf(kind, token.span)
    }

    fn leaf(&mut self, kind: LeafKind<'a>, span: Range<usize>) -> Option<Node<'a>> {
        self.terms += 1;
        if self.terms == MOST_TERMS + 1 {
            self.problems.note(span.clone(), format!("a search may have at most {MOST_TERMS} terms"));
        }
        (self.terms <= MOST_TERMS).then(|| Node::Leaf(Leaf { kind, raw: &self.text[span.clone()], span }))
    }

    fn group(&mut self, open: Range<usize>, depth: usize) -> Option<Node<'a>> {
        if depth == DEEPEST {
            self.problems.note(open, format!("groups may be nested at most {DEEPEST} deep"));
            self.skip_group();
            return None;
        }
        let inner = self.any_of(depth + 1);
        let is_closed = self.take().is_some();
        if !is_closed {
            self.problems.note(open, "this parenthesis is never closed: close it, or take it out");
        } else if inner.is_none() {
            self.problems.note(open, "there is nothing in this group: put something in, or take it out");
        }
        inner
    }

    /// To the parenthesis that closes a group whose inside is not read.
    fn skip_group(&mut self) {
        let mut open = 1;
        while open > 0 {
            match self.take().map(|token| token.kind) {
                Some(TokenKind::Open) => open += 1,
                Some(TokenKind::Close) => open -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Two or more words of digits in a row that have as many of them as a phone number: 351 000 0001.
    fn numbers(&mut self) -> Option<Node<'a>> {
        let is_digits = |token: &&Token<'a>| match token.kind {
            TokenKind::Word(text) => text.bytes().all(|byte| byte.is_ascii_digit() || b"-./".contains(&byte)),
            _ => false,
        };
        let run: Vec<_> =
            self.tokens[self.next..].iter().take(MOST_DIGITS + 1).take_while(is_digits).collect();
        let span = run.first()?.span.start..run.last()?.span.end;
        let digits = self.text[span.clone()].bytes().filter(u8::is_ascii_digit).count();
        if run.len() < 2 || !(LEAST_DIGITS..=MOST_DIGITS).contains(&digits) {
            return None;
        }
        self.next += run.len();
        self.leaf(LeafKind::Number { is_prefix: false }, span)
    }
}

impl Node<'_> {
    /// Makes the last bare word a prefix: a text is searched for while it is typed. What is excluded is excluded as it
    /// stands.
    fn mark_last(&mut self) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().rev().any(Self::mark_last),
            Self::Not(_) => false,
            Self::Leaf(leaf) => match &mut leaf.kind {
                LeafKind::Word { is_prefix, text } if text.contains(char::is_alphanumeric) => {
                    *is_prefix = true;
                    true
                }
                LeafKind::Number { is_prefix } => {
                    *is_prefix = true;
                    true
                }
                _ => false,
            },
        }
    }

    /// Whether texts are looked for in it, not only fields.
    pub(super) fn has_text(&self) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::has_text),
            Self::Not(part) => part.has_text(),
            Self::Leaf(leaf) => !matches!(leaf.kind, LeafKind::Field(_)),
        }
    }
}

fn joined<'a>(mut parts: Vec<Node<'a>>, join: fn(Vec<Node<'a>>) -> Node<'a>) -> Option<Node<'a>> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(join(parts)),
    }
}
