//! The pages: what people who never see JSON see. Here as HTML; `tests/browser` looks at them in a real browser.

mod about;
mod account;
mod administration;
mod codes;
mod library;
mod look;
mod reflections;
mod supervision;

use poem::http::Method;
use serde_json::json;
use soundings::access::Role;

use crate::{
    browser::Page,
    service::{Client, Service, run},
};

impl Client {
    /// Asks for a page as a browser does.
    async fn page(&self, path: &str) -> Page {
        let headers = [("accept", "text/html,application/xhtml+xml")];
        Page::of(self.send(Method::GET, &format!("/root{path}"), &headers, ()).await, path)
    }
}

async fn editor(service: &Service) -> Client {
    let authority = service.authority("Northmoor Council").await;
    service.person(authority, "Daniel Editor", &[Role::Editor]).await
}

#[test]
fn a_browser_gets_pages_and_everything_else_the_interface() {
    run(async {
        let service = Service::new().await;
        let id = editor(&service).await.publishes("Heron mornings").await;
        let nobody = service.anonymous();
        assert_eq!(nobody.send(Method::GET, "/root/", &[], ()).await.is(303).header("location"), "/practice-examples");
        for (path, title) in [
            ("/practice-examples".to_owned(), "Practice examples"),
            (format!("/practice-examples/{id}"), "Heron mornings"),
            (format!("/practice-examples/{id}/versions"), "Versions"),
            (format!("/practice-examples/{id}/versions/1"), "Heron mornings"),
        ] {
            let page = nobody.page(&path).await.is(200);
            assert_eq!(page.texts("h1"), [title], "{path}");
            assert_eq!(page.texts("title"), [format!("{title} – Soundings")], "{path}");
            assert_eq!(page.attributes("html", "lang"), ["en"]);
            assert_eq!(page.attributes("main", "id"), ["main-content"], "the skip link leads there");
        }
        for path in ["/practice-examples".to_owned(), format!("/practice-examples/{id}")] {
            let answer = nobody.send(Method::GET, &format!("/root{path}"), &[("accept", "application/json")], ()).await.is(303);
            assert_eq!(answer.header("location"), format!("/api/v1{path}"));
        }
        // What a machine asks for is a problem in JSON, whatever it accepts.
        let refused = nobody.send(Method::GET, "/me", &[("accept", "text/html")], ()).await.is(401);
        assert_eq!(refused.header("content-type"), "application/problem+json");
    });
}

#[test]
fn the_library_is_found_by_words_and_filters_and_goes_on() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        for number in 0..23 {
            author.publishes(&format!("Heron {number}")).await;
        }
        let other = json!({ "title": "Kingfisher", "summary": "Blue.", "themes": ["early-help"], "maturity": "being_tried",
                            "state": "published" });
        author.post(&format!("/organisations/{}/practice-examples", author.authority), other).await.is(201);
        let nobody = service.anonymous();

        let first = nobody.page("/practice-examples").await.is(200);
        assert_eq!(first.texts("article h3").len(), 20);
        assert_eq!(first.texts("article h3")[0], "Kingfisher", "newest first");
        let next = first.attributes("a[rel=next]", "href");
        let second = nobody.page(&next[0]).await.is(200);
        assert_eq!(second.texts("article h3"), ["Heron 3", "Heron 2", "Heron 1", "Heron 0"]);
        assert!(second.attributes("a[rel=next]", "href").is_empty());

        let found = nobody.page("/practice-examples?q=heron&theme=&organisation=&maturity=").await.is(200);
        assert_eq!(found.attributes("input[name=q]", "value"), ["heron"], "what was typed stays");
        let next = found.attributes("a[rel=next]", "href");
        assert_eq!(nobody.page(&next[0]).await.is(200).texts("article h3").len(), 3);

        let early = nobody.page("/practice-examples?theme=early-help&maturity=being_tried").await.is(200);
        assert_eq!(early.texts("article h3"), ["Kingfisher"]);
        assert_eq!(early.texts("select[name=theme] option[selected]"), ["Early help (1)"]);
        assert_eq!(early.texts("select[name=organisation] option"), ["Any organisation", "Northmoor Council (1)"]);
        let nothing = nobody.page("/practice-examples?q=otter").await.is(200).texts("main p");
        assert!(nothing.iter().any(|text| text.starts_with("Nothing was found")), "{nothing:?}");
        nobody.page("/practice-examples?maturity=splendid").await.is(422);
        nobody.page("/practice-examples?cursor=made-up").await.is(422);
    });
}

#[test]
fn an_example_leads_with_the_child_and_says_plainly_what_did_not_work() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let example = json!({ "title": "Heron mornings", "summary": "What it is.", "what_did_not_work": "The *evenings*.",
                              "childs_experience": "Somebody waited with me.", "what_we_did": "We waited.",
                              "summarises": "Eastvale Council", "state": "published",
                              "evidence": [{ "kind": "family_feedback", "text": "It helped.", "source": "A mother" }],
                              "sources": [{ "title": "The report", "url": "https://eastvale.example/report" }] });
        let shelf = format!("/organisations/{}/practice-examples", author.authority);
        let made = author.post(&shelf, example).await.is(201);
        let page = service.anonymous().page(&format!("/practice-examples/{}", made.id())).await.is(200);
        let headings = page.texts("main h2");
        assert_eq!(headings[..3], ["The child’s experience", "What we did", "What did not work"]);
        assert!(headings.contains(&"What children and families say".to_owned()));
        assert_eq!(page.texts("em"), ["evenings"]);
        assert!(page.texts(".govuk-inset-text")[0].contains("Eastvale Council, which did not write it"));
        assert_eq!(page.attributes("a[rel~=nofollow]", "href"), ["https://eastvale.example/report"]);
        let address = format!("/practice-examples/{}", made.id());
        let cited = |text: &String| text.contains("Heron mornings") && text.contains(&address);
        assert!(page.texts("main p").iter().any(cited), "it says how to cite it");
    });
}

#[test]
fn a_withdrawn_example_shows_its_tombstone_and_what_is_not_there_ways_back() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let id = author.publishes("Heron mornings").await;
        let publication = format!("/practice-examples/{id}/publication?reason=The%20figures%20were%20wrong.");
        author.delete_if(&publication, "\"1\"").await.is(204);
        let nobody = service.anonymous();
        let gone = nobody.page(&format!("/practice-examples/{id}")).await.is(410);
        assert!(gone.texts("main")[0].contains("The figures were wrong."), "{}", gone.answer.text);
        for path in ["/nowhere", "/practice-examples/not-an-id", "/practice-examples/01890000-0000-7000-8000-000000000000"] {
            let page = nobody.page(path).await.is(404);
            assert_eq!(page.attributes("main a", "href"), ["/"], "{path}");
            assert!(!page.answer.text.contains("not-an-id"), "what was asked for is not repeated");
        }
        let by_browser = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
        let method = nobody.send(Method::POST, "/root/practice-examples", &by_browser, ()).await.is(405);
        assert_eq!(method.header("allow"), "GET, HEAD");
    });
}

#[test]
fn what_people_write_is_text_on_every_page() {
    run(async {
        let service = Service::new().await;
        let author = editor(&service).await;
        let evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b>";
        let example = json!({ "title": format!("Heron {evil}"), "summary": evil, "context": evil, "contact": evil, "reached": evil,
                              "summarises": evil, "licence": evil, "state": "published",
                              "evidence": [{ "kind": "research", "text": evil, "source": evil }],
                              "sources": [{ "title": evil, "url": "https://eastvale.example/?a=%22" }] });
        let shelf = format!("/organisations/{}/practice-examples", author.authority);
        let id = author.post(&shelf, example).await.is(201).id();
        for path in [
            "/practice-examples".to_owned(),
            "/practice-examples?q=heron".to_owned(),
            format!("/practice-examples?q={}", "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22"),
            format!("/practice-examples/{id}"),
            format!("/practice-examples/{id}/versions"),
            format!("/practice-examples/{id}/versions/1"),
        ] {
            let page = service.anonymous().page(&path).await.is(200);
            assert_eq!(page.texts("script"), [""], "{path}: our own, which only says where it is");
            assert!(page.texts("img").is_empty(), "{path}");
            assert!(page.attributes("[onerror]", "onerror").is_empty(), "{path}");
            assert!(page.attributes("[style]", "style").is_empty(), "{path}: the policy forbids it");
        }
    });
}

#[test]
fn a_page_asks_for_nothing_from_elsewhere_and_its_assets_are_kept_for_ever() {
    run(async {
        let service = Service::new().await;
        let nobody = service.anonymous();
        let page = nobody.page("/practice-examples").await.is(200);
        let mut assets = page.attributes("link[rel=stylesheet], link[rel=icon]", "href");
        assets.extend(page.attributes("script", "src"));
        assert_eq!(assets.len(), 3);
        let mut weight = 0;
        for asset in assets {
            assert!(asset.starts_with("/assets/"), "{asset}");
            let path = format!("/root{asset}");
            let plain = nobody.send(Method::GET, &path, &[], ()).await.is(200);
            assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(plain.header("content-encoding"), "");
            let small = nobody.send(Method::GET, &path, &[("accept-encoding", "gzip, deflate, br")], ()).await.is(200);
            assert_eq!(small.header("content-encoding"), "br");
            assert_eq!(
                nobody.send(Method::GET, &path, &[("accept-encoding", "br;q=0")], ()).await.header("content-encoding"),
                ""
            );
            weight += small.size;
        }
        println!("style sheet, script and icon: {weight} bytes compressed");
        assert!(weight < 60_000, "{weight}");
        for unknown in ["/root/assets/manifest.json", "/root/assets/main.css", "/root/assets/..%2f..%2fCargo.toml"] {
            nobody.send(Method::GET, unknown, &[], ()).await.is(404);
        }
    });
}
