//! What the shop and its customers write to each other.

/// What the demo's first automation waits for.
pub(in crate::demo) const RETURN_PHRASE: &str = "Voglio fare un reso";

/// One message.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) enum Line {
    /// The customer's.
    Customer(&'static str),
    /// The shop's.
    Shop(&'static str),
}

/// A conversation of the last days. One that ends with the customer waits to be read.
#[derive(Debug)]
pub(in crate::demo) struct Conversation {
    /// The customer's place among the contacts.
    pub(in crate::demo) contact: usize,
    /// How many minutes ago it began.
    pub(in crate::demo) minutes_ago: i64,
    /// What was written, a few minutes apart.
    pub(in crate::demo) lines: &'static [Line],
}

use Line::{Customer, Shop};

pub(in crate::demo) const CONVERSATIONS: &[Conversation] = &[
    Conversation {
        contact: 0,
        minutes_ago: 2_900,
        lines: &[
            Customer("Buongiorno! La borsa che ho ordinato lunedì è già partita?"),
            Shop("Buongiorno Giulia, sì: è partita stamattina, arriva domani."),
            Customer("Perfetto, grazie mille 😊"),
            Shop("Grazie a lei, buona giornata!"),
        ],
    },
    Conversation {
        contact: 4,
        minutes_ago: 1_500,
        lines: &[
            Customer("Hola, ¿hacen envíos a Valencia?"),
            Shop("¡Hola, Carmen! Sí, tardan tres o cuatro días."),
            Customer("¿Y cuánto cuesta?"),
            Shop("Seis euros; gratis a partir de ochenta."),
        ],
    },
    Conversation {
        contact: 7,
        minutes_ago: 1_100,
        lines: &[
            Customer("Hello, the lamp arrived with a cracked shade."),
            Shop("We are so sorry, Emily. Could you send us a photo of the box as well?"),
            Customer("Of course, tonight when I am home."),
            Shop("Thank you. A new shade is already put aside for you."),
        ],
    },
    Conversation {
        contact: 1,
        minutes_ago: 400,
        lines: &[
            Customer("Ciao, posso cambiare la taglia delle scarpe dell'ordine AU-24117?"),
            Shop("Ciao Marco, certo: che numero ti serve?"),
            Customer("Un 43, grazie. Posso passare in negozio sabato?"),
        ],
    },
    Conversation {
        contact: 10,
        minutes_ago: 180,
        lines: &[
            Customer("Buenas tardes, todavía no he recibido la factura del pedido AU-25530."),
            Shop("Buenas tardes, Javier: se la enviamos hoy mismo."),
            Customer("Gracias. El NIF es el de la empresa, por favor."),
        ],
    },
    Conversation {
        contact: 14,
        minutes_ago: 60,
        lines: &[Customer("Good morning! Is the leather satchel also made in dark green?")],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sportello_domain::text;

    use super::*;
    use crate::demo::texts::CONTACTS;

    #[test]
    fn conversations_are_in_three_languages_and_some_wait() {
        let languages: HashSet<_> =
            CONVERSATIONS.iter().map(|talk| CONTACTS[talk.contact].1.language().code).collect();
        assert_eq!(languages, HashSet::from(["it", "es", "en"]));
        assert!(CONVERSATIONS.iter().any(|talk| matches!(talk.lines.last(), Some(Customer(_)))));
        for line in CONVERSATIONS.iter().flat_map(|talk| talk.lines) {
            let (Customer(said) | Shop(said)) = line;
            assert_eq!(text::MESSAGE.check(said, &[]).as_deref(), Ok(*said));
        }
    }
}
