//! Reflections: write, revise, find, share, withdraw, delete.

use chrono::Duration;
use serde_json::json;

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
        worker.send(poem::http::Method::PATCH, &path, &[("content-type", "application/json")], "{}").await.is(428);
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
        assert_eq!(stale.json["current_revision"], 2);
        assert_eq!(worker.get(&path).await.is(200).etag(), kept.etag());
        worker.patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": "Saved again." })).await.is(200);
        worker.get(&path).await.is(404);
        worker.put(&path, json!({ "body": "More", "based_on": 2 })).await.is(200);
        worker.delete(&path).await.is(204);
        worker.get(&path).await.is(404);
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
        assert!(shared["can_read_now"][1]["because"].as_str().unwrap().contains("until 25 December 2026"), "{shared}");
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
        team.worker.delete("/prompt-sets/gibbs").await.is(403);
        team.worker.delete(&path).await.is(204);
        team.worker.get(&path).await.is(404);
        team.worker.post("/prompt-sets", json!({ "title": "", "summary": "x", "steps": [], "forked_from": null })).await.is(422);
    });
}
