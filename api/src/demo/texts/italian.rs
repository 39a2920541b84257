//! Italian customers. Products are feminine, so that articles and participles agree.

use super::{
    conversations::RETURN_PHRASE,
    situation::{
        Language,
        Matter::{Care, Custom, Damage, Delivery, Hours, Invoice, Payment, Return, Size},
        Situation, about,
    },
};

pub(super) const LANGUAGE: Language = Language {
    code: "it",
    situations: SITUATIONS,
    products: &[
        "borsa Vittoria",
        "tracolla Navigli",
        "cintura Brera",
        "cartella Torino",
        "pochette Capri",
        "agenda Firenze",
        "ciotola Vietri",
        "sciarpa Como",
        "teiera Faenza",
        "lampada Murano",
    ],
    cities: &["Bologna", "Torino", "Bari", "Verona", "Napoli", "Lecce", "Trento", "Cagliari", "Perugia"],
    days: &["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"],
    colors: &["cuoio", "nero", "verde bosco", "bordeaux", "blu notte", "sabbia"],
    questions: &[
        "Buongiorno, a che punto è il mio ordine?",
        "Siete aperti anche domenica?",
        "Il pacco risulta consegnato, ma io non ho ricevuto nulla.",
        "Si può avere un biglietto d'auguri insieme al regalo?",
        RETURN_PHRASE,
    ],
    answers: &[
        "Buongiorno, controlliamo subito e le scriviamo.",
        "Certo, ci pensiamo noi!",
        "Abbiamo sentito il magazzino: tutto a posto.",
    ],
};

const SITUATIONS: &[Situation] = &[
    about(
        Delivery,
        "Ordine {order} fermo a {city} da giorni",
        "Buongiorno, il tracciamento dice che il pacco con la {product} è al deposito di {city} da {day} e non si muove più. Potete sentire il corriere?",
    ),
    about(
        Delivery,
        "Risulta consegnato ma non ho ricevuto nulla",
        "Secondo il corriere l'ordine {order} è stato consegnato {day}, ma in casa non c'era nessuno e i vicini non hanno ritirato niente. Chi ha firmato?",
    ),
    about(
        Delivery,
        "Cambio indirizzo prima della spedizione",
        "Salve, ho appena ordinato la {product} ma ho lasciato il vecchio indirizzo. Potete spedire in ufficio a {city}? Sono lì fino alle 18.",
    ),
    about(
        Delivery,
        "Quando arriva la {product}?",
        "È un regalo per {day} prossimo e non ho ancora ricevuto la mail di spedizione. Numero ordine {order}. Faccio in tempo?",
    ),
    about(
        Delivery,
        "Manca un articolo nel pacco {order}",
        "Nel pacco c'era solo la {product}: mancano le due tazze che ho pagato insieme. Arrivano con un'altra spedizione?",
    ),
    about(
        Delivery,
        "Spedizione in Svizzera: costi e dogana",
        "Vorrei far arrivare una {product} a mia sorella a Lugano. Quanto costa la spedizione e chi paga la dogana?",
    ),
    about(
        Delivery,
        "Il corriere non trova il citofono",
        "Terzo tentativo fallito per {order}. Il citofono è quello in fondo al cortile, scala B. Il mio numero è sul pacco, basta chiamare.",
    ),
    about(
        Return,
        "Reso della {product}",
        "Buonasera, la {product} è bella ma più grande di come la immaginavo. È ancora nella sua scatola: come faccio il reso?",
    ),
    about(
        Return,
        "Rimborso di {amount} € non ancora arrivato",
        "Ho rispedito l'ordine {order} due settimane fa e mi avete confermato il rientro. Sulla carta però non vedo ancora i {amount} €.",
    ),
    about(
        Return,
        "Regalo doppio: si può rendere senza scontrino?",
        "Abbiamo ricevuto due volte la stessa {product}, nel colore {color}. Chi ce l'ha regalata non trova più la ricevuta.",
    ),
    about(
        Return,
        "Etichetta di reso che non si apre",
        "Il link dell'etichetta per {order} porta a una pagina bianca. Potete mandarmela in PDF? Il corriere passa {day}.",
    ),
    about(
        Return,
        "Annullamento dell'ordine {order}",
        "Ho ordinato per errore due volte la {product}. Vorrei annullare il secondo ordine, se non è già partito.",
    ),
    about(
        Damage,
        "{product} arrivata con un graffio",
        "Ho aperto il pacco {day}: sul davanti c'è un graffio di circa tre centimetri. L'imballo era intatto. Vi mando le foto.",
    ),
    about(
        Damage,
        "Cucitura che cede dopo un mese",
        "La cucitura laterale della {product} si sta aprendo, eppure la uso solo nel fine settimana. È coperta dalla garanzia?",
    ),
    about(
        Damage,
        "Tazze rotte nel pacco {order}",
        "Di sei tazze ne sono arrivate intere quattro. Dentro la scatola c'era pochissima carta. Preferirei la sostituzione al rimborso.",
    ),
    about(
        Damage,
        "Fibbia che non chiude",
        "La fibbia della cintura {color} esce dal foro appena mi siedo. Posso portarla in negozio {day} o devo spedirla?",
    ),
    about(
        Invoice,
        "Fattura elettronica per {order}",
        "Mi serve la fattura intestata alla società, non la ricevuta. Il codice destinatario ve l'avevo scritto nelle note dell'ordine.",
    ),
    about(
        Invoice,
        "Partita IVA sbagliata in fattura",
        "Nella fattura dell'ordine {order} manca una cifra della partita IVA. Il commercialista chiede una nota di credito e una fattura nuova.",
    ),
    about(
        Invoice,
        "Copia delle fatture del trimestre",
        "Buongiorno, per la contabilità ci servono le copie di tutte le fatture degli ultimi tre mesi, studio di {city}. Grazie.",
    ),
    about(
        Size,
        "Sandali Positano: il {size} è piccolo",
        "Porto sempre il {size} ma questi stringono sul collo del piede. Avete il numero dopo, sempre in {color}?",
    ),
    about(
        Size,
        "Che misura di cintura devo prendere?",
        "Ho 92 cm di vita, misurati sopra i pantaloni. Con la cintura {color} prendo la 95 o la 100?",
    ),
    about(
        Size,
        "Cambio colore per {order}",
        "Ho ordinato la {product} in nero, ma l'ho vista in {color} da un'amica. Se non è ancora partita, posso cambiare?",
    ),
    about(
        Custom,
        "Incisione delle iniziali",
        "Vorrei far incidere le iniziali M.R. sulla {product}. Quanto costa e di quanti giorni si allunga la consegna?",
    ),
    about(
        Custom,
        "Bomboniere per 60 invitati",
        "Ci sposiamo in primavera a {city} e vorremmo 60 ciotoline dipinte a mano. Fate un preventivo? Possiamo passare {day}.",
    ),
    about(
        Custom,
        "Preventivo per regali aziendali",
        "Ci servono 25 agende in pelle {color} con il logo a secco. Entro quando dovremmo confermare per averle a dicembre?",
    ),
    about(
        Payment,
        "Addebito doppio sulla carta",
        "Per l'ordine {order} vedo due addebiti da {amount} €. Il sito si era bloccato e ho premuto una seconda volta.",
    ),
    about(
        Payment,
        "Buono regalo rifiutato",
        "Il codice del buono da 50 € dice «già utilizzato», ma è la prima volta che lo uso. L'ho comprato in negozio {day}.",
    ),
    about(
        Payment,
        "Bonifico fatto, ordine ancora in sospeso",
        "Ho fatto il bonifico di {amount} € {day} mattina per l'ordine {order}. Vi allego la contabile, vedete se è arrivato?",
    ),
    about(
        Hours,
        "Siete aperti {day}?",
        "Vengo da {city} apposta per vedere la {product} dal vivo. Fate orario continuato o chiudete a pranzo?",
    ),
    about(
        Hours,
        "Ritiro in negozio dopo le 19",
        "L'ordine {order} è pronto ma esco dal lavoro alle 19. Se avviso prima, qualcuno può aspettarmi dieci minuti?",
    ),
    about(
        Care,
        "Macchia d'acqua sulla pelle",
        "Ieri ha piovuto e sulla {product} color {color} è rimasto un alone. Con che cosa posso trattarla senza rovinarla?",
    ),
    about(
        Care,
        "Le ciotole vanno in lavastoviglie?",
        "Ho preso la ciotola Vietri a {city} e sul fondo non c'è scritto nulla. Posso metterla in lavastoviglie e nel microonde?",
    ),
];
