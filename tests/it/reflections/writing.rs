//! Write, revise, delete.

use chrono::Duration;
use poem::http::Method;
use serde_json::json;
use surrealdb::types::Variables;

use crate::service::{Service, run};

#[test]
fn a_reflection_needs_its_body_and_nothing_else() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let written = worker.post("/reflections", json!({ "body": "It was quiet." })).await.is(201);
        assert_eq!(written.json["revision"], 1);
        assert_eq!(written.etag(), "\"1\"");
        assert_eq!(written.header("location"), format!("/api/v1/reflections/{}", written.id()));
        let refused = worker.post("/reflections", json!({ "title": "No body" })).await.is(422);
        assert_eq!(refused.pointers(), ["/body"]);
        assert_eq!(worker.get("/reflections").await.items().len(), 1, "what was refused is not kept");
    });
}

#[test]
fn everything_a_person_wrote_comes_back_as_they_wrote_it() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let said = json!({
            "body": "Línea 1\n\n*two* \u{1f9ed} Ŵy", "title": "Ymweliad", "occurred_on": "2026-11-20", "prompt_set": "gibbs",
            "tags": ["home visits", "quiet"], "unease": "The quiet.", "unknowns": ["Mornings."], "hypotheses": ["Fear.", "A bad day."],
        });
        let id = worker.post("/reflections", said.clone()).await.is(201).id();
        let read = worker.get(&format!("/reflections/{id}")).await.is(200).json;
        for (name, value) in said.as_object().unwrap() {
            assert_eq!(&read[name], value, "{name}");
        }
    });
}

#[test]
fn all_violations_are_named_at_once() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let wrong = json!({ "body": "  ", "title": "x".repeat(301), "tags": ["fine", ""], "prompt_set": "gibbs" });
        assert_eq!(worker.post("/reflections", wrong).await.is(422).pointers(), ["/body", "/title", "/tags/1"]);
        let misshapen = json!({ "body": 4, "tags": "quiet", "occurred_on": "yesterday", "mood": 3 });
        let mut found =
            worker.post("/reflections", misshapen).await.is(422).pointers().into_iter().map(str::to_owned).collect::<Vec<_>>();
        found.sort();
        assert_eq!(found, ["/body", "/mood", "/occurred_on", "/tags"]);
        let unknown = json!({ "body": "x", "prompt_set": "no-such-model" });
        assert_eq!(worker.post("/reflections", unknown).await.is(422).pointers(), ["/prompt_set"]);
    });
}

#[test]
fn a_revision_keeps_the_one_before_it() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let id = worker.post("/reflections", json!({ "body": "First.", "title": "T", "tags": ["a"] })).await.is(201).id();
        let path = format!("/reflections/{id}");
        let revised = worker.patch(&path, "\"1\"", json!({ "body": "Second.", "title": null })).await.is(200);
        assert_eq!(
            (revised.etag().as_str(), &revised.json["title"], &revised.json["tags"]),
            ("\"2\"", &json!(null), &json!(["a"]))
        );
        let revisions = worker.get(&format!("{path}/revisions")).await.is(200);
        let bodies: Vec<_> = revisions.items().iter().map(|item| item["body"].as_str().unwrap()).collect();
        assert_eq!(bodies, ["Second.", "First."]);
        assert_eq!(worker.get(&format!("{path}/revisions/1")).await.is(200).json["title"], "T");
        worker.get(&format!("{path}/revisions/3")).await.is(404);
    });
}

#[test]
fn a_change_says_which_revision_it_read() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let path = format!("/reflections/{}", worker.writes("First.").await);
        worker.send(Method::PATCH, &path, &[("content-type", "application/json")], "{}").await.is(428);
        worker.patch(&path, "\"1\"", json!({ "body": "Second." })).await.is(200);
        let stale = worker.patch(&path, "\"1\"", json!({ "body": "Lost?" })).await.is(412);
        assert_eq!(stale.json["current_revision"], 2);
        worker.delete_if(&path, "\"1\"").await.is(412);
        assert_eq!(worker.get(&path).await.json["body"], "Second.");
        worker.patch(&path, "*", json!({ "body": "x" })).await.is(422);
    });
}

#[test]
fn deleting_is_real() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let before = soundings::backup::inventory(&service.app.db).await.unwrap();
        let id = team.worker.writes("I should not have written this.").await;
        let path = format!("/reflections/{id}");
        team.worker.patch(&path, "\"1\"", json!({ "body": "Nor this." })).await.is(200);
        team.worker.put(&format!("{path}/working-copy"), json!({ "body": "Nor th", "based_on": 2 })).await.is(200);
        let share = team.worker.shares(&id, &team.peer).await;
        team.peer.post(&format!("/shared-with-me/{share}/responses"), json!({ "body": "Thank you." })).await.is(201);
        let full = soundings::backup::inventory(&service.app.db).await.unwrap();
        let tables = ["reflection", "reflection_revision", "working_copy", "share", "response"];
        for table in tables {
            assert!(full[table].0 > before[table].0, "{table} held something");
        }
        team.worker.delete_if(&path, "\"2\"").await.is(204);
        let after = soundings::backup::inventory(&service.app.db).await.unwrap();
        for table in tables {
            assert_eq!(after[table], before[table], "{table}");
        }
        team.worker.get(&path).await.is(404);
        team.peer.get(&format!("/shared-with-me/{share}")).await.is(404);
        team.worker.delete_if(&path, "\"2\"").await.is(404);
    });
}

#[test]
fn revisions_come_page_by_page_and_each_by_its_number() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let path = format!("/reflections/{}", worker.writes("1").await);
        for number in 1..45 {
            worker.patch(&path, &format!("\"{number}\""), json!({ "body": format!("{}", number + 1) })).await.is(200);
        }
        let mut seen = Vec::new();
        let mut page = worker.get(&format!("{path}/revisions?limit=30")).await.is(200);
        let cursor = page.json["next"].as_str().unwrap().to_owned();
        loop {
            seen.extend(page.items().iter().map(|item| item["revision"].as_i64().unwrap()));
            let Some(next) = page.json["next"].as_str() else { break };
            let address = format!("/api/v1{path}/revisions?limit=30&cursor={next}");
            assert_eq!(page.header("link"), format!("<{address}>; rel=\"next\""));
            page = worker.get(&address).await.is(200);
        }
        assert_eq!(seen, (1..=45).rev().collect::<Vec<_>>());
        assert_eq!(worker.get(&format!("{path}/revisions")).await.is(200).items().len(), 20);
        assert_eq!(worker.get(&format!("{path}/revisions/1")).await.is(200).json["body"], "1");
        for number in ["0", "-1", "46", "999999999999"] {
            worker.get(&format!("{path}/revisions/{number}")).await.is(404);
        }
        let other = format!("/reflections/{}", worker.writes("Another.").await);
        worker.get(&format!("{other}/revisions?cursor={cursor}")).await.is(422);
    });
}

#[test]
fn a_key_of_anything_but_visible_letters_is_refused() {
    run(async {
        let team = Service::new().await.team().await;
        for key in ["", "two words", "a\ttab", "\"", &"k".repeat(129)] {
            let answer = team.worker.post_once("/reflections", key, json!({ "body": "Once." })).await;
            let taken = key == "\"";
            assert_eq!(answer.status, if taken { 201 } else { 422 }, "{key:?}: {}", answer.text);
        }
    });
}

#[test]
fn the_same_key_writes_once() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let said = json!({ "body": "Once." });
        let first = team.worker.post_once("/reflections", "k-1", said.clone()).await.is(201);
        let second = team.worker.post_once("/reflections", "k-1", said.clone()).await.is(201);
        assert_eq!(first.json, second.json);
        assert_eq!(team.worker.get("/reflections").await.items().len(), 1);
        team.worker.post_once("/reflections", "k-1", json!({ "body": "Twice?" })).await.is(422);
        let others = team.peer.post_once("/reflections", "k-1", said.clone()).await.is(201);
        assert_ne!(others.id(), first.id(), "a key is its sender's own");
        service.app.clock.advance(Duration::hours(25));
        let worker = team.worker.only(&["reflections:write"]).await;
        let later = worker.post_once("/reflections", "k-1", said).await.is(201);
        assert_ne!(later.id(), first.id(), "a key is kept for a day");
    });
}

#[test]
fn a_reflection_has_room_for_much_and_not_for_everything() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let path = format!("/reflections/{}", worker.writes(&"x".repeat(200_000)).await);
        worker.patch(&path, "\"1\"", json!({ "unease": "x".repeat(20_000) })).await.is(200);
        let refused = worker.patch(&path, "\"2\"", json!({ "unknowns": vec!["x".repeat(20_000); 3] })).await.is(422);
        assert_eq!((refused.pointers(), &refused.json["errors"][0]["code"]), (vec![""], &json!("too_long")));
        worker.patch(&path, "\"2\"", json!({ "unknowns": vec!["x".repeat(20_000); 2] })).await.is(200);
    });
}

#[test]
fn a_store_that_kept_the_present_revision_twice_goes_on() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        let id = worker.writes("I went in with a plan.").await;
        let twice = format!(
            "CREATE reflection_revision:`{id}|000000001` CONTENT
                 (SELECT id AS reflection, revision AS number, sealed, updated_at AS written_at FROM ONLY reflection:`{id}`)"
        );
        service.app.db.execute(twice, Variables::new()).await.unwrap();
        let path = format!("/reflections/{id}");
        let numbers = || async {
            let listed = worker.get(&format!("{path}/revisions")).await.is(200);
            listed.items().iter().map(|item| item["revision"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(numbers().await, [1]);
        worker.patch(&path, "\"1\"", json!({ "body": "I left it in the car." })).await.is(200);
        assert_eq!(numbers().await, [2, 1]);
        let first = worker.get(&format!("{path}/revisions/1")).await.is(200);
        assert_eq!(first.json["body"], "I went in with a plan.");
    });
}
