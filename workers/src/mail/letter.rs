//! From what a mail tells to its words, as text and as HTML, in the reader's language.

use minijinja::{Environment, context};
use sportello_domain::account::{Language, mail::MailContent};
use sportello_entity::{mail, value::MailKind};

/// A mail in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    /// Where it leads.
    pub(super) link: String,
}

/// The words exist once for each language; the layouts make text or HTML of them.
const WORDS: [(&str, &str); 6] = [
    ("invitation.en", include_str!("templates/invitation.en.jinja")),
    ("invitation.es", include_str!("templates/invitation.es.jinja")),
    ("invitation.it", include_str!("templates/invitation.it.jinja")),
    ("password_reset.en", include_str!("templates/password_reset.en.jinja")),
    ("password_reset.es", include_str!("templates/password_reset.es.jinja")),
    ("password_reset.it", include_str!("templates/password_reset.it.jinja")),
];

/// Writes letters.
pub(super) struct Writer {
    pub(super) environment: Environment<'static>,
    pub(super) app_url: Option<String>,
    public_url: String,
}

impl Writer {
    /// Links begin with `public_url`, those to tickets with `app_url`.
    ///
    /// # Errors
    /// When a template is not one.
    pub(super) fn try_new(public_url: &str, app_url: Option<&str>) -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.add_template("frame.html", include_str!("templates/frame.html.jinja"))?;
        environment.add_template("layout.txt", include_str!("templates/layout.txt.jinja"))?;
        environment.add_template("layout.html", include_str!("templates/layout.html.jinja"))?;
        environment.add_template("notice.txt", include_str!("templates/notice.txt.jinja"))?;
        environment.add_template("notice.html", include_str!("templates/notice.html.jinja"))?;
        for (name, source) in WORDS {
            // The name's ending says whether values are escaped.
            environment.add_template_owned(format!("{name}.txt"), source)?;
            environment.add_template_owned(format!("{name}.html"), source)?;
        }
        let base = |url: &str| url.trim_end_matches('/').to_owned();
        Ok(Self { environment, app_url: app_url.map(base), public_url: base(public_url) })
    }

    /// Where one click ends the mails on tickets.
    pub(super) fn unsubscribe(&self, token: &str) -> String {
        format!("{}/unsubscribe?token={token}", self.public_url)
    }

    /// Puts a mail into words.
    pub(super) fn write(
        &self,
        mail: &mail::Model,
        content: &MailContent,
    ) -> Result<Letter, minijinja::Error> {
        let (name, path) = match mail.kind {
            MailKind::Invitation => ("invitation", "invitation"),
            MailKind::PasswordReset => ("password_reset", "password-reset"),
        };
        let language = Language::of(&mail.locale).tag();
        let link = format!("{}/{path}?token={}", self.public_url, content.token);
        let render = |format: &str| {
            let template = self.environment.get_template(&format!("{name}.{language}.{format}"))?;
            let layout = format!("layout.{format}");
            let values = context! { layout, language, link, ..minijinja::Value::from_serialize(content) };
            let mut rendered = template.render_captured(&values)?;
            let subject = rendered.with_state_mut(|state| state.render_block("subject"))?;
            Ok::<_, minijinja::Error>((subject, rendered.into_output()))
        };
        let (subject, text) = render("txt")?;
        let (_, html) = render("html")?;
        Ok(Letter { subject, text, html, link })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sportello_entity::{AccountId, MailId, Timestamp};

    fn letter(kind: MailKind, locale: &str) -> Letter {
        let id = uuid_free_id();
        let mail = mail::Model {
            id,
            account_id: AccountId(id.0),
            kind,
            recipient: "anna@bottega.test".to_owned(),
            locale: locale.to_owned(),
            content: String::new(),
            attempts: 0,
            next_attempt_at: None,
            last_error: None,
            sent_at: None,
            failed_at: None,
            created_at: Timestamp::default(),
        };
        let content = MailContent {
            account_name: "Bottega <Aurora> & Co".to_owned(),
            user_name: "Anna".to_owned(),
            sender_name: Some("Luca".to_owned()),
            token: "abc-_".to_owned(),
        };
        let writer = Writer::try_new("https://desk.example/", None).expect("templates");
        writer.write(&mail, &content).expect("a letter")
    }

    fn uuid_free_id() -> MailId {
        "mai_00000000000000000000000000000001".parse().expect("an id")
    }

    #[test]
    fn every_kind_exists_in_every_language() {
        for kind in [MailKind::Invitation, MailKind::PasswordReset] {
            let subjects = ["en", "es-MX", "it"].map(|locale| letter(kind, locale).subject);
            assert!(subjects.iter().all(|subject| subject.contains("Bottega <Aurora> & Co")), "{subjects:?}");
            assert!(subjects[0] != subjects[1] && subjects[1] != subjects[2]);
        }
    }

    #[test]
    fn values_are_escaped_in_html_and_only_there() {
        let letter = letter(MailKind::Invitation, "it");
        assert_eq!(letter.link, "https://desk.example/invitation?token=abc-_");
        assert!(letter.text.contains("Bottega <Aurora> & Co"), "{}", letter.text);
        assert!(letter.text.contains(&letter.link));
        assert!(letter.html.contains("Bottega &lt;Aurora&gt; &amp; Co"), "{}", letter.html);
        assert!(!letter.html.contains("<Aurora>"));
        assert!(letter.html.contains("<html lang=\"it\">"));
    }
}
