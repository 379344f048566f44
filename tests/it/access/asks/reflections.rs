//! What somebody writes, what they share, and what they ask themselves.

use serde_json::{Value, json};

use super::{Ask, FIRST, delete, get, patch, post, put};
use crate::access::world::World;

pub fn prompts() -> Value {
    json!({ "title": "Mine", "summary": "For visits.", "steps": [{ "title": "Before", "questions": ["Who is afraid?"] }] })
}

impl World {
    pub async fn of_a_reflection(&self, object: &str, action: &str) -> Option<Ask> {
        let path = format!("/reflections/{}", self.who("author").writes("I went in with a plan.").await);
        let copy = format!("{path}/working-copy");
        let kept = json!({ "body": "I went in with", "based_on": 1 });
        let mut seen = String::new();
        if object == "working copy" && action != "keep" {
            seen = self.who("author").put(&copy, kept.clone()).await.is(200).etag();
        }
        Some(match (object, action) {
            ("reflection", "read") => get(path),
            ("reflection", "revise") => patch(path, FIRST, json!({ "title": "Second visit" })),
            ("reflection", "delete") => delete(path, Some(FIRST)),
            ("reflection", "share") => post(
                format!("{path}/shares"),
                json!({ "person_id": self.who("colleague").id.to_string(), "note": "What do you see?" }),
            ),
            ("reflection", "mark to return to") => put(format!("/me/returning/{}", path.rsplit('/').next().unwrap()), None, None),
            ("reflection", "take the mark away") => delete(format!("/me/returning/{}", path.rsplit('/').next().unwrap()), None),
            ("revisions", "list") => get(format!("{path}/revisions")),
            ("revisions", "read one") => get(format!("{path}/revisions/1")),
            ("working copy", "read") => get(copy),
            ("working copy", "keep") => put(copy, None, Some(kept)),
            ("working copy", "discard") => delete(copy, Some(&seen)),
            ("audience", "read") => get(format!("{path}/audience")),
            _ => return None,
        })
    }

    pub async fn of_what_was_begun(&self, action: &str) -> Option<Ask> {
        let begun = self.who("author").post("/working-copies", json!({ "body": "I went", "based_on": 0 })).await.is(201);
        let (id, seen) = (begun.id(), begun.etag());
        let copy = format!("/reflections/{id}/working-copy");
        Some(match action {
            "read" => get(copy),
            "keep" => put(copy, Some(&seen), Some(json!({ "body": "I went in", "based_on": 0 }))),
            "discard" => delete(copy, Some(&seen)),
            "save" => Ask {
                if_match: Some(seen),
                ..post(format!("/reflections?begun={id}"), json!({ "body": "I went in with a plan." }))
            },
            _ => return None,
        })
    }

    pub async fn of_a_share(&self, object: &str, action: &str) -> Option<Ask> {
        let (author, peer) = (self.who("author"), self.who("peer"));
        let reflection = author.writes("I went in with a plan.").await;
        let share = author.shares(&reflection, &peer).await;
        let list = format!("/reflections/{reflection}/shares");
        let (sent, received) = (format!("{list}/{share}"), format!("/shared-with-me/{share}"));
        if object == "responses" {
            peer.post(&format!("{received}/responses"), json!({ "body": "I see a door." })).await.is(201);
        }
        Some(match (object, action) {
            ("shares", "list") => get(list),
            ("shares", "read one") | ("responses", "read as author") => get(sent),
            ("shares", "update") => patch(sent, FIRST, json!({ "push": true })),
            ("shares", "withdraw") => delete(sent, None),
            ("share with the peer", "read") | ("responses", "read as reader") => get(received),
            ("share with the peer", "respond") => post(format!("{received}/responses"), json!({ "body": "I see a door." })),
            _ => return None,
        })
    }

    /// The share that was made to this persona; else the peer's.
    pub async fn of_own_share(&self, action: &str, who: &str) -> Ask {
        let over = self.over.iter().find(|(name, _)| *name == who).map(|(_, share)| share.clone());
        let share = match (over, who) {
            (Some(share), _) => share,
            (None, "supervisor") => self.share_with_the_supervisor().await,
            (None, _) => {
                let author = self.who("author");
                author.shares(&author.writes("I went in with a plan.").await, &self.who("peer")).await
            }
        };
        match action {
            "read" => get(format!("/shared-with-me/{share}")),
            _ => post(format!("/shared-with-me/{share}/responses"), json!({ "body": "I see a door." })),
        }
    }

    pub async fn share_with_the_supervisor(&self) -> String {
        let (author, supervisor) = (self.who("author"), self.who("supervisor"));
        self.in_force().await;
        author.shares(&author.writes("I went in with a plan.").await, &supervisor).await
    }

    pub async fn of_prompts(&self, object: &str, action: &str) -> Option<Ask> {
        let slug = match object {
            "shipped prompt set" => "gibbs".to_owned(),
            _ => self.who("author").post("/prompt-sets", prompts()).await.is(201).json["slug"].as_str().unwrap().to_owned(),
        };
        let path = format!("/prompt-sets/{slug}");
        let mut fork = prompts();
        fork["forked_from"] = json!(slug);
        Some(match action {
            "read" => get(path),
            "change" => put(path, Some(FIRST), Some(prompts())),
            "delete" => delete(path, Some(FIRST)),
            "fork" => post("/prompt-sets", fork),
            _ => return None,
        })
    }
}
