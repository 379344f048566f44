//! Service clients and their access tokens.

use chrono::Duration;
use poem::http::Method;
use serde_json::json;
use soundings::{clock::Clock, config::Switch, id::OrganisationId};

use super::{examples_of, foreign, pair, said};
use crate::service::{Answer, Client, Service, run, today};

async fn registers(admin: &Client, scopes: &[&str]) -> Answer {
    let path = format!("/organisations/{}/service-clients", admin.authority);
    admin.post(&path, json!({ "name": "Website", "scopes": scopes })).await
}

async fn asks(nobody: &Client, (id, secret): (&str, &str), scope: &str) -> Answer {
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope={scope}");
    nobody.send(Method::POST, "/oauth/token", &[("content-type", "application/x-www-form-urlencoded")], form).await
}

fn secret_of(made: &Answer) -> String {
    made.json["client_secret"].as_str().unwrap().to_owned()
}

fn acting_for(authority: OrganisationId, nobody: &Client, granted: &Answer) -> Client {
    let token = granted.json["access_token"].as_str().unwrap().to_owned();
    Client { token: Some(token), authority, ..nobody.clone() }
}

#[test]
fn a_service_client_gets_a_token_for_its_own_credentials() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read", "library:publish"]).await.is(201);
        let granted = asks(&nobody, (&made.id(), &secret_of(&made)), "").await.is(200);
        assert_eq!((&granted.json["token_type"], &granted.json["expires_in"]), (&json!("Bearer"), &json!(1800)));
        assert_eq!(granted.json["scope"], "library:read library:publish");
        assert_eq!(granted.header("cache-control"), "no-store");
        let website = acting_for(admin.authority, &nobody, &granted);
        website.get(&examples_of(&website)).await.is(200);
        website.get("/reflections").await.is(403);
        website.get("/me").await.is(403);
        let list = admin.get(&format!("/organisations/{}/service-clients", admin.authority)).await.is(200);
        assert!(list.text.contains(&made.id()) && !list.text.contains(&secret_of(&made)), "the secret is shown once");
    });
}

#[test]
fn a_service_client_may_ask_for_less_than_it_has_and_not_for_more() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read", "library:publish"]).await.is(201);
        let (id, secret) = (made.id(), secret_of(&made));
        let granted = asks(&nobody, (&id, &secret), "library:read").await.is(200);
        assert_eq!(granted.json["scope"], "library:read");
        let body = json!({ "title": "Pairs", "summary": "Two go out." });
        let reading = acting_for(admin.authority, &nobody, &granted);
        reading.post(&examples_of(&reading), body.clone()).await.is(403);
        let whole = asks(&nobody, (&id, &secret), "library:read+library:publish").await.is(200);
        let whole = acting_for(admin.authority, &nobody, &whole);
        whole.post(&examples_of(&whole), body).await.is(201);
        for scope in ["library:write", "reflections:read"] {
            assert_eq!(asks(&nobody, (&id, &secret), scope).await.is(400).json["error"], "invalid_scope");
        }
        assert_eq!(registers(&admin, &["library:read", "reflections:read"]).await.is(422).pointers(), ["/scopes/1"]);
    });
}

#[test]
fn a_wrong_secret_and_an_unknown_client_get_the_same_answer() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read"]).await.is(201);
        let (id, secret) = (made.id(), secret_of(&made));
        let wrong = asks(&nobody, (&id, &foreign("cli")), "").await.is(401);
        let unknown = admin.id.to_string();
        let guesses =
            [(unknown.as_str(), secret.as_str()), ("website", secret.as_str()), (id.as_str(), "guess"), (id.as_str(), "")];
        for guess in guesses {
            assert_eq!(said(&asks(&nobody, guess, "").await), said(&wrong), "{guess:?}");
        }
        asks(&nobody, (&id, &secret), "").await.is(200);
    });
}

/// RFC 6749 section 5.2.
#[test]
fn a_refusal_at_the_token_endpoint_speaks_oauth() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read"]).await.is(201);
        let wrong = asks(&nobody, (&made.id(), &foreign("cli")), "").await.is(401);
        assert_eq!(
            (&wrong.json["error"], wrong.header("www-authenticate")),
            (&json!("invalid_client"), "Basic realm=\"soundings\"")
        );
        assert_eq!(wrong.json["error_description"], wrong.json["detail"]);
        let form = [("content-type", "application/x-www-form-urlencoded")];
        for (body, error) in [("grant_type=password", "unsupported_grant_type"), ("scope=library:read", "invalid_request")] {
            let refused = nobody.send(Method::POST, "/oauth/token", &form, body).await.is(400);
            assert_eq!(refused.json["error"], error, "{}", refused.text);
        }
    });
}

#[test]
fn guessing_a_clients_secret_is_slowed_and_does_not_shut_the_client_out() {
    run(async {
        let service = Service::with(Clock::fixed(today()), |config| config.rate_limits = Switch::On).await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read"]).await.is(201);
        let id = made.id();
        for _ in 0..10 {
            asks(&nobody, (&id, "guess"), "").await.is(401);
        }
        asks(&nobody, (&id, "guess"), "").await.is(429);
        asks(&nobody, (&id, &secret_of(&made)), "").await.is(200);
    });
}

#[test]
fn revoking_a_service_client_stops_its_tokens_at_the_next_request() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read"]).await.is(201);
        let other = registers(&admin, &["library:read"]).await.is(201);
        let (id, secret) = (made.id(), secret_of(&made));
        let website = acting_for(admin.authority, &nobody, &asks(&nobody, (&id, &secret), "").await.is(200));
        let spared = asks(&nobody, (&other.id(), &secret_of(&other)), "").await.is(200);
        let spared = acting_for(admin.authority, &nobody, &spared);
        let path = format!("/organisations/{}/service-clients/{id}", admin.authority);
        worker.delete(&path).await.is(403);
        website.get(&examples_of(&website)).await.is(200);
        admin.delete(&path).await.is(204);
        website.get(&examples_of(&website)).await.is(401);
        website.get("/practice-examples").await.is(401);
        asks(&nobody, (&id, &secret), "").await.is(401);
        admin.delete(&path).await.is(404);
        spared.get(&examples_of(&spared)).await.is(200);
    });
}

#[test]
fn an_access_token_lasts_half_an_hour() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let website = service.system(admin.authority, &["library:read"]).await;
        service.app.clock.advance(Duration::minutes(29));
        website.get(&examples_of(&website)).await.is(200);
        service.app.clock.advance(Duration::minutes(1));
        website.get(&examples_of(&website)).await.is(401);
    });
}
