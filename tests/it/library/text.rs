//! Markdown as readers get it.

use serde_json::json;
use soundings::markdown::Kept;

use super::{editor, finds, path, writes};
use crate::service::{Service, run};

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

#[test]
fn what_could_not_be_read_as_a_whole_is_not_taken() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let (words, lines) = ("We went out together. ".repeat(5_000), "Two go out.\n".repeat(2_900));
        let nested = format!("{}and one stays.", "> ".repeat(33));
        let writing = |parts: serde_json::Value| {
            let mut body = json!({ "title": "Pairs", "summary": "Two go out.", "state": "published" });
            body.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
            writes(&author, body)
        };
        for (parts, pointer) in [
            (json!({ "context": lines, "what_we_did": lines, "difference_made": lines }), ""),
            (json!({ "summary": nested }), "/summary"),
            (json!({ "reached": nested }), "/reached"),
        ] {
            let refused = writing(parts).await.is(422);
            assert_eq!((refused.pointers(), &refused.json["errors"][0]["code"]), (vec![pointer], &json!("too_complex")));
        }
        // Each part may be as long as one may be, and together they may be longer.
        writing(json!({ "context": words, "what_we_did": words })).await.is(201);
        let id = writing(json!({ "context": lines, "reached": "> Nine families" })).await.is(201).id();
        let read = nobody.get(&path(&id)).await.is(200).json;
        assert!(read["html"].as_str().unwrap().contains("Nine families"), "what is taken can be read");
    });
}

#[test]
fn a_published_text_is_rendered_once_and_nothing_private_is_kept() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let kept = &service.app.markdown.texts;
        let id = author.publishes("Heron mornings").await;
        author.post("/markdown/preview", json!({ "markdown": "Not *yet*." })).await.is(200);
        author.get(&format!("{}?view=draft", path(&id))).await.is(200);
        assert_eq!(kept.bytes(), 0, "nobody has read what is published");

        let read = nobody.get(&path(&id)).await.is(200).json;
        let html = read["html"].as_str().unwrap();
        assert_eq!(kept.bytes(), html.len());
        nobody.get(&path(&id)).await.is(200);
        assert!(nobody.get("/practice-examples.json").await.is(200).text.contains("What it is."));
        assert_eq!(kept.bytes(), html.len(), "the feed has the same text");
        kept.put("What it is.\n\n", "<p>As it was kept.</p>");
        assert_eq!(nobody.get(&path(&id)).await.is(200).json["html"], "<p>As it was kept.</p>");
    });
}

#[test]
fn what_is_kept_stays_within_its_bytes_and_the_oldest_leaves_first() {
    let kept = Kept::new(100);
    for number in 0..50 {
        kept.put(&format!("{number}"), &"x".repeat(30));
        assert!(kept.bytes() <= 100, "{number}: {}", kept.bytes());
    }
    let there: Vec<bool> = ["46", "47", "48", "49"].iter().map(|source| kept.get(source).is_some()).collect();
    assert_eq!((there, kept.bytes()), (vec![false, true, true, true], 90));
    kept.put("49", "again");
    assert_eq!((kept.get("49").as_deref(), kept.bytes()), (Some("again"), 65));
    kept.put("long", &"x".repeat(101));
    assert!(kept.get("long").is_none() && kept.bytes() <= 100, "what does not fit is not kept");
}
