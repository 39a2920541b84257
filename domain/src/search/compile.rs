//! From the syntax to the filter: names become ids of the account, times become moments.

use std::ops::Range;

use chrono_tz::Tz;
use sportello_entity::{
    CategoryId, Timestamp,
    value::{MacroStatus, Priority, TicketSource},
};

use super::{
    field::Field,
    problem::Problems,
    syntax::{Leaf, LeafKind, Node},
    term::{Number, SearchTerm, SearchTree, TextTerm},
    time::Calendar,
    token::{FieldTerm, Operator, Value},
    words::words,
};
use crate::{
    actor::Actor,
    category,
    contact::phone,
    directory::Directory,
    filter::{Choice, Comparison, ContactFilter, ContactTerm, Filter, TextComparison, TicketTerm},
    text::{folded, name_key},
};

/// What the names in a search mean, and to whom.
pub(super) struct Compiler<'a> {
    actor: &'a Actor,
    directory: &'a Directory,
    calendar: Calendar,
    /// What is wrong.
    pub(super) problems: Problems,
}

/// What one value of a field stands for, or what is wrong with it.
type Meaning = Result<SearchTree, String>;

/// The least digits of a bare word that may be a part of a phone number.
const LEAST_DIGITS: usize = 6;

impl<'a> Compiler<'a> {
    pub(super) fn new(
        actor: &'a Actor,
        directory: &'a Directory,
        now: Timestamp,
        problems: Problems,
    ) -> Self {
        let zone = directory.account.time_zone.parse::<Tz>().unwrap_or(Tz::UTC);
        Self { actor, directory, calendar: Calendar { zone, now }, problems }
    }

    /// The filter; None where nothing is asked: signs between words are no words.
    pub(super) fn tree(&mut self, node: &Node<'_>) -> Option<SearchTree> {
        match node {
            Node::And(parts) => self.all(parts).map(Filter::all_of),
            Node::Or(parts) => self.all(parts).map(Filter::Or),
            Node::Not(part) => self.tree(part).map(Filter::negated),
            Node::Leaf(leaf) => self.leaf(leaf),
        }
    }

    fn all(&mut self, parts: &[Node<'_>]) -> Option<Vec<SearchTree>> {
        let parts: Vec<_> = parts.iter().filter_map(|part| self.tree(part)).collect();
        (!parts.is_empty()).then_some(parts)
    }

    fn leaf(&mut self, leaf: &Leaf<'_>) -> Option<SearchTree> {
        match &leaf.kind {
            LeafKind::Word { text, is_prefix } => {
                text_term(text, *is_prefix, word_number(text)).map(text_tree)
            }
            LeafKind::Phrase { text } => text_term(text, false, None).map(text_tree),
            LeafKind::Number { is_prefix } => Some(number_tree(leaf.raw, *is_prefix)),
            LeafKind::Field(term) => Some(self.field(term, leaf.span.clone())),
        }
    }

    /// A field's values: what one of them takes.
    fn field(&mut self, term: &FieldTerm<'_>, span: Range<usize>) -> SearchTree {
        let FieldTerm { field, operator, values } = term;
        if operator.is_some() && !field.is_ordered() {
            self.problems.note(span, "only priority, opened, updated and closed can be compared");
            return Filter::None;
        }
        if values.is_empty() {
            self.problems
                .note(span, "this field needs a value right after its colon; put spaces into quotes");
            return Filter::None;
        }
        let meanings: Vec<_> = values.iter().map(|value| self.value(*field, *operator, value)).collect();
        match meanings.len() {
            1 => meanings.into_iter().next().unwrap_or(Filter::None),
            _ => Filter::Or(meanings),
        }
    }

    fn value(&mut self, field: Field, operator: Option<Operator>, value: &Value<'_>) -> SearchTree {
        if !value.is_closed {
            let message = "this quote is never closed: close it, or take it out";
            self.problems.note(value.span.start..value.span.start + 1, message);
            return Filter::None;
        }
        let text = value.text.trim();
        let meaning = match field {
            _ if text.is_empty() => Err("is empty: give a value".to_owned()),
            Field::Status => self.status(text),
            Field::Is => self.state(text),
            Field::Priority => priority(operator, text),
            Field::Category => self.category(text),
            Field::Assignee => self.assignee(text),
            Field::Contact => Ok(contact(ContactTerm::Name(TextComparison::Contains(text.to_owned())))),
            Field::Phone => number(text),
            Field::Reference => Ok(reference(text)),
            Field::Source => source(text),
            Field::Opened => self.time(operator, text, TicketTerm::OpenedAt),
            Field::Updated => self.time(operator, text, TicketTerm::UpdatedAt),
            Field::Closed => self.time(operator, text, TicketTerm::ClosedAt),
        };
        meaning.unwrap_or_else(|problem| {
            self.problems.note(value.span.clone(), format!("\u{201c}{text}\u{201d} {problem}"));
            Filter::None
        })
    }

    /// Statuses by key or name. Deleted ones have no tickets.
    fn status(&self, text: &str) -> Meaning {
        let key = name_key(text);
        let live = || self.directory.statuses.iter().filter(|status| status.deleted_at.is_none());
        let named = live().filter(|status| name_key(&status.key) == key || status.name_key == key);
        let ids: Vec<_> = named.map(|status| status.id).collect();
        if ids.is_empty() {
            let keys: Vec<_> = live().map(|status| status.key.as_str()).collect();
            return Err(format!("is no status: there are {}", keys.join(", ")));
        }
        Ok(field_tree(TicketTerm::StatusId(Choice::OneOf(ids))))
    }

    fn state(&self, text: &str) -> Meaning {
        let of = |status| TicketTerm::MacroStatus(Choice::OneOf(vec![status]));
        Ok(field_tree(match text.to_ascii_lowercase().as_str() {
            "open" => of(MacroStatus::InProgress),
            "closed" => of(MacroStatus::Terminated),
            "unassigned" => TicketTerm::AssigneeId(Choice::IsAbsent),
            "mine" => self.mine(),
            _ => return Err("means nothing after is: — write open, closed, unassigned or mine".to_owned()),
        }))
    }

    /// A key has no tickets of its own.
    fn mine(&self) -> TicketTerm {
        TicketTerm::AssigneeId(Choice::OneOf(self.actor.user_id().into_iter().collect()))
    }

    /// A category by name, with those that went into it: their tickets may still be on the way.
    fn category(&self, text: &str) -> Meaning {
        let key = name_key(text);
        let all = &self.directory.categories;
        let meant = |id| category::meant_in(self.directory, id).map(|meant| meant.id);
        let Some(named) = all.iter().find(|category| category.name_key == key) else {
            return Err("is no category: check its name, and put spaces into quotes".to_owned());
        };
        let target: Option<CategoryId> = meant(named.id);
        let ids = all.iter().map(|category| category.id).filter(|id| meant(*id) == target);
        Ok(field_tree(TicketTerm::CategoryId(Choice::OneOf(ids.collect()))))
    }

    /// Users by name; several may have the same.
    fn assignee(&self, text: &str) -> Meaning {
        if text.eq_ignore_ascii_case("me") {
            return Ok(field_tree(self.mine()));
        }
        let wanted = folded(text);
        let named = self.directory.users.iter().filter(|user| folded(&user.name) == wanted);
        let ids: Vec<_> = named.map(|user| user.id).collect();
        if ids.is_empty() {
            return Err("is nobody here: write me, or a user's whole name in quotes".to_owned());
        }
        Ok(field_tree(TicketTerm::AssigneeId(Choice::OneOf(ids))))
    }

    fn time(
        &self,
        operator: Option<Operator>,
        text: &str,
        term: fn(crate::filter::Moment) -> TicketTerm,
    ) -> Meaning {
        let moments = self.calendar.comparisons(operator, text)?;
        Ok(Filter::all_of(moments.into_iter().map(|moment| field_tree(term(moment))).collect()))
    }
}

fn field_tree(term: TicketTerm) -> SearchTree {
    Filter::term(SearchTerm::Field(term), &["search".to_owned()])
}

fn text_tree(term: TextTerm) -> SearchTree {
    Filter::term(SearchTerm::Text(term), &["search".to_owned()])
}

fn contact(term: ContactTerm) -> SearchTree {
    field_tree(TicketTerm::Contact(ContactFilter::term(term, &["search".to_owned()])))
}

/// None: there is no letter and no digit in it.
fn text_term(text: &str, is_prefix: bool, number: Option<Number>) -> Option<TextTerm> {
    let words = words(text);
    let reference = text.to_ascii_lowercase();
    (!words.is_empty()).then_some(TextTerm { words, is_prefix, number, reference })
}

/// A word that is, or ends, a phone number.
fn word_number(text: &str) -> Option<Number> {
    let is_number = text
        .chars()
        .enumerate()
        .all(|(place, c)| c.is_ascii_digit() || phone::is_filling(c) || (place == 0 && c == '+'));
    let number = is_number.then(|| number_of(text))?;
    let is_enough =
        if number.is_beginning { !number.digits.is_empty() } else { number.digits.len() >= LEAST_DIGITS };
    is_enough.then_some(number)
}

fn number_of(text: &str) -> Number {
    let bare = text.trim_start();
    let is_beginning = bare.starts_with('+') || bare.starts_with("00");
    let digits = match phone::normalised(text, &[]) {
        Ok(e164) if is_beginning => phone::digits(&e164),
        _ => phone::digits(text),
    };
    Number { digits, is_beginning }
}

/// A number in several words: as the number, or as these words.
fn number_tree(raw: &str, is_prefix: bool) -> SearchTree {
    let chunks: Vec<_> = raw.split_whitespace().collect();
    let last = chunks.len() - 1;
    let each = chunks.iter().enumerate();
    let each = each.filter_map(|(place, chunk)| text_term(chunk, is_prefix && place == last, None));
    let number = TextTerm {
        words: Vec::new(),
        is_prefix: true,
        number: Some(number_of(raw)),
        reference: String::new(),
    };
    Filter::Or(vec![text_tree(number), Filter::all_of(each.map(text_tree).collect())])
}

fn priority(operator: Option<Operator>, text: &str) -> Meaning {
    const ALL: [(&str, Priority); 4] = [
        ("low", Priority::Low),
        ("medium", Priority::Medium),
        ("high", Priority::High),
        ("urgent", Priority::Urgent),
    ];
    let Some((_, named)) = ALL.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) else {
        return Err("is no priority: there are low, medium, high and urgent".to_owned());
    };
    let listed = |is_wanted: fn(&Priority, &Priority) -> bool| {
        let wanted = ALL.iter().map(|(_, priority)| *priority).filter(|priority| is_wanted(priority, named));
        Comparison::Is(Choice::OneOf(wanted.collect()))
    };
    Ok(field_tree(TicketTerm::Priority(match operator {
        None | Some(Operator::Equals) => Comparison::Is(Choice::OneOf(vec![*named])),
        Some(Operator::AtLeast) => Comparison::AtLeast(*named),
        Some(Operator::AtMost) => Comparison::AtMost(*named),
        Some(Operator::Above) => listed(|priority, named| priority > named),
        Some(Operator::Below) => listed(|priority, named| priority < named),
    })))
}

fn source(text: &str) -> Meaning {
    let source = match text.to_ascii_lowercase().as_str() {
        "operator" => TicketSource::Operator,
        "automation" => TicketSource::Automation,
        "api" => TicketSource::Api,
        "import" => TicketSource::Import,
        _ => return Err("is no source: there are operator, automation, api and import".to_owned()),
    };
    Ok(field_tree(TicketTerm::Source(Choice::OneOf(vec![source]))))
}

/// A whole reference, or its beginning before a star.
fn reference(text: &str) -> SearchTree {
    field_tree(TicketTerm::Reference(match text.strip_suffix('*') {
        Some(beginning) => TextComparison::StartsWith(beginning.to_owned()),
        None => TextComparison::Equals(text.to_owned()),
    }))
}

/// A whole number or its beginning, with the country code; any part of it without.
fn number(text: &str) -> Meaning {
    let bare = text.trim_end_matches('*');
    let is_number = |c: char| c.is_ascii_digit() || c == '+' || phone::is_filling(c);
    let Number { digits, is_beginning } = number_of(bare);
    if digits.is_empty() || !bare.chars().all(is_number) {
        return Err("is no phone number: write it like +393510000000".to_owned());
    }
    Ok(contact(ContactTerm::Phone(match is_beginning {
        true => TextComparison::StartsWith(format!("+{digits}")),
        false => TextComparison::Contains(digits),
    })))
}
