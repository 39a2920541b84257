//! The operators of each kind of value. Those of one object are AND-ed.

use std::str::FromStr;

use async_graphql::{ID, InputObject, InputType, MaybeUndefined};
use sportello_domain::{
    Result,
    filter::{Bound, Choice, Comparison, Filter, Moment, TextComparison},
};
use sportello_entity::{id::MalformedId, value};

use super::reader::Reader;
use crate::graphql::{
    scalars::DateTimeBound,
    status::MacroStatus,
    ticket::types::{TicketPriority, TicketSource},
};

/// Which id. What is absent has none: `notIn` is true on it, `eq` and `in` are not.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct IdFilter {
    /// Is this one.
    eq: MaybeUndefined<ID>,
    /// Is one of these, at most 100; of none: nothing is.
    r#in: MaybeUndefined<Vec<ID>>,
    /// Is none of these, at most 100.
    not_in: MaybeUndefined<Vec<ID>>,
    /// Whether it is absent.
    is_null: MaybeUndefined<bool>,
}

/// Which text. What is absent equals nothing: `neq` and `notIn` are true on it, the others are not.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct StringFilter {
    /// Is exactly this text.
    eq: MaybeUndefined<String>,
    /// Is not exactly this text.
    neq: MaybeUndefined<String>,
    /// Is one of these, at most 100; of none: nothing is.
    r#in: MaybeUndefined<Vec<String>>,
    /// Is none of these, at most 100.
    not_in: MaybeUndefined<Vec<String>>,
    /// Holds this text, ignoring case and accents.
    contains: MaybeUndefined<String>,
    /// Begins with this text, ignoring case and accents.
    starts_with: MaybeUndefined<String>,
    /// Whether it is absent.
    is_null: MaybeUndefined<bool>,
}

/// Which number.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct IntFilter {
    /// Is this number.
    eq: MaybeUndefined<i32>,
    /// Is greater.
    gt: MaybeUndefined<i32>,
    /// Is this or greater.
    gte: MaybeUndefined<i32>,
    /// Is less.
    lt: MaybeUndefined<i32>,
    /// Is this or less.
    lte: MaybeUndefined<i32>,
}

/// Which moment. A moment that is absent is neither before nor after any other.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct DateTimeFilter {
    /// Is later.
    gt: MaybeUndefined<DateTimeBound>,
    /// Is this or later.
    gte: MaybeUndefined<DateTimeBound>,
    /// Is earlier.
    lt: MaybeUndefined<DateTimeBound>,
    /// Is this or earlier.
    lte: MaybeUndefined<DateTimeBound>,
    /// Whether it is absent.
    is_null: MaybeUndefined<bool>,
}

/// Which priority.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct TicketPriorityFilter {
    /// Is this one.
    eq: MaybeUndefined<TicketPriority>,
    /// Is one of these; of none: nothing is.
    r#in: MaybeUndefined<Vec<TicketPriority>>,
    /// Is none of these.
    not_in: MaybeUndefined<Vec<TicketPriority>>,
    /// Is this or more urgent.
    gte: MaybeUndefined<TicketPriority>,
    /// Is this or less urgent.
    lte: MaybeUndefined<TicketPriority>,
}

/// Which macro-status.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MacroStatusFilter {
    /// Is this one.
    eq: MaybeUndefined<MacroStatus>,
    /// Is one of these; of none: nothing is.
    r#in: MaybeUndefined<Vec<MacroStatus>>,
}

/// Which source.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct TicketSourceFilter {
    /// Is this one.
    eq: MaybeUndefined<TicketSource>,
    /// Is one of these; of none: nothing is.
    r#in: MaybeUndefined<Vec<TicketSource>>,
    /// Is none of these.
    not_in: MaybeUndefined<Vec<TicketSource>>,
}

impl IdFilter {
    pub(super) fn read<I, T>(
        self,
        reader: &mut Reader<'_>,
        term: impl Fn(Choice<I>) -> T,
    ) -> Result<Filter<T>>
    where
        I: FromStr<Err = MalformedId>,
    {
        let said = |reader: &Reader<'_>, choice| Filter::term(term(choice), reader.path());
        let one_of = |reader: &mut Reader<'_>, ids| {
            let ids = reader.list(ids, Reader::id)?;
            Ok(said(reader, Choice::OneOf(ids)))
        };
        let operators = [
            reader.operator("eq", self.eq, |reader, id| {
                let id = reader.id(id)?;
                Ok(said(reader, Choice::OneOf(vec![id])))
            })?,
            reader.operator("in", self.r#in, one_of)?,
            reader.operator("notIn", self.not_in, one_of)?.map(Filter::negated),
            is_null(reader, self.is_null, || term(Choice::IsAbsent))?,
        ];
        reader.all_of(operators)
    }
}

impl StringFilter {
    pub(super) fn read<T>(
        self,
        reader: &mut Reader<'_>,
        term: impl Fn(TextComparison) -> T,
    ) -> Result<Filter<T>> {
        use TextComparison::{Contains, Equals, IsAbsent, OneOf, StartsWith};
        let said = |reader: &Reader<'_>, comparison| Filter::term(term(comparison), reader.path());
        let text = |compare: fn(String) -> TextComparison| {
            move |reader: &mut Reader<'_>, text| {
                let text = reader.text(text)?;
                Ok(said(reader, compare(text)))
            }
        };
        let one_of = |reader: &mut Reader<'_>, texts| {
            let texts = reader.list(texts, Reader::text)?;
            Ok(said(reader, OneOf(texts)))
        };
        let operators = [
            reader.operator("eq", self.eq, text(Equals))?,
            reader.operator("neq", self.neq, text(Equals))?.map(Filter::negated),
            reader.operator("in", self.r#in, one_of)?,
            reader.operator("notIn", self.not_in, one_of)?.map(Filter::negated),
            reader.operator("contains", self.contains, text(Contains))?,
            reader.operator("startsWith", self.starts_with, text(StartsWith))?,
            is_null(reader, self.is_null, || term(IsAbsent))?,
        ];
        reader.all_of(operators)
    }
}

impl IntFilter {
    pub(super) fn read<T>(
        self,
        reader: &mut Reader<'_>,
        term: impl Fn(Comparison<i32>) -> T,
    ) -> Result<Filter<T>> {
        let number = |compare: fn(i32) -> Comparison<i32>| compared(&term, compare);
        let operators = [
            reader.operator("eq", self.eq, number(is))?,
            reader.operator("gt", self.gt, number(Comparison::Above))?,
            reader.operator("gte", self.gte, number(Comparison::AtLeast))?,
            reader.operator("lt", self.lt, number(Comparison::Below))?,
            reader.operator("lte", self.lte, number(Comparison::AtMost))?,
        ];
        reader.all_of(operators)
    }
}

impl DateTimeFilter {
    pub(super) fn read<T>(self, reader: &mut Reader<'_>, term: impl Fn(Moment) -> T) -> Result<Filter<T>> {
        let moment = |compare: fn(sportello_entity::Timestamp) -> Comparison<_>| {
            let term = &term;
            move |reader: &mut Reader<'_>, bound| {
                let Bound { at, is_relative } = reader.bound(bound)?;
                Ok(Filter::term(term(Moment { comparison: compare(at), is_relative }), reader.path()))
            }
        };
        let absent = || term(Moment { comparison: Comparison::Is(Choice::IsAbsent), is_relative: false });
        let operators = [
            reader.operator("gt", self.gt, moment(Comparison::Above))?,
            reader.operator("gte", self.gte, moment(Comparison::AtLeast))?,
            reader.operator("lt", self.lt, moment(Comparison::Below))?,
            reader.operator("lte", self.lte, moment(Comparison::AtMost))?,
            is_null(reader, self.is_null, absent)?,
        ];
        reader.all_of(operators)
    }
}

impl TicketPriorityFilter {
    pub(super) fn read<T>(
        self,
        reader: &mut Reader<'_>,
        term: impl Fn(Comparison<value::Priority>) -> T,
    ) -> Result<Filter<T>> {
        let priority = |compare: fn(value::Priority) -> Comparison<_>| {
            let read = compared(&term, compare);
            move |reader: &mut Reader<'_>, priority: TicketPriority| read(reader, priority.into())
        };
        let listed = |choice| term(Comparison::Is(choice));
        let operators = [
            reader.operator("eq", self.eq, priority(is))?,
            one_of(reader, "in", self.r#in, &listed)?,
            one_of(reader, "notIn", self.not_in, &listed)?.map(Filter::negated),
            reader.operator("gte", self.gte, priority(Comparison::AtLeast))?,
            reader.operator("lte", self.lte, priority(Comparison::AtMost))?,
        ];
        reader.all_of(operators)
    }
}

impl MacroStatusFilter {
    pub(super) fn read<T>(
        self,
        reader: &mut Reader<'_>,
        term: impl Fn(Choice<value::MacroStatus>) -> T,
    ) -> Result<Filter<T>> {
        let operators = [equals(reader, self.eq, &term)?, one_of(reader, "in", self.r#in, &term)?];
        reader.all_of(operators)
    }
}

impl TicketSourceFilter {
    pub(super) fn read<T>(
        self,
        reader: &mut Reader<'_>,
        term: impl Fn(Choice<value::TicketSource>) -> T,
    ) -> Result<Filter<T>> {
        let operators = [
            equals(reader, self.eq, &term)?,
            one_of(reader, "in", self.r#in, &term)?,
            one_of(reader, "notIn", self.not_in, &term)?.map(Filter::negated),
        ];
        reader.all_of(operators)
    }
}

fn is<V>(value: V) -> Comparison<V> {
    Comparison::Is(Choice::OneOf(vec![value]))
}

fn compared<V, T>(
    term: &impl Fn(Comparison<V>) -> T,
    compare: fn(V) -> Comparison<V>,
) -> impl Fn(&mut Reader<'_>, V) -> Result<Filter<T>> {
    move |reader, value| Ok(Filter::term(term(compare(value)), reader.path()))
}

fn equals<W: Into<V>, V, T>(
    reader: &mut Reader<'_>,
    value: MaybeUndefined<W>,
    term: &impl Fn(Choice<V>) -> T,
) -> Result<Option<Filter<T>>> {
    reader.operator("eq", value, |reader, value| {
        Ok(Filter::term(term(Choice::OneOf(vec![value.into()])), reader.path()))
    })
}

fn one_of<W: Into<V> + InputType, V, T>(
    reader: &mut Reader<'_>,
    name: &str,
    values: MaybeUndefined<Vec<W>>,
    term: &impl Fn(Choice<V>) -> T,
) -> Result<Option<Filter<T>>> {
    reader.operator(name, values, |reader, values| {
        let values = reader.list(values, |_, value| Ok(value.into()))?;
        Ok(Filter::term(term(Choice::OneOf(values)), reader.path()))
    })
}

pub(super) fn is_null<T>(
    reader: &mut Reader<'_>,
    value: MaybeUndefined<bool>,
    absent: impl Fn() -> T,
) -> Result<Option<Filter<T>>> {
    reader.operator("isNull", value, |reader, is_null| {
        let absent = Filter::term(absent(), reader.path());
        Ok(if is_null { absent } else { absent.negated() })
    })
}
