//! What a ticket can be about, and how one text becomes many.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{english, italian, spanish};

/// What a customer's matter is; in Italian it is the name of the ticket's category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::demo) enum Matter {
    Delivery,
    Return,
    Damage,
    Invoice,
    Size,
    Custom,
    Payment,
    Hours,
    Care,
}

impl Matter {
    /// Each with how often it comes, of a hundred.
    pub(in crate::demo) const WEIGHTED: [(Self, u32); 9] = [
        (Self::Delivery, 29),
        (Self::Return, 18),
        (Self::Damage, 13),
        (Self::Invoice, 11),
        (Self::Size, 9),
        (Self::Custom, 8),
        (Self::Payment, 5),
        (Self::Hours, 4),
        (Self::Care, 3),
    ];

    /// The category's name.
    pub(in crate::demo) fn category(self) -> &'static str {
        match self {
            Self::Delivery => "Consegne",
            Self::Return => "Resi e rimborsi",
            Self::Damage => "Articoli danneggiati",
            Self::Invoice => "Fatture",
            Self::Size => "Taglie e cambi",
            Self::Custom => "Ordini su misura",
            Self::Payment => "Pagamenti",
            Self::Hours => "Orari e negozio",
            Self::Care => "Cura dei prodotti",
        }
    }

    /// What the category of this name is about.
    pub(in crate::demo) fn of_category(name: &str) -> Option<Self> {
        Self::WEIGHTED.iter().map(|(matter, _)| *matter).find(|matter| matter.category() == name)
    }
}

/// One thing that happens to customers. `{order}`, `{product}`, `{city}`, `{day}`, `{color}`, `{amount}` and `{size}`
/// stand for details.
pub(in crate::demo) struct Situation {
    /// What it is about.
    pub(in crate::demo) matter: Matter,
    /// The ticket's title.
    pub(in crate::demo) title: &'static str,
    /// The ticket's description.
    pub(in crate::demo) description: &'static str,
}

/// A row of a language's table.
pub(super) const fn about(matter: Matter, title: &'static str, description: &'static str) -> Situation {
    Situation { matter, title, description }
}

/// A language's situations with the details that they are filled with, and what is written in chats.
pub(in crate::demo) struct Language {
    /// The locale of those who write in it.
    pub(super) code: &'static str,
    pub(in crate::demo) situations: &'static [Situation],
    pub(super) products: &'static [&'static str],
    pub(super) cities: &'static [&'static str],
    pub(super) days: &'static [&'static str],
    pub(super) colors: &'static [&'static str],
    /// What customers ask.
    pub(super) questions: &'static [&'static str],
    /// What somebody at the shop writes back.
    pub(super) answers: &'static [&'static str],
}

impl Language {
    pub(in crate::demo) const ITALIAN: &'static Self = &italian::LANGUAGE;
    pub(in crate::demo) const SPANISH: &'static Self = &spanish::LANGUAGE;
    pub(in crate::demo) const ENGLISH: &'static Self = &english::LANGUAGE;

    /// What is written to somebody with this locale: English where they speak neither Italian nor Spanish.
    pub(in crate::demo) fn of_locale(locale: Option<&str>) -> &'static Self {
        let own = [Self::ITALIAN, Self::SPANISH].into_iter().find(|own| locale == Some(own.code));
        own.unwrap_or(Self::ENGLISH)
    }

    /// Something that a customer may ask.
    pub(in crate::demo) fn question(&self, chance: &mut StdRng) -> &'static str {
        self.questions.choose(chance).expect("every language has questions")
    }

    /// What somebody at the shop may write back.
    pub(in crate::demo) fn answer(&self, chance: &mut StdRng) -> &'static str {
        self.answers.choose(chance).expect("every language has answers")
    }

    /// A title and a description on this matter.
    pub(in crate::demo) fn letter(&self, matter: Matter, chance: &mut StdRng) -> (String, String) {
        let fitting: Vec<_> = self.situations.iter().filter(|told| told.matter == matter).collect();
        let told = fitting.choose(chance).expect("every language has texts on every matter");
        let details = self.details(chance);
        let fill = |text: &str| {
            details.iter().fold(text.to_owned(), |text, (name, detail)| text.replace(name, detail))
        };
        (fill(told.title), fill(told.description))
    }

    fn details(&self, chance: &mut StdRng) -> [(&'static str, String); 7] {
        let order = format!("AU-{}", chance.random_range(21_000..29_999));
        let amount = format!("{},{}0", chance.random_range(24..290), chance.random_range(0..10));
        let size = chance.random_range(36..45).to_string();
        let mut one_of = |words: &'static [&'static str]| {
            (*words.choose(chance).expect("no list of details is empty")).to_owned()
        };
        [
            ("{product}", one_of(self.products)),
            ("{city}", one_of(self.cities)),
            ("{day}", one_of(self.days)),
            ("{color}", one_of(self.colors)),
            ("{order}", order),
            ("{amount}", amount),
            ("{size}", size),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use sportello_domain::text;

    use super::*;

    const LANGUAGES: [&Language; 3] = [Language::ITALIAN, Language::SPANISH, Language::ENGLISH];

    #[test]
    fn there_are_many_different_situations() {
        let told: HashSet<_> =
            LANGUAGES.iter().flat_map(|language| language.situations).map(|told| told.description).collect();
        assert!(told.len() >= 50, "{}", told.len());
    }

    #[test]
    fn every_letter_is_a_good_ticket() {
        let mut chance = StdRng::seed_from_u64(1);
        for (language, (matter, _)) in LANGUAGES.iter().flat_map(|l| Matter::WEIGHTED.map(|m| (l, m))) {
            for _ in 0..50 {
                let (title, description) = language.letter(matter, &mut chance);
                assert_eq!(text::TITLE.check(&title, &[]).as_ref(), Ok(&title));
                assert_eq!(text::DESCRIPTION.check(&description, &[]).as_ref(), Ok(&description));
                assert!(!title.contains(['{', '}']) && !description.contains(['{', '}']), "{title}");
            }
        }
    }

    #[test]
    fn a_category_leads_back_to_its_matter() {
        for (matter, _) in Matter::WEIGHTED {
            assert_eq!(Matter::of_category(matter.category()), Some(matter));
            assert!(text::CATEGORY.check(matter.category(), &[]).is_ok());
        }
        assert_eq!(Matter::of_category("Altro"), None);
    }
}
