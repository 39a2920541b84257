//! The plan: three hundred tickets, who opened them when, and everything that was done to them until now.

use rand::{
    Rng, SeedableRng,
    distr::{Distribution, weighted::WeightedIndex},
    rngs::StdRng,
};
use sportello_entity::{Timestamp, value::Priority};

use super::{chats, story, timing};
use crate::demo::{
    people::{COLLEAGUES, SPANISH_SPEAKER},
    texts::{CONTACTS, Country, Matter},
};

const TICKETS: usize = 300;
const SEED: u64 = 1958;

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum Hand {
    /// A colleague, by place.
    Colleague(usize),
    /// The web shop, by its API key.
    Shop,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(in crate::demo) struct Action {
    pub(in crate::demo) at: Timestamp,
    pub(in crate::demo) by: Hand,
    pub(in crate::demo) deed: Deed,
}

/// What it was. Contacts and tickets are named by their places.
#[derive(Clone, Debug)]
pub(in crate::demo) enum Deed {
    Meet(usize),
    Open(usize),
    Change(usize, Step),
    Note(usize, &'static str),
    /// The contact writes to the shop.
    Hear(usize, &'static str),
    /// The shop writes to the contact.
    Write(usize, &'static str),
}

/// What one change of a ticket sets.
#[derive(Clone, Debug, Default)]
pub(in crate::demo) struct Step {
    /// A status, by key.
    pub(in crate::demo) status: Option<&'static str>,
    /// A colleague, by place.
    pub(in crate::demo) assignee: Option<usize>,
    pub(in crate::demo) priority: Option<Priority>,
    pub(in crate::demo) note: Option<&'static str>,
}

/// What a ticket was opened with.
#[derive(Clone, Debug)]
pub(in crate::demo) struct PlannedTicket {
    pub(in crate::demo) contact: usize,
    pub(in crate::demo) title: String,
    pub(in crate::demo) description: String,
    pub(in crate::demo) priority: Priority,
    /// None for a few that nobody sorted.
    pub(in crate::demo) matter: Option<Matter>,
    /// What the web shop calls it.
    pub(in crate::demo) external_id: Option<String>,
    opened_at: Timestamp,
    opened_by: Hand,
}

/// All that happened, in order.
pub(in crate::demo) struct Plan {
    /// When the account was made: before everything else.
    pub(in crate::demo) begins_at: Timestamp,
    pub(in crate::demo) tickets: Vec<PlannedTicket>,
    pub(in crate::demo) actions: Vec<Action>,
}

impl Plan {
    /// The plan of a shop whose present is `now`.
    pub(in crate::demo) fn make(now: Timestamp) -> Self {
        let mut chance = StdRng::seed_from_u64(SEED);
        let mut moments: Vec<_> = (0..TICKETS).map(|_| timing::opening(now, &mut chance)).collect();
        moments.sort_unstable();
        let tickets: Vec<_> =
            moments.into_iter().enumerate().map(|(place, at)| ticket(place, at, &mut chance)).collect();
        let mut actions = meetings(&tickets);
        for (place, ticket) in tickets.iter().enumerate() {
            let by = ticket.opened_by;
            actions.push(Action { at: ticket.opened_at, by, deed: Deed::Open(place) });
            let helper = helper(ticket.contact, &mut chance);
            actions.extend(story::told(place, ticket, ticket.opened_at, helper, &mut chance));
        }
        actions.extend(chats::written(now));
        actions.retain(|action| action.at <= now);
        actions.sort_by_key(|action| action.at);
        Self { begins_at: timing::beginning(now), tickets, actions }
    }
}

fn ticket(place: usize, opened_at: Timestamp, chance: &mut StdRng) -> PlannedTicket {
    // Some customers have much more to say than others: the lesser of two throws.
    let contact = chance.random_range(0..CONTACTS.len()).min(chance.random_range(0..CONTACTS.len()));
    let matter = weighted(&Matter::WEIGHTED, chance);
    let (title, description) = CONTACTS[contact].1.language().letter(matter, chance);
    let by_shop = chance.random_bool(0.35);
    PlannedTicket {
        contact,
        title,
        description,
        priority: priority(matter, chance),
        matter: chance.random_bool(0.95).then_some(matter),
        external_id: by_shop.then(|| format!("web-{}", 4_100 + place)),
        opened_at,
        opened_by: if by_shop { Hand::Shop } else { Hand::Colleague(colleague(chance)) },
    }
}

/// What is broken is more urgent than how to care for it.
fn priority(matter: Matter, chance: &mut StdRng) -> Priority {
    let raised = u32::from(matches!(matter, Matter::Damage | Matter::Payment)) * 8;
    let weights =
        [(Priority::Low, 15), (Priority::Medium, 68), (Priority::High, 11 + raised), (Priority::Urgent, 4)];
    weighted(&weights, chance)
}

/// A colleague; the owner is rarely at the desk.
fn colleague(chance: &mut StdRng) -> usize {
    const WEIGHTED: [(usize, u32); COLLEAGUES] = [(0, 4), (1, 12), (2, 36), (3, 28), (4, 20)];
    weighted(&WEIGHTED, chance)
}

/// Who takes care of it: for Spanish customers most often the one who speaks Spanish.
fn helper(contact: usize, chance: &mut StdRng) -> usize {
    let is_spanish = CONTACTS[contact].1 == Country::Spain;
    if is_spanish && chance.random_bool(0.75) { SPANISH_SPEAKER } else { colleague(chance) }
}

fn weighted<T: Copy>(choices: &[(T, u32)], chance: &mut StdRng) -> T {
    let index = WeightedIndex::new(choices.iter().map(|(_, weight)| weight));
    choices[index.expect("the weights are positive").sample(chance)].0
}

/// Each contact is met right before their first ticket, by whoever opens it; those who have none yet, at some time.
fn meetings(tickets: &[PlannedTicket]) -> Vec<Action> {
    let meeting = |place: usize| {
        let first = tickets.iter().find(|ticket| ticket.contact == place);
        let ticket = first.unwrap_or(&tickets[place]);
        let at = ticket.opened_at.plus_seconds(-40);
        Action { at, by: ticket.opened_by, deed: Deed::Meet(place) }
    };
    (0..CONTACTS.len()).map(meeting).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    /// The last status that each ticket got.
    fn statuses(plan: &Plan) -> HashMap<usize, &'static str> {
        let mut statuses: HashMap<_, _> = (0..plan.tickets.len()).map(|place| (place, "open")).collect();
        for action in &plan.actions {
            if let Deed::Change(place, Step { status: Some(status), .. }) = action.deed {
                statuses.insert(place, status);
            }
        }
        statuses
    }

    fn closed(plan: &Plan) -> usize {
        statuses(plan).values().filter(|key| matches!(**key, "resolved" | "closed")).count()
    }

    fn share(count: usize) -> usize {
        count * 100 / TICKETS
    }

    #[test]
    fn a_desk_at_any_hour_of_the_week_has_its_share_of_open_tickets() {
        for hours in 0..7 * 24 {
            let plan = Plan::make(NOW.plus_seconds(hours * 3_600));
            let closed = closed(&plan);
            assert!(
                (62..=80).contains(&share(closed)),
                "{closed} of {TICKETS} are closed after {hours} hours"
            );
        }
    }

    #[test]
    fn proportions_are_believable() {
        let plan = Plan::make(NOW);
        assert_eq!(plan.tickets.len(), TICKETS);
        let closed = closed(&plan);
        assert!((64..=76).contains(&share(closed)), "{closed} of {TICKETS} are closed");
        let count =
            |is: &dyn Fn(&PlannedTicket) -> bool| share(plan.tickets.iter().filter(|t| is(t)).count());
        assert!((58..=76).contains(&count(&|ticket| ticket.priority == Priority::Medium)));
        assert!((25..=45).contains(&count(&|ticket| ticket.external_id.is_some())));
        assert!(count(&|ticket| ticket.matter == Some(Matter::Delivery)) > 20);
        let notes = |action: &&Action| match &action.deed {
            Deed::Note(..) => true,
            Deed::Change(_, step) => step.note.is_some(),
            _ => false,
        };
        assert!((150..600).contains(&plan.actions.iter().filter(notes).count()));
        assert!((900..2_000).contains(&plan.actions.len()), "{}", plan.actions.len());
    }

    #[test]
    fn every_story_is_told_in_order() {
        let plan = Plan::make(NOW);
        let times: Vec<_> = plan.actions.iter().map(|action| action.at).collect();
        assert!(times.is_sorted() && plan.begins_at < times[0] && times[times.len() - 1] <= NOW);
        let (mut met, mut opened) = (vec![false; CONTACTS.len()], vec![false; TICKETS]);
        for action in &plan.actions {
            match &action.deed {
                Deed::Meet(place) => assert!(!std::mem::replace(&mut met[*place], true)),
                Deed::Open(place) => {
                    assert!(met[plan.tickets[*place].contact]);
                    assert!(!std::mem::replace(&mut opened[*place], true));
                }
                Deed::Change(place, _) | Deed::Note(place, _) => assert!(opened[*place]),
                Deed::Hear(place, _) | Deed::Write(place, _) => assert!(met[*place]),
            }
        }
        assert!(opened.iter().chain(&met).all(|done| *done));
    }

    #[test]
    fn each_demo_is_alike() {
        let titles = |plan: Plan| plan.tickets.into_iter().map(|ticket| ticket.title).collect::<Vec<_>>();
        assert_eq!(titles(Plan::make(NOW)), titles(Plan::make(NOW)));
    }
}
