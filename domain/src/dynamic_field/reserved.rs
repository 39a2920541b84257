//! The codes that fill themselves in, and the spelling of codes.

/// What a dynamic field speaks about: the contract's `DynamicFieldScope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DynamicFieldScope {
    /// The contact.
    Contact,
    /// The ticket.
    Ticket,
    /// The account.
    Account,
    /// Made by the account: a contact or a call brings its value.
    Custom,
}

/// One code that fills itself in.
#[derive(Clone, Copy, Debug)]
pub struct ReservedField {
    /// As it stands between %% and %%.
    pub code: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Where its value comes from.
    pub scope: DynamicFieldScope,
}

const fn reserved(code: &'static str, label: &'static str, scope: DynamicFieldScope) -> ReservedField {
    ReservedField { code, label, scope }
}

/// All of them, in the order in which they are listed.
pub const RESERVED: [ReservedField; 13] = [
    reserved("CONTACT_NAME", "Contact's name", DynamicFieldScope::Contact),
    reserved("CONTACT_FIRST_NAME", "Contact's first name", DynamicFieldScope::Contact),
    reserved("CONTACT_PHONE", "Contact's phone number", DynamicFieldScope::Contact),
    reserved("CONTACT_EMAIL", "Contact's e-mail address", DynamicFieldScope::Contact),
    reserved("TICKET_REFERENCE", "Ticket's reference", DynamicFieldScope::Ticket),
    reserved("TICKET_TITLE", "Ticket's title", DynamicFieldScope::Ticket),
    reserved("TICKET_DESCRIPTION", "Ticket's description", DynamicFieldScope::Ticket),
    reserved("TICKET_STATUS", "Ticket's status", DynamicFieldScope::Ticket),
    reserved("TICKET_PRIORITY", "Ticket's priority", DynamicFieldScope::Ticket),
    reserved("TICKET_CATEGORY", "Ticket's category", DynamicFieldScope::Ticket),
    reserved("TICKET_OPENED_AT", "When the ticket was opened", DynamicFieldScope::Ticket),
    reserved("TICKET_ASSIGNEE", "Ticket's assignee", DynamicFieldScope::Ticket),
    reserved("ACCOUNT_NAME", "Account's name", DynamicFieldScope::Account),
];

/// Whether an account may not make a field of this code: what fills itself in now or may one day.
pub fn is_reserved(code: &str) -> bool {
    code == "ACCOUNT_NAME" || code.starts_with("CONTACT_") || code.starts_with("TICKET_")
}

/// Whether the text is spelled as a code: `[A-Z][A-Z0-9_]*`.
pub fn is_code(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_uppercase())
        && bytes.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_one_spelling() {
        for (text, expected) in [
            ("CITY", true),
            ("C", true),
            ("A1_B", true),
            ("", false),
            ("city", false),
            ("1A", false),
            ("_A", false),
            ("A-B", false),
            ("É", false),
        ] {
            assert_eq!(is_code(text), expected, "{text}");
        }
    }

    #[test]
    fn every_listed_code_is_reserved() {
        assert!(RESERVED.iter().all(|field| is_code(field.code) && is_reserved(field.code)));
        assert!(!is_reserved("CITY") && !is_reserved("ACCOUNT_NUMBER"));
    }
}
