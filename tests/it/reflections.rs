//! Reflections: write, revise, find, share, withdraw, delete.

use chrono::Duration;
use poem::http::Method;
use serde_json::json;
use soundings::{id::Id as _, reflections::model::Content, vault::Place};
use surrealdb::types::{RecordId, SurrealValue as _, Variables};

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
fn one_lists_ones_own_newest_first_page_by_page() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        for number in 0..7 {
            team.worker.writes(&format!("number {number}")).await;
            team.peer.writes("somebody else's").await;
        }
        let mut seen = Vec::new();
        let mut path = "/reflections?limit=3".to_owned();
        loop {
            let page = team.worker.get(&path).await.is(200);
            seen.extend(page.items().iter().map(|item| item["body"].as_str().unwrap().to_owned()));
            let Some(next) = page.json["next"].as_str() else {
                assert_eq!(page.header("link"), "");
                break;
            };
            assert_eq!(page.header("link"), format!("</api/v1/reflections?limit=3&cursor={next}>; rel=\"next\""));
            path = format!("/reflections?limit=3&cursor={next}");
        }
        assert_eq!(seen, (0..7).rev().map(|number| format!("number {number}")).collect::<Vec<_>>());
        for wrong in ["limit=0", "limit=101", "cursor=AAAA", "cursor=%00"] {
            team.worker.get(&format!("/reflections?{wrong}")).await.is(422);
        }
    });
}

#[test]
fn one_finds_ones_own_by_tag_day_and_words() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        worker
            .post("/reflections", json!({ "body": "The School run", "tags": ["visits"], "occurred_on": "2026-11-02" }))
            .await
            .is(201);
        worker
            .post("/reflections", json!({ "body": "Court", "unease": "School again", "occurred_on": "2026-11-09" }))
            .await
            .is(201);
        worker.post("/reflections", json!({ "body": "No day, so the day it was written" })).await.is(201);
        for (query, count) in [
            ("tag=visits", 1),
            ("tag=visit", 0),
            ("q=school", 2),
            ("q=school%20again", 1),
            ("q=school%20never", 0),
            ("from=2026-11-03", 2),
            ("to=2026-11-02", 1),
            ("from=2026-11-09&to=2026-11-09", 1),
            ("from=2026-11-24&to=2026-11-24", 1),
        ] {
            assert_eq!(worker.get(&format!("/reflections?{query}")).await.is(200).items().len(), count, "{query}");
        }
    });
}

#[test]
fn a_filtered_page_goes_on_where_it_stopped() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        for number in 0..30 {
            let tag = if number % 3 == 0 { "third" } else { "other" };
            worker.post("/reflections", json!({ "body": format!("{number}"), "tags": [tag] })).await.is(201);
        }
        let first = worker.get("/reflections?tag=third&limit=6").await.is(200);
        let next = first.json["next"].as_str().unwrap().to_owned();
        let second = worker.get(&format!("/reflections?tag=third&limit=6&cursor={next}")).await.is(200);
        let bodies: Vec<_> = first.items().iter().chain(second.items()).map(|item| item["body"].as_str().unwrap()).collect();
        assert_eq!(bodies, ["27", "24", "21", "18", "15", "12", "9", "6", "3", "0"]);
        assert_eq!(second.json["next"], json!(null));
    });
}

#[test]
fn a_list_goes_through_all_there_is() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        for number in 0..130 {
            let tags = if number % 60 == 0 { vec!["rare"] } else { vec![] };
            worker.post("/reflections", json!({ "body": format!("{number}"), "tags": tags })).await.is(201);
        }
        let rare = worker.get("/reflections?tag=rare").await.is(200);
        let bodies: Vec<_> = rare.items().iter().map(|item| item["body"].as_str().unwrap()).collect();
        assert_eq!((bodies, &rare.json["next"]), (vec!["120", "60", "0"], &json!(null)));
        let page = worker.get("/reflections?limit=100").await.is(200);
        assert_eq!((page.items().len(), &page.items()[99]["body"]), (100, &json!("30")));
        let next = page.json["next"].as_str().unwrap();
        let rest = worker.get(&format!("/reflections?limit=100&cursor={next}")).await.is(200);
        assert_eq!((rest.items().len(), &rest.json["next"]), (30, &json!(null)));
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
fn the_audience_is_named_in_plain_words() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let id = team.worker.writes("Who can read this?").await;
        let path = format!("/reflections/{id}/audience");
        let alone = team.worker.get(&path).await.is(200).json;
        assert_eq!(alone["can_read_now"].as_array().unwrap().len(), 1);
        assert_eq!(alone["can_read_now"][0]["because"], "You wrote it.");
        assert!(alone["could_lawfully_obtain"].as_array().unwrap().iter().any(|who| who.as_str().unwrap().contains("court")));
        let body = json!({ "person_id": team.peer.id.to_string(), "until": "2026-12-24" });
        let share = team.worker.post(&format!("/reflections/{id}/shares"), body).await.is(201).id();
        let shared = team.worker.get(&path).await.json;
        assert_eq!(shared["can_read_now"][1]["name"], "Tom Peer");
        assert!(shared["can_read_now"][1]["because"].as_str().unwrap().contains("until 24 December 2026"), "{shared}");
        team.worker.delete(&format!("/reflections/{id}/shares/{share}")).await.is(204);
        assert_eq!(team.worker.get(&path).await.json, alone);
    });
}

#[test]
fn a_share_is_a_snapshot_for_one_person_until_a_day() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let id = team.worker.writes("As it was.").await;
        let body = json!({ "person_id": team.peer.id.to_string(), "until": "2026-11-30", "note": "For Tuesday." });
        let shared = team.worker.post(&format!("/reflections/{id}/shares"), body).await.is(201);
        let received = team.peer.get("/shared-with-me").await.is(200);
        assert_eq!(received.items().len(), 1);
        assert_eq!((&received.items()[0]["body"], &received.items()[0]["note"]), (&json!("As it was."), &json!("For Tuesday.")));
        assert_eq!(received.items()[0]["from"]["name"], "Amina Worker");
        team.worker.patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": "Later thoughts." })).await.is(200);
        let path = format!("/shared-with-me/{}", shared.id());
        assert_eq!(team.peer.get(&path).await.is(200).json["body"], "As it was.", "later edits are not shared");
        let share_path = format!("/reflections/{id}/shares/{}", shared.id());
        team.worker.patch(&share_path, &shared.etag(), json!({ "push": true })).await.is(200);
        assert_eq!(team.peer.get(&path).await.is(200).json["body"], "Later thoughts.");
        team.supervisor.get(&path).await.is(404);
        service.app.clock.advance(Duration::days(6));
        let peer = team.peer.only(&["reflections:read"]).await;
        peer.get(&path).await.is(200);
        service.app.clock.advance(Duration::days(1));
        let peer = team.peer.only(&["reflections:read"]).await;
        peer.get(&path).await.is(404);
        assert_eq!(peer.get("/shared-with-me").await.items().len(), 0);
    });
}

#[test]
fn the_reader_responds_and_the_author_sees_it() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let id = team.worker.writes("What would you have done?").await;
        let share = team.worker.shares(&id, &team.peer).await;
        let path = format!("/shared-with-me/{share}/responses");
        team.peer.post(&path, json!({ "body": " " })).await.is(422);
        team.peer.post(&path, json!({ "body": "The same." })).await.is(201);
        let seen = team.worker.get(&format!("/reflections/{id}/shares/{share}")).await.is(200);
        assert_eq!(seen.json["responses"][0]["body"], "The same.");
        team.supervisor.post(&path, json!({ "body": "Let me see" })).await.is(404);
        team.worker.post(&path, json!({ "body": "To myself" })).await.is(404);
        team.worker.delete(&format!("/reflections/{id}/shares/{share}")).await.is(204);
        team.peer.post(&path, json!({ "body": "Too late" })).await.is(404);
        assert_eq!(team.peer.get("/shared-with-me").await.items().len(), 0);
    });
}

#[test]
fn a_list_of_what_was_shared_leaves_out_what_was_written_back() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let share = team.worker.shares(&team.worker.writes("What would you have done?").await, &team.peer).await;
        team.peer.post(&format!("/shared-with-me/{share}/responses"), json!({ "body": "The same." })).await.is(201);
        let listed = team.peer.get("/shared-with-me").await.is(200);
        assert_eq!(
            (&listed.items()[0]["body"], &listed.items()[0]["responses"]),
            (&json!("What would you have done?"), &json!([]))
        );
        let read = team.peer.get(&format!("/shared-with-me/{share}")).await.is(200);
        assert_eq!(read.json["responses"][0]["body"], "The same.");
    });
}

#[test]
fn a_response_is_not_missed_by_whoever_knows_the_share() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let id = team.worker.writes("What would you have done?").await;
        let share = team.worker.shares(&id, &team.peer).await;
        let sides =
            [(&team.worker, format!("/reflections/{id}/shares/{share}")), (&team.peer, format!("/shared-with-me/{share}"))];
        let known = team.worker.get(&sides[0].1).await.is(200).etag();
        team.peer.post(&format!("/shared-with-me/{share}/responses"), json!({ "body": "The same." })).await.is(201);
        for (side, path) in &sides {
            let told = side.send(Method::GET, path, &[("if-none-match", known.as_str())], ()).await.is(200);
            assert_eq!(told.json["responses"][0]["body"], "The same.");
            side.send(Method::GET, path, &[("if-none-match", told.etag().as_str())], ()).await.is(304);
        }
        let now = team.worker.get(&sides[0].1).await.is(200).etag();
        let updated = team.worker.patch(&sides[0].1, &now, json!({ "note": "Thank you." })).await.is(200);
        team.worker.patch(&sides[0].1, &known, json!({ "note": "Lost?" })).await.is(412);
        team.worker.patch(&sides[0].1, &updated.etag(), json!({ "note": "Thank you both." })).await.is(200);
        team.worker.patch(&sides[0].1, "\"3.x\"", json!({ "note": "x" })).await.is(422);
    });
}

#[test]
fn a_reflection_has_two_hundred_shares_and_its_audience_is_told_of_all() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let id = team.worker.writes("For many.").await;
        for _ in 0..200 {
            team.worker.shares(&id, &team.peer).await;
        }
        let path = format!("/reflections/{id}/shares");
        let body = json!({ "person_id": team.psw.id.to_string() });
        team.worker.post(&path, body.clone()).await.is(409);
        let shares = team.worker.get(&path).await.is(200);
        let audience = team.worker.get(&format!("/reflections/{id}/audience")).await.is(200).json;
        assert_eq!((shares.items().len(), audience["can_read_now"].as_array().unwrap().len()), (200, 201));
        team.worker.delete(&format!("{path}/{}", shares.items()[0]["id"].as_str().unwrap())).await.is(204);
        team.worker.post(&path, body).await.is(201);
    });
}

#[test]
fn a_share_takes_two_hundred_responses() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let id = team.worker.writes("What would you have done?").await;
        let share = team.worker.shares(&id, &team.peer).await;
        let path = format!("/shared-with-me/{share}/responses");
        for number in 0..200 {
            team.peer.post(&path, json!({ "body": format!("{number}") })).await.is(201);
        }
        team.peer.post(&path, json!({ "body": "One more." })).await.is(409);
        let read = team.worker.get(&format!("/reflections/{id}/shares/{share}")).await.is(200).json;
        let bodies: Vec<_> = read["responses"].as_array().unwrap().iter().map(|response| response["body"].clone()).collect();
        assert_eq!((bodies.len(), &bodies[0], &bodies[199]), (200, &json!("199"), &json!("0")));
    });
}

#[test]
fn sharing_stays_among_colleagues() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let elsewhere = service.authority("Eastvale Council").await;
        let stranger = service.person(elsewhere, "Mei Stranger", &[soundings::access::Role::Supervisor]).await;
        let id = team.worker.writes("Ours.").await;
        let path = format!("/reflections/{id}/shares");
        for (person, until) in [
            (stranger.id.to_string(), None),
            (team.worker.id.to_string(), None),
            (team.peer.id.to_string(), Some("2026-11-23")),
            (team.peer.id.to_string(), Some("2028-11-23")),
        ] {
            team.worker.post(&path, json!({ "person_id": person, "until": until })).await.is(422);
        }
        team.peer.post(&path, json!({ "person_id": team.psw.id.to_string() })).await.is(404);
        assert_eq!(team.worker.get(&path).await.is(200).items().len(), 0);
    });
}

#[test]
fn a_prompt_set_can_be_forked_and_keeps_where_it_came_from() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let shipped = team.worker.get("/prompt-sets").await.is(200);
        assert!(shipped.items().len() >= 10);
        let steps = json!([{ "title": "One question", "questions": ["What would the child say?"] }]);
        let fork = json!({ "title": "Mine", "summary": "Short.", "steps": steps, "forked_from": "gibbs" });
        let made = team.worker.post("/prompt-sets", fork.clone()).await.is(201);
        assert_eq!(made.json["forked_from"], "gibbs");
        let path = format!("/prompt-sets/{}", made.json["slug"].as_str().unwrap());
        team.peer.get(&path).await.is(404);
        let mut changed = fork.clone();
        changed["title"] = json!("Mine, again");
        assert_eq!(team.worker.put_if(&path, "\"1\"", changed).await.is(200).json["forked_from"], "gibbs");
        team.worker.put_if("/prompt-sets/gibbs", "\"1\"", fork.clone()).await.is(403);
        team.worker.delete_if("/prompt-sets/gibbs", "\"1\"").await.is(403);
        team.worker.delete(&path).await.is(428);
        team.worker.delete_if(&path, "\"1\"").await.is(412);
        assert_eq!(team.worker.get(&path).await.is(200).json["title"], "Mine, again", "what another window changed is there");
        team.worker.delete_if(&path, "\"2\"").await.is(204);
        team.worker.get(&path).await.is(404);
        team.worker.post("/prompt-sets", json!({ "title": "", "summary": "x", "steps": [], "forked_from": null })).await.is(422);
    });
}

#[test]
fn a_person_has_a_hundred_prompt_sets_of_their_own() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        let shipped = worker.get("/prompt-sets").await.is(200).items().len();
        let steps = json!([{ "title": "One question", "questions": ["What would the child say?"] }]);
        let body = json!({ "title": "Mine", "summary": "Short.", "steps": steps });
        let mut slug = String::new();
        for _ in 0..100 {
            let made = worker.post("/prompt-sets", body.clone()).await.is(201);
            made.json["slug"].as_str().unwrap().clone_into(&mut slug);
        }
        worker.post("/prompt-sets", body.clone()).await.is(409);
        assert_eq!(worker.get("/prompt-sets").await.is(200).items().len(), shipped + 100);
        worker.delete_if(&format!("/prompt-sets/{slug}"), "\"1\"").await.is(204);
        worker.post("/prompt-sets", body).await.is(201);
    });
}

#[test]
fn asking_a_second_time_for_a_share_that_was_taken_back_says_that_it_has_ended() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let path = format!("/reflections/{}/shares", team.worker.writes("I went in with a plan.").await);
        let share = json!({ "person_id": team.peer.id.to_string() });
        let made = team.worker.post_once(&path, "the-same-press", share.clone()).await.is(201);
        team.worker.delete_if(&format!("{path}/{}", made.id()), &made.etag()).await.is(204);
        let again = team.worker.post_once(&path, "the-same-press", share).await.is(409);
        assert!(again.text.contains("has ended since"), "{}", again.text);
        assert!(team.worker.get(&path).await.is(200).items().is_empty(), "and it shares nothing");
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
