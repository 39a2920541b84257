//! Filters as clients write them, and what the domain makes of them.

mod operators;
mod reader;
#[cfg(test)]
mod tests;

use async_graphql::{InputObject, MaybeUndefined};
use sportello_domain::{
    Actor, Result,
    filter::{Choice, ContactFilter, ContactTerm, Filter, TicketFilter, TicketTerm},
};
use sportello_entity::Timestamp;

use self::{
    operators::{
        DateTimeFilter, IdFilter, IntFilter, MacroStatusFilter, StringFilter, TicketPriorityFilter,
        TicketSourceFilter,
    },
    reader::Reader,
};

/// Which tickets. Fields are AND-ed; `{}` matches all. Nothing here may be null: leave out what is not asked.
#[derive(Clone, Debug, InputObject)]
pub struct TicketWhere {
    /// All of these match; of none: everything does.
    and: MaybeUndefined<Vec<TicketWhere>>,
    /// One of these matches; of none: nothing does.
    or: MaybeUndefined<Vec<TicketWhere>>,
    /// This does not match.
    not: MaybeUndefined<Box<TicketWhere>>,
    /// Its id.
    id: MaybeUndefined<IdFilter>,
    /// Its reference, ignoring case.
    reference: MaybeUndefined<StringFilter>,
    /// The integrator's own key.
    external_id: MaybeUndefined<StringFilter>,
    /// Its title.
    title: MaybeUndefined<StringFilter>,
    /// Its description.
    description: MaybeUndefined<StringFilter>,
    /// How urgent it is.
    priority: MaybeUndefined<TicketPriorityFilter>,
    /// Its status.
    status: MaybeUndefined<TicketStatusWhere>,
    /// Its category.
    category: MaybeUndefined<TicketCategoryWhere>,
    /// Whose matter it is.
    contact: MaybeUndefined<ContactWhere>,
    /// Who works on it.
    assignee: MaybeUndefined<UserWhere>,
    /// Where it came from.
    source: MaybeUndefined<TicketSourceFilter>,
    /// When it was opened.
    opened_at: MaybeUndefined<DateTimeFilter>,
    /// When it last changed.
    updated_at: MaybeUndefined<DateTimeFilter>,
    /// When it entered its status.
    status_changed_at: MaybeUndefined<DateTimeFilter>,
    /// When it was closed.
    closed_at: MaybeUndefined<DateTimeFilter>,
    /// How often it was opened again.
    reopen_count: MaybeUndefined<IntFilter>,
    /// How many notes it has.
    note_count: MaybeUndefined<IntFilter>,
}

/// Which contacts. Fields are AND-ed; `{}` matches all. Nothing here may be null: leave out what is not asked.
#[derive(Clone, Debug, InputObject)]
pub struct ContactWhere {
    /// All of these match; of none: everything does.
    and: MaybeUndefined<Vec<ContactWhere>>,
    /// One of these matches; of none: nothing does.
    or: MaybeUndefined<Vec<ContactWhere>>,
    /// This does not match.
    not: MaybeUndefined<Box<ContactWhere>>,
    /// The contact's id.
    id: MaybeUndefined<IdFilter>,
    /// What they are called; "" when unknown.
    name: MaybeUndefined<StringFilter>,
    /// Their number, in E.164.
    phone: MaybeUndefined<StringFilter>,
    /// Their address.
    email: MaybeUndefined<StringFilter>,
    /// When they were first known.
    created_at: MaybeUndefined<DateTimeFilter>,
}

/// Which statuses.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct TicketStatusWhere {
    /// The status's id.
    id: MaybeUndefined<IdFilter>,
    /// Its key, such as `open`.
    key: MaybeUndefined<StringFilter>,
    /// Whether work goes on or has ended.
    macro_status: MaybeUndefined<MacroStatusFilter>,
}

/// Which categories.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct TicketCategoryWhere {
    /// The category's id.
    id: MaybeUndefined<IdFilter>,
    /// Its name.
    name: MaybeUndefined<StringFilter>,
    /// Whether there is none.
    is_null: MaybeUndefined<bool>,
}

/// Which users.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UserWhere {
    /// The user's id.
    id: MaybeUndefined<IdFilter>,
    /// Whether it is whoever asks; an API key is no user.
    is_me: MaybeUndefined<bool>,
    /// Whether there is none.
    is_null: MaybeUndefined<bool>,
}

impl TicketWhere {
    /// What it means, asked by this actor at this moment; `path` is where it stands in the arguments.
    ///
    /// # Errors
    /// BAD_REQUEST with its place; FILTER_TOO_COMPLEX.
    pub fn into_filter(self, actor: &Actor, now: Timestamp, path: &[&str]) -> Result<TicketFilter> {
        self.read(&mut Reader::new(actor, now, path))
    }

    fn read(self, reader: &mut Reader<'_>) -> Result<TicketFilter> {
        reader.nested(|reader| {
            let mut parts = logic(reader, self.and, self.or, self.not, Self::read)?;
            parts.extend([
                reader.field("id", self.id, |reader, id| id.read(reader, TicketTerm::Id))?,
                reader.field("reference", self.reference, |reader, text| {
                    text.read(reader, TicketTerm::Reference)
                })?,
                reader.field("externalId", self.external_id, |reader, text| {
                    text.read(reader, TicketTerm::ExternalId)
                })?,
                reader.field("title", self.title, |reader, text| text.read(reader, TicketTerm::Title))?,
                reader.field("description", self.description, |reader, text| {
                    text.read(reader, TicketTerm::Description)
                })?,
                reader.field("priority", self.priority, |reader, priority| {
                    priority.read(reader, TicketTerm::Priority)
                })?,
                reader.field("status", self.status, |reader, status| status.read(reader))?,
                reader.field("category", self.category, |reader, category| category.read(reader))?,
                reader.field("contact", self.contact, ContactWhere::of_ticket)?,
                reader.field("assignee", self.assignee, |reader, user| user.read(reader))?,
                reader
                    .field("source", self.source, |reader, source| source.read(reader, TicketTerm::Source))?,
                reader.field("openedAt", self.opened_at, |reader, time| {
                    time.read(reader, TicketTerm::OpenedAt)
                })?,
                reader.field("updatedAt", self.updated_at, |reader, time| {
                    time.read(reader, TicketTerm::UpdatedAt)
                })?,
                reader.field("statusChangedAt", self.status_changed_at, |reader, time| {
                    time.read(reader, TicketTerm::StatusChangedAt)
                })?,
                reader.field("closedAt", self.closed_at, |reader, time| {
                    time.read(reader, TicketTerm::ClosedAt)
                })?,
                reader.field("reopenCount", self.reopen_count, |reader, number| {
                    number.read(reader, TicketTerm::ReopenCount)
                })?,
                reader.field("noteCount", self.note_count, |reader, number| {
                    number.read(reader, TicketTerm::NoteCount)
                })?,
            ]);
            Ok(Filter::all_of(parts.into_iter().flatten().collect()))
        })
    }
}

impl ContactWhere {
    /// What it means, asked by this actor at this moment; `path` is where it stands in the arguments.
    ///
    /// # Errors
    /// BAD_REQUEST with its place; FILTER_TOO_COMPLEX.
    pub fn into_filter(self, actor: &Actor, now: Timestamp, path: &[&str]) -> Result<ContactFilter> {
        self.read(&mut Reader::new(actor, now, path))
    }

    fn read(self, reader: &mut Reader<'_>) -> Result<ContactFilter> {
        reader.nested(|reader| {
            let mut parts = logic(reader, self.and, self.or, self.not, Self::read)?;
            parts.extend([
                reader.field("id", self.id, |reader, id| id.read(reader, ContactTerm::Id))?,
                reader.field("name", self.name, |reader, text| text.read(reader, ContactTerm::Name))?,
                reader.field("phone", self.phone, |reader, text| text.read(reader, ContactTerm::Phone))?,
                reader.field("email", self.email, |reader, text| text.read(reader, ContactTerm::Email))?,
                reader.field("createdAt", self.created_at, |reader, time| {
                    time.read(reader, ContactTerm::CreatedAt)
                })?,
            ]);
            Ok(Filter::all_of(parts.into_iter().flatten().collect()))
        })
    }

    fn of_ticket(reader: &mut Reader<'_>, own: Self) -> Result<TicketFilter> {
        let filter = own.read(reader)?;
        Ok(Filter::term(TicketTerm::Contact(filter), reader.path()))
    }
}

impl TicketStatusWhere {
    fn read(self, reader: &mut Reader<'_>) -> Result<TicketFilter> {
        let parts = [
            reader.field("id", self.id, |reader, id| id.read(reader, TicketTerm::StatusId))?,
            reader.field("key", self.key, |reader, text| text.read(reader, TicketTerm::StatusKey))?,
            reader.field("macroStatus", self.macro_status, |reader, status| {
                status.read(reader, TicketTerm::MacroStatus)
            })?,
        ];
        Ok(Filter::all_of(parts.into_iter().flatten().collect()))
    }
}

impl TicketCategoryWhere {
    fn read(self, reader: &mut Reader<'_>) -> Result<TicketFilter> {
        let parts = [
            reader.field("id", self.id, |reader, id| id.read(reader, TicketTerm::CategoryId))?,
            reader.field("name", self.name, |reader, text| text.read(reader, TicketTerm::CategoryName))?,
            operators::is_null(reader, self.is_null, || TicketTerm::CategoryId(Choice::IsAbsent))?,
        ];
        Ok(Filter::all_of(parts.into_iter().flatten().collect()))
    }
}

impl UserWhere {
    fn read(self, reader: &mut Reader<'_>) -> Result<TicketFilter> {
        let parts = [
            reader.field("id", self.id, |reader, id| id.read(reader, TicketTerm::AssigneeId))?,
            reader.operator("isMe", self.is_me, |reader, is_me| {
                let me = Choice::OneOf(reader.actor.user_id().into_iter().collect());
                let is_mine = Filter::term(TicketTerm::AssigneeId(me), reader.path());
                Ok(if is_me { is_mine } else { is_mine.negated() })
            })?,
            operators::is_null(reader, self.is_null, || TicketTerm::AssigneeId(Choice::IsAbsent))?,
        ];
        Ok(Filter::all_of(parts.into_iter().flatten().collect()))
    }
}

/// `and`, `or` and `not` of filters of one kind.
fn logic<W, T>(
    reader: &mut Reader<'_>,
    and: MaybeUndefined<Vec<W>>,
    or: MaybeUndefined<Vec<W>>,
    not: MaybeUndefined<Box<W>>,
    read: impl Fn(W, &mut Reader<'_>) -> Result<Filter<T>>,
) -> Result<Vec<Option<Filter<T>>>> {
    let each = |reader: &mut Reader<'_>, parts| reader.list(parts, |reader, part| read(part, reader));
    Ok(vec![
        reader.field("and", and, each)?.map(Filter::And),
        reader.field("or", or, each)?.map(Filter::Or),
        reader.field("not", not, |reader, part| read(*part, reader))?.map(Filter::negated),
    ])
}
