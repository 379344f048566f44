//! Writing in a browser without scripts: nothing typed is lost, and nobody else comes near it.

use chrono::Duration;
use poem::http::Method;
use serde_json::{Value, json};
use soundings::access::Role;

use crate::{
    browser::Browser,
    service::{Client, PASSWORD, Service, run},
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
fn pairs(page: &crate::browser::Page, typed: &[(&str, &str)]) -> String {
    page.filled("Save", typed).2
}

#[test]
fn a_reflection_is_one_click_and_one_text_away_from_every_page() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        for path in ["/", "/reflections", "/shared-with-me", "/supervision", "/practice-examples", "/account"] {
            let page = browser.visit(path).await.is(200);
            assert_eq!(page.link("Write a reflection").as_deref(), Some("/reflections/new"), "{path}");
        }
        let page = browser.visit("/reflections/new").await.is(200);
        let saved = browser.press(&page, "Save", &[("body", TEXT)]).await.is(200);
        assert_eq!(saved.texts("em"), ["what"]);
        assert!(saved.says("I left it in the car – “why?” & <b>not</b>"), "{}", saved.answer.text);
        assert_eq!(saved.texts("title"), ["A reflection – Soundings"], "nothing private in the title");
        let kept = worker.get("/reflections").await.is(200);
        assert_eq!(kept.items()[0]["body"], TEXT, "to the letter");
        let list = browser.visit("/reflections").await.is(200);
        assert_eq!(list.texts("article h2"), ["Reflection of 24 November 2026"]);
    });
}

#[test]
fn every_part_comes_back_as_it_was_written() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        let typed = [
            ("body", TEXT),
            ("title", "Second visit"),
            ("occurred_on", "2026-11-20"),
            ("tags", "home visits\nearly help, late"),
            ("unease", "The quiet."),
            ("unknowns", "Who was upstairs?\nWhose coat?"),
            ("hypotheses", "She is afraid.\nShe is tired."),
            ("prompt_set", "gibbs"),
        ];
        let saved = browser.press(&page, "Save", &typed).await.is(200);
        assert_eq!(saved.heading(), "Second visit");
        let sheet = browser.click(&saved, "Change it").await.is(200);
        for (name, value) in typed {
            assert_eq!(sheet.field(name), value, "{name}");
        }
        assert!(sheet.texts("#questions")[0].contains("Gibbs"), "its questions stand beside it");
        let kept = &worker.get("/reflections").await.items()[0].clone();
        assert_eq!(kept["tags"], json!(["home visits", "early help, late"]));
        assert_eq!(kept["hypotheses"], json!(["She is afraid.", "She is tired."]));
    });
}

#[test]
fn a_preview_and_other_questions_save_nothing_and_keep_everything() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        let preview = browser.press(&page, "Preview", &[("body", TEXT), ("unease", "The quiet.")]).await.is(200);
        assert_eq!(preview.texts(".app-preview em"), ["what"]);
        assert_eq!((preview.field("body"), preview.field("unease")), (TEXT.to_owned(), "The quiet.".to_owned()));
        let asked = browser.press(&preview, "Show these questions", &[("prompt_set", "kolb")]).await.is(200);
        assert!(asked.texts("#questions")[0].contains("Kolb"));
        assert_eq!(asked.field("body"), TEXT);
        assert!(worker.get("/reflections").await.items().is_empty());
        browser.press(&asked, "Save", &[]).await.is(200);
        assert_eq!(worker.get("/reflections").await.items()[0]["body"], TEXT);
    });
}

#[test]
fn a_mistake_keeps_what_was_typed_and_says_where_it_is() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        let empty = browser.press(&page, "Save", &[("body", "  "), ("unease", "The quiet.")]).await.is(422);
        assert_eq!(empty.problems(), ["Write something here."]);
        assert_eq!(empty.attributes(".govuk-error-summary__list a", "href"), ["#body"]);
        assert_eq!(empty.texts("title"), ["Error: Write a reflection – Soundings"]);
        assert_eq!(empty.field("unease"), "The quiet.");
        let wrong_day = browser.press(&empty, "Save", &[("body", TEXT), ("occurred_on", "the 20th")]).await.is(422);
        assert_eq!((wrong_day.field("body"), wrong_day.field("occurred_on")), (TEXT.to_owned(), "the 20th".to_owned()));
        let nested = ">".repeat(200);
        let bomb = browser.press(&wrong_day, "Save", &[("body", &nested), ("occurred_on", "")]).await.is(422);
        assert_eq!(bomb.field("body"), nested);
        assert!(worker.get("/reflections").await.items().is_empty());
    });
}

#[test]
fn pressing_twice_saves_once_and_a_changed_second_press_is_asked_about() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await;
        browser.press(&page, "Save", &[("body", TEXT)]).await.is(200);
        browser.press(&page, "Save", &[("body", TEXT)]).await.is(200);
        assert_eq!(worker.get("/reflections").await.items().len(), 1);
        // Back, typed on, and sent once more.
        let asked = browser.press(&page, "Save", &[("body", "More.")]).await.is(422);
        assert!(asked.problems()[0].contains("sent before"), "{:?}", asked.problems());
        assert_eq!(asked.field("body"), "More.");
        browser.press(&asked, "Save", &[]).await.is(200);
        assert_eq!(worker.get("/reflections").await.items().len(), 2);
    });
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
fn earlier_texts_show_what_changed() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let id = worker.writes("I went in with a plan.").await;
        worker.patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": "I went out with a plan." })).await.is(200);
        let page = browser.visit(&format!("/reflections/{id}")).await;
        let list = browser.click(&page, "How it read before").await.is(200);
        assert_eq!(list.texts("main ul a").len(), 2);
        let latest = browser.visit(&format!("/reflections/{id}/revisions/2")).await.is(200);
        assert_eq!(
            (latest.texts("del"), latest.texts("ins")),
            (vec!["taken out in (end)".into()], vec!["put in out (end)".into()])
        );
        let first = browser.visit(&format!("/reflections/{id}/revisions/1")).await.is(200);
        assert!(first.texts("del").is_empty());
        browser.visit(&format!("/reflections/{id}/revisions/3")).await.is(404);
    });
}

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
fn deleting_says_what_goes_and_asks_first() {
    run(async {
        let (service, worker, mut browser) = worker().await;
        let supervisor = service.supervisor_in(worker.authority).await;
        let id = worker.writes("What it said.").await;
        worker.shares(&id, &supervisor).await;
        let page = browser.visit(&format!("/reflections/{id}")).await;
        let asked = browser.click(&page, "Delete it").await.is(200);
        assert!(asked.says("Nobody can bring it back") && asked.says("Supervisor"), "{}", asked.answer.text);
        worker.patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": "Changed." })).await.is(200);
        let stale = browser.press(&asked, "Delete it for good", &[]).await.is(412);
        browser.press(&stale, "Delete it for good", &[]).await.is(200);
        browser.visit(&format!("/reflections/{id}")).await.is(404);
    });
}

#[test]
fn what_may_say_who_somebody_is_can_be_reworded_at_a_press() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let id = worker.writes("I rang the school on 01632 960 123 about LS1 4AP, and left.").await;
        let page = browser.visit(&format!("/reflections/{id}")).await.is(200);
        assert_eq!(page.attributes("input[name=which][checked]", "value").len(), 2, "{}", page.answer.text);
        let reworded = browser.press(&page, "Reword the ticked ones", &[]).await.is(200);
        assert!(!reworded.says("960 123") && !reworded.says("4AP"), "{}", reworded.answer.text);
        assert!(
            worker.get(&format!("/reflections/{id}/revisions/1")).await.is(200).text.contains("960 123"),
            "the first text is kept"
        );
    });
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
        assert!(home.says("What you began and did not save"));
        let page = browser.visit(&format!("/reflections/{id}")).await;
        browser.press(&page, "No need to return", &[]).await.is(200);
        assert!(!browser.visit("/").await.says("Reflection of 24 November 2026"));
    });
}
