//! A publisher's own key, and what is refused.

use chrono::Duration;
use serde_json::{Value, json};
use soundings::access::Role;

use super::{drafts, editor, neighbour, path, publication, shelf, writes};
use crate::service::{Client, Service, run};

#[test]
fn a_website_puts_an_example_under_its_own_key() {
    run(async {
        let service = Service::new().await;
        let authority = service.authority("Northmoor Council").await;
        let (website, nobody) = (service.system(authority, &["library:publish", "library:read"]).await, service.anonymous());
        let address = format!("{}/duty-pairs", shelf(&website));
        let body = json!({ "title": "Duty visits in pairs", "summary": "Two go out.", "state": "published" });

        let created = website.put(&address, body.clone()).await.is(201);
        let id = created.id();
        assert_eq!(created.header("location"), format!("/api/v1/practice-examples/{id}"));
        assert_eq!((&created.json["version"], &created.json["key"]), (&json!(1), &json!("duty-pairs")));

        service.app.clock.advance(Duration::minutes(5));
        let same = website.put(&address, body.clone()).await.is(200);
        assert_eq!((same.etag(), &same.json), (created.etag(), &created.json), "the same text twice changes nothing");

        let mut revised = body;
        revised["summary"] = json!("Two go out, and talk in the car.");
        let after = website.put(&address, revised).await.is(200);
        assert_eq!((after.id(), &after.json["version"]), (id.clone(), &json!(2)));
        assert_ne!(after.etag(), created.etag());
        let read = nobody.get(&path(&id)).await.is(200).json;
        assert_eq!((&read["version"], &read["summary"]), (&json!(2), &json!("Two go out, and talk in the car.")));
        assert_eq!(read["published_at"], created.json["published_at"], "it was first published when it was first published");
    });
}

#[test]
fn a_key_is_a_publishers_own() {
    run(async {
        let service = Service::new().await;
        let (author, stranger) = (editor(&service).await, neighbour(&service).await);
        let body = json!({ "title": "Pairs", "summary": "Two go out.", "state": "published" });
        let own = author.put(&format!("{}/pairs", shelf(&author)), body.clone()).await.is(201);
        let theirs = stranger.put(&format!("{}/pairs", shelf(&stranger)), body.clone()).await.is(201);
        assert_ne!(own.id(), theirs.id());
        stranger.put(&format!("{}/pairs", shelf(&author)), body.clone()).await.is(404);
        assert_eq!(author.put(&format!("{}/a%20pair", shelf(&author)), body).await.is(422).pointers(), ["key"]);
    });
}

#[test]
fn a_draft_under_a_key_stays_one_until_it_is_put_as_published() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let address = format!("{}/pairs", shelf(&author));
        let body = |title: &str, state: &str| json!({ "title": title, "summary": "Two go out.", "state": state });
        let draft = author.put(&address, body("Pairs", "draft")).await.is(201);
        assert_eq!((&draft.json["state"], &draft.json["version"]), (&json!("draft"), &json!(0)));
        nobody.get(&path(&draft.id())).await.is(404);
        let published = author.put(&address, body("Pairs", "published")).await.is(200);
        assert_eq!((&published.json["state"], &published.json["version"]), (&json!("published"), &json!(1)));
        author.put(&address, body("Pairs, again", "draft")).await.is(200);
        let read = nobody.get(&path(&draft.id())).await.is(200).json;
        assert_eq!((&read["title"], &read["version"]), (&json!("Pairs"), &json!(1)));
        author.put(&address, body("Pairs, again", "published")).await.is(200);
        let read = nobody.get(&path(&draft.id())).await.is(200).json;
        assert_eq!((&read["title"], &read["version"]), (&json!("Pairs, again"), &json!(2)));
    });
}

/// A website that has put an example under its key, and an editor who has changed the draft; where it is put, and its id.
async fn a_draft_between_two(service: &Service) -> (Client, Client, String, String) {
    let author = editor(service).await;
    let website = service.system(author.authority, &["library:publish", "library:read"]).await;
    let address = format!("{}/pairs", shelf(&website));
    let id = website.put(&address, pairs("Two go out.")).await.is(201).id();
    author.patch(&path(&id), "\"1\"", json!({ "summary": "Two go out, and talk." })).await.is(200);
    (website, author, address, id)
}

fn pairs(summary: &str) -> Value {
    json!({ "title": "Pairs", "summary": summary, "state": "published" })
}

#[test]
fn what_an_editor_has_typed_is_not_lost_to_a_website() {
    run(async {
        let service = Service::new().await;
        let (website, author, address, id) = a_draft_between_two(&service).await;
        for summary in ["Two go out, by bus.", "Two go out, by bus."] {
            let refused = website.put(&address, pairs(summary)).await.is(409);
            assert!(refused.json["detail"].as_str().unwrap().contains("publish the draft"), "{}", refused.text);
        }
        // What the world reads already is no news, and disturbs nobody.
        website.put(&address, pairs("Two go out.")).await.is(200);
        let draft = author.get(&format!("{}?view=draft", path(&id))).await.is(200);
        assert_eq!((&draft.json["summary"], draft.etag()), (&json!("Two go out, and talk."), "\"2\"".to_owned()));
        assert_eq!(service.anonymous().get(&path(&id)).await.is(200).json["summary"], "Two go out.");

        author.put_if(&publication(&id), "\"2\"", json!({})).await.is(200);
        let put = website.put(&address, pairs("Two go out, by bus.")).await.is(200);
        assert_eq!((&put.json["summary"], &put.json["version"]), (&json!("Two go out, by bus."), &json!(3)));
    });
}

#[test]
fn a_website_may_put_the_very_text_that_an_editor_has_typed() {
    run(async {
        let service = Service::new().await;
        let (website, _, address, _) = a_draft_between_two(&service).await;
        let put = website.put(&address, pairs("Two go out, and talk.")).await.is(200);
        assert_eq!(put.json["version"], 2, "it publishes it");
        website.put(&address, pairs("Two go out, by bus.")).await.is(200);
    });
}

#[test]
fn a_website_goes_on_once_an_editor_has_taken_the_changes_back() {
    run(async {
        let service = Service::new().await;
        let (website, author, address, id) = a_draft_between_two(&service).await;
        author.patch(&path(&id), "\"2\"", json!({ "summary": "Two go out." })).await.is(200);
        let put = website.put(&address, pairs("Two go out, by bus.")).await.is(200);
        assert_eq!((&put.json["summary"], &put.json["version"]), (&json!("Two go out, by bus."), &json!(2)));
    });
}

#[test]
fn what_an_editor_has_typed_into_a_websites_draft_is_not_lost_either() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let colleague = service.person(author.authority, "Cerys Editor", &[Role::Editor]).await;
        let address = format!("{}/pairs", shelf(&author));
        let body = |summary: &str| json!({ "title": "Pairs", "summary": summary });
        let draft = author.put(&address, body("Two go out.")).await.is(201);
        author.put(&address, body("Two go out, by bus.")).await.is(200);
        colleague.patch(&path(&draft.id()), "\"2\"", json!({ "summary": "Two go out, and talk." })).await.is(200);
        author.put(&address, body("Two go out, by car.")).await.is(409);
        let same = author.put(&address, body("Two go out, and talk.")).await.is(200);
        assert_eq!(same.etag(), "\"3\"", "the same text changes nothing");
        colleague.put_if(&publication(&draft.id()), "\"3\"", json!({})).await.is(200);
        author.put(&address, body("Two go out, by car.")).await.is(200);
    });
}

#[test]
fn what_is_no_character_is_not_taken() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let named = |c: char| json!({ "title": format!("Heron{c}mornings"), "summary": "Two go out." });
        for none in ['\u{fffe}', '\u{ffff}', '\u{1fffe}', '\u{10ffff}', '\u{fdd0}', '\u{b}'] {
            assert_eq!(writes(&author, named(none)).await.is(422).pointers(), ["/title"], "{none:?}");
        }
        for one in ['\u{fffd}', '\u{fdf0}', '🙂', '家', '\t'] {
            writes(&author, named(one)).await.is(201);
        }
    });
}

#[test]
fn an_example_is_kept_under_256_kb_as_a_whole() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let draft = drafts(&author, "Pairs").await;
        let long = author.patch(&path(&draft.id()), &draft.etag(), json!({ "context": "We went out. ".repeat(11_500) })).await;
        let evidence = vec![json!({ "kind": "research", "text": "x".repeat(16_000) }); 8];
        let seen = long.is(200).etag();
        let refused = author.patch(&path(&draft.id()), &seen, json!({ "evidence": evidence })).await.is(422);
        assert_eq!((refused.pointers(), &refused.json["errors"][0]["code"]), (vec![""], &json!("too_long")));
        author.patch(&path(&draft.id()), &seen, json!({ "evidence": evidence, "context": null })).await.is(200);
    });
}

#[test]
fn everything_that_is_wrong_with_an_example_is_named_at_once() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let wrong = json!({
            "title": " ", "summary": "", "themes": ["early-help", "Early Help"], "licence": "x".repeat(201),
            "evidence": [{ "kind": "research", "text": "" }],
            "sources": [{ "title": "", "url": "javascript:alert(1)" }],
            "state": "published",
        });
        let pointers = ["/title", "/summary", "/licence", "/themes/1", "/evidence/0/text", "/sources/0/title", "/sources/0/url"];
        assert_eq!(writes(&author, wrong.clone()).await.is(422).pointers(), pointers);
        assert_eq!(author.put(&format!("{}/pairs", shelf(&author)), wrong).await.is(422).pointers(), pointers);
        assert!(author.get(&shelf(&author)).await.is(200).items().is_empty(), "what was refused is not kept");
        assert!(author.get("/practice-examples").await.is(200).items().is_empty());
        drafts(&author, "Fine").await;
        assert_eq!(author.get(&shelf(&author)).await.is(200).items().len(), 1);
    });
}

#[test]
fn unknown_fields_and_wrong_types_are_named_with_their_places() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let misshapen = json!({
            "title": 5, "colour": "red", "themes": "early-help", "maturity": "ripe", "review_by": "soon",
            "evidence": [{ "kind": "rumour", "text": "Said so.", "who": "me" }],
        });
        let refused = writes(&author, misshapen).await.is(422);
        let mut found: Vec<(&str, &str)> = refused.json["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect();
        found.sort_unstable();
        let expected = [
            ("/colour", "unknown_field"),
            ("/evidence/0/kind", "unknown"),
            ("/evidence/0/who", "unknown_field"),
            ("/maturity", "unknown"),
            ("/review_by", "malformed"),
            ("/themes", "wrong_type"),
            ("/title", "wrong_type"),
        ];
        assert_eq!(found, expected);
        for own in ["id", "version", "revision", "organisation", "published_at", "key"] {
            let mut body = json!({ "title": "Pairs", "summary": "Two go out." });
            body[own] = json!("mine");
            assert_eq!(writes(&author, body).await.is(422).pointers(), [format!("/{own}")]);
        }
    });
}
