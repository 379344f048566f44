//! The examples in the contract: one story, told through the front door, that tries every operation once and keeps what
//! was sent and what came back.
//!
//! * this file: is every body of the contract told, and is it told as the service answers now?
//! * `recorder`: asks, and keeps what is said
//! * `people`: the service is set up, and people come in
//! * `supervision`: two agree, meet, and end it
//! * `reflections`: somebody writes, and shares what she wrote
//! * `library`: an authority publishes what it learned

mod library;
mod people;
mod recorder;
mod reflections;
mod supervision;

use std::fs;

use serde_json::Value;
use soundings::{http::shape::Shapes, router};

use recorder::Recorder;

use crate::service::run;

/// What has no example, and why.
const LEFT_OUT: [(&str, &str); 1] = [("get_atom_feed", "cut short it is no XML any more; the JSON feed says the same")];

/// Where the examples are kept.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/examples.json");

/// How they are written again.
const REWRITE: &str = "SOUNDINGS_WRITE_EXAMPLES=1 cargo test examples && make openapi";

#[test]
fn every_example_in_the_contract_is_what_the_service_answers() {
    run(async {
        let told = story().await;
        let document = router::document();
        let bodies = bodies(&document);
        let untold: Vec<&String> = bodies.iter().map(|(place, _)| place).filter(|place| told.pointer(place).is_none()).collect();
        assert!(untold.is_empty(), "the story in tests/it/examples tells nothing of {untold:?}");
        let misfits = misfits(&document, &bodies, &told);
        assert!(misfits.is_empty(), "these are not as the contract says: {misfits:#?}");
        let text = serde_json::to_string_pretty(&told).unwrap() + "\n";
        if rewriting() {
            fs::write(KEPT, text).unwrap();
            return;
        }
        let kept = fs::read_to_string(KEPT).unwrap();
        let changed = changed(&kept, &told);
        assert!(kept == text, "the service answers otherwise now: {changed:?}. Run `{REWRITE}` and look at what changed.");
    });
}

/// What was asked and answered, by operation.
async fn story() -> Value {
    let mut record = Recorder::new().await;
    let people = people::arrive(&mut record).await;
    let agreement = supervision::agree(&mut record, &people).await;
    let share = reflections::write_and_share(&mut record, &people).await;
    supervision::meet(&mut record, &people, &agreement, &share).await;
    library::publish(&mut record, &people).await;
    supervision::end(&mut record, &people, &agreement).await;
    people::look_after_the_service(&mut record, &people).await;
    record.told()
}

/// Every body of the contract: its place in the record, and its schema.
fn bodies(document: &Value) -> Vec<(String, Value)> {
    let mut bodies = Vec::new();
    let paths = document["paths"].as_object().unwrap().values();
    for operation in paths.flat_map(|methods| methods.as_object().unwrap().values()) {
        let id = operation["operationId"].as_str().unwrap();
        if LEFT_OUT.iter().any(|(left_out, _)| *left_out == id) {
            continue;
        }
        bodies.extend(schema(&operation["requestBody"]).map(|schema| (format!("/{id}/request"), schema)));
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.starts_with('2') {
                bodies.extend(schema(response).map(|schema| (format!("/{id}/responses/{status}"), schema)));
            }
        }
    }
    bodies
}

fn schema(described: &Value) -> Option<Value> {
    described["content"].as_object()?.values().next().map(|kind| kind["schema"].clone())
}

/// What does not fit its schema.
fn misfits(document: &Value, bodies: &[(String, Value)], told: &Value) -> Vec<String> {
    let shapes = Shapes::of(document);
    let mut misfits = Vec::new();
    for (place, schema) in bodies {
        let body = told.pointer(place).unwrap().to_string();
        if let Err(cause) = shapes.check(schema, body.as_bytes()) {
            misfits.push(format!("{place}: {cause:?}"));
        }
    }
    misfits
}

/// The operations that are told differently now.
fn changed(kept: &str, told: &Value) -> Vec<String> {
    let kept: Value = serde_json::from_str(kept).unwrap_or_default();
    let told = told.as_object().unwrap();
    told.iter().filter(|(id, now)| kept.get(id.as_str()) != Some(*now)).map(|(id, _)| id.clone()).collect()
}

#[expect(clippy::disallowed_methods, reason = "a question to whoever runs the tests, not a setting of the service")]
fn rewriting() -> bool {
    std::env::var("SOUNDINGS_WRITE_EXAMPLES").is_ok()
}
