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
    name: "Il tuo nome",
    name_rule: "Da 1 a 60 caratteri.",
    password: "Password",
    password_rule: "Da 10 a 200 caratteri.",
    save: "Salva",
    go_on: "Continua",
};
