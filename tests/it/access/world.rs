//! Everybody in the matrix, and what lies between them.

use chrono::Duration;
use serde_json::{Value, json};
use soundings::{
    access::Role,
    backup::{Inventory, inventory},
    id::OrganisationId,
};

use super::asks::{Ask, FIRST};
use crate::{
    browser::Browser,
    service::{Client, Service},
};

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

/// Changes with every request, refused or not, or says nothing about what people wrote.
const BESIDE_THE_POINT: [&str; 4] = ["credential", "operation", "once", "audit"];

/// Everybody, and what lies between them.
pub struct World {
    pub service: Service,
    pub northmoor: OrganisationId,
    pub eastvale: OrganisationId,
    people: Vec<(&'static str, Client)>,
    /// Shares that are over, by the persona they were made to.
    pub over: Vec<(&'static str, String)>,
    /// The agreement that has ended, a session under it, and what the author put on its agenda.
    pub ended: String,
    pub past_session: String,
    pub past_item: String,
    /// The cookie of a session that the leaver had open when they left.
    pub left_open: Option<String>,
}

impl World {
    pub async fn new() -> Self {
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
            left_open: None,
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
        self.service.app.clock.advance(Duration::days(2));
        self.left_open = Browser::of(&self.who("leaver")).await.cookie;
        let admin = self.who("admin");
        let member = format!("/organisations/{}/members/{}", self.northmoor, self.who("leaver").id);
        admin.delete_if(&member, FIRST).await.is(204);
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

    pub fn who(&self, name: &str) -> Client {
        let Some((_, client)) = self.people.iter().find(|(known, _)| *known == name) else { panic!("nobody is called {name}") };
        client.clone()
    }

    /// What the store holds of what people made.
    pub async fn inventory(&self) -> Inventory {
        let mut inventory = inventory(&self.service.app.db).await.unwrap();
        inventory.retain(|table, _| !BESIDE_THE_POINT.contains(&table.as_str()));
        inventory
    }

    /// Sends a request as somebody, and answers the status.
    pub async fn send(&self, name: &str, ask: &Ask) -> u16 {
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
}
