//! Who may do what (A1): every persona, every object, every action, by the request that a client sends.
//!
//! `matrix.txt` says what is right and is written by hand. [`World::ask`] knows the request behind each of its lines. What
//! would succeed is asked of an object made for that cell; what is refused changes nothing in the store.

use chrono::Duration;
use poem::http::Method;
use serde_json::{Value, json};
use soundings::{
    access::{Action, Actor, Client as System, Credential, Object, Person, Role, Scope, Standing, permits},
    backup::{Inventory, inventory},
    id::{OrganisationId, PersonId, ServiceClientId},
};
use uuid::Uuid;

use crate::service::{Client, PASSWORD, Service, run};

const MATRIX: &str = include_str!("matrix.txt");

/// How many lines the matrix has: one that is lost should be missed.
const ROWS: usize = 138;

/// The columns of the matrix.
const PERSONAS: [&str; 19] = [
    "author",
    "colleague",
    "supervisor",
    "pending",
    "former",
    "peer",
    "lapsed",
    "psw",
    "editor",
    "admin",
    "governance",
    "leaver",
    "other-member",
    "other-admin",
    "publisher",
    "reader",
    "other-client",
    "anonymous",
    "narrow",
];

const MEMBERS: [(&str, Role); 12] = [
    ("author", Role::Practitioner),
    ("colleague", Role::Practitioner),
    ("supervisor", Role::Supervisor),
    ("pending", Role::Supervisor),
    ("former", Role::Supervisor),
    ("peer", Role::Practitioner),
    ("lapsed", Role::Practitioner),
    ("psw", Role::PrincipalSocialWorker),
    ("editor", Role::Editor),
    ("admin", Role::Administrator),
    ("governance", Role::InformationGovernance),
    ("leaver", Role::Practitioner),
];

/// The ETag of what has just been made.
const FIRST: &str = "\"1\"";

/// Changes with every request, refused or not, or says nothing about what people wrote.
const BESIDE_THE_POINT: [&str; 4] = ["credential", "operation", "once", "audit"];

/// One line of the matrix.
struct Row {
    object: &'static str,
    action: &'static str,
    cells: Vec<char>,
}

fn rows() -> Vec<Row> {
    let mut lines = MATRIX.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let parts = |line: &'static str| line.split('|').map(str::trim).collect::<Vec<_>>();
    let head = parts(lines.next().unwrap());
    assert_eq!(head[2].split_whitespace().collect::<Vec<_>>(), PERSONAS, "the columns of matrix.txt");
    lines
        .map(|line| {
            let parts = parts(line);
            let cells: Vec<char> = parts[2].split_whitespace().flat_map(str::chars).collect();
            assert_eq!(cells.len(), PERSONAS.len(), "{line}");
            Row { object: parts[0], action: parts[1], cells }
        })
        .collect()
}

/// What a status means in the matrix.
fn class(status: u16) -> char {
    match status {
        200..=299 => '✔',
        401 | 403 | 404 | 410 => '✘',
        409 | 412 | 422 => '~',
        _ => '?',
    }
}

/// A request to send as somebody.
#[derive(Clone)]
struct Ask {
    method: Method,
    path: String,
    if_match: Option<String>,
    body: Option<Value>,
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

fn prompts() -> Value {
    json!({ "title": "Mine", "summary": "For visits.", "steps": [{ "title": "Before", "questions": ["Who is afraid?"] }] })
}

fn example() -> Value {
    json!({ "title": "Visits in pairs", "summary": "Two go, and talk in the car." })
}

/// Everybody, and what lies between them.
struct World {
    service: Service,
    northmoor: OrganisationId,
    eastvale: OrganisationId,
    people: Vec<(&'static str, Client)>,
    /// Shares that are over, by the persona they were made to.
    over: Vec<(&'static str, String)>,
    /// The agreement that has ended, a session under it, and what the author put on its agenda.
    ended: String,
    past_session: String,
    past_item: String,
}

impl World {
    async fn new() -> Self {
        let service = Service::new().await;
        let northmoor = service.authority("Northmoor Council").await;
        let eastvale = service.authority("Eastvale Council").await;
        let mut people = Vec::new();
        for (name, role) in MEMBERS {
            people.push((name, service.person(northmoor, name, &[role]).await));
        }
        people.push(("other-member", service.person(eastvale, "other-member", &[Role::Supervisor, Role::Editor]).await));
        people.push(("other-admin", service.person(eastvale, "other-admin", &[Role::Administrator]).await));
        let mut world = Self {
            service,
            northmoor,
            eastvale,
            people,
            over: Vec::new(),
            ended: String::new(),
            past_session: String::new(),
            past_item: String::new(),
        };
        world.live_through_the_past().await;
        world.let_systems_in().await;
        world
    }

    /// A supervision that ended, a share whose day passed, a colleague who left.
    async fn live_through_the_past(&mut self) {
        let (author, former) = (self.who("author"), self.who("former"));
        let reflection = author.writes("I left the plan in the car.").await;
        self.ended = former.supervises(&author).await;
        self.past_session = former.plans(&self.ended).await;
        let agenda = format!("/supervision/sessions/{}/agenda", self.past_session);
        self.past_item = author.post(&agenda, json!({ "text": "The second visit." })).await.is(201).id();
        for name in ["former", "leaver"] {
            let share = author.shares(&reflection, &self.who(name)).await;
            self.over.push((name, share));
        }
        let today = json!({ "person_id": self.who("lapsed").id.to_string(), "until": "2026-11-24" });
        let lapsing = author.post(&format!("/reflections/{reflection}/shares"), today).await.is(201).id();
        self.over.push(("lapsed", lapsing));
        self.end_between(&former, &author).await;
        let admin = self.who("admin");
        let member = format!("/organisations/{}/members/{}", self.northmoor, self.who("leaver").id);
        admin.delete_if(&member, FIRST).await.is(204);
        self.service.app.clock.advance(Duration::days(2));
    }

    /// Last, because their tokens are good for half an hour.
    async fn let_systems_in(&mut self) {
        let publisher = self.service.system(self.northmoor, &["library:publish"]).await;
        let reader = self.service.system(self.northmoor, &["library:read"]).await;
        let other = self.service.system(self.eastvale, &["library:publish", "library:read"]).await;
        let narrow = self.who("author").only(&["people:read"]).await;
        self.people.push(("publisher", publisher));
        self.people.push(("reader", reader));
        self.people.push(("other-client", other));
        self.people.push(("anonymous", self.service.anonymous()));
        self.people.push(("narrow", narrow));
    }

    fn who(&self, name: &str) -> Client {
        let Some((_, client)) = self.people.iter().find(|(known, _)| *known == name) else { panic!("nobody is called {name}") };
        client.clone()
    }

    async fn inventory(&self) -> Inventory {
        let mut inventory = inventory(&self.service.app.db).await.unwrap();
        inventory.retain(|table, _| !BESIDE_THE_POINT.contains(&table.as_str()));
        inventory
    }

    async fn send(&self, name: &str, ask: &Ask) -> u16 {
        let mut headers = Vec::new();
        if let Some(etag) = &ask.if_match {
            headers.push(("if-match", etag.as_str()));
        }
        if ask.body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let body = ask.body.as_ref().map(Value::to_string).unwrap_or_default();
        self.who(name).send(ask.method.clone(), &ask.path, &headers, body).await.status
    }

    /// Compares one line of the matrix with what happens; notes each difference.
    async fn compare(&self, row: &Row, differences: &mut Vec<String>) {
        let cells: Vec<(&str, char)> = PERSONAS.into_iter().zip(row.cells.iter().copied()).collect();
        let mut note = |name: &str, expected: char, status: u16| {
            if class(status) != expected {
                differences.push(format!("{} | {} | {name}: {expected} expected, {status} answered", row.object, row.action));
            }
        };
        let common = self.ask(row, "anonymous").await;
        let mut refused = Vec::new();
        for &(name, expected) in &cells {
            if expected == '✔' {
                continue;
            }
            let ask = if row.object == "own share" { self.ask(row, name).await } else { common.clone() };
            refused.push((name, expected, ask));
        }
        let before = self.inventory().await;
        for (name, expected, ask) in refused {
            let status = self.send(name, &ask).await;
            note(name, expected, status);
        }
        let after = self.inventory().await;
        for &(name, expected) in &cells {
            if expected == '✔' {
                let ask = self.ask(row, name).await;
                let status = self.send(name, &ask).await;
                note(name, expected, status);
            }
        }
        let changed: Vec<&String> =
            after.iter().filter(|(table, held)| before.get(*table) != Some(*held)).map(|(table, _)| table).collect();
        if !changed.is_empty() || before.len() != after.len() {
            differences.push(format!("{} | {}: what was refused changed {changed:?}", row.object, row.action));
        }
    }

    /// The request behind a line of the matrix, about an object made for it; some objects are the asking persona's own.
    async fn ask(&self, row: &Row, who: &str) -> Ask {
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

    async fn of_a_reflection(&self, object: &str, action: &str) -> Option<Ask> {
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

    async fn of_what_was_begun(&self, action: &str) -> Option<Ask> {
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

    async fn of_a_share(&self, object: &str, action: &str) -> Option<Ask> {
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
    async fn of_own_share(&self, action: &str, who: &str) -> Ask {
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

    async fn share_with_the_supervisor(&self) -> String {
        let (author, supervisor) = (self.who("author"), self.who("supervisor"));
        self.in_force().await;
        author.shares(&author.writes("I went in with a plan.").await, &supervisor).await
    }

    async fn of_prompts(&self, object: &str, action: &str) -> Option<Ask> {
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

    /// The agreements between two that have not ended.
    async fn living(&self, supervisor: &Client, worker: &Client) -> Vec<Value> {
        let mut agreements = worker.get("/supervision/agreements?limit=100").await.is(200).items().clone();
        agreements.retain(|one| one["supervisor_id"] == supervisor.id.to_string() && one["state"] != "ended");
        agreements
    }

    async fn end_between(&self, supervisor: &Client, worker: &Client) {
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
    async fn in_force(&self) -> String {
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

    async fn of_an_agreement(&self, object: &str, action: &str) -> Option<Ask> {
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

    async fn of_a_session(&self, object: &str, action: &str) -> Option<Ask> {
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

    async fn of_an_agenda(&self, object: &str, action: &str) -> Option<Ask> {
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

    async fn of_an_example(&self, object: &str, action: &str) -> Option<Ask> {
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

    async fn of_an_organisation(&self, object: &str, action: &str) -> Option<Ask> {
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

    async fn of_its_people(&self, object: &str, action: &str) -> Option<Ask> {
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

fn of_the_library(action: &str) -> Option<Ask> {
    Some(match action {
        "list" => get("/practice-examples"),
        "search" => get("/practice-examples?q=visits"),
        "follow by Atom" => get("/practice-examples.atom"),
        "follow by JSON Feed" => get("/practice-examples.json"),
        _ => return None,
    })
}

fn of_the_installation(action: &str) -> Option<Ask> {
    let backup = Ask { method: Method::POST, path: "/backups".to_owned(), if_match: None, body: None };
    Some(match action {
        "add an organisation" => post("/organisations", json!({ "name": "Westmere Council", "kind": "local_authority" })),
        "back up" => backup,
        "is it alive" => get("/health/live"),
        "is it ready" => get("/health/ready"),
        _ => return None,
    })
}

#[test]
fn everybody_does_what_the_matrix_grants_and_nothing_else() {
    run(async {
        let world = World::new().await;
        let (mut cells, mut lines, mut differences) = (0, 0, Vec::new());
        for row in rows() {
            world.compare(&row, &mut differences).await;
            cells += row.cells.len();
            lines += 1;
        }
        println!("A1: {cells} cells, {} differences", differences.len());
        assert!(differences.is_empty(), "{} of {cells} cells differ:\n{}", differences.len(), differences.join("\n"));
        assert_eq!(lines, ROWS, "lines of matrix.txt: add or remove one knowingly");
    });
}

/// The positive control: a matrix that is wrong is found out, in the answer and in the store.
#[test]
fn a_wrong_matrix_is_noticed() {
    run(async {
        let world = World::new().await;
        let mut differences = Vec::new();
        let wrong = Row { object: "reflection", action: "delete", cells: vec!['✘'; PERSONAS.len()] };
        world.compare(&wrong, &mut differences).await;
        assert_eq!(differences.len(), 2, "{differences:?}");
        assert!(differences[0].starts_with("reflection | delete | author:"), "{differences:?}");
        assert!(
            differences[1].contains("what was refused changed") && differences[1].contains("\"reflection\""),
            "{differences:?}"
        );
    });
}

const ACTIONS: [Action; 14] = [
    Action::Read,
    Action::Create,
    Action::Change,
    Action::Delete,
    Action::Share,
    Action::Withdraw,
    Action::Answer,
    Action::Accept,
    Action::End,
    Action::Add,
    Action::Publish,
    Action::Invite,
    Action::Manage,
    Action::Host,
];

fn some<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

/// Somebody with every scope and these roles in the organisation that hosts the installation.
fn person(id: PersonId, roles: &[Role]) -> Actor {
    let standings = vec![Standing { organisation: some(100), roles: roles.to_vec(), hosts: true }];
    Actor::Person(Person { id, standings, scopes: Scope::every(), credential: Credential::fresh(Uuid::nil()) })
}

/// What two people write to and about each other.
fn private(author: PersonId, with: PersonId) -> Vec<Object> {
    let mut objects = vec![
        Object::Account(author),
        Object::Reflection { author },
        Object::PromptSet(Some(author)),
        Object::Agreement { supervisor: with, worker: author },
    ];
    for lasts in [true, false] {
        objects.push(Object::Share { author, with, open: lasts });
        objects.push(Object::Session { supervisor: with, worker: author, lasting: lasts });
    }
    objects
}

fn granted(actor: &Actor, objects: &[Object]) -> Vec<(Action, Object)> {
    let pairs = objects.iter().flat_map(|object| ACTIONS.map(|action| (action, *object)));
    pairs.filter(|(action, object)| permits(actor, *action, *object)).collect()
}

#[test]
fn no_role_opens_what_two_others_write() {
    let (author, with) = (some(1), some(2));
    let objects = private(author, with);
    let every = [
        Role::Practitioner,
        Role::Supervisor,
        Role::PracticeEducator,
        Role::PrincipalSocialWorker,
        Role::Editor,
        Role::Administrator,
        Role::InformationGovernance,
    ];
    assert_eq!(granted(&person(some(3), &every), &objects).len(), 0);
    assert!(granted(&person(author, &[]), &objects).len() > 10, "the author needs no role");
}

#[test]
fn an_administrator_is_in_no_arm_of_reflections_shares_and_supervision() {
    let own: PersonId = some(3);
    let plain = granted(&person(own, &[Role::Practitioner]), &private(own, some(2)));
    let administrator = granted(&person(own, &[Role::Practitioner, Role::Administrator]), &private(own, some(2)));
    assert_eq!(plain.len(), administrator.len(), "the role adds nothing to one's own things either");
    assert!(!plain.is_empty());
    let organisation = Object::Organisation(some(100));
    assert!(permits(&person(own, &[Role::Administrator]), Action::Manage, organisation), "it is for this");
}

#[test]
fn a_system_touches_nothing_that_a_person_wrote() {
    let organisation: OrganisationId = some(100);
    let id: ServiceClientId = some(1);
    let system = Actor::Client(System { id, organisation, scopes: Scope::every() });
    // Even when its id is the same number as the author's.
    assert_eq!(granted(&system, &private(some(1), some(2))).len(), 0);
    assert!(permits(&system, Action::Publish, Object::Example { organisation, public: false }), "it is for this");
}

#[test]
fn a_share_that_is_over_is_its_authors_only() {
    let (author, with): (PersonId, PersonId) = (some(1), some(2));
    let over = Object::Share { author, with, open: false };
    assert_eq!(granted(&person(with, &[Role::Supervisor]), &[over]).len(), 0);
    assert!(permits(&person(author, &[]), Action::Read, over));
    assert!(permits(&person(with, &[]), Action::Read, Object::Share { author, with, open: true }));
}

#[test]
fn strangers_read_what_is_published_and_nothing_else() {
    let organisation: OrganisationId = some(100);
    let mut objects = private(some(1), some(2));
    objects.extend([Object::PromptSet(None), Object::Organisation(organisation), Object::Installation]);
    objects.extend([false, true].map(|public| Object::Example { organisation, public }));
    for stranger in [Actor::Anonymous, Actor::Service] {
        let granted = granted(&stranger, &objects);
        assert_eq!(granted.len(), 1, "{granted:?}");
        assert!(matches!(granted[0], (Action::Read, Object::Example { public: true, .. })));
    }
}
