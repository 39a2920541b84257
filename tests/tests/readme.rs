//! What README.md has a newcomer paste does what it says.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use serde_json::{Value as Json, json};
use sportello_tests::{Desk, in_time, on_both};
use tokio::process::Command;

const README: &str = include_str!("../../README.md");

/// The indented blocks of a section.
fn blocks(section: &str) -> Vec<String> {
    let (_, rest) = README.split_once(&format!("\n## {section}\n")).expect("the section");
    let text = rest.split_once("\n## ").map_or(rest, |(text, _)| text);
    let mut blocks = vec![String::new()];
    for line in text.lines() {
        match (line.strip_prefix("    "), blocks.last_mut()) {
            (Some(line), Some(block)) => block.push_str(&format!("{line}\n")),
            (None, Some(block)) if !block.is_empty() && !line.is_empty() => blocks.push(String::new()),
            _ => {}
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// Pastes a command into a shell; what it prints.
async fn pastes(command: &str, variables: &[(&str, &str)]) -> Json {
    let output = Command::new("sh").args(["-c", command]).envs(variables.iter().copied()).output();
    let output = in_time("the command", output).await.expect("a shell");
    assert!(output.status.success(), "{command} {output:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("JSON: {output:?}"))
}

on_both!(an_automation_in_five_minutes, async |desk: Desk| {
    let owner = &desk.owner;
    let [create, call, look] = &blocks("An automation in five minutes")[..] else {
        panic!("a document that makes it, a call, and a document that looks at it")
    };
    let made = owner.read(create, json!({})).await;
    for mutation in ["dynamicFieldCreate", "automationCreate"] {
        assert_eq!(made[mutation]["userErrors"], json!([]));
    }
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    let url = text(&made["automationCreate"]["automation"]["hook"]["url"]);
    // Where the desk is served when nothing is set; this one took a free port.
    let url = url.replace("127.0.0.1:8000", &owner.address.to_string());
    let secret = text(&made["automationCreate"]["hookSecret"]);
    let variables = [("HOOK_URL", url.as_str()), ("HOOK_SECRET", secret.as_str())];
    let first = pastes(call, &variables).await;
    assert!(first["runId"].is_string(), "{first}");
    let run = in_time("the end of the run", async {
        loop {
            let runs = owner.read(look, json!({})).await["automationRuns"]["nodes"].clone();
            if runs[0]["status"] != "RUNNING" {
                return runs[0].clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(
        (&run["status"], &run["ticket"]["reference"]),
        (&json!("SUCCEEDED"), &json!("T-1")),
        "{run:#}"
    );

    assert_eq!(pastes(call, &variables).await, first, "the same call is the same run");
    let look_again = owner.read(look, json!({})).await;
    assert_eq!(look_again["automationRuns"]["nodes"].as_array().map(Vec::len), Some(1));
    let tickets = owner.tickets(json!({})).await;
    assert_eq!(tickets["totalCount"], 1);
    let ticket = &tickets["nodes"][0];
    assert_eq!(
        (&ticket["title"], &ticket["category"]["name"], &ticket["priority"]),
        (&json!("Order 4711 is late"), &json!("Orders"), &json!("HIGH"))
    );
    let document = "{ ticket(by: { reference: \"T-1\" }) { notes { nodes { body } } } }";
    let notes = owner.read(document, json!({})).await["ticket"]["notes"]["nodes"].clone();
    assert_eq!(notes, json!([{ "body": "T-1 for +393512345678, by the order system" }]));
});
