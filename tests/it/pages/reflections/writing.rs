//! A text, its parts, and what becomes of them.

use serde_json::json;

use super::{TEXT, worker};
use crate::service::run;

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
fn a_title_is_one_line_that_no_browser_remembers() {
    run(async {
        let (_service, worker, mut browser) = worker().await;
        let page = browser.visit("/reflections/new").await.is(200);
        assert_eq!(page.attributes("[name=title]", "rows"), ["1"], "not an input, which is remembered");
        let saved = browser.press(&page, "Save", &[("body", TEXT), ("title", "Second\nvisit\n")]).await.is(200);
        assert_eq!(saved.heading(), "Second visit");
        assert_eq!(worker.get("/reflections").await.items()[0]["title"], "Second visit");
        let list = browser.visit("/reflections").await.is(200);
        assert_eq!(list.attributes("[role=search] [name=q], [role=search] [name=tag]", "autocomplete"), ["off", "off"]);
    });
}
