//! Writing in a browser without scripts: nothing typed is lost, and nobody else comes near it.
//!
//! * this file: who comes near it
//! * `writing`: a text, its parts, what becomes of them
//! * `keeping`: what is not saved yet, and two windows
//! * `guard`: words that might say who somebody is
//! * `sharing`: with whom, until when, and back again

mod guard;
mod keeping;
mod sharing;
mod writing;

use poem::http::Method;
use serde_json::json;
use soundings::access::Role;

use crate::{
    browser::{Browser, Page},
    service::{Client, Service, run},
};

/// What a worker writes in these tests, with line ends, letters and marks that are easily lost.
const TEXT: &str = "\nI went in with a plan.\n\nI left it in the car – “why?” & <b>not</b> *what*.\n";

async fn worker() -> (Service, Client, Browser) {
    let service = Service::new().await;
    let authority = service.authority("Northmoor Council").await;
    let worker = service.person(authority, "Amina Worker", &[Role::Practitioner]).await;
    let browser = Browser::of(&worker).await;
    (service, worker, browser)
}

/// The forms' own fields, as a script sends them.
fn pairs(page: &Page, typed: &[(&str, &str)]) -> String {
    page.filled("Save", typed).2
}

#[test]
fn nobody_else_gets_to_any_of_these_pages() {
    run(async {
        let (service, worker, mut browser) = worker().await;
        let supervisor = service.supervisor_in(worker.authority).await;
        let admin = service.person(worker.authority, "Priya Admin", &[Role::Administrator]).await;
        let id = worker.writes("Heron at the window.").await;
        let share = worker.shares(&id, &supervisor).await;
        let begun = worker.post("/working-copies", json!({ "body": "Heron again", "based_on": 0 })).await.is(201).id();
        let paths = [
            format!("/reflections/{id}"),
            format!("/reflections/{id}/text"),
            format!("/reflections/{id}/revisions"),
            format!("/reflections/{id}/revisions/1"),
            format!("/reflections/{id}/shares"),
            format!("/reflections/{id}/shares/{share}"),
            format!("/reflections/{id}/deletion"),
            format!("/reflections/new?begun={begun}"),
        ];
        for other in [&supervisor, &admin] {
            let mut other = Browser::of(other).await;
            for path in &paths {
                browser.visit(path).await.is(200);
                assert!(!other.visit(path).await.is(404).answer.text.contains("Heron"), "{path}");
            }
            assert!(!other.visit("/reflections").await.is(200).says("Heron"));
            // With a form of their own, sent to another's address.
            let own = other.visit("/reflections/new").await;
            for path in ["text", "deletion", "mark", "wording", "working-copy", "working-copy/removal", "shares"] {
                let body = own.filled("Save", &[("body", "Taken over"), ("revision", "1"), ("copy", "1")]).2;
                let answer = other.send(Method::POST, &format!("/reflections/{id}/{path}"), body).await;
                assert_eq!(answer.status, 404, "{path}: {}", answer.text);
            }
            let body = own.filled("Save", &[("body", "Taken over"), ("begun", &begun), ("copy", "1")]).2;
            other.send(Method::POST, "/reflections/new", body).await.is(404);
        }
        assert_eq!(worker.get(&format!("/reflections/{id}")).await.json["body"], "Heron at the window.");
        let mut nobody = Browser::new(&service);
        let led = nobody.visit(&paths[0]).await.is(200);
        assert_eq!(led.path, format!("/sign-in?to=%2Freflections%2F{id}"));
    });
}

#[test]
fn a_form_from_elsewhere_or_from_another_session_does_nothing() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        let (_, action, body) = page.filled("Save", &[("body", "Not mine")]);
        let forged = body.replace(&page.field("form_token"), "AAAA");
        browser.send(Method::POST, &action, forged).await.is(403);
        browser.send_from_elsewhere(&action, body.clone()).await.is(403);
        let mut again = Browser::of(&worker).await;
        again.send(Method::POST, &action, body).await.is(403);
        assert!(worker.get("/reflections").await.items().is_empty());
    });
}

#[test]
fn home_shows_what_matters_now_and_counts_nothing() {
    run(async {
        let (service, worker, mut browser) = worker().await;
        let supervisor = service.supervisor_in(worker.authority).await;
        let agreement = supervisor.supervises(&worker).await;
        let session = supervisor.plans(&agreement).await;
        worker.post(&format!("/supervision/sessions/{session}/agenda"), json!({ "text": "The quiet." })).await.is(201);
        let id = worker.writes("To be returned to.").await;
        let page = browser.visit(&format!("/reflections/{id}")).await;
        browser.press(&page, "Return to this", &[]).await.is(200);
        worker.post("/working-copies", json!({ "body": "Begun", "based_on": 0 })).await.is(201);
        let other = supervisor.writes("From the other side.").await;
        supervisor.shares(&other, &worker).await;

        let home = browser.visit("/").await.is(200);
        for words in ["Tuesday 1 December 2026, 10am", "The quiet.", "A reflection", "Reflection of 24 November 2026"] {
            assert!(home.says(words), "{words}: {}", home.answer.text);
        }
        assert!(home.says("Begun and not saved yet"));
        let page = browser.visit(&format!("/reflections/{id}")).await;
        browser.press(&page, "No need to return", &[]).await.is(200);
        assert!(!browser.visit("/").await.says("Reflection of 24 November 2026"));
    });
}
