//! A search written anew: single spaces, a star where a word is a prefix, groups only where they are needed.

use super::syntax::{LeafKind, Node};
use crate::contact::phone;

/// The canonical spelling. Read again it is the same search.
pub(super) fn spelled(node: &Node<'_>) -> String {
    match node {
        Node::And(parts) => all_of(parts),
        Node::Or(parts) => parts
            .iter()
            .map(|part| grouped(part, matches!(part, Node::Or(_))))
            .collect::<Vec<_>>()
            .join(" OR "),
        Node::Not(part) => format!("-{}", within_not(part)),
        Node::Leaf(leaf) => match &leaf.kind {
            LeafKind::Word { text, is_prefix } => format!("{text}{}", if *is_prefix { "*" } else { "" }),
            LeafKind::Number { .. } => leaf.raw.split_whitespace().collect::<Vec<_>>().join(" "),
            _ => leaf.raw.to_owned(),
        },
    }
}

/// Digits that stood apart must not become one phone number.
fn all_of(parts: &[Node<'_>]) -> String {
    let mut text = String::new();
    let mut after_digits = false;
    for part in parts {
        // A sign says nothing; behind digits it would be taken for a part of their number.
        if after_digits && is_sign(part) {
            continue;
        }
        let is_digits = is_digits(part);
        let is_group = matches!(part, Node::Or(_) | Node::And(_)) || (after_digits && is_digits);
        text = if text.is_empty() { text } else { text + " " } + &grouped(part, is_group);
        after_digits = is_digits;
    }
    text
}

/// Whether it is a word without a letter or a digit.
fn is_sign(node: &Node<'_>) -> bool {
    let Node::Leaf(leaf) = node else { return false };
    matches!(leaf.kind, LeafKind::Word { text, .. } if !text.contains(char::is_alphanumeric))
}

fn is_digits(node: &Node<'_>) -> bool {
    let Node::Leaf(leaf) = node else { return false };
    match leaf.kind {
        LeafKind::Number { .. } => true,
        LeafKind::Word { text, .. } => {
            text.chars().all(|c| c.is_ascii_digit() || c == '+' || phone::is_filling(c))
        }
        _ => false,
    }
}

fn within_not(node: &Node<'_>) -> String {
    grouped(node, matches!(node, Node::Or(_) | Node::And(_)))
}

fn grouped(node: &Node<'_>, is_group: bool) -> String {
    if is_group { format!("({})", spelled(node)) } else { spelled(node) }
}
