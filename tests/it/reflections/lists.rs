//! Lists of one's own: by time, by tag, day and words.

use serde_json::json;

use crate::service::{Service, run};

#[test]
fn one_lists_ones_own_newest_first_page_by_page() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        for number in 0..7 {
            team.worker.writes(&format!("number {number}")).await;
            team.peer.writes("somebody else's").await;
        }
        let mut seen = Vec::new();
        let mut path = "/reflections?limit=3".to_owned();
        loop {
            let page = team.worker.get(&path).await.is(200);
            seen.extend(page.items().iter().map(|item| item["body"].as_str().unwrap().to_owned()));
            let Some(next) = page.json["next"].as_str() else {
                assert_eq!(page.header("link"), "");
                break;
            };
            assert_eq!(page.header("link"), format!("</api/v1/reflections?limit=3&cursor={next}>; rel=\"next\""));
            path = format!("/reflections?limit=3&cursor={next}");
        }
        assert_eq!(seen, (0..7).rev().map(|number| format!("number {number}")).collect::<Vec<_>>());
        for wrong in ["limit=0", "limit=101", "cursor=AAAA", "cursor=%00"] {
            team.worker.get(&format!("/reflections?{wrong}")).await.is(422);
        }
    });
}

#[test]
fn one_finds_ones_own_by_tag_day_and_words() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        worker
            .post("/reflections", json!({ "body": "The School run", "tags": ["visits"], "occurred_on": "2026-11-02" }))
            .await
            .is(201);
        worker
            .post("/reflections", json!({ "body": "Court", "unease": "School again", "occurred_on": "2026-11-09" }))
            .await
            .is(201);
        worker.post("/reflections", json!({ "body": "No day, so the day it was written" })).await.is(201);
        for (query, count) in [
            ("tag=visits", 1),
            ("tag=visit", 0),
            ("q=school", 2),
            ("q=school%20again", 1),
            ("q=school%20never", 0),
            ("from=2026-11-03", 2),
            ("to=2026-11-02", 1),
            ("from=2026-11-09&to=2026-11-09", 1),
            ("from=2026-11-24&to=2026-11-24", 1),
        ] {
            assert_eq!(worker.get(&format!("/reflections?{query}")).await.is(200).items().len(), count, "{query}");
        }
    });
}

#[test]
fn a_filtered_page_goes_on_where_it_stopped() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        for number in 0..30 {
            let tag = if number % 3 == 0 { "third" } else { "other" };
            worker.post("/reflections", json!({ "body": format!("{number}"), "tags": [tag] })).await.is(201);
        }
        let first = worker.get("/reflections?tag=third&limit=6").await.is(200);
        let next = first.json["next"].as_str().unwrap().to_owned();
        let second = worker.get(&format!("/reflections?tag=third&limit=6&cursor={next}")).await.is(200);
        let bodies: Vec<_> = first.items().iter().chain(second.items()).map(|item| item["body"].as_str().unwrap()).collect();
        assert_eq!(bodies, ["27", "24", "21", "18", "15", "12", "9", "6", "3", "0"]);
        assert_eq!(second.json["next"], json!(null));
    });
}

#[test]
fn a_list_goes_through_all_there_is() {
    run(async {
        let worker = Service::new().await.team().await.worker;
        for number in 0..130 {
            let tags = if number % 60 == 0 { vec!["rare"] } else { vec![] };
            worker.post("/reflections", json!({ "body": format!("{number}"), "tags": tags })).await.is(201);
        }
        let rare = worker.get("/reflections?tag=rare").await.is(200);
        let bodies: Vec<_> = rare.items().iter().map(|item| item["body"].as_str().unwrap()).collect();
        assert_eq!((bodies, &rare.json["next"]), (vec!["120", "60", "0"], &json!(null)));
        let page = worker.get("/reflections?limit=100").await.is(200);
        assert_eq!((page.items().len(), &page.items()[99]["body"]), (100, &json!("30")));
        let next = page.json["next"].as_str().unwrap();
        let rest = worker.get(&format!("/reflections?limit=100&cursor={next}")).await.is(200);
        assert_eq!((rest.items().len(), &rest.json["next"]), (30, &json!(null)));
    });
}
