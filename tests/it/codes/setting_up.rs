//! Setting an app up, and turning codes off.

use chrono::Duration;
use poem::http::Method;
use serde_json::json;
use soundings::{
    error::Error,
    http::auth::Presented,
    people::{self, codes},
};

use super::{Seat, recovery_codes, shown, sign_in, worker, wrong};
use crate::service::{Client, PASSWORD, Service, every_scope, run};

#[test]
fn setting_an_app_up_ends_everything_but_the_session_that_does_it() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (here, elsewhere) = (Seat::of(&worker).await, Seat::of(&worker).await);
        elsewhere.get("/me").await.is(200);
        worker.get("/me").await.is(200);
        here.sets_up().await;
        elsewhere.get("/me").await.is(401);
        worker.get("/me").await.is(401);
        here.get("/me").await.is(200);
        let listed = here.get("/sessions").await.is(200);
        assert_eq!(listed.items().len(), 1);
        assert_eq!(listed.items()[0]["current"], true);
        // It is a session as before: it makes tokens, and ends when its owner says so.
        let token = json!({ "name": "Script", "scopes": ["account:read"], "expires_at": "2026-12-24T09:00:00Z" });
        here.send(Method::POST, "/tokens", token).await.is(201);
        here.send(Method::DELETE, "/sessions/current", json!({})).await.is(204);
        here.get("/me").await.is(401);
    });
}

#[test]
fn a_session_that_has_been_ended_does_not_come_back_with_an_app() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (mine, thiefs) = (Seat::of(&worker).await, Seat::of(&worker).await);
        let code = shown(&thiefs.begins().await, service.app.clock.now());
        // A request that was let in, and is still on its way when the password changes.
        let cookie = thiefs.cookie.split_once('=').unwrap().1.to_owned();
        let on_its_way = people::recognise(&service.app, &Presented::Cookie(cookie)).await.unwrap();
        let change = json!({ "present": PASSWORD, "new": "nine patient otters watching" });
        mine.send(Method::PUT, "/me/password", change).await.is(204);
        let late = codes::confirm(&service.app, &on_its_way, &code).await;
        assert!(matches!(late, Err(Error::Unauthenticated)), "{late:?}");
        thiefs.get("/me").await.is(401);
    });
}

#[test]
fn a_token_cannot_change_how_its_owner_signs_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        worker.put("/me/codes", json!({})).await.is(403);
        let secret = seat.begins().await;
        let code = shown(&secret, service.app.clock.now());
        worker.put("/me/codes/confirmation", json!({ "code": code })).await.is(403);
        seat.confirms(&code).await.is(200);
        let token = json!({ "name": "Script", "scopes": every_scope(), "expires_at": "2026-12-24T09:00:00Z" });
        let token = seat.send(Method::POST, "/tokens", token).await.is(201).json["token"].as_str().unwrap().to_owned();
        let script = Client { token: Some(token), ..worker };
        script.delete("/me/codes").await.is(403);
        script.post("/me/codes/recovery", json!({})).await.is(403);
        assert_eq!(script.get("/me/codes").await.is(200).json["recovery_left"], 10, "it may look");
    });
}

#[test]
fn changing_how_one_signs_in_needs_a_password_of_the_last_ten_minutes() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        let secret = seat.begins().await;
        service.app.clock.advance(Duration::minutes(11));
        let late = [
            (Method::PUT, "/me/codes", json!({})),
            (Method::PUT, "/me/codes/confirmation", json!({ "code": shown(&secret, service.app.clock.now()) })),
            (Method::POST, "/me/codes/recovery", json!({})),
            (Method::DELETE, "/me/codes", json!({})),
        ];
        for (method, path, body) in late {
            let refused = seat.send(method, path, body).await.is(403);
            assert_eq!(refused.json["confirm_at"], "/api/v1/sessions/current/confirmation", "{path}");
        }
        seat.send(Method::PUT, "/sessions/current/confirmation", json!({ "password": PASSWORD })).await.is(204);
        seat.confirms(&shown(&secret, service.app.clock.now())).await.is(200);
    });
}

#[test]
fn an_app_in_use_goes_on_until_the_next_one_has_shown_that_it_works() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        seat.confirms("000000").await.is(409);
        let (old, recovery) = seat.sets_up().await;
        let never = seat.begins().await;
        let new = seat.begins().await;
        let now = service.app.clock.now();
        sign_in(&worker, Some(&shown(&new, now))).await.is(422);
        sign_in(&worker, Some(&shown(&old, now))).await.is(201);
        assert_eq!(wrong(&seat.confirms(&shown(&never, now)).await.is(422)), ("/code", "wrong"), "another took its place");
        let fresh = recovery_codes(&seat.confirms(&shown(&new, now)).await.is(200));
        seat.confirms(&shown(&new, now)).await.is(409);
        service.app.clock.advance(Duration::minutes(1));
        let now = service.app.clock.now();
        sign_in(&worker, Some(&shown(&old, now))).await.is(422);
        sign_in(&worker, Some(&recovery[0])).await.is(422);
        sign_in(&worker, Some(&shown(&new, now))).await.is(201);
        sign_in(&worker, Some(&fresh[0])).await.is(201);
    });
}

#[test]
fn codes_can_be_turned_off_by_whoever_does_not_need_them() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        seat.send(Method::DELETE, "/me/codes", json!({})).await.is(404);
        seat.send(Method::POST, "/me/codes/recovery", json!({})).await.is(404);
        let (secret, recovery) = seat.sets_up().await;
        seat.send(Method::DELETE, "/me/codes", json!({})).await.is(204);
        assert_eq!(seat.get("/me/codes").await.is(200).json, json!({ "on": false, "required_for": [], "recovery_left": 0 }));
        sign_in(&worker, None).await.is(201);
        // Set up again, nothing of the first time counts.
        let (_, fresh) = seat.sets_up().await;
        sign_in(&worker, Some(&shown(&secret, service.app.clock.now()))).await.is(422);
        sign_in(&worker, Some(&recovery[0])).await.is(422);
        sign_in(&worker, Some(&fresh[0])).await.is(201);
    });
}

// ── Roles that wait ──────────────────────────────────────────────────────────────────────────────────────────
