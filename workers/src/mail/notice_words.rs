//! What notices say, in each language.

use serde::Serialize;
use sportello_domain::{account::Language, notice::Doer};
use sportello_entity::value::{EventType, Priority};

/// The words of one language.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    pub(super) language: &'static str,
    /// What was done, after the name of who did it.
    opened: &'static str,
    updated: &'static str,
    status_changed: &'static str,
    deleted: &'static str,
    restored: &'static str,
    note_added: &'static str,
    customer: &'static str,
    automation: &'static str,
    /// The fields' names.
    reference: &'static str,
    title: &'static str,
    description: &'static str,
    status: &'static str,
    priority: &'static str,
    category: &'static str,
    contact: &'static str,
    assignee: &'static str,
    opened_at: &'static str,
    external_id: &'static str,
    macro_status: &'static str,
    /// The values of priority and macro-status.
    low: &'static str,
    medium: &'static str,
    high: &'static str,
    urgent: &'static str,
    in_progress: &'static str,
    terminated: &'static str,
    /// What stands around them, and in their place where there is nothing, or nobody.
    nothing: &'static str,
    nobody: &'static str,
    note: &'static str,
    open_ticket: &'static str,
    why: &'static str,
    unsubscribe: &'static str,
}

impl Words {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Spanish => &SPANISH,
            Language::Italian => &ITALIAN,
        }
    }

    /// Who did what: `Anna opened this ticket`.
    pub(super) fn headline(&self, doer: &Doer, r#type: EventType) -> String {
        let done = match r#type {
            EventType::TicketOpened => self.opened,
            EventType::TicketStatusChanged => self.status_changed,
            EventType::TicketDeleted => self.deleted,
            EventType::TicketRestored => self.restored,
            EventType::NoteAdded => self.note_added,
            _ => self.updated,
        };
        let doer = match doer {
            Doer::Named(name) => name,
            Doer::Customer => self.customer,
            Doer::Automation => self.automation,
            Doer::System => "Sportello",
        };
        format!("{doer} {done}")
    }

    /// A field of an event's changes; its own name where there are no words for it.
    pub(super) fn field<'a>(&'a self, name: &'a str) -> &'a str {
        match name {
            "title" => self.title,
            "description" => self.description,
            "status" => self.status,
            "priority" => self.priority,
            "category" => self.category,
            "assignee" => self.assignee,
            "externalId" => self.external_id,
            "macroStatus" => self.macro_status,
            other => other,
        }
    }

    /// A value of an event's changes as a person says it.
    pub(super) fn value<'a>(&'a self, field: &str, value: Option<&'a str>) -> &'a str {
        match (field, value) {
            ("priority", Some("LOW")) => self.low,
            ("priority", Some("MEDIUM")) => self.medium,
            ("priority", Some("HIGH")) => self.high,
            ("priority", Some("URGENT")) => self.urgent,
            ("macroStatus", Some("IN_PROGRESS")) => self.in_progress,
            ("macroStatus", Some("TERMINATED")) => self.terminated,
            ("assignee", None) => self.nobody,
            (_, None | Some("")) => self.nothing,
            (_, Some(value)) => value,
        }
    }

    pub(super) fn priority(&self, priority: Priority) -> &'static str {
        match priority {
            Priority::Low => self.low,
            Priority::Medium => self.medium,
            Priority::High => self.high,
            Priority::Urgent => self.urgent,
        }
    }

    /// The names of the ticket's fields, in the order in which a mail shows them.
    pub(super) fn labels(&self) -> [&'static str; 7] {
        let Self { reference, status, priority, category, contact, assignee, opened_at, .. } = self;
        [reference, status, priority, category, contact, assignee, opened_at]
    }
}

const ENGLISH: Words = Words {
    language: "en",
    opened: "opened this ticket",
    updated: "changed this ticket",
    status_changed: "changed the status of this ticket",
    deleted: "deleted this ticket",
    restored: "restored this ticket",
    note_added: "added a note",
    customer: "A customer",
    automation: "An automation",
    reference: "Reference",
    title: "Title",
    description: "Description",
    status: "Status",
    priority: "Priority",
    category: "Category",
    contact: "Contact",
    assignee: "Assignee",
    opened_at: "Opened",
    external_id: "External id",
    macro_status: "State",
    low: "Low",
    medium: "Medium",
    high: "High",
    urgent: "Urgent",
    in_progress: "In progress",
    terminated: "Terminated",
    nothing: "none",
    nobody: "nobody",
    note: "Note",
    open_ticket: "Open the ticket",
    why: "You get this e-mail because you work at the desk of",
    unsubscribe: "No more e-mails about tickets",
};

const SPANISH: Words = Words {
    language: "es",
    opened: "ha abierto este ticket",
    updated: "ha modificado este ticket",
    status_changed: "ha cambiado el estado de este ticket",
    deleted: "ha eliminado este ticket",
    restored: "ha restaurado este ticket",
    note_added: "ha añadido una nota",
    customer: "Un cliente",
    automation: "Una automatización",
    reference: "Referencia",
    title: "Título",
    description: "Descripción",
    status: "Estado",
    priority: "Prioridad",
    category: "Categoría",
    contact: "Contacto",
    assignee: "Asignado a",
    opened_at: "Abierto",
    external_id: "Id externo",
    macro_status: "Situación",
    low: "Baja",
    medium: "Media",
    high: "Alta",
    urgent: "Urgente",
    in_progress: "En curso",
    terminated: "Terminado",
    nothing: "–",
    nobody: "nadie",
    note: "Nota",
    open_ticket: "Abrir el ticket",
    why: "Recibes este correo porque trabajas en el mostrador de",
    unsubscribe: "No recibir más correos sobre tickets",
};

const ITALIAN: Words = Words {
    language: "it",
    opened: "ha aperto questo ticket",
    updated: "ha modificato questo ticket",
    status_changed: "ha cambiato lo stato di questo ticket",
    deleted: "ha eliminato questo ticket",
    restored: "ha ripristinato questo ticket",
    note_added: "ha aggiunto una nota",
    customer: "Un cliente",
    automation: "Un'automazione",
    reference: "Riferimento",
    title: "Titolo",
    description: "Descrizione",
    status: "Stato",
    priority: "Priorità",
    category: "Categoria",
    contact: "Contatto",
    assignee: "Assegnato a",
    opened_at: "Aperto",
    external_id: "Id esterno",
    macro_status: "Situazione",
    low: "Bassa",
    medium: "Media",
    high: "Alta",
    urgent: "Urgente",
    in_progress: "In corso",
    terminated: "Terminato",
    nothing: "–",
    nobody: "nessuno",
    note: "Nota",
    open_ticket: "Apri il ticket",
    why: "Ricevi questa e-mail perché lavori allo sportello di",
    unsubscribe: "Non ricevere più e-mail sui ticket",
};
