//! A4: what the service owns is not for callers to set.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    endpoints::{Scene, operations, rightful},
    service::{Answer, run},
};

/// What the service keeps for itself, by the names that its tables give it.
fn stored_fields() -> BTreeSet<String> {
    let tables = [
        include_str!("../../../migrations/0001_people.surql"),
        include_str!("../../../migrations/0002_reflections.surql"),
        include_str!("../../../migrations/0003_library.surql"),
        include_str!("../../../migrations/0004_supervision.surql"),
        include_str!("../../../migrations/0010_codes.surql"),
        include_str!("../../../migrations/0011_begun.surql"),
    ];
    let fields = tables.iter().flat_map(|table| table.lines()).filter_map(|line| line.strip_prefix("DEFINE FIELD "));
    let mut fields: BTreeSet<String> = fields.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    fields.extend(ATTEMPTS.map(str::to_owned));
    fields
}

/// Those that one would try first, also each by itself.
const ATTEMPTS: [&str; 16] = [
    "id",
    "author",
    "author_id",
    "owner",
    "revision",
    "version",
    "created_at",
    "updated_at",
    "organisation_id",
    "state",
    "sealed",
    "hosts",
    "epoch",
    "roles",
    "scopes",
    "__proto__",
];

/// The stored fields that are the caller's to set, for each operation: nothing else is.
fn callers_own(operation: &str) -> &'static [&'static str] {
    match operation {
        "sign_in" => &["email", "password"],
        "confirm_session" => &["password"],
        "create_token" => &["name", "scopes", "expires_at"],
        "set_up" => &["organisation", "name", "email", "password"],
        "create_organisation" => &["name", "kind"],
        "rename_organisation" => &["name"],
        "set_roles" => &["roles"],
        "invite_person" => &["email", "name", "roles"],
        "accept_invitation" => &["name", "password"],
        "create_service_client" => &["name", "scopes"],
        "begin_reflection" | "keep_working_copy" => &["based_on"],
        "share_reflection" | "update_share" => &["until"],
        "create_prompt_set" | "change_prompt_set" => &["forked_from"],
        "write_example" | "put_example" => &["state"],
        "propose_agreement" => &["organisation_id", "purpose"],
        "change_agreement" => &["purpose"],
        "plan_session" | "move_session" => &["starts_at", "minutes"],
        _ => &[],
    }
}

/// Where unknown fields were found.
fn unknown(answer: &Answer) -> BTreeSet<String> {
    let errors = answer.json["errors"].as_array().cloned().unwrap_or_default();
    let unknown = errors.iter().filter(|error| error["code"] == "unknown_field");
    unknown.filter_map(|error| error["pointer"].as_str()).map(str::to_owned).collect()
}

#[test]
fn what_the_service_owns_is_not_for_callers_to_set() {
    run(async {
        let scene = Scene::new().await;
        let stored = stored_fields();
        let before = scene.inventory().await;
        let (mut tried, mut accepted) = (0, Vec::new());
        for operation in operations() {
            if !operation.takes_json {
                continue;
            }
            let body = scene.body(&operation.id).unwrap_or_else(|| panic!("endpoints.rs knows no body for {}", operation.id));
            let who = scene.who(rightful(&operation));
            let own = callers_own(&operation.id);
            let fields: Vec<&String> = stored.iter().filter(|field| !own.contains(&field.as_str())).collect();
            let mut every = body.clone();
            for field in &fields {
                every[field.as_str()] = json!(1);
            }
            let answer = scene.call(who, &operation, Some(every)).await;
            let found = unknown(&answer);
            tried += fields.len();
            if answer.status != 422 {
                accepted.push(format!("{} answered {} to all of them", operation.id, answer.status));
            }
            let let_through = fields.iter().filter(|field| !found.contains(&format!("/{field}")));
            accepted.extend(let_through.map(|field| format!("{} takes {field}", operation.id)));
            for field in ATTEMPTS {
                if own.contains(&field) {
                    continue;
                }
                let mut one = body.clone();
                one[field] = json!("1");
                let answer = scene.call(who, &operation, Some(one)).await;
                tried += 1;
                if answer.status != 422 || unknown(&answer) != BTreeSet::from([format!("/{field}")]) {
                    accepted.push(format!("{} with {field}: {} {}", operation.id, answer.status, answer.text));
                }
            }
        }
        println!("A4: {tried} fields tried, {} accepted", accepted.len());
        assert!(accepted.is_empty(), "{accepted:#?}");
        assert!(tried > 1_000, "{tried} fields were tried");
        assert_eq!(scene.inventory().await, before, "nothing was changed");
    });
}

#[test]
fn what_the_service_owns_is_not_for_callers_to_set_deeper_inside_either() {
    run(async {
        let scene = Scene::new().await;
        let before = scene.inventory().await;
        let deeper = [
            ("set_up", "/organisation", "hosts"),
            ("set_up", "/organisation", "id"),
            ("create_prompt_set", "/steps/0", "id"),
            ("change_prompt_set", "/steps/0", "owner"),
            ("write_example", "/evidence/0", "id"),
            ("write_example", "/sources/0", "organisation"),
            ("put_example", "/evidence/0", "revision"),
            ("put_example", "/sources/0", "id"),
        ];
        let operations = operations();
        for (name, place, field) in deeper {
            let operation = operations.iter().find(|operation| operation.id == name).unwrap();
            let mut body = scene.body(name).unwrap();
            body.pointer_mut(place).unwrap()[field] = json!(true);
            let answer = scene.call(scene.who(rightful(operation)), operation, Some(body)).await.is(422);
            assert_eq!(unknown(&answer), BTreeSet::from([format!("{place}/{field}")]), "{name}: {}", answer.text);
        }
        assert_eq!(scene.inventory().await, before, "nothing was changed");
    });
}

/// The positive control: without what is not theirs, the same bodies have the right shape, and they do change the store.
#[test]
fn the_same_bodies_without_those_fields_are_understood() {
    run(async {
        let scene = Scene::new().await;
        let before = scene.inventory().await;
        let mut done = 0;
        for operation in operations() {
            // Other roles end the worker's token, which the rest need.
            if !operation.takes_json || operation.id == "set_roles" {
                continue;
            }
            let answer = scene.call(scene.who(rightful(&operation)), &operation, scene.body(&operation.id)).await;
            assert!(unknown(&answer).is_empty(), "{}: {}", operation.id, answer.text);
            assert_ne!(answer.status, 400, "{}: {}", operation.id, answer.text);
            done += usize::from((200..300).contains(&answer.status));
        }
        assert!(done > 15, "{done} of them were done");
        assert_ne!(scene.inventory().await, before, "and they are in the store");
    });
}

#[test]
fn the_callers_own_fields_are_in_the_contract() {
    let document = soundings::router::document();
    let schemas = &document["components"]["schemas"];
    let mut looked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap_or_default();
            let reference = operation.pointer("/requestBody/content/application~1json/schema/$ref").and_then(Value::as_str);
            let Some(name) = reference.and_then(|reference| reference.rsplit('/').next()) else {
                assert!(callers_own(id).is_empty(), "{path} {id} has no schema to look at");
                continue;
            };
            for field in callers_own(id) {
                looked += 1;
                assert!(schemas[name]["properties"].get(field).is_some(), "{id} has no {field}: take it off the list");
            }
        }
    }
    assert!(looked > 20, "{looked} fields were looked at");
}
