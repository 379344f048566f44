//! Roles that open much wait for codes.

use poem::http::Method;
use serde_json::json;
use soundings::{
    config::{Config, Switch},
    people::organisations,
};

use super::{Seat, sign_in, strict};
use crate::service::{Client, PASSWORD, Service, run};

#[test]
fn roles_that_open_much_wait_until_their_holder_has_codes() {
    run(async {
        let service = strict().await;
        let team = service.team().await;
        let members = format!("/organisations/{}/members", team.authority);
        let shelf = format!("/organisations/{}/practice-examples", team.authority);
        let draft = json!({ "title": "Pairs", "summary": "Two go out." });
        let admin = Seat::of(&team.admin).await;
        let editor = Seat::of(&team.editor).await;
        for answer in [
            admin.get(&members).await,
            team.admin.get(&members).await,
            admin.send(Method::POST, "/backups", json!({})).await,
            editor.send(Method::POST, &shelf, draft.clone()).await,
            team.editor.post(&shelf, draft.clone()).await,
        ] {
            assert!([403, 404].contains(&answer.status), "{}", answer.text);
        }
        let me = admin.get("/me").await.is(200).json;
        assert_eq!(me["memberships"][0]["roles"], json!(["administrator"]), "it is theirs, and waits");
        assert_eq!(me["roles_waiting"], json!(["administrator"]));
        assert_eq!(admin.get("/me/codes").await.is(200).json["required_for"], json!(["administrator"]));
        let governance = Seat::of(&team.governance).await.get("/me").await.is(200).json;
        assert_eq!(governance["roles_waiting"], json!(["information_governance"]));

        // What any member can do they can too.
        admin.get(&format!("/organisations/{}/colleagues", team.authority)).await.is(200);
        admin.send(Method::POST, "/reflections", json!({ "body": "My first day." })).await.is(201);
        // The others have nothing to wait for.
        assert_eq!(team.supervisor.get("/me").await.is(200).json["roles_waiting"], json!([]));
        team.supervisor.supervises(&team.worker).await;

        admin.sets_up().await;
        admin.get(&members).await.is(200);
        admin.send(Method::POST, "/backups", json!({})).await.is(201);
        assert_eq!(admin.get("/me").await.is(200).json["roles_waiting"], json!([]));
        editor.sets_up().await;
        editor.send(Method::POST, &shelf, draft).await.is(201);
    });
}

#[test]
fn what_was_made_with_the_password_alone_does_not_gain_by_codes() {
    run(async {
        let service = strict().await;
        let admin = service.team().await.admin;
        let (owner, thief) = (Seat::of(&admin).await, Seat::of(&admin).await);
        let members = format!("/organisations/{}/members", admin.authority);
        thief.get("/me").await.is(200);
        owner.sets_up().await;
        owner.get(&members).await.is(200);
        thief.get(&members).await.is(401);
        admin.get(&members).await.is(401);
    });
}

#[test]
fn codes_stay_on_while_a_role_needs_them() {
    run(async {
        let service = strict().await;
        let team = service.team().await;
        let admin = Seat::of(&team.admin).await;
        let (_, recovery) = admin.sets_up().await;
        admin.send(Method::DELETE, "/me/codes", json!({})).await.is(409);
        sign_in(&team.admin, None).await.is(422);
        // Whoever gets such a role later waits as well; whoever loses it may turn them off.
        let worker = Seat::of(&team.worker).await;
        worker.sets_up().await;
        worker.send(Method::DELETE, "/me/codes", json!({})).await.is(204);
        let member = format!("/organisations/{}/members/{}", team.authority, team.worker.id);
        let headers = [
            ("cookie", admin.cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("if-match", "\"1\""),
            ("content-type", "application/json"),
        ];
        let roles = json!({ "roles": ["practitioner", "editor"] }).to_string();
        admin.client.send(Method::PATCH, &member, &headers, roles).await.is(200);
        let editor = Seat::of(&team.worker).await;
        assert_eq!(editor.get("/me").await.is(200).json["roles_waiting"], json!(["editor"]));
        Seat::with(&team.admin, Some(&recovery[0])).await.get("/me").await.is(200);
    });
}

#[test]
fn the_first_administrator_sets_codes_up_and_goes_on() {
    run(async {
        let service = strict().await;
        let nobody = service.anonymous();
        let link = organisations::offer_setup(&service.app).await.unwrap();
        let setup = json!({
            "organisation": { "name": "Northmoor Council", "kind": "local_authority" },
            "name": "Priya First", "email": "priya@northmoor.example", "password": PASSWORD,
        });
        let made = nobody.put(&format!("/setup/{link}"), setup).await.is(200);
        let first = Client { email: "priya@northmoor.example".to_owned(), authority: made.id().parse().unwrap(), ..nobody };
        let seat = Seat::of(&first).await;
        let neighbour = json!({ "name": "Eastvale Council", "kind": "local_authority" });
        let waits = seat.send(Method::POST, "/organisations", neighbour.clone()).await;
        assert!([403, 404].contains(&waits.status), "{}", waits.text);
        seat.sets_up().await;
        seat.send(Method::POST, "/organisations", neighbour).await.is(201);
    });
}

#[test]
fn a_system_needs_no_app() {
    run(async {
        let service = strict().await;
        let authority = service.authority("Northmoor Council").await;
        let website = service.system(authority, &["library:publish"]).await;
        website.publishes("Heron mornings").await;
    });
}

#[test]
fn a_real_service_has_roles_wait_and_a_test_does_not() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(Config::defaults(data.path()).require_codes, Switch::On);
    assert_eq!(Config::in_memory_at(data.path()).require_codes, Switch::Off);
    run(async {
        let service = Service::new().await;
        let admin = service.team().await.admin;
        admin.get(&format!("/organisations/{}/members", admin.authority)).await.is(200);
        assert_eq!(admin.get("/me").await.is(200).json["roles_waiting"], json!([]));
    });
}

// ── What is kept ─────────────────────────────────────────────────────────────────────────────────────────────
