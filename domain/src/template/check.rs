//! What a template may look like. WhatsApp's limits: a name of 512 characters, a body of 1,024, 10 buttons of 25 characters
//! with payloads of 256.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sportello_entity::message_template;

use crate::{
    Result,
    dynamic_field::Text,
    error::{Refusal, RefusalCode},
    text::{self, TextRule},
};

/// The most buttons of a template.
const MOST_BUTTONS: usize = 10;
const NAME: TextRule = TextRule { least: 1, most: 512, is_multiline: false };
const BODY: TextRule = TextRule { least: 1, most: 1_024, is_multiline: true };
const BUTTON_TEXT: TextRule = TextRule { least: 1, most: 25, is_multiline: false };

/// A button below a template: pressing it sends the payload back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateButton {
    /// What stands on it.
    pub text: String,
    /// What pressing it tells.
    pub payload: String,
}

/// The template's buttons, in order.
///
/// # Errors
/// When the row holds what this program never wrote.
pub fn buttons(template: &message_template::Model) -> Result<Vec<TemplateButton>> {
    Ok(serde_json::from_str(&template.buttons)?)
}

pub(super) fn name(name: &str) -> std::result::Result<String, Refusal> {
    NAME.check(name, &["name"])
}

/// The body, if every place in it can be filled in.
pub(super) fn body(body: &str, known: &BTreeSet<String>) -> std::result::Result<String, Vec<Refusal>> {
    let body = BODY.check(body, &["body"]).map_err(|refusal| vec![refusal])?;
    let unknown = Text::parse(&body).unknown(known, &["body"]);
    if unknown.is_empty() { Ok(body) } else { Err(unknown) }
}

pub(super) fn checked_buttons(
    buttons: &[TemplateButton],
) -> std::result::Result<Vec<TemplateButton>, Vec<Refusal>> {
    if buttons.len() > MOST_BUTTONS {
        let message = format!("a template has at most {MOST_BUTTONS} buttons, not {}", buttons.len());
        return Err(vec![Refusal::new(RefusalCode::OutOfRange, &["buttons"], message)]);
    }
    let (mut checked, mut refusals) = (Vec::new(), Vec::new());
    for (index, TemplateButton { text, payload }) in buttons.iter().enumerate() {
        let index = index.to_string();
        let text = BUTTON_TEXT.check(text, &["buttons", &index, "text"]);
        let payload = text::PAYLOAD.check(payload, &["buttons", &index, "payload"]);
        match (text, payload) {
            (Ok(text), Ok(payload)) => checked.push(TemplateButton { text, payload }),
            (text, payload) => refusals.extend(text.err().into_iter().chain(payload.err())),
        }
    }
    if refusals.is_empty() { Ok(checked) } else { Err(refusals) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button(text: &str, payload: &str) -> TemplateButton {
        TemplateButton { text: text.to_owned(), payload: payload.to_owned() }
    }

    #[test]
    fn every_wrong_button_is_named() {
        let wrong = [button("Yes", "YES"), button(" ", "NO"), button("Maybe", &"x".repeat(257))];
        let refusals = checked_buttons(&wrong).expect_err("two mistakes");
        let paths: Vec<_> = refusals.iter().map(|refusal| refusal.path.join(".")).collect();
        assert_eq!(paths, ["buttons.1.text", "buttons.2.payload"]);
        let many = vec![button("Yes", "YES"); 11];
        assert_eq!(checked_buttons(&many).expect_err("too many")[0].code, RefusalCode::OutOfRange);
    }

    #[test]
    fn a_body_holds_known_fields_only() {
        let known = BTreeSet::from(["CITY".to_owned()]);
        assert_eq!(body(" Ciao %%CITY%% ", &known).as_deref(), Ok("Ciao %%CITY%%"));
        assert_eq!(body("%%TOWN%% %%X%%", &known).expect_err("two").len(), 2);
        assert_eq!(body(&"x".repeat(1_025), &known).expect_err("long")[0].code, RefusalCode::TooLong);
    }
}
