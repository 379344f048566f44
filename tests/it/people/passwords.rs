//! Passwords: changed, and refused.

use poem::http::Method;
use serde_json::json;

use super::{ANOTHER_PASSWORD, Browser, SAME_SITE, pair, sign_in};
use crate::service::{PASSWORD, Service, run};

#[test]
fn a_new_password_stops_every_session_and_token() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let narrow = worker.only(&["reflections:read"]).await;
        browser.get("/me").await.is(200);
        narrow.get("/reflections").await.is(200);
        worker.put("/me/password", json!({ "present": PASSWORD, "new": ANOTHER_PASSWORD })).await.is(204);
        browser.get("/me").await.is(401);
        narrow.get("/reflections").await.is(401);
        worker.get("/me").await.is(401);
        let nobody = service.anonymous();
        sign_in(&nobody, &worker.email, PASSWORD).await.is(422);
        sign_in(&nobody, &worker.email, ANOTHER_PASSWORD).await.is(201);
        admin.get("/me").await.is(200);
    });
}

#[test]
fn of_two_who_change_a_password_at_once_the_second_does_not_know_it_any_more() {
    run(async {
        let service = Service::on_disk().await;
        let (_, worker) = pair(&service).await;
        let browsers = [Browser::of(&worker).await, Browser::of(&worker).await];
        let change = |new: &str| json!({ "present": PASSWORD, "new": new }).to_string();
        let theirs = "seven distant foghorns calling";
        let (mine, thiefs) = tokio::join!(
            browsers[0].send(Method::PUT, "/me/password", &SAME_SITE, change(ANOTHER_PASSWORD)),
            browsers[1].send(Method::PUT, "/me/password", &SAME_SITE, change(theirs)),
        );
        let done = [mine.status, thiefs.status].iter().filter(|status| **status == 204).count();
        assert_eq!(done, 1, "{} and {}", mine.text, thiefs.text);
        let kept =
            if mine.status == 204 { [(ANOTHER_PASSWORD, 201), (theirs, 422)] } else { [(ANOTHER_PASSWORD, 422), (theirs, 201)] };
        for (password, status) in kept {
            sign_in(&service.anonymous(), &worker.email, password).await.is(status);
        }
    });
}

#[test]
fn a_refused_password_changes_nothing() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        for (present, new, pointer, code) in [
            (ANOTHER_PASSWORD, ANOTHER_PASSWORD, "/present", "wrong"),
            (PASSWORD, "otters 9 x", "/new", "too_short"),
            (PASSWORD, "password1234", "/new", "guessable"),
        ] {
            let refused = worker.put("/me/password", json!({ "present": present, "new": new })).await.is(422);
            assert_eq!((refused.pointers(), &refused.json["errors"][0]["code"]), (vec![pointer], &json!(code)));
        }
        worker.get("/me").await.is(200);
        sign_in(&service.anonymous(), &worker.email, PASSWORD).await.is(201);
    });
}
