//! Personal access tokens, and what is no credential at all.

use chrono::Duration;
use poem::http::Method;
use serde_json::{Value, json};

use super::{Browser, SAME_SITE, foreign, pair};
use crate::service::{Answer, Client, Service, run, today};

fn token_for(scopes: &[&str], lasts: Duration) -> Value {
    json!({ "name": "Script", "scopes": scopes, "expires_at": (today() + lasts).to_rfc3339() })
}

fn with_token(client: &Client, made: &Answer) -> Client {
    Client { token: Some(made.json["token"].as_str().unwrap().to_owned()), ..client.clone() }
}

#[test]
fn a_token_is_shown_once() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let body = token_for(&["account:read"], Duration::days(1));
        let made = worker.post_once("/tokens", "one", body.clone()).await.is(201);
        let secret = made.json["token"].as_str().unwrap();
        assert!(secret.starts_with("snd_pat_"));
        let list = worker.get("/tokens").await.is(200);
        assert!(list.text.contains(&made.id()) && !list.text.contains(secret), "{}", list.text);
        let known = list.items().len();
        worker.post_once("/tokens", "one", body).await.is(409);
        assert_eq!(worker.get("/tokens").await.items().len(), known, "the second time made none");
    });
}

#[test]
fn a_scope_narrows_what_its_holder_may_do() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let reading = worker.only(&["reflections:read"]).await;
        worker.writes("Mine.").await;
        assert_eq!(reading.get("/reflections").await.is(200).items().len(), 1);
        reading.post("/reflections", json!({ "body": "Not with this." })).await.is(403);
        reading.get("/me").await.is(403);
        reading.get("/tokens").await.is(403);
        reading.get(&format!("/organisations/{}/colleagues", worker.authority)).await.is(403);
        assert_eq!(worker.get("/reflections").await.is(200).items().len(), 1);
    });
}

#[test]
fn a_token_cannot_hand_out_more_than_it_has() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let holder = worker.only(&["account:write", "reflections:read"]).await;
        let wider = token_for(&["reflections:read", "reflections:write"], Duration::days(1));
        assert_eq!(holder.post("/tokens", wider.clone()).await.is(422).pointers(), ["/scopes/1"]);
        let made = holder.post("/tokens", token_for(&["reflections:read"], Duration::days(1))).await.is(201);
        with_token(&worker, &made).get("/reflections").await.is(200);
        worker.post("/tokens", wider).await.is(201);
        let reading = worker.only(&["reflections:read"]).await;
        reading.post("/tokens", token_for(&["reflections:read"], Duration::days(1))).await.is(403);
    });
}

#[test]
fn a_token_makes_none_that_outlasts_it() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        // Tests act with tokens of ninety days.
        let longer = worker.post("/tokens", token_for(&["account:read"], Duration::days(91))).await.is(422);
        assert_eq!(longer.pointers(), ["/expires_at"]);
        worker.post("/tokens", token_for(&["account:read"], Duration::days(90))).await.is(201);
        let browser = Browser::of(&worker).await;
        let longer = token_for(&["account:read"], Duration::days(91)).to_string();
        browser.send(Method::POST, "/tokens", &SAME_SITE, longer).await.is(201);
    });
}

#[test]
fn a_token_hears_of_everything_that_is_wrong_with_it() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let past = json!({ "name": " ", "scopes": ["account:read", "everything"], "expires_at": today().to_rfc3339() });
        assert_eq!(worker.post("/tokens", past).await.is(422).pointers(), ["/name", "/scopes/1", "/expires_at"]);
        let far = token_for(&[], Duration::days(367));
        assert_eq!(worker.post("/tokens", far).await.is(422).pointers(), ["/scopes", "/expires_at"]);
        let endless = json!({ "name": "Script", "scopes": ["account:read"] });
        assert_eq!(worker.post("/tokens", endless).await.is(422).pointers(), ["/expires_at"]);
        let year = token_for(&["account:read"], Duration::days(366)).to_string();
        Browser::of(&worker).await.send(Method::POST, "/tokens", &SAME_SITE, year).await.is(201);
    });
}

#[test]
fn a_token_stops_when_its_time_is_up() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let made = worker.post("/tokens", token_for(&["account:read"], Duration::hours(1))).await.is(201);
        let brief = with_token(&worker, &made);
        service.app.clock.advance(Duration::minutes(59));
        brief.get("/me").await.is(200);
        assert!(worker.get("/tokens").await.text.contains(&made.id()));
        service.app.clock.advance(Duration::minutes(1));
        brief.get("/me").await.is(401);
        assert!(!worker.get("/tokens").await.is(200).text.contains(&made.id()));
    });
}

#[test]
fn a_revoked_token_stops_at_the_next_request() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let made = worker.post("/tokens", token_for(&["account:read"], Duration::days(1))).await.is(201);
        let (script, path) = (with_token(&worker, &made), format!("/tokens/{}", made.id()));
        admin.delete(&path).await.is(404);
        script.delete(&path).await.is(403);
        script.get("/me").await.is(200);
        worker.delete(&path).await.is(204);
        script.get("/me").await.is(401);
        worker.delete(&path).await.is(404);
        worker.get("/me").await.is(200);
    });
}

#[test]
fn a_session_is_no_token_and_a_token_is_no_session() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let secret = browser.cookie.trim_start_matches("sid=").to_owned();
        browser.get("/me").await.is(200);
        Client { token: Some(secret), ..worker.clone() }.get("/me").await.is(401);
        let cookie = format!("sid={}", worker.token.clone().unwrap());
        worker.get("/me").await.is(200);
        Browser { cookie, client: browser.client }.get("/me").await.is(401);
    });
}

#[test]
fn a_bad_credential_is_refused_and_never_taken_for_nobody() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let nobody = service.anonymous();
        let brief = worker.post("/tokens", token_for(&["account:read"], Duration::hours(1))).await.is(201);
        let expired = brief.json["token"].as_str().unwrap().to_owned();
        let rested = Browser::of(&worker).await.cookie;
        service.app.clock.advance(Duration::hours(2));
        let good = worker.token.clone().unwrap();
        let bad = [
            ("authorization", format!("Bearer {expired}")),
            ("authorization", format!("Bearer {}", foreign("pat"))),
            ("authorization", format!("Bearer {good}0")),
            ("authorization", format!("Basic {good}")),
            ("authorization", good.clone()),
            ("authorization", "Bearer nonsense".to_owned()),
            ("authorization", "Bearer".to_owned()),
            ("authorization", String::new()),
            ("cookie", rested),
            ("cookie", format!("sid={}", foreign("ses"))),
            ("cookie", "theme=dark; sid=nonsense".to_owned()),
        ];
        let addresses = [
            ("/practice-examples", 200),
            ("/practice-examples.atom", 200),
            ("/practice-examples.json", 200),
            ("/openapi.json", 200),
            ("/health/live", 200),
            ("/nothing-here", 404),
            ("/me", 401),
        ];
        for (path, status) in addresses {
            nobody.get(path).await.is(status);
            for (name, value) in &bad {
                let refused = nobody.send(Method::GET, path, &[(*name, value.as_str())], ()).await;
                assert_eq!(refused.status, 401, "{path} with {name}: {value}");
                assert!(refused.header("www-authenticate").starts_with("Bearer"));
            }
        }
        worker.get("/practice-examples").await.is(200);
        nobody.send(Method::GET, "/practice-examples", &[("cookie", "theme=dark")], ()).await.is(200);
    });
}
