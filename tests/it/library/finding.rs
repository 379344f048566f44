//! Searching, lists and feeds.

use chrono::Duration;
use serde_json::{Value, json};
use surrealdb::types::{SurrealValue as _, Variables};

use super::{count, drafts, editor, every_page, finds, neighbour, path, publication, shelf, titles, writes};
use crate::service::{Client, Service, run};

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

#[test]
fn the_pages_of_a_filtered_list_repeat_nothing_and_leave_nothing_out() {
    run(async {
        let service = Service::new().await;
        let (author, other, nobody) = (editor(&service).await, neighbour(&service).await, service.anonymous());
        let (mut early, mut ideas) = (Vec::new(), Vec::new());
        for number in 1..=7 {
            let maturity = if number % 2 == 0 { "idea" } else { "being_tried" };
            let body = json!({ "title": format!("Number {number}"), "summary": "What it is.", "themes": ["early-help"],
                "maturity": maturity, "state": "published" });
            let id = writes(&author, body).await.is(201).id();
            ideas.extend((maturity == "idea").then(|| id.clone()));
            early.push(id);
        }
        other.publishes("Without a theme").await;
        let own = format!("organisation={}&limit=3", author.authority);
        let lists =
            [("theme=early-help&limit=3", &early), ("theme=early-help&maturity=idea&limit=1", &ideas), (own.as_str(), &early)];
        for (query, expected) in lists {
            let mut found = every_page(&nobody, query).await;
            found.sort_unstable();
            assert_eq!(found, *expected, "{query}");
        }
        let first = finds(&nobody, "theme=early-help&limit=3").await;
        assert!(first.header("link").contains("?theme=early-help&limit=3&cursor="), "{}", first.header("link"));
        let cursor = first.json["next"].as_str().unwrap();
        for elsewhere in ["theme=home-visits", "theme=early-help&maturity=idea", "limit=3", "q=number&theme=early-help"] {
            let refused = nobody.get(&format!("/practice-examples?{elsewhere}&cursor={cursor}")).await.is(422);
            assert_eq!(refused.pointers(), ["?cursor"], "{elsewhere}");
        }
    });
}

#[test]
fn one_busy_example_keeps_nobody_out_of_the_feeds() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        let quiet = author.publishes("Heron mornings").await;
        let gone = author.publishes("A mistake").await;
        author.delete_if(&format!("{}?reason=Wrong.", publication(&gone)), "\"1\"").await.is(204);
        let busy = format!("{}/busy", shelf(&author));
        let mut id = String::new();
        for number in 0..210 {
            let body = json!({ "title": "Duty visits", "summary": format!("Day {number}."), "state": "published" });
            id = author.put(&busy, body).await.id();
        }
        let feed = nobody.get("/practice-examples.json").await.is(200);
        let ids: Vec<&Value> = feed.items().iter().map(|item| &item["id"]).collect();
        assert_eq!(ids, [&json!(format!("urn:uuid:{id}")), &json!(format!("urn:uuid:{quiet}"))]);
        assert_eq!(feed.items()[0]["summary"], "Day 209.");
        assert_eq!(feed.json["_soundings"]["withdrawn"][0]["id"], format!("urn:uuid:{gone}"));
        let atom = nobody.get("/practice-examples.atom").await.is(200).text;
        assert_eq!((atom.matches("<entry>").count(), atom.matches("<at:deleted-entry").count()), (2, 1), "{atom}");
    });
}

/// Both feeds as texts.
async fn feeds(client: &Client) -> [String; 2] {
    let (atom, json) = (client.get("/practice-examples.atom").await, client.get("/practice-examples.json").await);
    [atom.is(200).text, json.is(200).text]
}

#[test]
fn a_feed_is_made_anew_when_the_library_changes_and_after_a_minute() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        author.publishes("Heron mornings").await;
        assert!(feeds(&nobody).await.iter().all(|feed| feed.contains("Northmoor Council")));
        let rename = "UPDATE organisation SET name = 'Westmere Council'".to_owned();
        service.app.db.execute(rename, Variables::new()).await.unwrap();
        assert!(feeds(&nobody).await.iter().all(|feed| feed.contains("Northmoor Council")), "it is kept");
        service.app.clock.advance(Duration::minutes(1));
        assert!(feeds(&nobody).await.iter().all(|feed| feed.contains("Westmere Council")), "for a minute");
        author.publishes("Talking in the car").await;
        assert!(feeds(&nobody).await.iter().all(|feed| feed.contains("Talking in the car")), "what is new is there at once");
    });
}

#[test]
fn what_has_no_place_in_xml_is_not_in_the_atom_feed() {
    run(async {
        let service = Service::new().await;
        let (author, nobody) = (editor(&service).await, service.anonymous());
        author.publishes("Heron mornings").await;
        // As it was taken before such characters were refused.
        let text = "UPDATE practice_example SET published = string::replace(published, ' mornings', $odd)".to_owned();
        let mut vars = Variables::new();
        vars.insert("odd".to_owned(), "\u{fffe}mornings\u{ffff}".to_owned().into_value());
        service.app.db.execute(text, vars).await.unwrap();
        let feed = nobody.get("/practice-examples.json").await.is(200).json;
        assert_eq!(feed["items"][0]["title"], "Heron\u{fffe}mornings\u{ffff}", "it is in what is published");
        let atom = nobody.get("/practice-examples.atom").await.is(200).text;
        assert!(atom.contains(">Heronmornings</title>"), "{atom}");
        assert!(!atom.contains(['\u{fffe}', '\u{ffff}']), "{atom}");
    });
}
