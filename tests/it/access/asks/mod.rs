//! The request behind each line of the matrix.
//!
//! * this file: what a request is, and those about oneself
//! * `reflections`: what somebody writes, shares and is asked
//! * `supervision`: agreements, sessions, agendas
//! * `library`: practice examples
//! * `organisations`: members, invitations, systems, the installation

mod library;
mod organisations;
mod reflections;
mod supervision;

use chrono::Duration;
use library::of_the_library;
use organisations::of_the_installation;
use poem::http::Method;
use reflections::prompts;
use serde_json::{Value, json};

use super::{Row, world::World};
use crate::service::PASSWORD;

/// The ETag of what has just been made.
pub const FIRST: &str = "\"1\"";

/// A request to send as somebody.
#[derive(Clone)]
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub if_match: Option<String>,
    pub body: Option<Value>,
}

fn get(path: impl Into<String>) -> Ask {
    Ask { method: Method::GET, path: path.into(), if_match: None, body: None }
}

fn post(path: impl Into<String>, body: Value) -> Ask {
    Ask { method: Method::POST, path: path.into(), if_match: None, body: Some(body) }
}

fn put(path: impl Into<String>, etag: Option<&str>, body: Option<Value>) -> Ask {
    Ask { method: Method::PUT, path: path.into(), if_match: etag.map(str::to_owned), body }
}

fn patch(path: impl Into<String>, etag: &str, body: Value) -> Ask {
    Ask { method: Method::PATCH, path: path.into(), if_match: Some(etag.to_owned()), body: Some(body) }
}

fn delete(path: impl Into<String>, etag: Option<&str>) -> Ask {
    Ask { method: Method::DELETE, path: path.into(), if_match: etag.map(str::to_owned), body: None }
}

impl World {
    /// The request behind a line of the matrix, about an object made for it; some objects are the asking persona's own.
    pub async fn ask(&self, row: &Row, who: &str) -> Ask {
        let (object, action) = (row.object, row.action);
        let ask = match object {
            "oneself" | "token of the author" | "sign-in session of the author" => self.of_oneself(object, action).await,
            "reflection" | "revisions" | "working copy" | "audience" => self.of_a_reflection(object, action).await,
            "begun reflection" => self.of_what_was_begun(action).await,
            "shares" | "responses" | "share with the peer" => self.of_a_share(object, action).await,
            "own share" => Some(self.of_own_share(action, who).await),
            "prompt set of the author" | "shipped prompt set" => self.of_prompts(object, action).await,
            "agreement" | "agreement in force" | "agreement proposed" | "agreement ended" => {
                self.of_an_agreement(object, action).await
            }
            "session" | "past session" => self.of_a_session(object, action).await,
            "agenda" | "past agenda" => self.of_an_agenda(object, action).await,
            "library" => of_the_library(action),
            "draft example" | "published example" | "withdrawn example" => self.of_an_example(object, action).await,
            "organisation" | "other authority" => self.of_an_organisation(object, action).await,
            "members" | "invitations" | "service clients" => self.of_its_people(object, action).await,
            "installation" => of_the_installation(action),
            _ => None,
        };
        ask.unwrap_or_else(|| panic!("matrix.txt has the line {object} | {action}, and the test knows no request for it"))
    }

    async fn of_oneself(&self, object: &str, action: &str) -> Option<Ask> {
        let author = self.who("author");
        let until = (self.service.app.clock.now() + Duration::days(30)).to_rfc3339();
        let token = json!({ "name": "Script", "scopes": ["account:read"], "expires_at": until });
        Some(match (object, action) {
            ("oneself", "see who I am") => get("/me"),
            ("oneself", "list reflections") => get("/reflections"),
            ("oneself", "write a reflection") => post("/reflections", json!({ "body": "What I saw today." })),
            ("oneself", "begin a reflection") => post("/working-copies", json!({ "body": "What I", "based_on": 0 })),
            ("oneself", "list what I have begun") => get("/working-copies"),
            ("oneself", "list what I return to") => get("/me/returning"),
            ("oneself", "list what was shared with me") => get("/shared-with-me"),
            ("oneself", "list agreements") => get("/supervision/agreements"),
            ("oneself", "list supervision sessions") => get("/supervision/sessions"),
            ("oneself", "see how I stand with codes") => get("/me/codes"),
            ("oneself", "offer an app a secret") => put("/me/codes", None, None),
            ("oneself", "turn codes on") => put("/me/codes/confirmation", None, Some(json!({ "code": "000000" }))),
            ("oneself", "turn codes off") => delete("/me/codes", None),
            ("oneself", "renew recovery codes") => {
                Ask { method: Method::POST, path: "/me/codes/recovery".to_owned(), if_match: None, body: None }
            }
            ("oneself", "list tokens") => get("/tokens"),
            ("oneself", "create a token") => post("/tokens", token),
            ("oneself", "list sign-in sessions") => get("/sessions"),
            ("oneself", "create a prompt set") => post("/prompt-sets", prompts()),
            ("oneself", "list prompt sets") => get("/prompt-sets"),
            ("oneself", "preview markdown") => post("/markdown/preview", json!({ "markdown": "*Hello*" })),
            ("token of the author", "revoke") => {
                delete(format!("/tokens/{}", author.post("/tokens", token).await.is(201).id()), None)
            }
            ("sign-in session of the author", "end") => {
                let signed = author.post("/sessions", json!({ "email": author.email, "password": PASSWORD })).await;
                delete(format!("/sessions/{}", signed.is(201).id()), None)
            }
            _ => return None,
        })
    }
}
