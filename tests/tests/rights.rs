//! Every mutation, tried by every role and by keys: FORBIDDEN exactly where the policy says.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::collections::BTreeSet;

use serde_json::json;
use sportello_tests::{
    Client, Desk, Schema, on_both,
    schema::{Argument, document},
};

/// The least role, and the scope with which a key may; "": no key may.
const POLICY: &[(&str, &str, &[&str])] = &[
    ("VIEWER", "", &["profileUpdate", "ticketViewSave", "ticketViewDelete", "notificationsMarkRead"]),
    (
        "OPERATOR",
        "TICKETS_WRITE",
        &[
            "ticketOpen",
            "ticketUpdate",
            "ticketDelete",
            "ticketRestore",
            "ticketsUpdate",
            "ticketNoteAdd",
            "ticketNoteEdit",
            "ticketNoteDelete",
        ],
    ),
    ("OPERATOR", "CONTACTS_WRITE", &["contactCreate", "contactUpdate", "contactDelete"]),
    ("OPERATOR", "MESSAGES_WRITE", &["messageSend", "chatMarkRead", "sandboxMessageReceive"]),
    (
        "ADMIN",
        "SETTINGS_WRITE",
        &[
            "accountUpdate",
            "ticketStatusCreate",
            "ticketStatusUpdate",
            "ticketStatusDelete",
            "ticketCategoryUpdate",
            "ticketCategoryMerge",
            "dynamicFieldCreate",
            "webhookEndpointCreate",
            "webhookEndpointUpdate",
            "webhookEndpointDelete",
            "webhookEndpointRotateSecret",
            "webhookDeliveryRetry",
            "webhookReplay",
            "ticketsImport",
            "whatsAppChannelConnect",
            "whatsAppChannelDisconnect",
            "messageTemplateCreate",
            "messageTemplateUpdate",
            "automationCreate",
            "automationUpdate",
            "automationDelete",
            "automationHookRotateSecret",
            "automationRunRetry",
        ],
    ),
    ("ADMIN", "", &["userInvite", "invitationResend", "userUpdate", "apiKeyCreate", "apiKeyRevoke"]),
];

/// For anybody, signed in or not.
const PUBLIC: &[&str] =
    &["signIn", "sessionRefresh", "signOut", "passwordResetRequest", "passwordReset", "invitationAccept"];

const ROLES: [&str; 4] = ["VIEWER", "OPERATOR", "ADMIN", "OWNER"];

const SCOPES: [&str; 8] = [
    "TICKETS_READ",
    "TICKETS_WRITE",
    "CONTACTS_READ",
    "CONTACTS_WRITE",
    "MESSAGES_READ",
    "MESSAGES_WRITE",
    "SETTINGS_READ",
    "SETTINGS_WRITE",
];

fn rule(mutation: &str) -> (&'static str, &'static str) {
    let rule = POLICY.iter().find(|(_, _, mutations)| mutations.contains(&mutation));
    let (role, scope, _) = rule.unwrap_or_else(|| panic!("say in this test who may {mutation}"));
    (role, scope)
}

fn rank(role: &str) -> usize {
    ROLES.iter().position(|other| *other == role).expect("a role")
}

/// Tries every mutation that is not for everybody; `may` says what the policy says.
async fn try_all(schema: &Schema, client: &Client, who: &str, may: impl Fn(&str, &str) -> bool) {
    for field in schema.fields("Mutation") {
        if PUBLIC.contains(&field.name.as_str()) {
            continue;
        }
        let (role, scope) = rule(&field.name);
        let samples = schema.samples(field);
        let answer = client.ask(&document("mutation", field, &samples, "{ __typename }"), samples).await;
        if may(role, scope) {
            // A sample is nobody's place in the log.
            let expected = if field.name == "notificationsMarkRead" { "CURSOR_INVALID" } else { "" };
            assert_eq!(answer.code(), expected, "{who} may {}: {answer:?}", field.name);
        } else {
            assert_eq!(answer.code(), "FORBIDDEN", "{who} may not {}: {answer:?}", field.name);
        }
    }
}

on_both!(of_roles, async |desk: Desk| {
    let schema = Schema::parse(&desk.sdl().await);
    let known: BTreeSet<_> =
        POLICY.iter().flat_map(|(_, _, names)| *names).chain(PUBLIC).map(|name| (*name).to_owned()).collect();
    assert_eq!(schema.mutations().into_iter().collect::<BTreeSet<_>>(), known);
    for role in ROLES {
        let person = desk.person(role).await;
        try_all(&schema, &person, role, |least, _| rank(role) >= rank(least)).await;
    }
});

on_both!(of_keys, async |desk: Desk| {
    let schema = Schema::parse(&desk.sdl().await);
    for scope in SCOPES {
        let key = desk.key(&[scope]).await;
        try_all(&schema, &key, scope, |_, needed| scope == needed).await;
    }
});

on_both!(of_nobody, async |desk: Desk| {
    let schema = Schema::parse(&desk.sdl().await);
    for (operation, root) in [("mutation", "Mutation"), ("query", "Query")] {
        for field in schema.fields(root).iter().filter(|field| !PUBLIC.contains(&field.name.as_str())) {
            let inner = field.ty.inner_named_type();
            let selection = if schema.0.types.get(inner).is_some_and(|found| found.is_scalar()) {
                ""
            } else {
                "{ __typename }"
            };
            let samples = schema.samples(field);
            let answer = desk.stranger.ask(&document(operation, field, &samples, selection), samples).await;
            assert_eq!(answer.code(), "UNAUTHENTICATED", "{}: {answer:?}", field.name);
        }
    }
    let spoilt = desk.owner.with_token(&format!("{}x", desk.owner.token.as_deref().expect("a token")), "");
    spoilt.ask("{ account { id } }", json!({})).await.must_be("UNAUTHENTICATED");
});

on_both!(of_reading, async |desk: Desk| {
    let reads = [
        ("{ tickets { totalCount } }", "VIEWER", "TICKETS_READ"),
        ("{ ticketStatuses { id } }", "VIEWER", "TICKETS_READ"),
        ("{ deletedTickets { totalCount } }", "VIEWER", "TICKETS_READ"),
        ("{ ticketStatistics { openCount } }", "VIEWER", "TICKETS_READ"),
        ("{ ticketViews { id } }", "VIEWER", "TICKETS_READ"),
        ("{ users { id } }", "VIEWER", "SETTINGS_READ"),
        ("{ messageTemplates { id } }", "VIEWER", "SETTINGS_READ"),
        ("{ automations { id } }", "VIEWER", "SETTINGS_READ"),
        ("{ automationRuns { totalCount } }", "VIEWER", "SETTINGS_READ"),
        ("{ chats { totalCount } }", "VIEWER", "MESSAGES_READ"),
        ("{ apiKeys { id } }", "ADMIN", "SETTINGS_READ"),
        ("{ webhookEndpoints { id } }", "ADMIN", "SETTINGS_READ"),
        ("{ notifications { unreadCount } }", "VIEWER", "no key may"),
    ];
    for role in ROLES {
        let person = desk.person(role).await;
        for (document, least, _) in reads {
            let expected = if rank(role) >= rank(least) { "" } else { "FORBIDDEN" };
            assert_eq!(person.ask(document, json!({})).await.code(), expected, "{role}: {document}");
        }
    }
    for scope in SCOPES {
        let key = desk.key(&[scope]).await;
        for (document, _, needed) in reads {
            let may = needed == scope || needed.replace("READ", "WRITE") == scope;
            let expected = if may { "" } else { "FORBIDDEN" };
            assert_eq!(key.ask(document, json!({})).await.code(), expected, "{scope}: {document}");
        }
    }
});

/// The sample inputs have what the schema requires, so that FORBIDDEN is never mistaken for another refusal.
#[test]
fn samples_have_what_is_required() {
    let schema =
        Schema::parse("type Query { a(b: B!): Int } input B { c: Int! d: Int e: [F!]! } enum F { G }");
    let field = &schema.fields("Query")[0];
    assert_eq!(schema.samples(field), json!({ "b": { "c": 1, "e": ["G"] } }));
    let optional: Vec<Argument> = schema.inputs("B").into_iter().filter(|input| input.is_optional).collect();
    assert_eq!(optional.len(), 1);
}
