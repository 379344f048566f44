//! What bodies may hold: names tidied, bounds stated, what may be missing and what may be null.

use serde_json::{Map, Value, json};

use super::set;

/// The names of the schemas that requests refer to.
pub(super) fn requested(document: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for operations in document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::values) {
        for operation in operations.as_object().into_iter().flat_map(Map::values) {
            operation.get("requestBody").into_iter().for_each(|body| references(body, &mut names));
        }
    }
    names
}

/// Completes the named schemas; `requested` are those that requests refer to.
pub(super) fn complete(schemas: &mut Value, requested: &[String]) {
    let asked = reachable(schemas, requested);
    tidy(schemas);
    bound(schemas);
    let kinds = kinds(schemas);
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        may_be_null(schema, &kinds);
        if asked.contains(name) {
            set(schema, "additionalProperties", json!(false));
        }
    }
}

/// Those schemas and all that they refer to.
fn reachable(schemas: &Value, from: &[String]) -> Vec<String> {
    let mut known: Vec<String> = from.to_vec();
    let mut at = 0;
    while let Some(name) = known.get(at).cloned() {
        let mut names = Vec::new();
        schemas.get(&name).into_iter().for_each(|schema| references(schema, &mut names));
        for name in names {
            if !known.contains(&name) {
                known.push(name);
            }
        }
        at += 1;
    }
    known.retain(|name| schemas.get(name).and_then(|schema| schema.get("type")) == Some(&json!("object")));
    known
}

fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
                names.push(name.to_owned());
            }
            members.values().for_each(|value| references(value, names));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, names)),
        _ => {}
    }
}

/// What poem-openapi writes that OpenAPI has another word for.
pub(super) fn tidy(schemas: &mut Value) {
    match schemas {
        Value::Object(members) => {
            if members.get("format") == Some(&json!("naive-date")) {
                members.insert("format".to_owned(), json!("date"));
            }
            if members.get("additionalProperties").is_some_and(Value::is_null) {
                members.remove("additionalProperties");
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(values) => values.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// The type of each schema by name: `nullable` needs it beside it.
fn kinds(schemas: &Value) -> Map<String, Value> {
    let named = schemas.as_object().into_iter().flatten();
    named.filter_map(|(name, schema)| Some((name.clone(), schema.get("type")?.clone()))).collect()
}

/// What need not be there may also be null.
fn may_be_null(schema: &mut Value, kinds: &Map<String, Value>) {
    let required: Vec<String> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    for (name, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        if required.contains(name) {
            continue;
        }
        if let Some(reference) = property.get("$ref").cloned() {
            *property = json!({ "allOf": [{ "$ref": reference }] });
        }
        let mut names = Vec::new();
        property.get("allOf").into_iter().for_each(|parts| references(parts, &mut names));
        if let Some(kind) = names.first().and_then(|name| kinds.get(name)) {
            set(property, "type", kind.clone());
            if kind == "string" {
                set(property, "maxLength", json!(60));
            }
        }
        set(property, "nullable", json!(true));
    }
}

/// Bounds what requests and answers may hold, as the checks and the size limits do.
pub(super) fn bound(schemas: &mut Value) {
    match schemas {
        Value::Object(members) => {
            match members.get("type").and_then(Value::as_str) {
                Some("string") if !members.contains_key("enum") && !members.contains_key("maxLength") => {
                    let most = match members.get("format").and_then(Value::as_str) {
                        Some("uuid") => 36,
                        Some("date") => 10,
                        Some("date-time") => 40,
                        _ => 200_000,
                    };
                    members.insert("maxLength".to_owned(), json!(most));
                }
                Some("array") if !members.contains_key("maxItems") => {
                    members.insert("maxItems".to_owned(), json!(1_000));
                }
                Some("integer") if !members.contains_key("minimum") => {
                    members.insert("minimum".to_owned(), json!(0));
                    members.insert("maximum".to_owned(), json!(9_007_199_254_740_991_i64));
                }
                _ => {}
            }
            for value in members.values_mut() {
                bound(value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(bound),
        _ => {}
    }
}
