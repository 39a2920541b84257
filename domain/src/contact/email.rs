//! E-mail addresses of people.

use email_address::{EmailAddress, Options};

use crate::error::{Refusal, RefusalCode};

/// The address as it was given, without the space around it.
///
/// # Errors
/// INVALID at `path` for what no mail could be sent to over the internet.
pub fn checked(text: &str, path: &[&str]) -> Result<String, Refusal> {
    let text = text.trim();
    let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
    match EmailAddress::parse_with_options(text, options) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(Refusal::new(RefusalCode::Invalid, path, "is no e-mail address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_mail_can_be_sent_to_is_taken() {
        assert_eq!(checked(" anna@bottega.test ", &[]).as_deref(), Ok("anna@bottega.test"));
        for text in
            ["", "anna", "anna@", "@bottega.test", "Anna <anna@bottega.test>", "a b@c.de", "anna@[10.0.0.1]"]
        {
            assert_eq!(checked(text, &[]).map_err(|r| r.code), Err(RefusalCode::Invalid), "{text}");
        }
    }
}
