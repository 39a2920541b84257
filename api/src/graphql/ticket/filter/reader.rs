//! Reading a filter from its inputs: where one is, and how much is left of what it may ask.

use std::str::FromStr;

use async_graphql::{ID, MaybeUndefined};
use sportello_domain::{
    Actor, Error, Result,
    filter::{Bound, Budget, Filter},
};
use sportello_entity::{Timestamp, id::MalformedId};

use crate::graphql::scalars::DateTimeBound;

/// The place in the inputs, with what their meaning depends on.
pub(super) struct Reader<'a> {
    pub(super) actor: &'a Actor,
    now: Timestamp,
    budget: Budget,
    path: Vec<String>,
    level: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(actor: &'a Actor, now: Timestamp, path: &[&str]) -> Self {
        let path = path.iter().map(ToString::to_string).collect();
        Self { actor, now, budget: Budget::default(), path, level: 0 }
    }

    pub(super) fn path(&self) -> &[String] {
        &self.path
    }

    fn refused<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(Error::BadRequest { message: message.into(), path: self.path.clone() })
    }

    fn within<T>(&mut self, name: String, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.path.push(name);
        let read = read(self);
        self.path.pop();
        read
    }

    /// A field: absent is nothing, null is an error, so that a missing variable never means "everything".
    pub(super) fn field<V, T>(
        &mut self,
        name: &str,
        value: MaybeUndefined<V>,
        read: impl FnOnce(&mut Self, V) -> Result<T>,
    ) -> Result<Option<T>> {
        match value {
            MaybeUndefined::Undefined => Ok(None),
            MaybeUndefined::Null => self.within(name.to_owned(), |reader| {
                reader.refused("must not be null: give a value, or leave it out")
            }),
            MaybeUndefined::Value(value) => {
                self.within(name.to_owned(), |reader| read(reader, value)).map(Some)
            }
        }
    }

    /// A field that asks something: it counts as a term.
    pub(super) fn operator<V, T>(
        &mut self,
        name: &str,
        value: MaybeUndefined<V>,
        read: impl FnOnce(&mut Self, V) -> Result<T>,
    ) -> Result<Option<T>> {
        self.field(name, value, |reader, value| {
            reader.budget.term()?;
            read(reader, value)
        })
    }

    /// A nested filter: one level further in.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.level += 1;
        self.budget.level(self.level)?;
        let read = read(self);
        self.level -= 1;
        read
    }

    /// A list, whose entries are read one by one.
    pub(super) fn list<V, T>(
        &mut self,
        values: Vec<V>,
        mut read: impl FnMut(&mut Self, V) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.budget.list(values.len())?;
        let entries = values.into_iter().enumerate();
        entries.map(|(index, value)| self.within(index.to_string(), |reader| read(reader, value))).collect()
    }

    /// What all the operators of one object take.
    pub(super) fn all_of<T>(
        &self,
        operators: impl IntoIterator<Item = Option<Filter<T>>>,
    ) -> Result<Filter<T>> {
        let given: Vec<_> = operators.into_iter().flatten().collect();
        if given.is_empty() {
            return self.refused("has no operator: give one, or leave the field out");
        }
        Ok(Filter::all_of(given))
    }

    pub(super) fn id<I: FromStr<Err = MalformedId>>(&mut self, id: ID) -> Result<I> {
        id.parse().or_else(|error: MalformedId| self.refused(format!("this is {error}")))
    }

    pub(super) fn text(&mut self, text: String) -> Result<String> {
        if text.contains('\0') {
            return self.refused("holds the character U+0000: take it out");
        }
        Ok(text)
    }

    pub(super) fn bound(&mut self, bound: DateTimeBound) -> Result<Bound> {
        Bound::parse(&bound.0, self.now).or_else(|problem| self.refused(problem))
    }
}
