//! Changing a status.

use sportello_entity::{StatusId, ticket_status, value::MacroStatus};

use super::{color, event, find};
use crate::{
    Actor, Change, Error, Permission, Refusal, RefusalCode, Result,
    store::{Store, Tx},
    text,
    ticket::moves::{self, Move},
};

/// The greatest position.
const LAST_POSITION: i32 = 10_000;

/// What is to change of which status. None of it can be taken away.
#[derive(Clone, Debug)]
pub struct StatusUpdate {
    /// Which; None: a text that is no status's id.
    pub id: Option<StatusId>,
    /// What people call it.
    pub name: Change<String>,
    /// Whether work goes on in it; its tickets close or open with it.
    pub macro_status: Change<MacroStatus>,
    /// "#rrggbb".
    pub color: Change<String>,
    /// Its place.
    pub position: Change<i32>,
    /// True: new tickets get it from now on.
    pub is_default: Change<bool>,
}

/// Changes a status: STATUS_UPDATED, also for the one that was the default until now; or nothing when nothing is
/// different. Tickets follow a changed macro-status, each with its event.
///
/// # Errors
/// FORBIDDEN; refusals: NOT_FOUND, IMMUTABLE, TAKEN, and what is wrong with the input.
pub async fn update(store: &Store, actor: &Actor, input: StatusUpdate) -> Result<ticket_status::Model> {
    actor.require(Permission::ManageSettings)?;
    let mut tx = store.begin(actor).await?;
    let statuses = find::all_locked(&tx).await?;
    let before = find::among(&statuses, input.id, "id")?;
    let after = changed(before, &input).map_err(Error::Refused)?;
    refuse_taken_name(&statuses, &after)?;
    if after == *before {
        return Ok(after);
    }
    if after.is_default && !before.is_default {
        take_default_from(&mut tx, &statuses).await?;
    }
    write(&mut tx, before, &after).await?;
    if after.macro_status != before.macro_status {
        moves::start(&mut tx, Move::MacroStatus { status: after.id }).await?;
    }
    tx.commit().await?;
    Ok(after)
}

async fn take_default_from(tx: &mut Tx, statuses: &[ticket_status::Model]) -> Result<()> {
    for before in statuses.iter().filter(|status| status.is_default) {
        let after = ticket_status::Model { is_default: false, ..before.clone() };
        write(tx, before, &after).await?;
    }
    Ok(())
}

/// Writes the row and records its event.
pub(super) async fn write(
    tx: &mut Tx,
    before: &ticket_status::Model,
    after: &ticket_status::Model,
) -> Result<()> {
    tx.write_difference(before, after).await?;
    tx.record(event::told(Some(before), after));
    Ok(())
}

/// TAKEN when another status has the name.
pub(super) fn refuse_taken_name(
    others: &[ticket_status::Model],
    status: &ticket_status::Model,
) -> Result<()> {
    if others.iter().any(|other| other.id != status.id && other.name_key == status.name_key) {
        return Err(Error::refused(RefusalCode::Taken, &["name"], "another status has this name"));
    }
    Ok(())
}

/// A position from 0 to 10,000.
pub(super) fn checked_position(position: i32) -> std::result::Result<i32, Refusal> {
    if (0..=LAST_POSITION).contains(&position) {
        return Ok(position);
    }
    let message = format!("must be from 0 to {LAST_POSITION}");
    Err(Refusal::new(RefusalCode::OutOfRange, &["position"], message))
}

fn changed(
    before: &ticket_status::Model,
    input: &StatusUpdate,
) -> std::result::Result<ticket_status::Model, Vec<Refusal>> {
    let mut after = before.clone();
    let refusals = [
        name(&mut after, &input.name),
        given(&input.color, "color").and_then(|color| {
            color.map(|color| color::checked(color).map(|color| after.color = color)).unwrap_or(Ok(()))
        }),
        given(&input.position, "position").and_then(|position| {
            position
                .map(|position| checked_position(*position).map(|at| after.position = at))
                .unwrap_or(Ok(()))
        }),
        macro_status(&mut after, &input.macro_status),
        default(&mut after, &input.is_default),
    ];
    let mut refusals: Vec<_> = refusals.into_iter().filter_map(|checked| checked.err()).collect();
    if refusals.is_empty() {
        refusals.extend(terminated_default(before, &after));
    }
    if refusals.is_empty() { Ok(after) } else { Err(refusals) }
}

/// The value that is given, if one is. Nothing of a status can be taken away.
fn given<'a, T>(change: &'a Change<T>, field: &str) -> std::result::Result<Option<&'a T>, Refusal> {
    match change {
        Change::Keep => Ok(None),
        Change::Clear => Err(Refusal::null(field)),
        Change::Set(value) => Ok(Some(value)),
    }
}

fn name(after: &mut ticket_status::Model, change: &Change<String>) -> std::result::Result<(), Refusal> {
    let Some(name) = given(change, "name")? else { return Ok(()) };
    let name = text::NAME.check(name, &["name"])?;
    if name != after.name {
        after.name_key = text::name_key(&name);
        after.name = name;
        after.is_renamed = true;
    }
    Ok(())
}

fn macro_status(
    after: &mut ticket_status::Model,
    change: &Change<MacroStatus>,
) -> std::result::Result<(), Refusal> {
    let Some(&macro_status) = given(change, "macroStatus")? else { return Ok(()) };
    if after.is_predefined && macro_status != after.macro_status {
        let message = "a predefined status keeps its macro-status: make a status of your own";
        return Err(Refusal::new(RefusalCode::Immutable, &["macroStatus"], message));
    }
    after.macro_status = macro_status;
    Ok(())
}

fn default(after: &mut ticket_status::Model, change: &Change<bool>) -> std::result::Result<(), Refusal> {
    let Some(&is_default) = given(change, "isDefault")? else { return Ok(()) };
    if after.is_default && !is_default {
        let message = "there is always a default: make another status the default instead";
        return Err(Refusal::new(RefusalCode::Invalid, &["isDefault"], message));
    }
    after.is_default = is_default;
    Ok(())
}

fn terminated_default(before: &ticket_status::Model, after: &ticket_status::Model) -> Option<Refusal> {
    let is_wrong = after.is_default && after.macro_status == MacroStatus::Terminated;
    let field = if before.is_default { "macroStatus" } else { "isDefault" };
    is_wrong.then(|| Refusal::new(RefusalCode::Invalid, &[field], "the default status must be IN_PROGRESS"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sportello_entity::{AccountId, Timestamp};

    fn status(is_predefined: bool, is_default: bool, macro_status: MacroStatus) -> ticket_status::Model {
        ticket_status::Model {
            id: StatusId(uuid::Uuid::nil()),
            account_id: AccountId(uuid::Uuid::nil()),
            key: "open".to_owned(),
            name: "Open".to_owned(),
            name_key: "open".to_owned(),
            is_renamed: false,
            color: "#112233".to_owned(),
            macro_status,
            position: 0,
            is_predefined,
            is_default,
            created_at: Timestamp(0),
            deleted_at: None,
        }
    }

    fn keep() -> StatusUpdate {
        StatusUpdate {
            id: None,
            name: Change::Keep,
            macro_status: Change::Keep,
            color: Change::Keep,
            position: Change::Keep,
            is_default: Change::Keep,
        }
    }

    #[test]
    fn what_must_not_change_is_refused_with_its_place() {
        use MacroStatus::{InProgress, Terminated};
        use RefusalCode::{Immutable, Invalid, OutOfRange, Required};
        let terminate = || StatusUpdate { macro_status: Change::Set(Terminated), ..keep() };
        let default = |is_default| StatusUpdate { is_default: Change::Set(is_default), ..keep() };
        for (before, input, code, path) in [
            (status(true, false, InProgress), terminate(), Immutable, "macroStatus"),
            (status(false, true, InProgress), terminate(), Invalid, "macroStatus"),
            (status(false, false, Terminated), default(true), Invalid, "isDefault"),
            (status(true, true, InProgress), default(false), Invalid, "isDefault"),
            (
                status(true, true, InProgress),
                StatusUpdate { name: Change::Clear, ..keep() },
                Required,
                "name",
            ),
            (
                status(true, true, InProgress),
                StatusUpdate { position: Change::Set(-1), ..keep() },
                OutOfRange,
                "position",
            ),
        ] {
            let refusals = changed(&before, &input).expect_err(path);
            assert_eq!((refusals[0].code, refusals[0].path.join(".")), (code, path.to_owned()));
        }
    }

    #[test]
    fn a_rename_ends_following_the_locale_and_the_same_name_does_not() {
        let before = status(true, true, MacroStatus::InProgress);
        let named = |name: &str| StatusUpdate { name: Change::Set(name.to_owned()), ..keep() };
        assert_eq!(changed(&before, &named(" Open ")).expect("same name"), before);
        let after = changed(&before, &named("OPEN!")).expect("a new name");
        assert!(after.is_renamed && after.name_key == "open!" && after.key == "open");
    }
}
