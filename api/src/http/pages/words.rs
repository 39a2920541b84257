//! What the pages say, in each language.

use serde::Serialize;
use sportello_domain::account::Language;

/// The words of one language.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    pub(super) language: &'static str,
    pub(super) invitation: &'static str,
    pub(super) invitation_text: &'static str,
    pub(super) reset: &'static str,
    pub(super) reset_text: &'static str,
    pub(super) done: &'static str,
    pub(super) done_text: &'static str,
    pub(super) gone: &'static str,
    pub(super) gone_text: &'static str,
    pub(super) failed: &'static str,
    pub(super) failed_text: &'static str,
    pub(super) unsubscribe: &'static str,
    pub(super) unsubscribe_text: &'static str,
    pub(super) unsubscribed_text: &'static str,
    pub(super) not_found: &'static str,
    pub(super) not_found_text: &'static str,
    name: &'static str,
    name_rule: &'static str,
    password: &'static str,
    password_rule: &'static str,
    save: &'static str,
    go_on: &'static str,
}

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Spanish => &SPANISH,
            Language::Italian => &ITALIAN,
        }
    }
}

const ENGLISH: Words = Words {
    language: "en",
    invitation: "Welcome to",
    invitation_text: "Choose a password, and you are in.",
    reset: "A new password for",
    reset_text: "Choose a new password. You will be signed out everywhere else.",
    done: "Done",
    done_text: "Your password is set. You can sign in with it now.",
    gone: "This link is no longer good",
    gone_text: "It serves once and for a limited time. Ask for a new one.",
    failed: "That did not work",
    failed_text: "It is not your fault. Try again in a moment.",
    unsubscribe: "No more e-mails about tickets",
    unsubscribe_text: "You would be mailed no more when tickets are opened or change. You still see them at the desk.",
    unsubscribed_text: "You are mailed no more about tickets. You can turn that on again in your profile.",
    not_found: "This link is not a good one",
    not_found_text: "Use the one in the last e-mail, or turn the e-mails off in your profile.",
    name: "Your name",
    name_rule: "1 to 60 characters.",
    password: "Password",
    password_rule: "10 to 200 characters.",
    save: "Save",
    go_on: "Go on",
};

const SPANISH: Words = Words {
    language: "es",
    invitation: "Te damos la bienvenida a",
    invitation_text: "Elige una contraseña y ya puedes entrar.",
    reset: "Una contraseña nueva para",
    reset_text: "Elige una contraseña nueva. Se cerrarán todas tus demás sesiones.",
    done: "Hecho",
    done_text: "Tu contraseña está guardada. Ya puedes iniciar sesión con ella.",
    gone: "Este enlace ya no es válido",
    gone_text: "Sirve una sola vez y durante un tiempo limitado. Pide uno nuevo.",
    failed: "No ha funcionado",
    failed_text: "No es culpa tuya. Inténtalo de nuevo en un momento.",
    unsubscribe: "No recibir más correos sobre tickets",
    unsubscribe_text: "Ya no te escribiremos cuando un ticket se abra o cambie. Los sigues viendo en el mostrador.",
    unsubscribed_text: "Ya no recibes correos sobre tickets. Puedes volver a activarlos en tu perfil.",
    not_found: "Este enlace no es válido",
    not_found_text: "Usa el del último correo, o desactiva los correos en tu perfil.",
    name: "Tu nombre",
    name_rule: "De 1 a 60 caracteres.",
    password: "Contraseña",
    password_rule: "De 10 a 200 caracteres.",
    save: "Guardar",
    go_on: "Continuar",
};

const ITALIAN: Words = Words {
    language: "it",
    invitation: "Ti diamo il benvenuto in",
    invitation_text: "Scegli una password per entrare.",
    reset: "Una nuova password per",
    reset_text: "Scegli una nuova password. Tutte le altre tue sessioni verranno chiuse.",
    done: "Fatto",
    done_text: "La tua password è salvata. Ora puoi usarla per accedere.",
    gone: "Questo link non è più valido",
    gone_text: "Serve una volta sola e per un tempo limitato. Chiedine uno nuovo.",
    failed: "Non ha funzionato",
    failed_text: "Non è colpa tua. Riprova tra un momento.",
    unsubscribe: "Non ricevere più e-mail sui ticket",
    unsubscribe_text: "Non ti scriveremo più quando un ticket viene aperto o cambia. Continui a vederli allo sportello.",
    unsubscribed_text: "Non ricevi più e-mail sui ticket. Puoi riattivarle nel tuo profilo.",
    not_found: "Questo link non è valido",
    not_found_text: "Usa quello dell'ultima e-mail, o disattiva le e-mail nel tuo profilo.",
    name: "Il tuo nome",
    name_rule: "Da 1 a 60 caratteri.",
    password: "Password",
    password_rule: "Da 10 a 200 caratteri.",
    save: "Salva",
    go_on: "Continua",
};
