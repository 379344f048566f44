//! Revising, withdrawing, versions and citations.

use poem::http::Method;
use serde_json::{Value, json};

use super::{drafts, editor, everything_public, finds, path, publication, shelf, titles, writes};
use crate::service::{Client, Service, run};

#[test]
fn the_world_reads_what_was_published_until_the_revision_is_published_too() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let id = author.publishes("Talking in the car").await;
        let before = nobody.get(&path(&id)).await.is(200);
        let revised = author.patch(&path(&id), &before.etag(), json!({ "title": "Heron mornings" })).await.is(200);
        assert_eq!(revised.json["title"], "Heron mornings");

        let still = nobody.get(&path(&id)).await.is(200).json;
        for part in ["title", "summary", "html", "version", "published_at", "state"] {
            assert_eq!(still[part], before.json[part], "{part}");
        }
        assert!(!everything_public(&nobody).await.contains("Heron"));
        assert_eq!(nobody.get(&format!("{}/versions", path(&id))).await.is(200).items().len(), 1);
        let draft = author.get(&format!("{}?view=draft", path(&id))).await.is(200);
        assert_eq!((&draft.json["title"], draft.etag()), (&json!("Heron mornings"), revised.etag()));

        let published = author.put_if(&publication(&id), &revised.etag(), json!({})).await.is(200);
        let after = nobody.get(&path(&id)).await.is(200).json;
        assert_eq!((&after["title"], &after["version"]), (&json!("Heron mornings"), &json!(2)));
        assert!(everything_public(&nobody).await.contains("Heron"));
        assert_eq!(titles(&finds(&nobody, "q=car").await), Vec::<&str>::new(), "the old words find nothing");
        let again = author.put_if(&publication(&id), &published.etag(), json!({})).await.is(200);
        assert_eq!((&again.json["version"], again.etag()), (&json!(2), published.etag()), "there is nothing more to publish");
    });
}

#[test]
fn a_null_in_a_change_takes_a_part_away_and_what_is_left_out_stays() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let body = json!({
            "title": "Pairs", "summary": "Two go out.", "context": "A town.", "contact": "Duty desk", "themes": ["early-help"],
        });
        let draft = writes(&author, body).await.is(201);
        let change = json!({ "context": null, "summary": "Two go out together." });
        let changed = author.patch(&path(&draft.id()), &draft.etag(), change).await.is(200).json;
        assert_eq!((&changed["context"], &changed["summary"]), (&json!(null), &json!("Two go out together.")));
        assert_eq!((&changed["contact"], &changed["themes"]), (&json!("Duty desk"), &json!(["early-help"])));
    });
}

#[test]
fn a_change_compares_revisions() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let draft = drafts(&author, "Pairs").await;
        let (id, change) = (draft.id(), json!({ "title": "Pairs, again" }));
        let bare = [("content-type", "application/merge-patch+json")];
        author.send(Method::PATCH, &path(&id), &bare, change.to_string()).await.is(428);
        author.put(&publication(&id), json!({})).await.is(428);
        author.delete(&format!("{}?reason=Wrong.", publication(&id))).await.is(428);
        assert_eq!(author.patch(&path(&id), "1", change.clone()).await.is(422).pointers(), ["If-Match"]);

        author.patch(&path(&id), &draft.etag(), change.clone()).await.is(200);
        let stale = author.patch(&path(&id), &draft.etag(), json!({ "title": "Over it" })).await.is(412);
        assert_eq!(stale.json["current_revision"], 2);
        let stale = author.put_if(&publication(&id), &draft.etag(), json!({})).await.is(412);
        assert_eq!(stale.json["current_revision"], 2);
        let read = author.get(&format!("{}?view=draft", path(&id))).await.is(200);
        assert_eq!(read.etag(), "\"2\"");
        assert_eq!((&read.json["title"], &read.json["state"]), (&json!("Pairs, again"), &json!("draft")));

        author.put_if(&publication(&id), "\"2\"", json!({})).await.is(200);
        let stale = author.delete_if(&format!("{}?reason=Wrong.", publication(&id)), "\"2\"").await.is(412);
        assert_eq!(stale.json["current_revision"], 3);
        service.anonymous().get(&path(&id)).await.is(200);
    });
}

#[test]
fn what_was_withdrawn_leaves_a_tombstone_with_the_reason() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let body = json!({ "title": "Heron mornings", "summary": "What it is.", "themes": ["early-help"], "state": "published" });
        let id = writes(&author, body).await.is(201).id();
        let kept = author.publishes("Talking in the car").await;
        assert!(everything_public(&nobody).await.contains("Heron"));
        let gone = format!("{}?reason=The%20evaluation%20was%20wrong.", publication(&id));
        author.delete_if(&gone, "\"1\"").await.is(204);

        for place in ["", "/versions", "/versions/1", "/citation"] {
            let tombstone = nobody.get(&format!("{}{place}", path(&id))).await.is(410);
            assert!(tombstone.json["detail"].as_str().unwrap().contains("The evaluation was wrong."), "{}", tombstone.text);
            assert!(!tombstone.text.contains("Heron"), "{}", tombstone.text);
        }
        let public = everything_public(&nobody).await;
        assert!(!public.contains("Heron") && public.contains("Talking in the car"), "{public}");
        nobody.get(&path(&kept)).await.is(200);

        let atom = nobody.get("/practice-examples.atom").await.is(200).text;
        assert!(atom.contains("<at:deleted-entry") && atom.contains(&format!("ref=\"urn:uuid:{id}\"")), "{atom}");
        assert!(atom.contains("xmlns:at=\"http://purl.org/atompub/tombstones/1.0\""), "{atom}");
        assert!(!atom.contains(&format!("ref=\"urn:uuid:{kept}\"")), "{atom}");
        let feed = nobody.get("/practice-examples.json").await.is(200).json;
        assert_eq!(feed["_soundings"]["withdrawn"].as_array().unwrap().len(), 1);
        assert_eq!(feed["_soundings"]["withdrawn"][0]["id"], format!("urn:uuid:{id}"));
    });
}

#[test]
fn what_was_withdrawn_is_not_published_again() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let address = format!("{}/pairs", shelf(&author));
        let body = json!({ "title": "Pairs", "summary": "Two go out.", "state": "published" });
        let id = author.put(&address, body.clone()).await.is(201).id();
        let gone = format!("{}?reason=Wrong.", publication(&id));
        author.delete_if(&gone, "\"1\"").await.is(204);
        for etag in ["\"1\"", "\"2\""] {
            author.put_if(&publication(&id), etag, json!({})).await.is(410);
            author.patch(&path(&id), etag, json!({ "title": "Pairs, again" })).await.is(410);
            author.delete_if(&gone, etag).await.is(410);
        }
        author.put(&address, body.clone()).await.is(410);
        service.anonymous().get(&path(&id)).await.is(410);
        author.put(&format!("{address}-again"), body).await.is(201);
    });
}

#[test]
fn withdrawing_needs_a_reason_and_something_published() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let id = author.publishes("Pairs").await;
        author.delete_if(&publication(&id), "\"1\"").await.is(400);
        let blank = author.delete_if(&format!("{}?reason=%20", publication(&id)), "\"1\"").await.is(422);
        assert_eq!(blank.pointers(), ["?reason"]);
        service.anonymous().get(&path(&id)).await.is(200);
        let draft = drafts(&author, "A draft").await;
        author.delete_if(&format!("{}?reason=Wrong.", publication(&draft.id())), &draft.etag()).await.is(409);
    });
}

#[test]
fn every_published_version_can_be_read() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let id = author.publishes("First").await;
        let versions = format!("{}/versions", path(&id));
        let second = author.patch(&path(&id), "\"1\"", json!({ "title": "Second" })).await.is(200);
        author.put_if(&publication(&id), &second.etag(), json!({})).await.is(200);
        let unpublished = author.get(&path(&id)).await.is(200).etag();
        author.patch(&path(&id), &unpublished, json!({ "title": "Third" })).await.is(200);

        let list = nobody.get(&versions).await.is(200);
        let listed: Vec<(&Value, &Value)> = list.items().iter().map(|item| (&item["version"], &item["title"])).collect();
        assert_eq!(listed, [(&json!(2), &json!("Second")), (&json!(1), &json!("First"))]);
        assert_eq!(nobody.get(&format!("{versions}/1")).await.is(200).json["title"], "First");
        assert_eq!(nobody.get(&format!("{versions}/2")).await.is(200).json["title"], "Second");
        nobody.get(&format!("{versions}/3")).await.is(404);
        nobody.get(&format!("{versions}/0")).await.is(404);
    });
}

/// Puts so many versions of an example, each with this context; answers its id.
async fn puts(author: &Client, key: &str, (count, context): (usize, &str)) -> String {
    let address = format!("{}/{key}", shelf(author));
    let mut id = String::new();
    for number in 1..=count {
        let body =
            json!({ "title": format!("Version {number}"), "summary": "What it is.", "context": context, "state": "published" });
        id = author.put(&address, body).await.id();
    }
    id
}

/// The numbers of the versions on every page.
async fn every_version(client: &Client, id: &str, limit: usize) -> Vec<Vec<i64>> {
    let (mut pages, mut place) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{}/versions?limit={limit}{place}", path(id))).await.is(200);
        pages.push(page.items().iter().map(|item| item["version"].as_i64().unwrap()).collect());
        assert!(pages.len() < 20, "the pages do not end");
        let Some(next) = page.json["next"].as_str() else {
            assert_eq!(page.header("link"), "");
            return pages;
        };
        assert!(page.header("link").contains(next) && page.header("link").contains("rel=\"next\""));
        place = format!("&cursor={next}");
    }
}

#[test]
fn the_pages_of_versions_repeat_nothing_and_leave_nothing_out() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let (id, other) = (puts(&author, "pairs", (5, "A town.")).await, puts(&author, "car", (2, "A car.")).await);
        assert_eq!(every_version(&nobody, &id, 2).await, [vec![5, 4], vec![3, 2], vec![1]]);
        assert_eq!(every_version(&nobody, &id, 5).await, [[5, 4, 3, 2, 1]]);
        assert_eq!(every_version(&nobody, &id, 100).await, [[5, 4, 3, 2, 1]]);
        let oldest = nobody.get(&format!("{}/versions/1", path(&id))).await.is(200);
        assert_eq!((&oldest.json["title"], oldest.etag()), (&json!("Version 1"), "\"1\"".to_owned()));

        let versions = format!("{}/versions", path(&id));
        for limit in ["0", "101"] {
            assert_eq!(nobody.get(&format!("{versions}?limit={limit}")).await.is(422).pointers(), ["?limit"]);
        }
        let theirs = nobody.get(&format!("{}/versions?limit=1", path(&other))).await.is(200);
        for cursor in ["nonsense", theirs.json["next"].as_str().unwrap()] {
            assert_eq!(nobody.get(&format!("{versions}?cursor={cursor}")).await.is(422).pointers(), ["?cursor"], "{cursor}");
        }
    });
}

#[test]
fn a_page_of_long_versions_ends_early_and_the_next_one_goes_on() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let id = puts(&author, "pairs", (7, &"We went out. ".repeat(14_500))).await;
        let pages = every_version(&nobody, &id, 100).await;
        assert!(pages.len() > 1 && pages[0].len() > 1, "{pages:?}");
        assert_eq!(pages.concat(), [7, 6, 5, 4, 3, 2, 1]);
    });
}

#[test]
fn an_example_is_cited_under_its_permanent_address() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let id = author.publishes("Talking in the car").await;
        let cited = nobody.get(&format!("{}/citation", path(&id))).await.is(200).json;
        let url = format!("http://127.0.0.1:8080/practice-examples/{id}");
        let text = format!("Northmoor Council (2026) Talking in the car. Version 1. Soundings. Available at: {url}");
        assert_eq!(cited, json!({ "text": text, "url": url, "version": 1 }));
        assert_eq!(nobody.get(&path(&id)).await.is(200).json["url"], url);
        let led = nobody.get(&format!("/root/practice-examples/{id}")).await.is(303);
        assert_eq!(led.header("location"), format!("/api/v1/practice-examples/{id}"));

        let revised = author.patch(&path(&id), "\"1\"", json!({ "title": "Talking on the bus" })).await.is(200);
        let unchanged = nobody.get(&format!("{}/citation", path(&id))).await.is(200).json;
        assert_eq!(unchanged, cited, "a draft is not cited");
        author.put_if(&publication(&id), &revised.etag(), json!({})).await.is(200);
        let after = nobody.get(&format!("{}/citation", path(&id))).await.is(200).json;
        assert_eq!((&after["url"], &after["version"]), (&json!(url), &json!(2)));
        assert!(after["text"].as_str().unwrap().contains("Talking on the bus. Version 2."));
    });
}
