//! Leaving, other roles, and what colleagues see of each other.

use serde_json::json;
use soundings::access::Role;

use super::{Browser, accepts, count_members, ends, examples_of, gives_roles, invites, member, pair, sign_in};
use crate::service::{Client, PASSWORD, Service, every_scope, run};

#[test]
fn a_leavers_every_credential_stops_at_the_next_request() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let narrow = worker.only(&["reflections:read"]).await;
        browser.get("/me").await.is(200);
        narrow.get("/reflections").await.is(200);
        worker.get("/me").await.is(200);
        ends(&admin, &worker).await.is(204);
        browser.get("/me").await.is(401);
        narrow.get("/reflections").await.is(401);
        worker.get("/me").await.is(401);
        worker.get("/practice-examples").await.is(401);
        sign_in(&service.anonymous(), &worker.email, PASSWORD).await.is(422);
        admin.get(&member(admin.authority, &worker)).await.is(404);
        admin.delete_if(&member(admin.authority, &worker), "\"1\"").await.is(404);
        assert_eq!(count_members(&admin).await, 1);
    });
}

#[test]
fn what_a_leaver_shared_or_received_ends_and_does_not_come_back_with_them() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let peer = service.person(admin.authority, "Tom Peer", &[Role::Practitioner]).await;
        let given = worker.shares(&worker.writes("I left the plan in the car.").await, &peer).await;
        let theirs = peer.writes("A long Friday.").await;
        let received = peer.shares(&theirs, &worker).await;
        let (given, received) = (format!("/shared-with-me/{given}"), format!("/shared-with-me/{received}"));
        peer.get(&given).await.is(200);
        worker.get(&received).await.is(200);
        let open = peer.get(&format!("/reflections/{theirs}/shares")).await.is(200);
        assert_eq!(open.items()[0]["open"], true);

        ends(&admin, &worker).await.is(204);
        peer.get(&given).await.is(404);
        assert!(peer.get("/shared-with-me").await.is(200).items().is_empty());
        let closed = peer.get(&format!("/reflections/{theirs}/shares")).await.is(200);
        assert_eq!(closed.items()[0]["open"], false);

        let invited = invites(&admin, &worker.email).await.is(201);
        accepts(&service.anonymous(), &invited, PASSWORD).await.is(200);
        worker.get("/me").await.is(401);
        let back = Client { token: None, ..worker.clone() }.only(&every_scope()).await;
        assert_eq!(back.get("/me").await.is(200).json["id"], worker.id.to_string());
        back.get(&received).await.is(404);
        peer.get(&given).await.is(404);
        let again = peer.shares(&theirs, &back).await;
        back.get(&format!("/shared-with-me/{again}")).await.is(200);
    });
}

#[test]
fn a_membership_is_ended_by_an_administrator_who_has_read_it() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let elsewhere = service.authority("Eastvale Council").await;
        let stranger = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let path = member(admin.authority, &worker);
        worker.delete_if(&path, "\"1\"").await.is(403);
        stranger.delete_if(&path, "\"1\"").await.is(404);
        admin.delete(&path).await.is(428);
        let stale = admin.delete_if(&path, "\"7\"").await.is(412);
        assert_eq!(stale.json["current_revision"], 1);
        worker.get("/me").await.is(200);
        admin.delete_if(&path, "\"1\"").await.is(204);
        worker.get("/me").await.is(401);
    });
}

#[test]
fn new_roles_count_from_the_next_sign_in() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let draft = json!({ "title": "Pairs", "summary": "Two go out." });
        worker.post(&examples_of(&worker), draft.clone()).await.is(404);
        let changed = gives_roles(&admin, &worker, &["practitioner", "editor"]).await.is(200);
        assert_eq!((changed.json["roles"].clone(), changed.etag()), (json!(["practitioner", "editor"]), "\"2\"".to_owned()));
        worker.get("/me").await.is(401);
        browser.get("/me").await.is(401);
        let editor = Client { token: None, ..worker.clone() }.only(&every_scope()).await;
        editor.post(&examples_of(&editor), draft.clone()).await.is(201);
        gives_roles(&admin, &worker, &["practitioner"]).await.is(200);
        editor.post(&examples_of(&editor), draft.clone()).await.is(401);
        let former = Client { token: None, ..worker.clone() }.only(&every_scope()).await;
        former.post(&examples_of(&former), draft).await.is(404);
    });
}

#[test]
fn whoever_may_not_supervise_any_more_reads_no_share_of_supervision() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let agreement = team.supervisor.supervises(&team.worker).await;
        let share = team.worker.shares(&team.worker.writes("I went in with a plan.").await, &team.supervisor).await;
        team.supervisor.get(&format!("/shared-with-me/{share}")).await.is(200);
        gives_roles(&team.admin, &team.supervisor, &["supervisor", "editor"]).await.is(200);
        let both = Client { token: None, ..team.supervisor.clone() }.only(&every_scope()).await;
        both.get(&format!("/shared-with-me/{share}")).await.is(200);
        gives_roles(&team.admin, &team.supervisor, &["editor"]).await.is(200);
        let editor = Client { token: None, ..team.supervisor.clone() }.only(&every_scope()).await;
        editor.get(&format!("/shared-with-me/{share}")).await.is(404);
        assert!(editor.get("/shared-with-me").await.is(200).items().is_empty());
        let slot = json!({ "agreement_id": agreement, "starts_at": "2026-12-01T10:00:00Z", "minutes": 60 });
        editor.post("/supervision/sessions", slot).await.is(409);
        // Coming back to the role does not bring the supervision back.
        gives_roles(&team.admin, &team.supervisor, &["supervisor"]).await.is(200);
        let again = Client { token: None, ..team.supervisor.clone() }.only(&every_scope()).await;
        again.get(&format!("/shared-with-me/{share}")).await.is(404);
    });
}

#[test]
fn a_refused_change_of_roles_changes_nothing() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let path = member(admin.authority, &worker);
        for (roles, pointer) in
            [(json!([]), "/roles"), (json!(["editor", "editor"]), "/roles"), (json!(["editor", "chief"]), "/roles/1")]
        {
            let refused = admin.patch(&path, "\"1\"", json!({ "roles": roles })).await.is(422);
            assert_eq!(refused.pointers(), [pointer]);
        }
        worker.patch(&path, "\"1\"", json!({ "roles": ["administrator"] })).await.is(403);
        admin.patch(&path, "\"3\"", json!({ "roles": ["editor"] })).await.is(412);
        let read = admin.get(&path).await.is(200);
        assert_eq!((read.etag().as_str(), &read.json["roles"]), ("\"1\"", &json!(["practitioner"])));
        worker.get("/me").await.is(200);
    });
}

#[test]
fn the_last_administrator_can_neither_step_down_nor_leave() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        gives_roles(&admin, &admin, &["practitioner"]).await.is(409);
        ends(&admin, &admin).await.is(409);
        admin.get("/me").await.is(200);
        gives_roles(&admin, &worker, &["practitioner", "administrator"]).await.is(200);
        gives_roles(&admin, &admin, &["practitioner"]).await.is(200);
        admin.get("/me").await.is(401);
        let last = Client { token: None, ..worker.clone() }.only(&every_scope()).await;
        ends(&last, &last).await.is(409);
        gives_roles(&last, &last, &["practitioner"]).await.is(409);
        ends(&last, &admin).await.is(204);
    });
}

#[test]
fn colleagues_see_names_and_no_addresses() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let elsewhere = service.authority("Eastvale Council").await;
        let stranger = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let colleagues = format!("/organisations/{}/colleagues", worker.authority);
        let members = format!("/organisations/{}/members", worker.authority);
        let seen = worker.get(&colleagues).await.is(200);
        assert_eq!(seen.items().len(), 2);
        assert!(seen.text.contains("Priya Admin") && !seen.text.contains('@'), "{}", seen.text);
        assert!(!seen.text.contains("Elin"), "{}", seen.text);
        worker.get(&members).await.is(403);
        worker.get(&member(worker.authority, &admin)).await.is(403);
        let managed = admin.get(&members).await.is(200);
        assert!(managed.text.contains(&worker.email), "{}", managed.text);
        for path in [&colleagues, &members, &member(worker.authority, &worker)] {
            stranger.get(path).await.is(404);
            service.anonymous().get(path).await.is(401);
        }
    });
}
