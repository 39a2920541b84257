//! Which automations a message, a button or a change sets off: pure.

use sportello_entity::{automation, value::MessageKind};

use super::{TextMatch, Trigger, trigger};
use crate::{Result, message::MessageSnapshot, text::name_key, ticket::TicketSnapshot};

/// An automation with its trigger read.
pub(super) struct Candidate {
    pub(super) automation: automation::Model,
    pub(super) trigger: Trigger,
}

impl Candidate {
    pub(super) fn of(automation: automation::Model) -> Result<Self> {
        Ok(Self { trigger: trigger(&automation)?, automation })
    }
}

/// What a customer said, as triggers compare it.
pub(super) struct Said {
    /// What the pressed button carries.
    payload: Option<String>,
    template_id: Option<sportello_entity::TemplateId>,
    folded: String,
}

impl Said {
    pub(super) fn of(message: &MessageSnapshot) -> Self {
        let is_button = message.kind == MessageKind::ButtonReply;
        Self {
            payload: message.button_payload.clone().filter(|_| is_button),
            template_id: message.template_id,
            folded: name_key(&message.body),
        }
    }

    /// A text without a button.
    pub(super) fn text(text: &str) -> Self {
        Self { payload: None, template_id: None, folded: name_key(text) }
    }

    /// Those that are set off: of a button those with its payload. Where there are none, and of a message without a
    /// button, the one whose EXACT phrase it is, and where there is none all others that match.
    pub(super) fn choose<'a>(&self, candidates: &'a [Candidate]) -> Vec<&'a Candidate> {
        let all = |is_chosen: &dyn Fn(&Trigger) -> bool| {
            candidates.iter().filter(|candidate| is_chosen(&candidate.trigger)).collect::<Vec<_>>()
        };
        let pressed = all(&|trigger| self.presses(trigger));
        if !pressed.is_empty() {
            return pressed;
        }
        let exact = all(&|trigger| trigger.phrase().is_some_and(|phrase| phrase == self.folded));
        if exact.is_empty() { all(&|trigger| self.fits(trigger)) } else { exact }
    }

    fn presses(&self, trigger: &Trigger) -> bool {
        let Trigger::ButtonPressed { template_id, payload } = trigger else { return false };
        self.payload.as_ref() == Some(payload) && (template_id.is_none() || *template_id == self.template_id)
    }

    fn fits(&self, trigger: &Trigger) -> bool {
        let Trigger::MessageReceived { r#match, text } = trigger else { return false };
        let text = text.as_deref().map(name_key).unwrap_or_default();
        match r#match {
            TextMatch::Any => true,
            TextMatch::Exact => false,
            TextMatch::Contains => self.folded.contains(&text),
            TextMatch::StartsWith => self.folded.starts_with(&text),
        }
    }
}

/// Whether a change of status is one that the trigger waits for.
pub(super) fn moves(trigger: &Trigger, before: &TicketSnapshot, after: &TicketSnapshot) -> bool {
    let Trigger::TicketStatusChanged {
        from_status_id,
        from_macro_status,
        to_status_id,
        to_macro_status,
        r#where: _,
    } = trigger
    else {
        return false;
    };
    from_status_id.is_none_or(|id| id == before.status_id)
        && from_macro_status.is_none_or(|kind| kind == before.macro_status)
        && to_status_id.is_none_or(|id| id == after.status_id)
        && to_macro_status.is_none_or(|kind| kind == after.macro_status)
}

#[cfg(test)]
mod tests {
    use sportello_entity::{AccountId, AutomationId, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn candidate(trigger: Trigger) -> Candidate {
        let automation = automation::Model {
            id: AutomationId(Uuid::nil()),
            account_id: AccountId(Uuid::nil()),
            name: String::new(),
            is_enabled: true,
            trigger_kind: trigger.kind().to_owned(),
            trigger: String::new(),
            steps: String::new(),
            phrase: None,
            hook_secret_hash: None,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
            deleted_at: None,
            version: 1,
        };
        Candidate { automation, trigger }
    }

    fn says(r#match: TextMatch, text: Option<&str>) -> Candidate {
        candidate(Trigger::MessageReceived { r#match, text: text.map(str::to_owned) })
    }

    fn chosen(said: &Said, candidates: &[Candidate]) -> Vec<usize> {
        let chosen = said.choose(candidates);
        let is_chosen = |one: &Candidate| chosen.iter().any(|other| std::ptr::eq(*other, one));
        candidates.iter().enumerate().filter(|(_, one)| is_chosen(one)).map(|(index, _)| index).collect()
    }

    #[test]
    fn an_exact_phrase_goes_before_all_others() {
        let candidates = [
            says(TextMatch::Any, None),
            says(TextMatch::Contains, Some("broken")),
            says(TextMatch::StartsWith, Some("IT IS")),
            says(TextMatch::Exact, Some("It is broken")),
        ];
        assert_eq!(chosen(&Said::text("  it IS broken "), &candidates), [3]);
        assert_eq!(chosen(&Said::text("It is broken again"), &candidates), [0, 1, 2]);
        assert_eq!(chosen(&Said::text("hello"), &candidates), [0]);
    }

    #[test]
    fn a_button_is_its_payload_and_else_its_label() {
        let pressed = |payload: &str| Said { payload: Some(payload.to_owned()), ..Said::text("Yes") };
        let candidates = [
            candidate(Trigger::ButtonPressed { template_id: None, payload: "YES".to_owned() }),
            says(TextMatch::Exact, Some("yes")),
        ];
        assert_eq!(chosen(&pressed("YES"), &candidates), [0]);
        assert_eq!(chosen(&pressed("OTHER"), &candidates), [1]);
        assert_eq!(chosen(&Said::text("Yes"), &candidates), [1]);
    }
}
