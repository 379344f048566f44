//! What the contract says of a field, and what the rules say when somebody breaks it, are one and the same.

use serde_json::{Value, json};
use soundings::router;

use crate::{
    endpoints::{Operation, Scene, operations, rightful},
    service::run,
};

/// Longer than this is the limit of a whole request, not of a field.
const NO_LIMIT: u64 = 200_000;

/// A value for a field, and whether the contract lets it pass.
struct Try {
    value: Value,
    fits: bool,
}

#[test]
fn what_the_contract_says_of_a_field_is_what_the_rules_say() {
    run(async {
        let scene = Scene::new().await;
        let document = router::document();
        let (mut refused, mut let_through, mut wrong) = (0, 0, Vec::new());
        // What fits may be done, and change what comes after it: so it is tried last.
        for fits in [false, true] {
            for operation in operations() {
                let Some(body) = scene.body(&operation.id).filter(|_| operation.secured) else { continue };
                for (field, property) in fields(&document, &operation) {
                    for attempt in attempts(&property).into_iter().filter(|attempt| attempt.fits == fits) {
                        let mut changed = body.clone();
                        changed[&field] = attempt.value.clone();
                        let answer = scene.call(scene.who(rightful(&operation)), &operation, Some(changed)).await;
                        let pointer = format!("/{field}");
                        let complained = answer.pointers().iter().any(|found| found.starts_with(&pointer));
                        // One rule is about two fields: an agenda item says something or names a share.
                        if complained == fits && operation.id != "add_agenda_item" {
                            let shown: String = attempt.value.to_string().chars().take(40).collect();
                            wrong.push(format!("{}: {field} = {shown}: {}", operation.id, answer.status));
                        }
                        if fits { let_through += 1 } else { refused += 1 }
                    }
                }
            }
        }
        println!("{refused} values that do not fit, {let_through} that do, {} differences", wrong.len());
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(refused > 100 && let_through > 50, "{refused} and {let_through} were tried");
    });
}

fn fields(document: &Value, operation: &Operation) -> Vec<(String, Value)> {
    let method = operation.method.as_str().to_lowercase();
    let schema = &document["paths"][&operation.path][method.as_str()]["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let properties = document["components"]["schemas"][name]["properties"].as_object().cloned().unwrap_or_default();
    properties.into_iter().collect()
}

fn attempts(property: &Value) -> Vec<Try> {
    match property["type"].as_str() {
        Some("string") if property["format"].is_null() && property["enum"].is_null() => texts(property),
        Some("integer") if property["maximum"].as_u64().is_some_and(|most| most < NO_LIMIT) => numbers(property),
        Some("array") if property["items"]["type"] == "string" => lists(property),
        _ => Vec::new(),
    }
}

fn texts(property: &Value) -> Vec<Try> {
    let (longest, pattern) = (property["maxLength"].as_u64().unwrap(), property["pattern"].as_str().unwrap_or_default());
    let mut tries = Vec::new();
    let is_prose = !pattern.is_empty() && !pattern.contains('@') && !pattern.starts_with("^http");
    if is_prose && longest < NO_LIMIT {
        tries.push(Try { value: json!("a".repeat(usize::try_from(longest).unwrap() + 1)), fits: false });
        tries.push(Try { value: json!("ä".repeat(usize::try_from(longest).unwrap())), fits: true });
    }
    if is_prose {
        tries.push(Try { value: json!("a\u{7}b"), fits: false });
        // A text that must say something has to have a character that is no space.
        let must_say = pattern.contains(r"\s");
        tries.push(Try { value: json!(" \n"), fits: !must_say });
    }
    if pattern.contains('@') {
        let misfits = ["nobody", "a@b", "a@b@c.d", "a b@c.d"];
        tries.extend(misfits.map(|value| Try { value: json!(value), fits: false }));
        tries.push(Try { value: json!("a@b.example"), fits: true });
    }
    tries
}

fn numbers(property: &Value) -> Vec<Try> {
    let (low, high) = (property["minimum"].as_i64().unwrap(), property["maximum"].as_i64().unwrap());
    let tries = [(low - 1, false), (high + 1, false), (low, true), (high, true)];
    tries.map(|(value, fits)| Try { value: json!(value), fits }).into()
}

fn lists(property: &Value) -> Vec<Try> {
    let most = usize::try_from(property["maxItems"].as_u64().unwrap()).unwrap();
    let mut tries = Vec::new();
    if most < 1_000 {
        tries.push(Try { value: json!(vec!["a"; most + 1]), fits: false });
        tries.push(Try { value: json!([" "]), fits: false });
        // Scopes have names of their own.
        if property["items"]["pattern"].is_string() {
            tries.push(Try { value: json!(vec!["a"; most]), fits: true });
        }
    }
    if property["minItems"] == 1 {
        tries.push(Try { value: json!([]), fits: false });
    }
    tries
}
