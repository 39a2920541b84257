//! What the people of the shop note down, for each other.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::Matter;

/// A note on a ticket about `matter`; None: on whatever else.
pub(in crate::demo) fn note(matter: Option<Matter>, chance: &mut StdRng) -> &'static str {
    let fitting = match matter {
        Some(matter) if chance.random_bool(0.7) => on(matter),
        _ => ANYTHING,
    };
    fitting.choose(chance).expect("there are notes on every matter")
}

const ANYTHING: &[&str] = &[
    "Sentito al telefono: molto gentile, aspetta nostre notizie.",
    "Ho risposto per e-mail, attendo conferma.",
    "Non risponde al telefono. Riprovo nel pomeriggio.",
    "Ha scritto di nuovo: chiede se ci sono novità.",
    "Cliente affezionata, diamole la precedenza.",
    "Passo la cosa a chi è in laboratorio domani mattina.",
    "Chiarito tutto, chiudo appena ho la conferma scritta.",
    "Attenzione: c'è un altro ticket dello stesso cliente, vedere anche quello.",
];

fn on(matter: Matter) -> &'static [&'static str] {
    match matter {
        Matter::Delivery => &[
            "Aperta la pratica con il corriere, rispondono entro 48 ore.",
            "Il corriere riprova domani tra le 9 e le 13. Cliente avvisato.",
            "Indirizzo corretto sulla lettera di vettura.",
            "Pacco ritrovato nel deposito sbagliato, riparte stasera.",
            "Secondo invio preparato, spese a carico nostro.",
        ],
        Matter::Return => &[
            "Inviata l'etichetta di reso.",
            "Reso rientrato: articolo perfetto, si può rimettere in vendita.",
            "Rimborso disposto oggi, in banca servono 3–5 giorni lavorativi.",
            "Fuori dai 30 giorni, ma lo accettiamo lo stesso: buono invece del rimborso.",
        ],
        Matter::Damage => &[
            "Ricevute le foto: danno evidente, sostituiamo.",
            "Chiesta al cliente una foto dell'imballo per il reclamo.",
            "In laboratorio dicono che si ripara in due giorni.",
            "Rimborso parziale accettato dal cliente.",
        ],
        Matter::Invoice => &[
            "Fattura riemessa e inviata allo SDI.",
            "Mancano i dati: chiesti codice destinatario e partita IVA.",
            "Nota di credito fatta, la nuova fattura parte domani.",
        ],
        Matter::Size => &[
            "Misura disponibile in magazzino, messa da parte.",
            "Consigliata la misura più grande: la forma è stretta.",
            "Cambio concordato, il corriere ritira e consegna insieme.",
        ],
        Matter::Custom => &[
            "Preventivo inviato, valido 30 giorni.",
            "Bozza dell'incisione approvata dal cliente.",
            "Acconto ricevuto. In lavorazione da lunedì.",
            "Il campione del colore parte oggi per posta.",
        ],
        Matter::Payment => &[
            "Il secondo addebito è solo un'autorizzazione, decade da sola.",
            "Bonifico arrivato, ordine sbloccato.",
            "Buono riattivato, codice nuovo inviato per e-mail.",
        ],
        Matter::Hours => {
            &["Segnato in agenda l'appuntamento.", "Inviati orari e indicazioni per il parcheggio."]
        }
        Matter::Care => &[
            "Mandata la scheda di manutenzione nella sua lingua.",
            "Consigliata la crema neutra, prima prova su un punto nascosto.",
        ],
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::text;

    use super::*;

    #[test]
    fn every_note_can_be_written() {
        let all = Matter::WEIGHTED.iter().flat_map(|(matter, _)| on(*matter)).chain(ANYTHING);
        for body in all {
            assert_eq!(text::NOTE.check(body, &[]).as_deref(), Ok(*body));
        }
    }
}
