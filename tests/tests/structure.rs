//! Holds the house's arrows: which floor may know which.

// The type of an answer to any query nests deeper than the compiler looks by itself.
#![recursion_limit = "256"]

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;

/// Who may depend on whom, for what is shipped.
const ARROWS: &[(&str, &[&str])] = &[
    ("api", &["document", "domain", "entity", "migration", "transport", "workers"]),
    ("document", &[]),
    ("domain", &["entity"]),
    ("entity", &[]),
    ("migration", &[]),
    ("tests", &["api", "domain", "migration"]),
    ("transport", &["document"]),
    ("workers", &["domain", "entity"]),
];

/// Further arrows that only tests may take: a database needs its tables.
const TEST_ARROWS: &[(&str, &[&str])] = &[("domain", &["migration"]), ("workers", &["migration"])];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

fn floor(name: &Value) -> Option<&str> {
    name.as_str()?.strip_prefix("sportello-")
}

/// The floors that a package depends on, in shipped code or in tests only.
fn arrows(package: &Value, in_tests: bool) -> BTreeSet<&str> {
    let dependencies = package["dependencies"].as_array().expect("packages have dependencies");
    let wanted = dependencies.iter().filter(|dependency| (dependency["kind"] == "dev") == in_tests);
    wanted.filter_map(|dependency| floor(&dependency["name"])).collect()
}

fn legal<'arrows>(table: &[(&str, &'arrows [&'arrows str])], from: &str) -> Option<&'arrows [&'arrows str]> {
    table.iter().find(|(floor, _)| *floor == from).map(|(_, to)| *to)
}

#[test]
fn arrows_point_down() {
    let metadata = metadata();
    for package in metadata["packages"].as_array().expect("a workspace has packages") {
        let from = floor(&package["name"]).expect("packages are named sportello-…");
        let shipped =
            legal(ARROWS, from).unwrap_or_else(|| panic!("{from}: a new floor; give it its arrows here"));
        for to in arrows(package, false) {
            assert!(shipped.contains(&to), "{from} must not depend on {to}");
        }
        let tests = legal(TEST_ARROWS, from).unwrap_or_default();
        for to in arrows(package, true) {
            assert!(
                shipped.contains(&to) || tests.contains(&to),
                "the tests of {from} must not depend on {to}"
            );
        }
    }
}

#[test]
fn every_arrow_of_the_table_is_taken_by_a_floor_that_is_there() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a workspace has packages");
    let floors: BTreeSet<_> = packages.iter().filter_map(|package| floor(&package["name"])).collect();
    let named: BTreeSet<_> = ARROWS.iter().map(|(floor, _)| *floor).collect();
    assert_eq!(floors, named);
}
