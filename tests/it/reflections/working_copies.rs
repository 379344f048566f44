//! What is being typed is kept until it is saved.

use chrono::Duration;
use serde_json::json;
use soundings::{id::Id as _, reflections::model::Content, vault::Place};
use surrealdb::types::{RecordId, SurrealValue as _, Variables};

use crate::service::{Service, run};

#[test]
fn a_working_copy_keeps_what_is_typed_until_it_is_saved() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let id = worker.writes("Saved.").await;
        let path = format!("/reflections/{id}/working-copy");
        worker.get(&path).await.is(404);
        let kept = worker.put(&path, json!({ "body": "Sav", "based_on": 1 })).await.is(200);
        worker.put(&path, json!({ "body": "Another window", "based_on": 1 })).await.is(428);
        let kept = worker.put_if(&path, &kept.etag(), json!({ "body": "", "based_on": 1 })).await.is(200);
        let stale = worker.put_if(&path, "\"1\"", json!({ "body": "Another window", "based_on": 1 })).await.is(412);
        assert_eq!(stale.json["current_revision"], kept.json["revision"]);
        assert_eq!(worker.get(&path).await.is(200).etag(), kept.etag());
        worker.put_if(&path, &kept.etag(), json!({ "body": "Saved again.", "based_on": 1 })).await.is(200);
        worker.patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": "Saved again." })).await.is(200);
        worker.get(&path).await.is(404);
    });
}

#[test]
fn what_another_window_saves_leaves_what_is_being_typed() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let reflection = format!("/reflections/{}", worker.writes("A line.").await);
        let path = format!("{reflection}/working-copy");
        worker.put(&path, json!({ "body": "Two pages.", "based_on": 1 })).await.is(200);
        worker.patch(&reflection, "\"1\"", json!({ "tags": ["x"] })).await.is(200);
        let kept = worker.get(&path).await.is(200);
        assert_eq!((&kept.json["body"], &kept.json["based_on"]), (&json!("Two pages."), &json!(1)));
        let kept =
            worker.put_if(&path, &kept.etag(), json!({ "body": "Two pages.", "title": "Them", "based_on": 2 })).await.is(200);
        worker.patch(&reflection, "\"2\"", json!({ "body": "Two pages." })).await.is(200);
        assert_eq!(worker.get(&path).await.is(200).etag(), kept.etag(), "its title is not saved yet");
        worker.patch(&reflection, "\"3\"", json!({ "title": "Them" })).await.is(200);
        worker.get(&path).await.is(404);
    });
}

#[test]
fn a_working_copy_is_thrown_away_by_whoever_has_read_it() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        let path = format!("/reflections/{}/working-copy", worker.writes("A line.").await);
        let first = worker.put(&path, json!({ "body": "Two", "based_on": 1 })).await.is(200);
        let second = worker.put_if(&path, &first.etag(), json!({ "body": "Two pages.", "based_on": 1 })).await.is(200);
        worker.delete(&path).await.is(428);
        let stale = worker.delete_if(&path, &first.etag()).await.is(412);
        assert_eq!(stale.json["current_revision"], second.json["revision"]);
        assert_eq!(worker.get(&path).await.is(200).json["body"], "Two pages.");
        worker.delete_if(&path, &second.etag()).await.is(204);
        worker.get(&path).await.is(404);
        worker.delete_if(&path, &second.etag()).await.is(404);
        service.app.clock.advance(Duration::seconds(1));
        worker.put(&path, json!({ "body": "Afresh.", "based_on": 1 })).await.is(200);
        worker.put_if(&path, &second.etag(), json!({ "body": "From a window left open", "based_on": 1 })).await.is(412);
    });
}

#[test]
fn a_working_copy_holds_every_part_and_asks_for_none() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let path = format!("/reflections/{}/working-copy", worker.writes("A line.").await);
        let typed = json!({
            "body": "", "title": "x".repeat(400), "occurred_on": "2026-11-20", "prompt_set": "gibbs", "tags": ["home", ""],
            "unease": "The quiet.", "unknowns": ["Mornings."], "hypotheses": [], "based_on": 1,
        });
        let kept = worker.put(&path, typed.clone()).await.is(200);
        let read = worker.get(&path).await.is(200).json;
        for (name, value) in typed.as_object().unwrap() {
            assert_eq!(&read[name], value, "{name}");
        }
        let long =
            json!({ "body": "", "unknowns": vec!["x".repeat(50_000); 5], "hypotheses": ["x".repeat(11_000)], "based_on": 1 });
        worker.put_if(&path, &kept.etag(), long).await.is(200);
        let longest = json!({ "body": "x".repeat(200_001), "based_on": 1 });
        assert_eq!(worker.put_if(&path, &kept.etag(), longest).await.is(422).pointers(), ["/body"]);
    });
}

#[test]
fn a_working_copy_of_before_still_opens() {
    run(async {
        let service = Service::new().await;
        let (app, worker) = (service.app.clone(), service.team().await.worker);
        let id = worker.writes("A line.").await;
        let path = format!("/reflections/{id}/working-copy");
        let kept = worker.put(&path, json!({ "body": "New.", "based_on": 1 })).await.is(200);
        let record = RecordId::new("working_copy", id);
        let place = Place { record: &record, field: "sealed", revision: kept.json["revision"].as_i64().unwrap() };
        let before = Content { body: "As it was.".to_owned(), title: Some("Then".to_owned()), ..Content::default() };
        let key = app.vault.key_of(&app.db, worker.id.uuid()).await.unwrap();
        let mut vars = Variables::new();
        vars.insert("sealed".to_owned(), key.seal_json(&app.clock, place, &before).unwrap().into_value());
        vars.insert("record".to_owned(), record.into_value());
        app.db.execute("UPDATE $record SET sealed = $sealed".to_owned(), vars).await.unwrap();
        let read = worker.get(&path).await.is(200).json;
        assert_eq!((&read["body"], &read["title"], &read["tags"]), (&json!("As it was."), &json!("Then"), &json!(null)));
    });
}
