//! Practice examples, and finding them.

use serde_json::{Value, json};

use super::{Ask, delete, get, patch, post, put};
use crate::access::world::World;

pub fn example() -> Value {
    json!({ "title": "Visits in pairs", "summary": "Two go, and talk in the car." })
}

impl World {
    pub async fn of_an_example(&self, object: &str, action: &str) -> Option<Ask> {
        let editor = self.who("editor");
        let shelf = format!("/organisations/{}/practice-examples", self.northmoor);
        let mut published = example();
        published["state"] = json!("published");
        let first = if object == "draft example" { example() } else { published.clone() };
        let id = editor.post(&shelf, first).await.is(201).id();
        let path = format!("/practice-examples/{id}");
        let draft = format!("{path}?view=draft");
        let publication = format!("{path}/publication");
        let withdrawal = format!("{publication}?reason=It+was+a+mistake");
        let mut etag = editor.get(&draft).await.is(200).etag();
        if object == "withdrawn example" {
            editor.delete_if(&withdrawal, &etag).await.is(204);
            etag = editor.get(&draft).await.is(200).etag();
        }
        Some(match (object, action) {
            ("draft example", "list") => get(shelf),
            ("draft example", "write") => post(shelf, example()),
            ("draft example", "write and publish") => post(shelf, published),
            ("draft example", "put under a key") => put(format!("{shelf}/key-{id}"), None, Some(example())),
            (_, "read") => get(path),
            (_, "read the draft") => get(draft),
            (_, "list versions") => get(format!("{path}/versions")),
            (_, "read a version") => get(format!("{path}/versions/1")),
            (_, "cite") => get(format!("{path}/citation")),
            (_, "revise") => patch(path, &etag, json!({ "summary": "Two go, and one drives." })),
            (_, "publish") => put(publication, Some(&etag), None),
            (_, "withdraw") => delete(withdrawal, Some(&etag)),
            _ => return None,
        })
    }
}

pub fn of_the_library(action: &str) -> Option<Ask> {
    Some(match action {
        "list" => get("/practice-examples"),
        "search" => get("/practice-examples?q=visits"),
        "follow by Atom" => get("/practice-examples.atom"),
        "follow by JSON Feed" => get("/practice-examples.json"),
        _ => return None,
    })
}
