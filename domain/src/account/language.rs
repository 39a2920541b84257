//! The languages that Sportello's own texts ship in.

/// A language that status names, e-mails and pages exist in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Language {
    English,
    Spanish,
    Italian,
}

impl Language {
    /// The language of a BCP 47 tag; English for every other one.
    pub fn of(locale: &str) -> Self {
        match locale.split(['-', '_']).next().map(str::to_ascii_lowercase).as_deref() {
            Some("es") => Self::Spanish,
            Some("it") => Self::Italian,
            _ => Self::English,
        }
    }

    /// The first language of an HTTP `Accept-Language` that texts exist in; English when there is none.
    pub fn accepted(header: &str) -> Self {
        let tags = header.split(',').filter_map(|entry| entry.split(';').next()).map(str::trim);
        tags.map(|tag| (Self::of(tag), tag.to_ascii_lowercase().starts_with("en")))
            .find(|(language, is_english)| *is_english || *language != Self::English)
            .map_or(Self::English, |(language, _)| language)
    }

    /// The tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::Italian => "it",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_a_language_or_falls_back_to_english() {
        for (tag, language) in [
            ("it", Language::Italian),
            ("it-CH", Language::Italian),
            ("es-419", Language::Spanish),
            ("en-GB", Language::English),
            ("fr", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
    }

    #[test]
    fn the_first_language_that_exists_is_accepted() {
        assert_eq!(Language::accepted("fr-FR, it;q=0.8, en;q=0.5"), Language::Italian);
        assert_eq!(Language::accepted("en-US,es"), Language::English);
        assert_eq!(Language::accepted("*"), Language::English);
    }
}
