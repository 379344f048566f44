//! The library: write, publish, revise, withdraw, find, follow, cite.

use chrono::Duration;
use poem::http::Method;
use serde_json::{Value, json};
use soundings::access::Role;

use crate::service::{Answer, Client, Service, run};

/// An editor of one authority.
async fn editor(service: &Service) -> Client {
    let authority = service.authority("Northmoor Council").await;
    service.person(authority, "Daniel Editor", &[Role::Editor]).await
}

/// An editor of another.
async fn neighbour(service: &Service) -> Client {
    let authority = service.authority("Eastvale Council").await;
    service.person(authority, "Elin Editor", &[Role::Editor]).await
}

fn shelf(client: &Client) -> String {
    format!("/organisations/{}/practice-examples", client.authority)
}

async fn writes(author: &Client, body: Value) -> Answer {
    author.post(&shelf(author), body).await
}

async fn drafts(author: &Client, title: &str) -> Answer {
    writes(author, json!({ "title": title, "summary": "What it is." })).await.is(201)
}

fn path(id: &str) -> String {
    format!("/practice-examples/{id}")
}

fn publication(id: &str) -> String {
    format!("/practice-examples/{id}/publication")
}

/// The titles in a list, in order of the alphabet.
fn titles(answer: &Answer) -> Vec<&str> {
    let mut titles: Vec<&str> = answer.items().iter().map(|item| item["title"].as_str().unwrap()).collect();
    titles.sort_unstable();
    titles
}

async fn finds(client: &Client, query: &str) -> Answer {
    client.get(&format!("/practice-examples?{query}")).await.is(200)
}

/// The ids on every page of a list or a search.
async fn every_page(client: &Client, query: &str) -> Vec<String> {
    let (mut ids, mut place) = (Vec::new(), String::new());
    loop {
        let page = finds(client, &format!("{query}{place}")).await;
        ids.extend(page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        assert!(ids.len() < 100, "the pages do not end");
        let Some(next) = page.json["next"].as_str() else { return ids };
        assert!(page.header("link").contains(next) && page.header("link").contains("rel=\"next\""));
        place = format!("&cursor={next}");
    }
}

fn count(found: &Answer, facet: &str, value: &str) -> u64 {
    let counts = found.json["facets"][facet].as_array().unwrap();
    counts.iter().find(|count| count["value"] == value).map_or(0, |count| count["count"].as_u64().unwrap())
}

/// Everything public that could mention an example, as one text.
async fn everything_public(nobody: &Client) -> String {
    let mut text = String::new();
    for address in [
        "/practice-examples",
        "/practice-examples?q=heron",
        "/practice-examples?theme=early-help",
        "/practice-examples.atom",
        "/practice-examples.json",
    ] {
        let answer = nobody.get(address).await.is(200);
        text.push_str(&answer.text);
    }
    text
}

// ── Drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_draft_is_seen_by_its_writers_only() {
    run(async {
        let service = Service::new().await;
        let (author, stranger, nobody) = (editor(&service).await, neighbour(&service).await, service.anonymous());
        let colleague = service.person(author.authority, "Amina Worker", &[Role::Practitioner]).await;
        let draft = drafts(&author, "Heron mornings").await;
        let (id, draft_view) = (draft.id(), format!("{}?view=draft", path(&draft.id())));
        for address in [path(&id), draft_view.clone(), format!("{}/versions", path(&id)), format!("{}/citation", path(&id))] {
            nobody.get(&address).await.is(404);
            stranger.get(&address).await.is(404);
            colleague.get(&address).await.is(404);
        }
        colleague.get(&shelf(&author)).await.is(404);
        stranger.get(&shelf(&author)).await.is(404);
        stranger.patch(&path(&id), "\"1\"", json!({ "title": "Mine" })).await.is(404);
        assert_eq!(author.get(&draft_view).await.is(200).json["state"], "draft");
        assert_eq!(titles(&author.get(&shelf(&author)).await.is(200)), ["Heron mornings"]);

        author.put_if(&publication(&id), &draft.etag(), json!({})).await.is(200);
        nobody.get(&path(&id)).await.is(200);
        colleague.get(&path(&id)).await.is(200);
        nobody.get(&draft_view).await.is(404);
        assert!(author.get(&shelf(&author)).await.is(200).items().is_empty(), "it is no draft any more");
    });
}

#[test]
fn a_draft_is_in_no_list_no_search_and_no_feed() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let body = json!({ "title": "Heron mornings", "summary": "What it is.", "themes": ["early-help"] });
        let draft = writes(&author, body).await.is(201);
        let id = draft.id();
        for reader in [&nobody, &author] {
            let public = everything_public(reader).await;
            assert!(!public.contains(&id) && !public.contains("Heron"), "{public}");
        }
        author.put_if(&publication(&id), &draft.etag(), json!({})).await.is(200);
        let public = everything_public(&nobody).await;
        assert!(public.matches(&id).count() >= 5 && public.contains("Heron"), "{public}");
    });
}

// ── A publisher's own key ────────────────────────────────────────────────────────────────────────────────────────

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

// ── What is refused ──────────────────────────────────────────────────────────────────────────────────────────────

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

// ── Markdown ─────────────────────────────────────────────────────────────────────────────────────────────────────

const HOSTILE: &str = "We met **weekly**.\n\n\
    <script>alert(1)</script>\n\n\
    [a](javascript:alert(2)) [b](data:text/html;base64,PHNjcmlwdD4=) [c](//evil.example/x) [d](JaVaScRiPt:alert(3))\n\n\
    <img src=x onerror=alert(4)> <b onclick=\"alert(5)\">raw</b> <a href=\"javascript:alert(6)\">e</a>\n\n\
    ![far](https://tracker.example/pixel.png)\n\n\
    <iframe src=\"https://evil.example\"></iframe>\n\n\
    [good](https://good.example/page)\n";

/// The tags of an HTML text that could do harm.
fn harmful(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap().to_lowercase());
    let signs = ["script", "img", "iframe", "onerror", "onclick", "data:", "evil.example", "tracker.example", "b "];
    tags.filter(|tag| signs.iter().any(|sign| tag.contains(sign))).collect()
}

/// That a text was rendered, and that nothing in it does harm.
#[track_caller]
fn assert_safe(html: &str) {
    assert_eq!(harmful(html), Vec::<String>::new(), "{html}");
    assert!(html.contains("<strong>weekly</strong>") && html.contains("href=\"https://good.example/page\""), "{html}");
}

#[test]
fn markdown_is_made_safe_before_anyone_reads_it() {
    run(async {
        assert!(harmful(HOSTILE).len() >= 5, "the text does harm when it is shown as it is");
        assert_eq!(harmful("<p><a href=\"javascript:alert(2)\">a</a></p>").len(), 1);
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let parts = [
            "summary",
            "childs_experience",
            "context",
            "what_we_did",
            "difference_made",
            "what_did_not_work",
            "what_it_took",
            "reached",
        ];
        for part in parts {
            let mut body = json!({ "title": "Pairs", "summary": "Two go out.", "state": "published" });
            body[part] = json!(HOSTILE);
            let id = writes(&author, body).await.is(201).id();
            let read = nobody.get(&path(&id)).await.is(200).json;
            assert_safe(read["html"].as_str().unwrap());
            assert_eq!(read[part], HOSTILE, "what was written is kept as it was written");
        }
        let feed = nobody.get("/practice-examples.json").await.is(200).json;
        for item in feed["items"].as_array().unwrap() {
            assert_safe(item["content_html"].as_str().unwrap());
        }
        let preview = author.post("/markdown/preview", json!({ "markdown": HOSTILE })).await.is(200).json;
        assert_safe(preview["html"].as_str().unwrap());
    });
}

#[test]
fn highlights_are_safe_to_show() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let body = json!({ "title": "Heron <img src=x onerror=alert(1)> mornings", "summary": "Tea.", "state": "published" });
        writes(&author, body).await.is(201);
        let found = finds(&nobody, "q=heron").await;
        let html = found.items()[0]["highlights"][0]["html"].as_str().unwrap();
        assert!(html.contains("<b>Heron</b>") && html.contains("&lt;img"), "{html}");
        assert_eq!(harmful(html), Vec::<String>::new());
    });
}

// ── Revising ─────────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── Withdrawing ──────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── Versions and citations ───────────────────────────────────────────────────────────────────────────────────────

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

// ── Searching ────────────────────────────────────────────────────────────────────────────────────────────────────

/// Three examples of two authorities.
async fn small_library(service: &Service) -> (Client, Client) {
    let (author, other) = (editor(service).await, neighbour(service).await);
    let pairs = json!({
        "title": "Duty visits in pairs", "summary": "Two workers go out together.",
        "what_we_did": "We **visited** every family at teatime.",
        "themes": ["early-help", "home-visits"], "maturity": "being_tried", "state": "published",
    });
    let car = json!({
        "title": "Talking in the car", "summary": "A quiet minute before each visit.",
        "themes": ["early-help"], "maturity": "idea", "state": "published",
    });
    let meetings = json!({
        "title": "Family meetings before court", "summary": "Grandparents were asked first.",
        "themes": ["family-meetings"], "maturity": "being_tried", "state": "published",
    });
    for (whose, body) in [(&author, pairs), (&author, car), (&other, meetings)] {
        writes(whose, body).await.is(201);
    }
    (author, other)
}

#[test]
fn a_search_finds_words_in_all_their_forms_and_shows_where_they_stand() {
    run(async {
        let service = Service::new().await;
        small_library(&service).await;
        let nobody = service.anonymous();
        for form in ["visit", "visits", "visiting", "VISITED"] {
            let found = finds(&nobody, &format!("q={form}")).await;
            assert_eq!(titles(&found), ["Duty visits in pairs", "Talking in the car"], "{form}");
        }
        let found = finds(&nobody, "q=visiting").await;
        let shown: Vec<(&str, &str)> = found
            .items()
            .iter()
            .flat_map(|item| item["highlights"].as_array().unwrap())
            .map(|highlight| (highlight["field"].as_str().unwrap(), highlight["html"].as_str().unwrap()))
            .collect();
        for (field, word) in [("title", "<b>visits</b>"), ("text", "<b>visited</b>"), ("summary", "<b>visit</b>")] {
            assert!(shown.iter().any(|(place, html)| *place == field && html.contains(word)), "{field}: {shown:?}");
        }
        assert!(!found.text.contains("**"), "marks of Markdown are not shown: {}", found.text);
        assert!(finds(&nobody, "q=kingfisher").await.items().is_empty());
    });
}

#[test]
fn a_search_needs_all_its_words() {
    run(async {
        let service = Service::new().await;
        small_library(&service).await;
        let nobody = service.anonymous();
        assert_eq!(titles(&finds(&nobody, "q=visits%20car").await), ["Talking in the car"]);
        assert_eq!(titles(&finds(&nobody, "q=court+grandparents").await), ["Family meetings before court"]);
        assert!(finds(&nobody, "q=visits%20court").await.items().is_empty());
        assert_eq!(titles(&finds(&nobody, "q=%22quiet%20minute%22").await), ["Talking in the car"]);
        assert!(finds(&nobody, "q=%22minute%20quiet%22").await.items().is_empty());
    });
}

#[test]
fn filters_narrow_what_is_found_and_facets_count_it() {
    run(async {
        let service = Service::new().await;
        let (author, other) = small_library(&service).await;
        let nobody = service.anonymous();
        let (own, theirs) = (author.authority.to_string(), other.authority.to_string());

        let by_theme = finds(&nobody, "theme=early-help").await;
        assert_eq!(titles(&by_theme), ["Duty visits in pairs", "Talking in the car"]);
        assert_eq!((count(&by_theme, "themes", "early-help"), count(&by_theme, "themes", "home-visits")), (2, 1));
        assert_eq!((count(&by_theme, "maturities", "being_tried"), count(&by_theme, "maturities", "idea")), (1, 1));
        assert_eq!((count(&by_theme, "organisations", &own), count(&by_theme, "organisations", &theirs)), (2, 0));

        let by_organisation = finds(&nobody, &format!("organisation={theirs}")).await;
        assert_eq!(titles(&by_organisation), ["Family meetings before court"]);
        assert_eq!(count(&by_organisation, "themes", "early-help"), 0);

        let by_maturity = finds(&nobody, "maturity=being_tried").await;
        assert_eq!(titles(&by_maturity), ["Duty visits in pairs", "Family meetings before court"]);
        assert_eq!((count(&by_maturity, "organisations", &own), count(&by_maturity, "organisations", &theirs)), (1, 1));

        assert_eq!(titles(&finds(&nobody, "theme=early-help&maturity=idea").await), ["Talking in the car"]);
        assert_eq!(titles(&finds(&nobody, "q=visit&maturity=being_tried").await), ["Duty visits in pairs"]);
        let nothing = finds(&nobody, &format!("q=visit&organisation={theirs}")).await;
        assert!(nothing.items().is_empty());
        assert_eq!(nothing.json["facets"]["themes"], json!([]));
        nobody.get("/practice-examples?maturity=ripe").await.is(400);
        nobody.get("/practice-examples?organisation=northmoor").await.is(400);
    });
}

#[test]
fn drafts_are_never_found_or_counted() {
    run(async {
        let service = Service::new().await;
        let (author, _) = small_library(&service).await;
        let body = json!({ "title": "Visits by boat", "summary": "Not yet.", "themes": ["early-help"], "maturity": "idea" });
        let draft = writes(&author, body).await.is(201);
        for query in ["q=boat", "q=%22visits%20by%20boat%22", "q=visit&maturity=idea", "theme=early-help"] {
            for reader in [&service.anonymous(), &author] {
                let found = finds(reader, query).await;
                assert!(!found.text.contains("boat"), "{query}: {}", found.text);
            }
        }
        assert_eq!(count(&finds(&author, "theme=early-help").await, "themes", "early-help"), 2);
        author.put_if(&publication(&draft.id()), &draft.etag(), json!({})).await.is(200);
        assert_eq!(titles(&finds(&author, "q=boat").await), ["Visits by boat"]);
        assert_eq!(count(&finds(&author, "theme=early-help").await, "themes", "early-help"), 3);
    });
}

#[test]
fn the_pages_of_a_search_repeat_nothing_and_leave_nothing_out() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let mut all = Vec::new();
        for number in 1..=7 {
            all.push(author.publishes(&format!("Heron number {number}")).await);
        }
        author.publishes("Something else").await;
        for query in ["q=heron&limit=3", "q=heron&limit=7", "q=heron&limit=1"] {
            let mut found = every_page(&nobody, query).await;
            found.sort_unstable();
            assert_eq!(found, all, "{query}");
        }
        let cursor = finds(&nobody, "q=heron&limit=3").await.json["next"].as_str().unwrap().to_owned();
        let elsewhere = [format!("q=else&limit=3&cursor={cursor}"), format!("limit=3&cursor={cursor}")];
        for query in elsewhere.into_iter().chain(["q=heron&cursor=nonsense".to_owned()]) {
            let refused = nobody.get(&format!("/practice-examples?{query}")).await.is(422);
            assert_eq!(refused.pointers(), ["?cursor"], "{query}");
        }
    });
}

// ── Lists and feeds ──────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_list_is_newest_first_and_holds_still_while_it_is_paged_through() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let mut all = Vec::new();
        for number in 1..=5 {
            all.insert(0, author.publishes(&format!("Number {number}")).await);
            service.app.clock.advance(Duration::minutes(1));
        }
        assert_eq!(every_page(&nobody, "limit=2").await, all);
        assert_eq!(every_page(&nobody, "limit=5").await, all);
        assert_eq!(finds(&nobody, "limit=5").await.json["next"], json!(null));

        let first = finds(&nobody, "limit=2").await;
        let next = first.json["next"].as_str().unwrap();
        let newest = author.publishes("Number 6").await;
        assert_eq!(every_page(&nobody, &format!("limit=100&cursor={next}")).await, all[2..]);
        assert_eq!(every_page(&nobody, "limit=100").await[0], newest);
        for limit in ["0", "101"] {
            let refused = nobody.get(&format!("/practice-examples?limit={limit}")).await.is(422);
            assert_eq!(refused.pointers(), ["?limit"]);
        }
    });
}

#[test]
fn the_feeds_carry_published_examples_under_ids_that_stay() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let first = author.publishes("Heron mornings").await;
        let second = author.publishes("Talking in the car").await;
        drafts(&author, "Still a draft").await;
        for id in [&first, &second] {
            let revised = author.patch(&path(id), "\"1\"", json!({ "summary": "Revised." })).await.is(200);
            author.put_if(&publication(id), &revised.etag(), json!({})).await.is(200);
        }

        let atom = nobody.get("/practice-examples.atom").await.is(200);
        assert!(atom.header("content-type").starts_with("application/atom+xml"), "{}", atom.header("content-type"));
        for (id, title) in [(&first, "Heron mornings"), (&second, "Talking in the car")] {
            assert_eq!(atom.text.matches(&format!("<id>urn:uuid:{id}</id>")).count(), 1, "{}", atom.text);
            assert_eq!(atom.text.matches(&format!(">{title}</title>")).count(), 1, "{}", atom.text);
        }
        assert_eq!(atom.text.matches("<entry>").count(), 2, "{}", atom.text);
        assert!(!atom.text.contains("Still a draft") && !atom.text.contains("deleted-entry"), "{}", atom.text);

        let feed = nobody.get("/practice-examples.json").await.is(200);
        assert!(feed.header("content-type").starts_with("application/feed+json"), "{}", feed.header("content-type"));
        assert_eq!(feed.json["version"], "https://jsonfeed.org/version/1.1");
        let ids: Vec<&str> = feed.items().iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [format!("urn:uuid:{second}"), format!("urn:uuid:{first}")]);
        assert_eq!(feed.items()[0]["url"], format!("http://127.0.0.1:8080/practice-examples/{second}"));
        assert_eq!(feed.items()[0]["summary"], "Revised.");
        assert_eq!(nobody.get("/api/v1/practice-examples.json").await.is(200).json, feed.json);
    });
}

// ── Who may publish ──────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_system_that_may_only_read_does_not_write() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let reading = service.system(author.authority, &["library:read"]).await;
        let draft = drafts(&author, "Pairs").await;
        let body = |state: &str| json!({ "title": "Theirs", "summary": "Two go out.", "state": state });
        for state in ["draft", "published"] {
            writes(&reading, body(state)).await.is(403);
            reading.put(&format!("{}/pairs", shelf(&reading)), body(state)).await.is(403);
        }
        reading.patch(&path(&draft.id()), &draft.etag(), json!({ "title": "Theirs" })).await.is(403);
        reading.put_if(&publication(&draft.id()), &draft.etag(), json!({})).await.is(403);
        assert_eq!(titles(&reading.get(&shelf(&reading)).await.is(200)), ["Pairs"]);

        let writing = service.system(author.authority, &["library:write"]).await;
        let written = writes(&writing, body("draft")).await.is(201);
        writes(&writing, body("published")).await.is(403);
        writing.put_if(&publication(&written.id()), &written.etag(), json!({})).await.is(403);
        let publishing = service.system(author.authority, &["library:publish"]).await;
        publishing.put_if(&publication(&written.id()), &written.etag(), json!({})).await.is(200);
        assert_eq!(titles(&finds(&service.anonymous(), "").await), ["Theirs"]);
    });
}

#[test]
fn another_authoritys_people_and_systems_do_not_write_here() {
    run(async {
        let service = Service::new().await;
        let (author, stranger) = (editor(&service).await, neighbour(&service).await);
        let website = service.system(stranger.authority, &["library:publish", "library:read", "library:write"]).await;
        let body = json!({ "title": "Not ours", "summary": "Two go out.", "state": "published" });
        let (draft, published) = (drafts(&author, "Draft").await, author.publishes("Published").await);
        let gone = format!("{}?reason=Wrong.", publication(&published));
        for outsider in [&stranger, &website] {
            outsider.post(&shelf(&author), body.clone()).await.is(404);
            outsider.put(&format!("{}/pairs", shelf(&author)), body.clone()).await.is(404);
            outsider.get(&shelf(&author)).await.is(404);
            outsider.patch(&path(&draft.id()), &draft.etag(), json!({ "title": "Not ours" })).await.is(404);
            outsider.put_if(&publication(&draft.id()), &draft.etag(), json!({})).await.is(404);
            outsider.patch(&path(&published), "\"1\"", json!({ "title": "Not ours" })).await.is(403);
            outsider.put_if(&publication(&published), "\"1\"", json!({})).await.is(403);
            outsider.delete_if(&gone, "\"1\"").await.is(403);
            writes(outsider, body.clone()).await.is(201);
        }
        let nobody = service.anonymous();
        nobody.post(&shelf(&author), body).await.is(401);
        let here = finds(&nobody, &format!("organisation={}", author.authority)).await;
        assert_eq!(titles(&here), ["Published"]);
        assert_eq!(finds(&nobody, &format!("organisation={}", stranger.authority)).await.items().len(), 2);
    });
}

// ── Trying again ─────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_same_request_with_the_same_key_makes_one_example() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let colleague = service.person(author.authority, "Cerys Editor", &[Role::Editor]).await;
        let body = json!({ "title": "Pairs", "summary": "Two go out.", "state": "published" });
        let made = author.post_once(&shelf(&author), "one", body.clone()).await.is(201);
        let again = author.post_once(&shelf(&author), "one", body.clone()).await.is(201);
        assert_eq!((again.id(), again.etag(), &again.json), (made.id(), made.etag(), &made.json));
        let mut other = body.clone();
        other["title"] = json!("Not the same");
        assert_eq!(author.post_once(&shelf(&author), "one", other).await.is(422).pointers(), ["Idempotency-Key"]);
        assert_eq!(finds(&author, "").await.items().len(), 1);

        let theirs = colleague.post_once(&shelf(&author), "one", body.clone()).await.is(201);
        assert_ne!(theirs.id(), made.id(), "a key is its sender's own");
        let second = author.post_once(&shelf(&author), "two", body.clone()).await.is(201);
        assert_ne!(second.id(), made.id());
        service.app.clock.advance(Duration::hours(24));
        let later = author.post_once(&shelf(&author), "one", body).await.is(201);
        assert_ne!(later.id(), made.id(), "a key is remembered for a day");
        assert_eq!(finds(&author, "").await.items().len(), 4);
    });
}
