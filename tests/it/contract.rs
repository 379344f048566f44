//! The contract: what is committed is what the code says, and what clients rely on stays.

use std::{collections::BTreeSet, fs};

use clap::CommandFactory as _;
use serde_json::Value;
use soundings::{cli::Cli, config::Config, router};

fn committed(name: &str) -> String {
    fs::read_to_string(format!("{}/openapi/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_committed_contract_is_the_codes() {
    let made = serde_json::to_string_pretty(&router::document()).unwrap() + "\n";
    assert!(committed("v1.json") == made, "run `make openapi` and look at what changed");
}

#[test]
fn what_was_released_stays() {
    let released: Value = serde_json::from_str(&committed("v1.released.json")).unwrap();
    let now = router::document();
    let operations = |document: &Value| -> BTreeSet<String> {
        let paths = document["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
            .collect()
    };
    let gone: Vec<_> = operations(&released).difference(&operations(&now)).cloned().collect();
    assert!(gone.is_empty(), "operations that clients rely on are gone: {gone:?}");
    for (name, schema) in released["components"]["schemas"].as_object().unwrap() {
        for field in schema["properties"].as_object().into_iter().flat_map(serde_json::Map::keys) {
            assert!(!now["components"]["schemas"][name]["properties"][field].is_null(), "{name}.{field} is gone");
        }
        let demanded = |document: &Value| -> BTreeSet<String> {
            let required = document["components"]["schemas"][name]["required"].as_array().cloned().unwrap_or_default();
            required.iter().filter_map(|field| field.as_str().map(str::to_owned)).collect()
        };
        if name.starts_with("New") || name.ends_with("Change") {
            let more: Vec<_> = demanded(&now).difference(&demanded(&released)).cloned().collect();
            assert!(more.is_empty(), "{name} asks for more than before: {more:?}");
        }
    }
}

#[test]
fn every_operation_is_described() {
    let document = router::document();
    let mut ids = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_default();
            assert!(id.contains('_') || id == "respond", "{method} {path} has no operation id");
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{id} has no summary");
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{id}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(!parameter["description"].as_str().unwrap_or_default().is_empty(), "{id}: {}", parameter["name"]);
            }
        }
    }
    assert!(ids.len() > 60, "{}", ids.len());
}

/// N2: no mandatory narrative, no least length, no quota, target or deadline; N1: no score or rank; N9: no grade.
#[test]
fn no_schema_asks_for_what_we_never_ask_for() {
    let document = router::document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            for never in ["score", "rank", "grade", "rating", "quota", "target", "deadline", "streak", "badge", "word_count"] {
                assert!(!field.contains(never), "{name}.{field}");
            }
            assert!(property["minLength"].as_u64().is_none_or(|least| least <= 1), "{name}.{field} has a least length");
        }
        if name.starts_with("New") && ["NewReflection", "NewExample", "NewResponse"].contains(&name.as_str()) {
            let required = schema["required"].as_array().unwrap().len();
            assert!(required <= 2, "{name} asks for {required} fields");
        }
    }
}

#[test]
fn the_readme_lists_every_setting() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let command = Cli::command();
    let mut count = 0;
    for argument in command.get_arguments() {
        let (Some(flag), Some(variable)) = (argument.get_long(), argument.get_env()) else { continue };
        let default: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = if default.is_empty() { "—".to_owned() } else { format!("`{}`", default.join(",")) };
        let row = format!("| `--{flag}` | `{}` | {default} |", variable.to_string_lossy());
        assert!(readme.contains(&row), "README.md lacks the row: {row}");
        count += 1;
    }
    assert!(count >= 15, "{count}");
}

#[test]
fn shown_settings_keep_secrets() {
    let mut config = Config::in_memory_at(std::path::Path::new("x"));
    config.store_password = Some("swordfish".to_owned());
    assert!(config.shown().contains("(set)"));
    assert!(!config.shown().contains("swordfish"));
    assert!(config.shown().contains("\"header_seconds\""));
}
