//! Organisations with their members, their invitations and their systems; and the installation.

use poem::http::Method;
use serde_json::{Value, json};
use soundings::access::Role;
use uuid::Uuid;

use super::{Ask, FIRST, delete, get, library::example, patch, post};
use crate::access::world::World;

impl World {
    pub async fn of_an_organisation(&self, object: &str, action: &str) -> Option<Ask> {
        let (id, admin) = match object {
            "organisation" => (self.northmoor, self.who("admin")),
            _ => (self.eastvale, self.who("other-admin")),
        };
        let path = format!("/organisations/{id}");
        let etag = admin.get(&path).await.is(200).etag();
        Some(match action {
            "read" => get(path),
            "rename" => patch(path, &etag, json!({ "name": "Renamed Council" })),
            "list colleagues" => get(format!("{path}/colleagues")),
            "list members" => get(format!("{path}/members")),
            "invite" => post(format!("{path}/invitations"), self.invitation()),
            "list service clients" => get(format!("{path}/service-clients")),
            "list drafts" => get(format!("{path}/practice-examples")),
            "write an example" => post(format!("{path}/practice-examples"), example()),
            _ => return None,
        })
    }

    fn invitation(&self) -> Value {
        let unique: Uuid = self.service.app.clock.new_id();
        json!({ "email": format!("{unique}@test.example"), "name": "Nia New", "roles": ["practitioner"] })
    }

    pub async fn of_its_people(&self, object: &str, action: &str) -> Option<Ask> {
        let admin = self.who("admin");
        let organisation = format!("/organisations/{}", self.northmoor);
        let client = json!({ "name": "A website", "scopes": ["library:read"] });
        if action == "list" || action == "invite" || action == "create" {
            return Some(match (object, action) {
                ("members", "list") => get(format!("{organisation}/members")),
                ("invitations", "list") => get(format!("{organisation}/invitations")),
                ("invitations", "invite") => post(format!("{organisation}/invitations"), self.invitation()),
                ("service clients", "list") => get(format!("{organisation}/service-clients")),
                ("service clients", "create") => post(format!("{organisation}/service-clients"), client),
                _ => return None,
            });
        }
        if object == "members" {
            let unique: Uuid = self.service.app.clock.new_id();
            let member = self.service.person(self.northmoor, &format!("Member {unique}"), &[Role::Practitioner]).await;
            let path = format!("{organisation}/members/{}", member.id);
            return Some(match action {
                "read one" => get(path),
                "set roles" => patch(path, FIRST, json!({ "roles": ["editor"] })),
                "end" => delete(path, Some(FIRST)),
                _ => return None,
            });
        }
        let (list, body) = match object {
            "invitations" => (format!("{organisation}/invitations"), self.invitation()),
            _ => (format!("{organisation}/service-clients"), client),
        };
        let id = admin.post(&list, body).await.is(201).id();
        matches!(action, "withdraw" | "revoke").then(|| delete(format!("{list}/{id}"), None))
    }
}

pub fn of_the_installation(action: &str) -> Option<Ask> {
    let backup = Ask { method: Method::POST, path: "/backups".to_owned(), if_match: None, body: None };
    Some(match action {
        "add an organisation" => post("/organisations", json!({ "name": "Westmere Council", "kind": "local_authority" })),
        "back up" => backup,
        "is it alive" => get("/health/live"),
        "is it ready" => get("/health/ready"),
        _ => return None,
    })
}
