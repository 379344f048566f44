//! A snapshot for a named person: made, answered, brought up to date, taken back.

use chrono::Duration;
use serde_json::json;
use soundings::{access::Role, people::organisations};

use super::worker;
use crate::{
    browser::Browser,
    service::{PASSWORD, Service, run},
};

#[test]
fn a_share_is_made_read_answered_brought_up_to_date_and_taken_back() {
    run(async {
        let (service, worker, mut browser) = worker().await;
        let supervisor = service.supervisor_in(worker.authority).await;
        let mut other = Browser::of(&supervisor).await;
        let id = worker.writes("What it said.").await;
        let page = browser.visit(&format!("/reflections/{id}")).await;
        let share = browser.click(&page, "Share it").await.is(200);
        let nobody = browser.press(&share, "Share it", &[("note", "What do you think?")]).await.is(422);
        assert_eq!((nobody.problems().len(), nobody.field("note")), (1, "What do you think?".to_owned()));
        let typed = [("person_id", supervisor.id.to_string()), ("until", "2026-12-24".to_owned())];
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let shared = browser.press(&nobody, "Share it", &typed).await.is(200);
        assert!(shared.says("can read this until 24 December 2026"), "{}", shared.answer.text);

        let list = other.visit("/shared-with-me").await.is(200);
        let read = other.click(&list, "Amina Worker: A reflection").await.is(200);
        assert!(read.says("What it said.") && read.says("What do you think?"));
        let empty = other.press(&read, "Send", &[("body", " ")]).await.is(422);
        other.press(&empty, "Send", &[("body", "What else *might* it be?")]).await.is(200);
        let answered = browser.visit(&shared.path).await;
        assert!(answered.says("What else might it be?"));

        worker.patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": "What it says now." })).await.is(200);
        assert!(!other.visit(&read.path).await.says("What it says now."));
        let stale = browser.visit(&shared.path).await;
        browser.press(&stale, "Show them what it says now", &[]).await.is(200);
        assert!(other.visit(&read.path).await.says("What it says now."));

        let page = browser.visit(&shared.path).await;
        browser.press(&page, "Take it back", &[]).await.is(200);
        other.visit(&read.path).await.is(404);
        // What was being written back is not lost with it.
        let late = other.press(&read, "Send", &[("body", "I wrote this for an hour.")]).await.is(404);
        assert!(late.says("I wrote this for an hour."), "{}", late.answer.text);
    });
}

#[test]
fn two_colleagues_of_one_name_are_told_apart() {
    run(async {
        let service = Service::new().await;
        let authority = service.authority("Northmoor Council").await;
        service.person(authority, "Sarah Jones", &[Role::Practitioner]).await;
        service.app.clock.advance(Duration::days(3));
        let namesake = ("Sarah Jones", "another.sarah@test.example", PASSWORD);
        let other = organisations::admit(&service.app, authority, namesake, &[Role::Practitioner]).await.unwrap();
        service.person(authority, "Ruth Supervisor", &[Role::Supervisor]).await;
        let worker = service.person(authority, "Amina Worker", &[Role::Practitioner]).await;
        let mut browser = Browser::of(&worker).await;
        let id = worker.writes("What it said.").await;
        let page = browser.visit(&format!("/reflections/{id}/shares")).await.is(200);
        let later = "Sarah Jones (Practitioner, here since 27 November 2026)";
        let expected =
            ["Choose a person", "Ruth Supervisor (Supervisor)", "Sarah Jones (Practitioner, here since 24 November 2026)", later];
        assert_eq!(page.texts("select[name=person_id] option"), expected);
        let shared = browser.press(&page, "Share it", &[("person_id", &other.to_string())]).await.is(200);
        assert!(shared.says(later), "{}", shared.answer.text);
        assert!(browser.visit(&page.path).await.texts("main li").iter().any(|text| text.contains(later)));
    });
}

#[test]
fn in_two_organisations_namesakes_are_told_apart_by_theirs() {
    run(async {
        let (service, worker, _) = worker().await;
        let elsewhere = service.authority("Eastvale Council").await;
        let worker = worker.joins(elsewhere, &[Role::Practitioner]).await;
        for (organisation, email) in [(elsewhere, "one@test.example"), (elsewhere, "two@test.example")] {
            let sarah = ("Sarah Jones", email, PASSWORD);
            organisations::admit(&service.app, organisation, sarah, &[Role::Practitioner]).await.unwrap();
        }
        let mut browser = Browser::of(&worker).await;
        let id = worker.writes("What it said.").await;
        let page = browser.visit(&format!("/reflections/{id}/shares")).await.is(200);
        let called = "Sarah Jones (Practitioner, Eastvale Council, here since 24 November 2026)";
        assert_eq!(page.texts("select[name=person_id] option")[1..], [called, called]);
    });
}

#[test]
fn what_is_typed_goes_to_an_address_that_no_other_sheet_has() {
    run(async {
        let (service, worker, mut browser) = worker().await;
        let supervisor = service.supervisor_in(worker.authority).await;
        let mut other = Browser::of(&supervisor).await;
        let id = worker.writes("What it said.").await;
        let share = worker.shares(&id, &supervisor).await;
        worker.patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": "What it says now." })).await.is(200);
        let pages = [
            (browser.visit(&format!("/reflections/{id}/shares")).await.is(200), 1),
            (browser.visit(&format!("/reflections/{id}/shares/{share}")).await.is(200), 3),
            (other.visit(&format!("/shared-with-me/{share}")).await.is(200), 1),
        ];
        for (page, forms) in pages {
            let addresses = page.attributes("main form[method=post]", "action");
            assert_eq!(addresses.iter().filter(|address| address.contains("?sheet=")).count(), forms, "{addresses:?}");
            assert_eq!(page.texts("main form[method=post]").len(), forms, "{}", page.path);
        }
    });
}
