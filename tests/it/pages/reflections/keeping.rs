//! What is not saved yet: found again, kept beside another window's, thrown away.

use chrono::Duration;
use serde_json::{Value, json};
use soundings::access::Role;

use super::{TEXT, pairs, worker};
use crate::{
    browser::{Browser, Page},
    service::{PASSWORD, Service, run},
};

/// Every part of a sheet: its name, its label, what is typed, and how that is said where another window reads it.
const PARTS: [(&str, &str, &str, &str); 8] = [
    ("body", "Your reflection", "What the other says.", "What the other says."),
    ("title", "A title, if you want one", "The hallway", "The hallway"),
    ("occurred_on", "When it happened", "2026-11-20", "20 November 2026"),
    ("unease", "What bothers me", "The quiet.", "The quiet."),
    ("unknowns", "What I do not know", "Who was upstairs?\nWhose coat?", "Who was upstairs? Whose coat?"),
    ("hypotheses", "Other ways to explain it", "She is afraid.", "She is afraid."),
    ("tags", "Tags of your own", "stairs\nhomes", "stairs homes"),
    ("prompt_set", "Questions to think with", "gibbs", "Gibbs"),
];

fn typed() -> [(&'static str, &'static str); 8] {
    PARTS.map(|(name, _, value, _)| (name, value))
}

#[track_caller]
fn shows_every_part(page: &Page) {
    assert_eq!(page.texts(".app-other h3"), PARTS.map(|(_, label, ..)| label));
    let texts = page.texts(".app-other .app-as-typed");
    for ((name, .., said), text) in PARTS.iter().zip(&texts) {
        assert!(text.contains(said), "{name}: {text}");
    }
}

#[test]
fn what_is_typed_is_kept_before_it_is_saved_and_is_found_again() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        let kept = browser.json("/reflections/begun", &pairs(&page, &[("body", "I went")])).await.is(200);
        let again = browser.json("/reflections/begun", &pairs(&page, &[("body", "I went in")])).await.is(200);
        assert_eq!(kept.json["begun"], again.json["begun"], "an answer that was lost makes no second one");
        let (id, copy) = (kept.json["begun"].as_str().unwrap().to_owned(), again.json["copy"].to_string());
        let further = pairs(&page, &[("body", "I went in with"), ("begun", &id), ("copy", &copy)]);
        browser.json(&format!("/reflections/{id}/working-copy"), &further).await.is(200);

        assert!(worker.get("/reflections").await.items().is_empty(), "nothing is saved");
        assert_eq!(worker.get("/working-copies").await.is(200).items()[0]["working_copy"]["body"], "I went in with");
        let list = browser.visit("/reflections").await;
        assert_eq!(list.texts("#begun"), ["Begun and not saved"]);
        let sheet = browser.visit(&format!("/reflections/new?begun={id}")).await.is(200);
        assert_eq!(sheet.field("body"), "I went in with");
        let saved = browser.press(&sheet, "Save", &[("body", TEXT)]).await.is(200);
        assert_eq!(saved.path, format!("/reflections/{id}"), "it has the id that it was begun under");
        assert!(worker.get("/working-copies").await.items().is_empty());
        assert_eq!(worker.get("/reflections").await.items().len(), 1);
        browser.press(&sheet, "Save", &[("body", TEXT)]).await.is(200);
        assert_eq!(worker.get("/reflections").await.items().len(), 1, "twice is once");
    });
}

#[test]
fn two_windows_show_both_texts_and_lose_neither() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let id = worker.writes("The first text.").await;
        let address = format!("/reflections/{id}/text");
        let (one, other) = (browser.visit(&address).await, browser.visit(&address).await);
        browser.press(&one, "Save", &[("body", "The text of one window.")]).await.is(200);
        let both = browser.press(&other, "Save", &[("body", "The text of the other.")]).await.is(412);
        assert!(both.says("The text of one window."), "{}", both.answer.text);
        assert_eq!(both.field("body"), "The text of the other.");
        browser.press(&both, "Save", &[]).await.is(200);
        let revisions = worker.get(&format!("/reflections/{id}/revisions")).await.is(200);
        let bodies: Vec<&Value> = revisions.items().iter().map(|revised| &revised["body"]).collect();
        assert_eq!(bodies, ["The text of the other.", "The text of one window.", "The first text."]);
    });
}

#[test]
fn two_windows_on_something_begun_show_both_texts() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        let begun = browser.json("/reflections/begun", &pairs(&page, &[("body", "I went")])).await.is(200);
        let id = begun.json["begun"].as_str().unwrap().to_owned();
        let address = format!("/reflections/new?begun={id}");
        let (one, other) = (browser.visit(&address).await, browser.visit(&address).await);
        let kept = pairs(&one, &[("body", "I went to the school.")]);
        browser.json(&format!("/reflections/{id}/working-copy"), &kept).await.is(200);
        let refused = browser.json(&format!("/reflections/{id}/working-copy"), &pairs(&other, &[("body", "I stayed.")])).await;
        assert_eq!(refused.status, 412, "the other window is told");
        let both = browser.press(&other, "Save", &[("body", "I stayed.")]).await.is(412);
        assert!(both.says("I went to the school."));
        assert_eq!(both.field("body"), "I stayed.");
        browser.press(&both, "Save", &[]).await.is(200);
        assert_eq!(worker.get("/reflections").await.items()[0]["body"], "I stayed.");

        // Thrown away in one window, saved from the other: a reflection of its own.
        let page = browser.visit("/reflections/new").await;
        let begun = browser.json("/reflections/begun", &pairs(&page, &[("body", "Later")])).await.is(200);
        let sheet = browser.visit(&format!("/reflections/new?begun={}", begun.json["begun"].as_str().unwrap())).await;
        let path = format!("/reflections/{}/working-copy", begun.json["begun"].as_str().unwrap());
        worker.delete_if(&path, &format!("\"{}\"", begun.json["copy"])).await.is(204);
        let gone = browser.press(&sheet, "Save", &[("body", "Later on.")]).await.is(409);
        assert_eq!(gone.field("body"), "Later on.");
        browser.press(&gone, "Save", &[]).await.is(200);
        assert_eq!(worker.get("/reflections").await.items()[0]["body"], "Later on.");
    });
}

#[test]
fn a_save_takes_its_own_working_copy_with_it_and_leaves_another_windows() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let id = worker.writes("The first text.").await;
        let address = format!("/reflections/{id}/text");
        let sheet = browser.visit(&address).await;
        let kept =
            browser.json(&format!("/reflections/{id}/working-copy"), &pairs(&sheet, &[("body", "Half a sen")])).await.is(200);
        let copy = kept.json["copy"].to_string();
        browser.press(&sheet, "Save", &[("body", "A whole sentence."), ("copy", &copy)]).await.is(200);
        worker.get(&format!("/reflections/{id}/working-copy")).await.is(404);

        let sheet = browser.visit(&address).await;
        browser.json(&format!("/reflections/{id}/working-copy"), &pairs(&sheet, &[("body", "Elsewhere")])).await.is(200);
        let saved = browser.press(&sheet, "Save", &[("body", "Here.")]).await.is(200);
        assert!(saved.texts(".govuk-notification-banner__content")[0].contains("not saved yet"), "the other window's stays");
        let on = browser.click(&saved, "Go on with it").await.is(200);
        assert_eq!(on.field("body"), "Elsewhere");
        assert!(on.says("Here."), "beside what was saved since");
        let saved = browser.visit(&format!("/reflections/{id}")).await;
        browser.press(&saved, "Throw it away", &[]).await.is(200);
        worker.get(&format!("/reflections/{id}/working-copy")).await.is(404);
    });
}

#[test]
fn what_is_sent_after_the_session_ended_is_saved_once_its_author_is_back() {
    run(async {
        let service = Service::new().await;
        let authority = service.authority("Northmoor Council").await;
        let worker = service.person(authority, "Amina Worker", &[Role::Practitioner]).await;
        let peer = service.person(authority, "Tom Peer", &[Role::Practitioner]).await;
        let mut browser = Browser::of(&worker).await;
        let page = browser.visit("/reflections/new").await;
        service.app.clock.advance(Duration::minutes(31));
        let asked = browser.press(&page, "Save", &[("body", TEXT)]).await.is(401);
        assert_eq!(asked.heading(), "Sign in again to save what you wrote");
        let wrong = [("again_email", worker.email.as_str()), ("again_password", "not the password")];
        let again = browser.press(&asked, "Sign in and send", &wrong).await.is(422);
        assert_eq!(again.field("body"), TEXT, "still there");
        let other = [("again_email", peer.email.as_str()), ("again_password", PASSWORD)];
        let refused = browser.press(&again, "Sign in and send", &other).await.is(422);
        assert!(refused.problems()[0].contains("Somebody else"), "{:?}", refused.problems());
        assert!(peer.get("/reflections").await.items().is_empty(), "nobody's words are saved as another's");
        let own = [("again_email", worker.email.as_str()), ("again_password", PASSWORD)];
        let saved = browser.press(&refused, "Sign in and send", &own).await.is(200);
        assert!(saved.says("I left it in the car"));
        let kept = worker.get("/reflections").await;
        assert_eq!((kept.items().len(), &kept.items()[0]["body"]), (1, &json!(TEXT)));
        browser.visit("/reflections").await.is(200);
    });
}

#[test]
fn every_part_of_the_other_text_is_shown_where_two_windows_changed_one() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let id = worker.writes("The first text.").await;
        let address = format!("/reflections/{id}/text");
        let (one, other) = (browser.visit(&address).await, browser.visit(&address).await);
        browser.press(&other, "Save", &typed()).await.is(200);
        let both = browser.press(&one, "Save", &[("body", "What this one says.")]).await.is(412);
        shows_every_part(&both);
        assert_eq!((both.field("body"), both.field("title")), ("What this one says.".to_owned(), String::new()));

        // What is kept and not saved, over what was saved since.
        let sheet = browser.visit(&address).await;
        browser
            .json(&format!("/reflections/{id}/working-copy"), &pairs(&sheet, &[("body", "Kept."), ("title", "")]))
            .await
            .is(200);
        browser.press(&sheet, "Save", &[("body", "What the other says."), ("unease", "The quiet. And more.")]).await.is(200);
        let on = browser.visit(&address).await.is(200);
        assert_eq!((on.field("body"), on.field("title")), ("Kept.".to_owned(), String::new()));
        assert!(on.texts(".app-other")[0].contains("The hallway") && on.texts(".app-other")[0].contains("And more."));
    });
}

#[test]
fn every_part_of_the_other_text_is_shown_where_two_windows_began_one() {
    run(async {
        let (_service, _worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        let begun = browser.json("/reflections/begun", &pairs(&page, &[("body", "I went")])).await.is(200);
        let id = begun.json["begun"].as_str().unwrap().to_owned();
        let address = format!("/reflections/new?begun={id}");
        let (one, other) = (browser.visit(&address).await, browser.visit(&address).await);
        browser.json(&format!("/reflections/{id}/working-copy"), &pairs(&other, &typed())).await.is(200);
        let both = browser.press(&one, "Save", &[("body", "What this one says.")]).await.is(412);
        shows_every_part(&both);
        assert_eq!(both.field("body"), "What this one says.");
    });
}

#[test]
fn a_change_that_is_sent_twice_is_saved_once() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let id = worker.writes("The first text.").await;
        let sheet = browser.visit(&format!("/reflections/{id}/text")).await;
        browser.press(&sheet, "Save", &[("body", TEXT)]).await.is(200);
        let again = browser.press(&sheet, "Save", &[("body", TEXT)]).await.is(200);
        assert_eq!(again.path, format!("/reflections/{id}"));
        assert_eq!(worker.get(&format!("/reflections/{id}/revisions")).await.items().len(), 2);
        browser.press(&sheet, "Save", &[("body", "Something else.")]).await.is(412);
    });
}

#[test]
fn a_day_that_was_emptied_does_not_come_back() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let made = worker.post("/reflections", json!({ "body": "The first text.", "occurred_on": "2026-11-20" })).await.is(201);
        let address = format!("/reflections/{}/text", made.id());
        let sheet = browser.visit(&address).await;
        assert_eq!(sheet.field("occurred_on"), "2026-11-20");
        let kept = pairs(&sheet, &[("body", "The next text."), ("occurred_on", "")]);
        browser.json(&format!("/reflections/{}/working-copy", made.id()), &kept).await.is(200);
        let on = browser.visit(&address).await.is(200);
        assert_eq!((on.field("body"), on.field("occurred_on")), ("The next text.".to_owned(), String::new()));
    });
}

#[test]
fn what_was_begun_can_be_thrown_away() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        assert!(!page.buttons().contains(&"Throw it away".to_owned()), "there is nothing yet");
        let begun = browser.json("/reflections/begun", &pairs(&page, &[("body", "I went")])).await.is(200);
        let sheet = browser.visit(&format!("/reflections/new?begun={}", begun.json["begun"].as_str().unwrap())).await;
        assert_eq!(worker.get("/working-copies").await.items().len(), 1);
        let list = browser.press(&sheet, "Throw it away", &[]).await.is(200);
        assert_eq!(list.path, "/reflections");
        assert!(worker.get("/working-copies").await.items().is_empty());
    });
}

#[test]
fn all_that_was_begun_is_listed() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        for number in 0..23 {
            worker.post("/working-copies", json!({ "body": format!("Begun {number}"), "based_on": 0 })).await.is(201);
        }
        let list = browser.visit("/reflections").await.is(200);
        assert_eq!(list.texts("section[aria-labelledby=begun] li").len(), 23);
    });
}

#[test]
fn a_sheet_begins_once_by_its_own_key_and_without_one_each_time() {
    run(async {
        let (_service, _worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        let long = "k".repeat(300);
        for (key, same) in [(long.as_str(), true), ("", false)] {
            let sheet = pairs(&page, &[("body", "I went"), ("form_once", key)]);
            let (one, other) = (
                browser.json("/reflections/begun", &sheet).await.is(200),
                browser.json("/reflections/begun", &sheet).await.is(200),
            );
            assert_eq!(one.json["begun"] == other.json["begun"], same, "{key:?}");
        }
    });
}
