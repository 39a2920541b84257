//! What the shop has the desk do by itself.

use sportello_domain::{
    Actor,
    automation::{self, AutomationCreate, Fallback, Step, TextMatch, Trigger},
    dynamic_field::{self, DynamicFieldCreate},
    store::Store,
    template::{self, TemplateCreate},
};
use sportello_entity::{
    TemplateId,
    value::{MacroStatus, Priority},
};

use super::texts::{Matter, RETURN_PHRASE};

const ORDER_NUMBER: &str = "ORDER_NUMBER";

/// Makes three automations: a phrase opens a ticket, an order system's call opens one, and resolving one tells the customer.
pub(super) async fn make(store: &Store, owner: &Actor) -> anyhow::Result<()> {
    let field = DynamicFieldCreate { code: ORDER_NUMBER.to_owned(), label: "Numero d'ordine".to_owned() };
    dynamic_field::create(store, owner, field).await?;
    let resolved = TemplateCreate {
        name: "ticket_resolved".to_owned(),
        language: "it".to_owned(),
        body:
            "Ciao %%CONTACT_FIRST_NAME%%, la tua richiesta %%TICKET_REFERENCE%% (%%TICKET_TITLE%%) è risolta."
                .to_owned(),
        buttons: Vec::new(),
    };
    let resolved = template::create(store, owner, resolved).await?;
    for input in [phrase(), order(), resolving(resolved.id)] {
        automation::create(store, owner, input).await?;
    }
    Ok(())
}

fn phrase() -> AutomationCreate {
    let trigger =
        Trigger::MessageReceived { r#match: TextMatch::Exact, text: Some(RETURN_PHRASE.to_owned()) };
    let steps = vec![
        opening("Reso richiesto da %%CONTACT_PHONE%%", Matter::Return.category(), Priority::Medium),
        Step::SendText {
            text: "Abbiamo aperto la richiesta %%TICKET_REFERENCE%%: ti rispondiamo al più presto."
                .to_owned(),
        },
    ];
    AutomationCreate { name: "Reso su WhatsApp".to_owned(), trigger, steps, is_enabled: true }
}

fn order() -> AutomationCreate {
    let trigger = Trigger::ApiCall { fields: vec![ORDER_NUMBER.to_owned()] };
    let steps =
        vec![opening("L'ordine %%ORDER_NUMBER%% è in ritardo", Matter::Delivery.category(), Priority::High)];
    AutomationCreate { name: "Ordine in ritardo".to_owned(), trigger, steps, is_enabled: true }
}

fn resolving(template_id: TemplateId) -> AutomationCreate {
    let trigger = Trigger::TicketStatusChanged {
        from_status_id: None,
        from_macro_status: Some(MacroStatus::InProgress),
        to_status_id: None,
        to_macro_status: Some(MacroStatus::Terminated),
        r#where: None,
    };
    let fallbacks =
        vec![Fallback { code: "CONTACT_FIRST_NAME".to_owned(), value: "gentile cliente".to_owned() }];
    let steps = vec![Step::SendTemplate { template_id, fallbacks }];
    AutomationCreate { name: "Avvisa quando è risolto".to_owned(), trigger, steps, is_enabled: true }
}

fn opening(title: &str, category: &str, priority: Priority) -> Step {
    Step::OpenTicket {
        title: title.to_owned(),
        description: String::new(),
        category: Some(category.to_owned()),
        priority,
        status_id: None,
    }
}
