//! Signing in and out, cookies, and how long a session lasts.

use chrono::Duration;
use poem::http::Method;
use serde_json::{Value, json};
use soundings::{access::Role, clock::Clock, config::Switch, people::organisations};

use super::{ANOTHER_PASSWORD, Browser, SAME_SITE, ends, member, pair, said, sign_in};
use crate::service::{Answer, PASSWORD, Service, run, today};

#[test]
fn a_wrong_password_and_an_unknown_person_get_the_same_answer() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let leaver = service.person(admin.authority, "Lena Leaver", &[Role::Practitioner]).await;
        ends(&admin, &leaver).await.is(204);
        let nobody = service.anonymous();
        sign_in(&nobody, &worker.email.to_uppercase(), PASSWORD).await.is(201);
        let wrong = sign_in(&nobody, &worker.email, ANOTHER_PASSWORD).await.is(422);
        assert!(wrong.headers.get("set-cookie").is_none());
        for (email, password) in [
            ("nobody.at.all@test.example", PASSWORD),
            ("no address", PASSWORD),
            (leaver.email.as_str(), PASSWORD),
            (worker.email.as_str(), ""),
        ] {
            assert_eq!(said(&sign_in(&nobody, email, password).await), said(&wrong), "{email}");
        }
    });
}

#[test]
fn signing_out_ends_this_session_and_no_other() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let (office, car) = (Browser::of(&worker).await, Browser::of(&worker).await);
        office.get("/me").await.is(200);
        let out = office.send(Method::DELETE, "/sessions/current", &SAME_SITE, String::new()).await.is(204);
        assert!(out.header("set-cookie").starts_with("sid=;") && out.header("set-cookie").contains("Max-Age=0"));
        office.get("/me").await.is(401);
        office.send(Method::DELETE, "/sessions/current", &SAME_SITE, String::new()).await.is(401);
        car.get("/me").await.is(200);
        worker.get("/me").await.is(200);
        worker.delete("/sessions/current").await.is(404);
    });
}

#[test]
fn a_session_left_open_elsewhere_can_be_ended_by_its_owner_only() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let (office, car) = (Browser::of(&worker).await, Browser::of(&worker).await);
        let list = office.get("/sessions").await.is(200);
        let current = |item: &&Value| item["current"] == true;
        assert_eq!(list.items().iter().filter(current).count(), 1);
        let left = car.get("/sessions").await.is(200).items().iter().find(current).unwrap()["id"].as_str().unwrap().to_owned();
        let path = format!("/sessions/{left}");
        admin.delete(&path).await.is(404);
        car.get("/me").await.is(200);
        office.send(Method::DELETE, &path, &SAME_SITE, String::new()).await.is(204);
        car.get("/me").await.is(401);
        office.get("/me").await.is(200);
        office.send(Method::DELETE, &path, &SAME_SITE, String::new()).await.is(404);
    });
}

#[test]
fn what_is_weighty_needs_a_password_of_the_last_ten_minutes() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let browser = Browser::of(&admin).await;
        let until = (today() + Duration::days(1)).to_rfc3339();
        let token = json!({ "name": "Script", "scopes": ["account:read"], "expires_at": until }).to_string();
        let roles = json!({ "roles": ["practitioner", "editor"] }).to_string();
        let changing = [SAME_SITE[0], ("if-match", "\"1\"")];
        let change = member(admin.authority, &worker);
        browser.send(Method::POST, "/tokens", &SAME_SITE, token.clone()).await.is(201);
        service.app.clock.advance(Duration::minutes(11));
        let late = browser.send(Method::POST, "/tokens", &SAME_SITE, token.clone()).await.is(403);
        assert_eq!(late.json["confirm_at"], "/api/v1/sessions/current/confirmation");
        browser.send(Method::PATCH, &change, &changing, roles.clone()).await.is(403);
        // What is not weighty goes on, and a token never asks.
        browser.send(Method::POST, "/reflections", &SAME_SITE, json!({ "body": "On." }).to_string()).await.is(201);
        admin.post("/tokens", serde_json::from_str(&token).unwrap()).await.is(201);
        let confirm = |password: &str| {
            let body = json!({ "password": password }).to_string();
            browser.send(Method::PUT, "/sessions/current/confirmation", &SAME_SITE, body)
        };
        assert_eq!(confirm(ANOTHER_PASSWORD).await.is(422).pointers(), ["/password"]);
        browser.send(Method::POST, "/tokens", &SAME_SITE, token.clone()).await.is(403);
        confirm(PASSWORD).await.is(204);
        browser.send(Method::POST, "/tokens", &SAME_SITE, token).await.is(201);
        browser.send(Method::PATCH, &change, &changing, roles).await.is(200);
        admin.put("/sessions/current/confirmation", json!({ "password": PASSWORD })).await.is(404);
    });
}

#[test]
fn after_ten_guesses_an_account_has_to_wait() {
    run(async {
        let service = Service::with(Clock::fixed(today()), |config| config.rate_limits = Switch::On).await;
        let authority = service.authority("Northmoor Council").await;
        for (name, email) in [("Amina Worker", "amina@test.example"), ("Tom Peer", "tom@test.example")] {
            let person = (name, email, PASSWORD);
            organisations::admit(&service.app, authority, person, &[Role::Practitioner]).await.unwrap();
        }
        let nobody = service.anonymous();
        for email in ["amina@test.example", "nobody@test.example"] {
            for guess in 1..=10 {
                let answer = sign_in(&nobody, email, &format!("a wrong guess, number {guess}")).await;
                assert_eq!(answer.status, 422, "guess {guess} for {email}");
            }
            let slowed = sign_in(&nobody, email, PASSWORD).await.is(429);
            assert!(slowed.header("retry-after").parse::<u64>().unwrap() >= 1);
        }
        sign_in(&nobody, " AMINA@Test.example ", PASSWORD).await.is(429);
        sign_in(&nobody, "tom@test.example", PASSWORD).await.is(201);
    });
}

fn attributes(answer: &Answer) -> Vec<String> {
    let (_, attributes) = answer.header("set-cookie").split_once("; ").unwrap();
    let mut attributes: Vec<String> = attributes.split("; ").map(str::to_owned).collect();
    attributes.sort();
    attributes
}

#[test]
fn over_http_the_cookie_is_kept_from_scripts_and_other_sites() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let nobody = service.anonymous();
        let signed = sign_in(&nobody, &worker.email, PASSWORD).await.is(201);
        assert!(signed.header("set-cookie").starts_with("sid=snd_ses_"), "{}", signed.header("set-cookie"));
        assert_eq!(attributes(&signed), ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax"]);
        let signed = sign_in(&nobody, &admin.email, PASSWORD).await.is(201);
        assert_eq!(attributes(&signed), ["HttpOnly", "Max-Age=28800", "Path=/", "SameSite=Lax"]);
    });
}

#[test]
fn over_https_the_cookie_is_pinned_to_the_host() {
    run(async {
        let address = "https://soundings.test.example".to_owned();
        let service = Service::with(Clock::fixed(today()), |config| config.base_url = Some(address)).await;
        let (_, worker) = pair(&service).await;
        let signed = sign_in(&service.anonymous(), &worker.email, PASSWORD).await.is(201);
        assert!(signed.header("set-cookie").starts_with("__Host-sid=snd_ses_"), "{}", signed.header("set-cookie"));
        assert_eq!(attributes(&signed), ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax", "Secure"]);
        let browser = Browser::of(&worker).await;
        browser.get("/me").await.is(200);
        let unpinned = Browser { cookie: browser.cookie.replace("__Host-", ""), client: browser.client };
        unpinned.get("/me").await.is(401);
    });
}

#[test]
fn another_site_cannot_act_with_somebodys_cookie() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let body = json!({ "body": "Who wrote this?" }).to_string();
        let foreign: [&[(&str, &str)]; 6] = [
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[],
        ];
        for from in foreign {
            let answer = browser.send(Method::POST, "/reflections", from, body.clone()).await;
            assert_eq!(answer.status, 403, "{from:?}");
        }
        assert!(browser.get("/reflections").await.is(200).items().is_empty(), "what was refused is not kept");
        let own: [&[(&str, &str)]; 2] = [&SAME_SITE, &[("origin", "http://127.0.0.1:8080")]];
        for from in own {
            let answer = browser.send(Method::POST, "/reflections", from, body.clone()).await;
            assert_eq!(answer.status, 201, "{from:?}");
        }
        assert_eq!(browser.get("/reflections").await.is(200).items().len(), 2);
    });
}

#[test]
fn a_session_ends_after_half_an_hour_without_a_request() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        for _ in 0..3 {
            service.app.clock.advance(Duration::minutes(29));
            browser.get("/me").await.is(200);
        }
        service.app.clock.advance(Duration::minutes(31));
        browser.get("/me").await.is(401);
        browser.get("/me").await.is(401);
        worker.get("/me").await.is(200);
    });
}

#[test]
fn a_session_that_has_rested_too_long_is_not_listed_as_open() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let (office, car) = (Browser::of(&worker).await, Browser::of(&worker).await);
        assert_eq!(office.get("/sessions").await.is(200).items().len(), 3);
        service.app.clock.advance(Duration::minutes(20));
        office.get("/me").await.is(200);
        service.app.clock.advance(Duration::minutes(20));
        assert_eq!(office.get("/sessions").await.is(200).items().len(), 1, "the one in the car has ended by itself");
        car.get("/me").await.is(401);
    });
}

#[test]
fn a_session_ends_after_twelve_hours_however_busy_it_is() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        for _ in 0..35 {
            service.app.clock.advance(Duration::minutes(20));
            browser.get("/me").await.is(200);
        }
        service.app.clock.advance(Duration::minutes(19));
        browser.get("/me").await.is(200);
        service.app.clock.advance(Duration::minutes(1));
        browser.get("/me").await.is(401);
    });
}

#[test]
fn an_administrators_session_rests_for_a_quarter_of_an_hour_only() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let (tight, loose) = (Browser::of(&admin).await, Browser::of(&worker).await);
        service.app.clock.advance(Duration::minutes(14));
        tight.get("/me").await.is(200);
        loose.get("/me").await.is(200);
        service.app.clock.advance(Duration::minutes(16));
        tight.get("/me").await.is(401);
        loose.get("/me").await.is(200);
    });
}

#[test]
fn an_administrators_session_ends_after_eight_hours() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let browser = Browser::of(&admin).await;
        for _ in 0..47 {
            service.app.clock.advance(Duration::minutes(10));
            browser.get("/me").await.is(200);
        }
        service.app.clock.advance(Duration::minutes(10));
        browser.get("/me").await.is(401);
    });
}
