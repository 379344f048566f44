//! Supervision: agreements, sessions, agendas.

use poem::http::Method;
use serde_json::{Value, json};
use soundings::access::Role;

use crate::service::{Client, Service, Team, every_scope, run};

/// What is to be agreed between a supervisor and a worker.
fn proposal(team: &Team) -> Value {
    json!({ "organisation_id": team.authority.to_string(), "supervisor_id": team.supervisor.id.to_string(),
        "worker_id": team.worker.id.to_string() })
}

/// One of the two accepts an agreement as it reads now.
async fn accepts(side: &Client, agreement: &str) -> Value {
    let path = format!("/supervision/agreements/{agreement}");
    let now = side.get(&path).await.is(200).etag();
    side.put_if(&format!("{path}/acceptance"), &now, json!({})).await.is(200).json
}

/// One of the two ends an agreement.
async fn ends(side: &Client, agreement: &str) {
    let path = format!("/supervision/agreements/{agreement}");
    let now = side.get(&path).await.is(200).etag();
    side.put_if(&format!("{path}/ending"), &now, json!({})).await.is(200);
}

#[test]
fn an_agreement_holds_once_both_have_accepted_what_it_says_now() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let body = json!({ "organisation_id": team.authority.to_string(), "supervisor_id": team.supervisor.id.to_string(),
            "worker_id": team.worker.id.to_string(), "frequency": "When it helps." });
        let made = team.worker.post("/supervision/agreements", body.clone()).await.is(201);
        let path = format!("/supervision/agreements/{}", made.id());
        let accepted = team.worker.put_if(&format!("{path}/acceptance"), "\"1\"", json!({})).await.is(200);
        assert_eq!((&accepted.json["state"], &accepted.json["accepted_by_worker"]), (&json!("proposed"), &json!(true)));
        let changed = team.supervisor.patch(&path, &accepted.etag(), json!({ "frequency": "Every four weeks." })).await.is(200);
        assert_eq!(changed.json["accepted_by_worker"], false, "what was accepted was another text");
        team.supervisor.put_if(&format!("{path}/acceptance"), &accepted.etag(), json!({})).await.is(412);
        let accepted = team.supervisor.put_if(&format!("{path}/acceptance"), &changed.etag(), json!({})).await.is(200);
        assert_eq!(accepted.json["state"], "proposed");
        let both = team.worker.put_if(&format!("{path}/acceptance"), &accepted.etag(), json!({})).await.is(200);
        assert_eq!(both.json["state"], "in_force");
        team.worker.post("/supervision/agreements", body).await.is(409);
        for other in [&team.peer, &team.psw, &team.admin] {
            other.get(&path).await.is(404);
            other.patch(&path, &both.etag(), json!({ "purpose": "Mine" })).await.is(404);
        }
    });
}

#[test]
fn only_somebody_who_may_supervise_is_agreed_with() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let propose = |supervisor: &Client, worker: &Client| json!({ "organisation_id": team.authority.to_string(), "supervisor_id": supervisor.id.to_string(), "worker_id": worker.id.to_string() });
        let path = "/supervision/agreements";
        assert_eq!(team.worker.post(path, propose(&team.peer, &team.worker)).await.is(422).pointers(), ["/supervisor_id"]);
        team.supervisor.post(path, propose(&team.supervisor, &team.supervisor)).await.is(422);
        team.admin.post(path, propose(&team.supervisor, &team.worker)).await.is(404);
        let elsewhere = service.authority("Eastvale Council").await;
        let stranger = service.person(elsewhere, "Mei Stranger", &[Role::Practitioner]).await;
        team.supervisor.post(path, propose(&team.supervisor, &stranger)).await.is(422);
        assert_eq!(team.supervisor.get(path).await.is(200).items().len(), 0);
    });
}

#[test]
fn an_agreement_with_somebody_who_has_stopped_supervising_cannot_be_accepted() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let body = json!({ "organisation_id": team.authority.to_string(), "supervisor_id": team.supervisor.id.to_string(),
            "worker_id": team.worker.id.to_string() });
        let made = team.supervisor.post("/supervision/agreements", body).await.is(201);
        let path = format!("/supervision/agreements/{}/acceptance", made.id());
        let accepted = team.supervisor.put_if(&path, "\"1\"", json!({})).await.is(200);
        let member = format!("/organisations/{}/members/{}", team.authority, team.supervisor.id);
        team.admin.patch(&member, "\"1\"", json!({ "roles": ["editor"] })).await.is(200);
        let refused = team.worker.put_if(&path, &accepted.etag(), json!({})).await.is(422);
        assert_eq!(refused.pointers(), ["/supervisor_id"]);
    });
}

#[test]
fn sessions_are_planned_once_both_have_agreed() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let body = json!({ "organisation_id": team.authority.to_string(), "supervisor_id": team.supervisor.id.to_string(), "worker_id": team.worker.id.to_string() });
        let pending = team.supervisor.post("/supervision/agreements", body).await.is(201);
        let slot = json!({ "agreement_id": pending.id(), "starts_at": "2026-12-01T10:00:00Z", "minutes": 60 });
        team.supervisor.post("/supervision/sessions", slot.clone()).await.is(409);
        let path = format!("/supervision/agreements/{}/acceptance", pending.id());
        let accepted = team.supervisor.put_if(&path, "\"1\"", json!({})).await.is(200);
        team.worker.put_if(&path, &accepted.etag(), json!({})).await.is(200);
        team.worker.post("/supervision/sessions", slot).await.is(201);
        for side in [&team.worker, &team.supervisor] {
            assert_eq!(side.get("/supervision/sessions").await.is(200).items().len(), 1);
        }
        assert_eq!(team.peer.get("/supervision/sessions").await.is(200).items().len(), 0);
        assert_eq!(team.worker.get("/supervision/sessions?from=2026-12-02T00:00:00Z").await.is(200).items().len(), 0);
        assert_eq!(
            team.worker.get("/supervision/sessions?from=2026-12-01T10:00:00Z&to=2026-12-01T10:00:01Z").await.items().len(),
            1
        );
    });
}

#[test]
fn a_session_is_moved_and_cancelled_with_a_reason_and_nothing_is_lost() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let agreement = team.supervisor.supervises(&team.worker).await;
        let session = team.supervisor.plans(&agreement).await;
        let path = format!("/supervision/sessions/{session}");
        team.worker.post(&format!("{path}/agenda"), json!({ "text": "The visit." })).await.is(201);
        let unreasoned = json!({ "starts_at": "2026-12-02T10:00:00Z", "minutes": 60, "reason": " " });
        assert_eq!(team.worker.patch(&path, "\"1\"", unreasoned).await.is(422).pointers(), ["/reason"]);
        let slot = json!({ "starts_at": "2026-12-02T10:00:00Z", "minutes": 60, "place": "By phone", "reason": "Court." });
        let moved = team.worker.patch(&path, "\"1\"", slot.clone()).await.is(200);
        assert_eq!((&moved.json["place"], &moved.json["moves"][0]["reason"]), (&json!("By phone"), &json!("Court.")));
        assert_eq!(moved.json["moves"][0]["from"], "2026-12-01T10:00:00+00:00");
        team.supervisor.patch(&path, "\"1\"", slot.clone()).await.is(412);
        let cancelled =
            team.supervisor.put_if(&format!("{path}/cancellation"), &moved.etag(), json!({ "reason": "Ill." })).await.is(200);
        assert_eq!((&cancelled.json["state"], &cancelled.json["cancelled_because"]), (&json!("cancelled"), &json!("Ill.")));
        team.worker.patch(&path, &cancelled.etag(), slot).await.is(409);
        assert_eq!(team.supervisor.get(&format!("{path}/agenda")).await.is(200).items()[0]["text"], "The visit.");
    });
}

#[test]
fn both_sides_add_to_the_agenda_and_the_worker_brings_shares() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let agreement = team.supervisor.supervises(&team.worker).await;
        let session = team.supervisor.plans(&agreement).await;
        let path = format!("/supervision/sessions/{session}/agenda");
        let reflection = team.worker.writes("The one I keep thinking about.").await;
        let share = team.worker.shares(&reflection, &team.supervisor).await;
        let elsewhere = team.worker.shares(&reflection, &team.peer).await;
        team.worker.post(&path, json!({ "share_id": share })).await.is(201);
        let asked = team.supervisor.post(&path, json!({ "text": "Rest." })).await.is(201);
        assert_eq!(team.worker.post(&path, json!({ "share_id": elsewhere })).await.is(422).pointers(), ["/share_id"]);
        team.supervisor.post(&path, json!({ "share_id": share })).await.is(422);
        team.worker.post(&path, json!({})).await.is(422);
        team.peer.post(&path, json!({ "text": "Me too" })).await.is(404);
        let item = format!("{path}/{}", asked.id());
        team.worker.delete(&item).await.is(403);
        team.supervisor.delete(&item).await.is(204);
        let agenda = team.supervisor.get(&path).await.is(200);
        assert_eq!(agenda.items().len(), 1);
        assert_eq!(agenda.items()[0]["share_id"], share);
        team.worker.delete(&format!("/reflections/{reflection}/shares/{share}")).await.is(204);
        assert_eq!(team.supervisor.get(&path).await.items().len(), 0, "a share that is taken back leaves the agenda");
    });
}

#[test]
fn a_new_supervisor_sees_nothing_shared_with_the_last_one() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let next = service.person(team.authority, "Nia Next", &[Role::Supervisor]).await;
        let agreement = team.supervisor.supervises(&team.worker).await;
        let session = team.supervisor.plans(&agreement).await;
        let id = team.worker.writes("Between us.").await;
        let share = team.worker.shares(&id, &team.supervisor).await;
        team.supervisor.get(&format!("/shared-with-me/{share}")).await.is(200);
        let path = format!("/supervision/agreements/{agreement}");
        let now = team.worker.get(&path).await.etag();
        team.worker.put_if(&format!("{path}/ending"), &now, json!({})).await.is(200);
        next.supervises(&team.worker).await;
        for former_or_next in [&team.supervisor, &next] {
            former_or_next.get(&format!("/shared-with-me/{share}")).await.is(404);
            assert_eq!(former_or_next.get("/shared-with-me").await.items().len(), 0);
        }
        assert_eq!(team.worker.get(&format!("/reflections/{id}/shares")).await.items().len(), 0, "the snapshot is deleted");
        let body = json!({ "person_id": team.supervisor.id.to_string() });
        team.worker.post(&format!("/reflections/{id}/shares"), body).await.is(409);
        team.supervisor.post(&format!("/supervision/sessions/{session}/agenda"), json!({ "text": "Still here" })).await.is(403);
        team.supervisor
            .post(
                "/supervision/sessions",
                json!({ "agreement_id": agreement, "starts_at": "2027-01-05T10:00:00Z", "minutes": 60 }),
            )
            .await
            .is(409);
    });
}

#[test]
fn what_was_shared_before_supervision_began_ends_with_it() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let id = team.worker.writes("Between us.").await;
        let as_a_colleague = team.worker.shares(&id, &team.supervisor).await;
        let agreement = team.worker.post("/supervision/agreements", proposal(&team)).await.is(201).id();
        let while_proposed = team.worker.shares(&id, &team.supervisor).await;
        let with_a_peer = team.worker.shares(&id, &team.peer).await;
        accepts(&team.supervisor, &agreement).await;
        assert_eq!(accepts(&team.worker, &agreement).await["state"], "in_force");
        for share in [&as_a_colleague, &while_proposed] {
            team.supervisor.get(&format!("/shared-with-me/{share}")).await.is(200);
            let hangs = team.worker.get(&format!("/reflections/{id}/shares/{share}")).await.is(200).json;
            assert!(hangs["relationship_id"].is_string(), "{hangs}");
        }
        ends(&team.worker, &agreement).await;
        for share in [&as_a_colleague, &while_proposed] {
            team.supervisor.get(&format!("/shared-with-me/{share}")).await.is(404);
        }
        assert_eq!(team.supervisor.get("/shared-with-me").await.items().len(), 0);
        let left = team.worker.get(&format!("/reflections/{id}/shares")).await.is(200);
        assert_eq!(left.items().iter().map(|share| &share["id"]).collect::<Vec<_>>(), [&json!(with_a_peer)]);
        team.peer.get(&format!("/shared-with-me/{with_a_peer}")).await.is(200);
    });
}

#[test]
fn an_update_reaches_the_supervisor_through_a_share_from_before() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let id = team.worker.writes("As it was.").await;
        let share = team.worker.shares(&id, &team.supervisor).await;
        team.supervisor.supervises(&team.worker).await;
        team.worker.patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": "Later thoughts." })).await.is(200);
        team.worker.patch(&format!("/reflections/{id}/shares/{share}"), "\"1\"", json!({ "push": true })).await.is(200);
        assert_eq!(team.supervisor.get(&format!("/shared-with-me/{share}")).await.is(200).json["body"], "Later thoughts.");
    });
}

#[test]
fn what_was_still_planned_when_supervision_ended_is_cancelled_by_either() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let agreement = team.supervisor.supervises(&team.worker).await;
        let (one, other) = (team.supervisor.plans(&agreement).await, team.supervisor.plans(&agreement).await);
        ends(&team.worker, &agreement).await;
        let reason = json!({ "reason": "We have stopped." });
        for (side, session) in [(&team.worker, &one), (&team.supervisor, &other)] {
            let path = format!("/supervision/sessions/{session}");
            team.peer.put_if(&format!("{path}/cancellation"), "\"1\"", reason.clone()).await.is(404);
            let slot = json!({ "starts_at": "2026-12-02T10:00:00Z", "minutes": 60, "reason": "Court." });
            side.patch(&path, "\"1\"", slot).await.is(403);
            let cancelled = side.put_if(&format!("{path}/cancellation"), "\"1\"", reason.clone()).await.is(200);
            assert_eq!(cancelled.json["state"], "cancelled");
        }
    });
}

#[test]
fn a_session_is_moved_a_hundred_times_and_no_more() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let session = team.supervisor.plans(&team.supervisor.supervises(&team.worker).await).await;
        let path = format!("/supervision/sessions/{session}");
        let slot = json!({ "starts_at": "2026-12-02T10:00:00Z", "minutes": 60, "reason": "Court." });
        let mut seen = "\"1\"".to_owned();
        for _ in 0..100 {
            seen = team.worker.patch(&path, &seen, slot.clone()).await.is(200).etag();
        }
        let refused = team.worker.patch(&path, &seen, slot).await.is(409);
        assert!(refused.json["detail"].as_str().unwrap().contains("plan a new one"), "{}", refused.text);
        assert_eq!(team.worker.get(&path).await.is(200).json["moves"].as_array().unwrap().len(), 100);
        team.worker.put_if(&format!("{path}/cancellation"), &seen, json!({ "reason": "Enough." })).await.is(200);
    });
}

#[test]
fn an_agenda_takes_two_hundred_items_and_shows_each() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let session = team.supervisor.plans(&team.supervisor.supervises(&team.worker).await).await;
        let path = format!("/supervision/sessions/{session}/agenda");
        for number in 0..200 {
            team.worker.post(&path, json!({ "text": format!("{number}") })).await.is(201);
        }
        team.supervisor.post(&path, json!({ "text": "One more." })).await.is(409);
        let agenda = team.worker.get(&path).await.is(200);
        assert_eq!((agenda.items().len(), &agenda.items()[199]["text"]), (200, &json!("199")));
        team.worker.delete(&format!("{path}/{}", agenda.items()[0]["id"].as_str().unwrap())).await.is(204);
        team.supervisor.post(&path, json!({ "text": "One more." })).await.is(201);
    });
}

/// Whoever loses the role loses the supervision with it.
async fn loses_the_role(team: &Team) {
    let member = format!("/organisations/{}/members/{}", team.authority, team.supervisor.id);
    team.admin.patch(&member, "\"1\"", json!({ "roles": ["practitioner"] })).await.is(200);
}

#[test]
fn an_agreement_whose_supervisor_lost_the_role_reads_as_ended() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let agreement = team.supervisor.supervises(&team.worker).await;
        let path = format!("/supervision/agreements/{agreement}");
        let before = team.worker.get(&path).await.is(200);
        assert_eq!(before.json["state"], "in_force");
        team.worker.send(Method::GET, &path, &[("if-none-match", before.etag().as_str())], ()).await.is(304);
        loses_the_role(&team).await;
        let after = team.worker.send(Method::GET, &path, &[("if-none-match", before.etag().as_str())], ()).await.is(200);
        assert_eq!(after.json["state"], "ended");
        assert_eq!(team.worker.get("/supervision/agreements").await.is(200).items()[0]["state"], "ended");
        team.worker.patch(&path, &after.etag(), json!({ "frequency": "Weekly." })).await.is(409);
        team.worker.put_if(&format!("{path}/acceptance"), &after.etag(), json!({})).await.is(409);
        let slot = json!({ "agreement_id": agreement, "starts_at": "2026-12-01T10:00:00Z", "minutes": 60 });
        team.worker.post("/supervision/sessions", slot).await.is(409);
    });
}

#[test]
fn an_agreement_that_ended_by_itself_makes_room_for_a_new_one() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let first = team.supervisor.supervises(&team.worker).await;
        team.worker.post("/supervision/agreements", proposal(&team)).await.is(409);
        let id = team.worker.writes("Between us.").await;
        team.worker.shares(&id, &team.supervisor).await;
        loses_the_role(&team).await;
        let shares = format!("/reflections/{id}/shares");
        assert_eq!(team.worker.get(&shares).await.is(200).items()[0]["open"], false);
        let member = format!("/organisations/{}/members/{}", team.authority, team.supervisor.id);
        team.admin.patch(&member, "\"2\"", json!({ "roles": ["supervisor"] })).await.is(200);
        // Whose role changes signs in again.
        let supervisor = team.supervisor.only(&every_scope()).await;
        let second = supervisor.supervises(&team.worker).await;
        assert_eq!(team.worker.get(&shares).await.is(200).items().len(), 0, "the snapshot is deleted");
        for (agreement, state) in [(&first, "ended"), (&second, "in_force")] {
            let read = team.worker.get(&format!("/supervision/agreements/{agreement}")).await.is(200);
            assert_eq!(read.json["state"], state);
        }
        supervisor.plans(&second).await;
    });
}

#[test]
fn an_agreement_that_ended_by_itself_is_laid_to_rest_by_either() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let agreement = team.supervisor.supervises(&team.worker).await;
        let id = team.worker.writes("Between us.").await;
        team.worker.shares(&id, &team.supervisor).await;
        loses_the_role(&team).await;
        ends(&team.worker, &agreement).await;
        assert_eq!(team.worker.get(&format!("/reflections/{id}/shares")).await.is(200).items().len(), 0);
        let path = format!("/supervision/agreements/{agreement}");
        let now = team.worker.get(&path).await.is(200).etag();
        team.worker.put_if(&format!("{path}/ending"), &now, json!({})).await.is(409);
    });
}
