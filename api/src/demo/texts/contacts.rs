//! The customers. Nobody is meant by them.

use sportello_domain::text::folded;

use super::Language;

/// Where a customer lives: it gives the language they write in, and numbers and addresses that reach nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum Country {
    Italy,
    Spain,
    UnitedKingdom,
    UnitedStates,
    Germany,
    France,
}

impl Country {
    /// What they write in to the shop.
    pub(in crate::demo) fn language(self) -> &'static Language {
        Language::of_locale(Some(self.locale()))
    }

    /// BCP 47.
    pub(in crate::demo) fn locale(self) -> &'static str {
        match self {
            Self::Italy => "it",
            Self::Spain => "es",
            Self::UnitedKingdom | Self::UnitedStates => "en",
            Self::Germany => "de",
            Self::France => "fr",
        }
    }

    /// The number of the customer at this place of the list (below 100), as E.164. The United Kingdom (Ofcom), the
    /// United States (NANPA), Germany (Bundesnetzagentur) and France (ARCEP) keep these ranges free for films and the
    /// like; Italy and Spain keep none, and theirs are all zeros but for the end.
    pub(in crate::demo) fn phone(self, place: usize) -> String {
        let before = match self {
            Self::Italy => "+3935100000",
            Self::Spain => "+346000000",
            Self::UnitedKingdom => "+4420794600",
            Self::UnitedStates => "+121255501",
            Self::Germany => "+4917139200",
            Self::France => "+336399800",
        };
        format!("{before}{place:02}")
    }

    /// An address under a domain that is kept for examples (RFC 2606).
    pub(in crate::demo) fn email(self, name: &str) -> String {
        let domain = match self {
            Self::Italy => "posta.example",
            Self::Spain => "correo.example",
            _ => "mail.example",
        };
        let kept: String = folded(name).chars().filter(|c| c.is_ascii_alphabetic() || *c == ' ').collect();
        format!("{}@{domain}", kept.split_whitespace().collect::<Vec<_>>().join("."))
    }
}

/// Name and country of each.
pub(in crate::demo) const CONTACTS: [(&str, Country); 60] = [
    ("Giulia Ferrari", Country::Italy),
    ("Marco Esposito", Country::Italy),
    ("Francesca Ricci", Country::Italy),
    ("Alessandro Marino", Country::Italy),
    ("Carmen Ortega Ruiz", Country::Spain),
    ("Sara Gallo", Country::Italy),
    ("Luca Conti", Country::Italy),
    ("Emily Hartley", Country::UnitedKingdom),
    ("Valentina De Luca", Country::Italy),
    ("Andrea Costa", Country::Italy),
    ("Javier Molina Sanz", Country::Spain),
    ("Martina Giordano", Country::Italy),
    ("Stefano Rizzo", Country::Italy),
    ("Anna Colombo", Country::Italy),
    ("Jonas Richter", Country::Germany),
    ("Simone Moretti", Country::Italy),
    ("Laia Puig Ferrer", Country::Spain),
    ("Elisa Barbieri", Country::Italy),
    ("Giovanni Fontana", Country::Italy),
    ("Claire Dubois", Country::France),
    ("Beatrice Santoro", Country::Italy),
    ("Roberto Mariani", Country::Italy),
    ("Álvaro Jiménez Soto", Country::Spain),
    ("Ilaria Rinaldi", Country::Italy),
    ("James Whitfield", Country::UnitedKingdom),
    ("Paolo Caruso", Country::Italy),
    ("Silvia Ferrara", Country::Italy),
    ("Nerea Etxeberria", Country::Spain),
    ("Federico Galli", Country::Italy),
    ("Rachel Goldberg", Country::UnitedStates),
    ("Laura Martini", Country::Italy),
    ("Nicola Leone", Country::Italy),
    ("Pilar Gómez Vidal", Country::Spain),
    ("Eleonora Longo", Country::Italy),
    ("Tommaso Gentile", Country::Italy),
    ("Hannah Vogel", Country::Germany),
    ("Camilla Martinelli", Country::Italy),
    ("Sergio Navas Prieto", Country::Spain),
    ("Pietro Vitale", Country::Italy),
    ("Studio Legale Lombardo", Country::Italy),
    ("Oliver Pembroke", Country::UnitedKingdom),
    ("Rosa Domínguez Gil", Country::Spain),
    ("Agnese Serra", Country::Italy),
    ("Michele Coppola", Country::Italy),
    ("Antoine Mercier", Country::France),
    ("Chiara D'Angelo", Country::Italy),
    ("Iker Aguirre Lasa", Country::Spain),
    ("Gabriele Marchetti", Country::Italy),
    ("Daniel O'Connor", Country::UnitedStates),
    ("Veronica Parisi", Country::Italy),
    ("Marta Castro Leiva", Country::Spain),
    ("Trattoria da Nino", Country::Italy),
    ("Lena Schuster", Country::Germany),
    ("Riccardo Villa", Country::Italy),
    ("Teresa Campos Rey", Country::Spain),
    ("Alice Ferretti", Country::Italy),
    ("Sophie Langford", Country::UnitedKingdom),
    ("Hotel Miramar Girona", Country::Spain),
    ("Enrico Pellegrini", Country::Italy),
    ("Caterina Bianco", Country::Italy),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sportello_domain::{
        contact::{email, locale, phone},
        text,
    };

    use super::*;

    #[test]
    fn every_contact_can_be_made() {
        let mut phones = HashSet::new();
        for (place, (name, country)) in CONTACTS.iter().enumerate() {
            let number = country.phone(place);
            assert_eq!(phone::normalised(&number, &[]).as_ref(), Ok(&number), "{name}");
            assert!(email::checked(&country.email(name), &[]).is_ok(), "{name}");
            assert!(locale::normalised(country.locale(), &[]).is_ok(), "{name}");
            assert!(text::CONTACT_NAME.check(name, &[]).is_ok(), "{name}");
            assert!(phones.insert(number), "{name}");
        }
    }
}
