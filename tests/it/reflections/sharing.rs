//! Share, answer, withdraw.

use chrono::Duration;
use poem::http::Method;
use serde_json::json;

use crate::service::{Service, run};

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
