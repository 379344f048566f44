//! Agreements, sessions and their agendas; and the agreements that there must be first.

use serde_json::{Value, json};

use super::{Ask, FIRST, delete, get, patch, post, put};
use crate::{access::world::World, service::Client};

impl World {
    /// The agreements between two that have not ended.
    async fn living(&self, supervisor: &Client, worker: &Client) -> Vec<Value> {
        let mut agreements = worker.get("/supervision/agreements?limit=100").await.is(200).items().clone();
        agreements.retain(|one| one["supervisor_id"] == supervisor.id.to_string() && one["state"] != "ended");
        agreements
    }

    pub async fn end_between(&self, supervisor: &Client, worker: &Client) {
        for one in self.living(supervisor, worker).await {
            let path = format!("/supervision/agreements/{}/ending", one["id"].as_str().unwrap());
            worker.put_if(&path, &format!("\"{}\"", one["revision"]), json!({})).await.is(200);
        }
    }

    /// A new agreement that both have accepted.
    async fn agreed(&self) -> String {
        let (supervisor, author) = (self.who("supervisor"), self.who("author"));
        self.end_between(&supervisor, &author).await;
        supervisor.supervises(&author).await
    }

    /// The agreement under which the author is supervised now.
    pub async fn in_force(&self) -> String {
        match self.living(&self.who("supervisor"), &self.who("author")).await.first() {
            Some(agreement) => agreement["id"].as_str().unwrap().to_owned(),
            None => self.agreed().await,
        }
    }

    /// A new agreement that neither has accepted.
    async fn proposed(&self) -> String {
        let (pending, author) = (self.who("pending"), self.who("author"));
        self.end_between(&pending, &author).await;
        pending.post("/supervision/agreements", self.proposal(&pending, &author)).await.is(201).id()
    }

    /// A session that was still planned when its supervision ended.
    async fn left_over(&self) -> String {
        let (former, author) = (self.who("former"), self.who("author"));
        let session = former.plans(&former.supervises(&author).await).await;
        self.end_between(&former, &author).await;
        session
    }

    fn proposal(&self, supervisor: &Client, worker: &Client) -> Value {
        json!({
            "organisation_id": self.northmoor.to_string(),
            "supervisor_id": supervisor.id.to_string(),
            "worker_id": worker.id.to_string(),
            "purpose": "To think.",
        })
    }

    pub async fn of_an_agreement(&self, object: &str, action: &str) -> Option<Ask> {
        if object == "agreement" {
            let (supervisor, colleague) = (self.who("supervisor"), self.who("colleague"));
            self.end_between(&supervisor, &colleague).await;
            return (action == "propose").then(|| post("/supervision/agreements", self.proposal(&supervisor, &colleague)));
        }
        let id = match object {
            "agreement in force" => self.agreed().await,
            "agreement proposed" => self.proposed().await,
            _ => self.ended.clone(),
        };
        let path = format!("/supervision/agreements/{id}");
        let etag = self.who("author").get(&path).await.is(200).etag();
        Some(match action {
            "read" => get(path),
            "change" => patch(path, &etag, json!({ "frequency": "Every three weeks." })),
            "accept" => put(format!("{path}/acceptance"), Some(&etag), None),
            "end" => put(format!("{path}/ending"), Some(&etag), None),
            _ => return None,
        })
    }

    pub async fn of_a_session(&self, object: &str, action: &str) -> Option<Ask> {
        let agreement = match action {
            "plan under a proposal" => self.proposed().await,
            _ => self.in_force().await,
        };
        if action.starts_with("plan") {
            let body = json!({ "agreement_id": agreement, "starts_at": "2026-12-08T10:00:00Z", "minutes": 60 });
            return Some(post("/supervision/sessions", body));
        }
        let id = match (object, action) {
            ("past session", "cancel") => self.left_over().await,
            ("past session", _) => self.past_session.clone(),
            _ => self.who("supervisor").plans(&agreement).await,
        };
        let path = format!("/supervision/sessions/{id}");
        Some(match action {
            "read" => get(path),
            "move" => patch(path, FIRST, json!({ "starts_at": "2026-12-09T10:00:00Z", "minutes": 60, "reason": "A hearing." })),
            "cancel" => put(format!("{path}/cancellation"), Some(FIRST), Some(json!({ "reason": "A hearing." }))),
            _ => return None,
        })
    }

    pub async fn of_an_agenda(&self, object: &str, action: &str) -> Option<Ask> {
        let session = match object {
            "past agenda" => self.past_session.clone(),
            _ => self.who("supervisor").plans(&self.in_force().await).await,
        };
        let path = format!("/supervision/sessions/{session}/agenda");
        let item = match object {
            "past agenda" => self.past_item.clone(),
            _ => self.who("author").post(&path, json!({ "text": "The second visit." })).await.is(201).id(),
        };
        Some(match action {
            "read" => get(path),
            "add" => post(path, json!({ "text": "Leave in December." })),
            "bring a share" => {
                let share = self.share_with_the_supervisor().await;
                post(path, json!({ "share_id": share }))
            }
            "take off what the author added" => delete(format!("{path}/{item}"), None),
            _ => return None,
        })
    }
}
