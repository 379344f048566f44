//! Every operation of the contract, called by those who have no business there (A2): strangers, another authority's
//! people, and somebody who has left. An operation that this table does not name fails the build.

use poem::http::Method;
use serde_json::{Map, Value, json};
use soundings::{
    access::Role,
    backup::{Inventory, inventory},
    router,
};

use crate::service::{Answer, Client, PASSWORD, Service, Team, run};

/// Whose an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// Anyone may call it.
    Everyones,
    /// It is about whoever calls it.
    Ones,
    /// It is about what belongs to somebody in particular: the person whose name follows gets it.
    Theirs(&'static str),
    /// It opens to a secret, which the callers here do not have.
    Secret,
}

use Whose::{Everyones, Ones, Secret, Theirs};

/// Every operation. The list of those that another authority's people may call is short and written by hand.
const OPERATIONS: [(&str, Whose); 93] = [
    ("get_me", Ones),
    ("change_password", Ones),
    ("get_codes", Ones),
    ("begin_codes", Ones),
    ("turn_off_codes", Ones),
    ("confirm_codes", Ones),
    ("renew_recovery_codes", Ones),
    ("sign_in", Secret),
    ("list_sessions", Ones),
    ("sign_out", Ones),
    ("confirm_session", Secret),
    ("end_session", Theirs("worker")),
    ("list_tokens", Ones),
    ("create_token", Ones),
    ("revoke_token", Theirs("worker")),
    ("create_access_token", Secret),
    ("get_setup", Secret),
    ("set_up", Secret),
    ("create_organisation", Theirs("admin")),
    ("get_organisation", Theirs("worker")),
    ("rename_organisation", Theirs("admin")),
    ("list_colleagues", Theirs("worker")),
    ("list_members", Theirs("admin")),
    ("get_member", Theirs("admin")),
    ("set_roles", Theirs("admin")),
    ("end_membership", Theirs("admin")),
    ("list_invitations", Theirs("admin")),
    ("invite_person", Theirs("admin")),
    ("withdraw_invitation", Theirs("admin")),
    ("accept_invitation", Secret),
    ("list_service_clients", Theirs("admin")),
    ("create_service_client", Theirs("admin")),
    ("revoke_service_client", Theirs("admin")),
    ("write_reflection", Ones),
    ("list_reflections", Ones),
    ("get_reflection", Theirs("worker")),
    ("revise_reflection", Theirs("worker")),
    ("delete_reflection", Theirs("worker")),
    ("list_revisions", Theirs("worker")),
    ("get_revision", Theirs("worker")),
    ("get_working_copy", Theirs("worker")),
    ("keep_working_copy", Theirs("worker")),
    ("discard_working_copy", Theirs("worker")),
    ("begin_reflection", Ones),
    ("list_begun", Ones),
    ("list_returning", Ones),
    ("mark_reflection", Theirs("worker")),
    ("unmark_reflection", Theirs("worker")),
    ("get_audience", Theirs("worker")),
    ("share_reflection", Theirs("worker")),
    ("list_shares", Theirs("worker")),
    ("get_share", Theirs("worker")),
    ("update_share", Theirs("worker")),
    ("withdraw_share", Theirs("worker")),
    ("list_received", Ones),
    ("get_received", Theirs("supervisor")),
    ("respond", Theirs("supervisor")),
    ("list_prompt_sets", Ones),
    ("create_prompt_set", Ones),
    ("get_prompt_set", Theirs("worker")),
    ("change_prompt_set", Theirs("worker")),
    ("delete_prompt_set", Theirs("worker")),
    ("list_examples", Everyones),
    ("write_example", Theirs("editor")),
    ("list_drafts", Theirs("editor")),
    ("put_example", Theirs("editor")),
    ("get_example", Theirs("editor")),
    ("revise_example", Theirs("editor")),
    ("publish_example", Theirs("editor")),
    ("withdraw_example", Theirs("editor")),
    ("list_versions", Theirs("editor")),
    ("get_version", Theirs("editor")),
    ("get_citation", Theirs("editor")),
    ("get_atom_feed", Everyones),
    ("get_json_feed", Everyones),
    ("preview_markdown", Ones),
    ("propose_agreement", Theirs("supervisor")),
    ("list_agreements", Ones),
    ("get_agreement", Theirs("supervisor")),
    ("change_agreement", Theirs("supervisor")),
    ("accept_agreement", Theirs("supervisor")),
    ("end_agreement", Theirs("supervisor")),
    ("plan_session", Theirs("supervisor")),
    ("list_supervision_sessions", Ones),
    ("get_supervision_session", Theirs("supervisor")),
    ("move_session", Theirs("supervisor")),
    ("cancel_session", Theirs("supervisor")),
    ("get_agenda", Theirs("supervisor")),
    ("add_agenda_item", Theirs("supervisor")),
    ("remove_agenda_item", Theirs("worker")),
    ("get_liveness", Everyones),
    ("get_readiness", Everyones),
    ("create_backup", Theirs("admin")),
];

fn table() -> impl Iterator<Item = (&'static str, Whose)> {
    OPERATIONS.into_iter()
}

fn whose(operation: &Operation) -> Whose {
    let Some((_, whose)) = table().find(|(name, _)| *name == operation.id) else {
        panic!("{} is not in the table of endpoints.rs", operation.id)
    };
    whose
}

/// An operation as the contract describes it.
pub struct Operation {
    /// Its `operationId`.
    pub id: String,
    /// Its method.
    pub method: Method,
    /// Its path with placeholders.
    pub path: String,
    /// Whether it needs a credential.
    pub secured: bool,
    /// Whether it takes a JSON body.
    pub takes_json: bool,
}

/// Every operation of the contract.
pub fn operations() -> Vec<Operation> {
    let document = router::document();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let schemes = operation["security"].as_array().cloned().unwrap_or_default();
            let open = schemes.is_empty() || schemes.iter().any(|scheme| scheme.as_object().is_some_and(Map::is_empty));
            operations.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                secured: !open,
                takes_json: operation.pointer("/requestBody/content/application~1json").is_some(),
            });
        }
    }
    operations
}

/// An authority in the middle of its work, somebody from elsewhere, and somebody who has left.
pub struct Scene {
    pub service: Service,
    pub team: Team,
    pub other: Client,
    pub leaver: Client,
    ids: Vec<(&'static str, String)>,
}

impl Scene {
    /// Sets it.
    pub async fn new() -> Self {
        let service = Service::new().await;
        let team = service.team().await;
        let eastvale = service.authority("Eastvale Council").await;
        // With every role: none of them opens anything elsewhere.
        let every = [
            Role::Practitioner,
            Role::Supervisor,
            Role::PracticeEducator,
            Role::PrincipalSocialWorker,
            Role::Editor,
            Role::Administrator,
            Role::InformationGovernance,
        ];
        let other = service.person(eastvale, "Olu Other", &every).await;
        let leaver = service.person(team.authority, "Lee Leaver", &every).await;
        let member = format!("/organisations/{}/members/{}", team.authority, leaver.id);
        team.admin.delete_if(&member, "\"1\"").await.is(204);
        let mut scene = Self { service, team, other, leaver, ids: Vec::new() };
        scene.write().await;
        scene.supervise().await;
        scene.administrate().await;
        scene
    }

    async fn write(&mut self) {
        let worker = self.team.worker.clone();
        let reflection = worker.writes("I left the plan in the car.").await;
        let copy = format!("/reflections/{reflection}/working-copy");
        worker.put(&copy, json!({ "body": "I left", "based_on": 1 })).await.is(200);
        let slug = worker.post("/prompt-sets", self.body("create_prompt_set").unwrap()).await.is(201);
        self.keep("slug", slug.json["slug"].as_str().unwrap());
        self.keep("reflection", &reflection);
        self.keep("number", "1");
        let shelf = format!("/organisations/{}/practice-examples", self.team.authority);
        let draft = self.team.editor.post(&shelf, json!({ "title": "Visits in pairs", "summary": "Two go." })).await.is(201);
        self.keep("example", &draft.id());
        self.keep("key", "visits");
    }

    async fn supervise(&mut self) {
        let (worker, supervisor) = (self.team.worker.clone(), self.team.supervisor.clone());
        let agreement = supervisor.supervises(&worker).await;
        let session = supervisor.plans(&agreement).await;
        let agenda = format!("/supervision/sessions/{session}/agenda");
        let item = worker.post(&agenda, json!({ "text": "The second visit." })).await.is(201).id();
        let share = worker.shares(self.id("reflection"), &supervisor).await;
        self.keep("agreement", &agreement);
        self.keep("supervision session", &session);
        self.keep("item", &item);
        self.keep("share", &share);
    }

    async fn administrate(&mut self) {
        let (worker, admin) = (self.team.worker.clone(), self.team.admin.clone());
        let organisation = format!("/organisations/{}", self.team.authority);
        let invitation = admin.post(&format!("{organisation}/invitations"), self.body("invite_person").unwrap()).await.is(201);
        let client =
            admin.post(&format!("{organisation}/service-clients"), self.body("create_service_client").unwrap()).await.is(201);
        let token = worker.post("/tokens", self.body("create_token").unwrap()).await.is(201);
        let signed = worker.post("/sessions", json!({ "email": worker.email, "password": PASSWORD })).await.is(201);
        self.keep("organisation", &self.team.authority.to_string());
        self.keep("person", &worker.id.to_string());
        self.keep("invitation", &invitation.id());
        self.keep("client", &client.id());
        self.keep("id", &token.id());
        self.keep("session", &signed.id());
        self.keep("link", "snd_inv_aaaa_00000000");
    }

    fn keep(&mut self, name: &'static str, id: &str) {
        self.ids.push((name, id.to_owned()));
    }

    fn id(&self, name: &str) -> &str {
        let Some((_, id)) = self.ids.iter().find(|(known, _)| *known == name) else { panic!("the scene has no {name}") };
        id
    }

    /// The address of an operation on what is in the scene.
    fn path(&self, operation: &Operation) -> String {
        let mut path = operation.path.clone();
        if path.starts_with("/supervision") {
            path = path.replace("{session}", self.id("supervision session"));
        }
        for (name, id) in &self.ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        assert!(!path.contains('{'), "the scene has nothing for {path}");
        if operation.id == "withdraw_example" { format!("{path}?reason=A+mistake") } else { path }
    }

    /// A body that the operation would take.
    pub fn body(&self, operation: &str) -> Option<Value> {
        let (team, wrong, new) = (&self.team, "not this one at all", "nine loud storks leaving");
        let steps = json!([{ "title": "Before", "questions": ["Who is afraid?"] }]);
        Some(match operation {
            "change_password" => json!({ "present": wrong, "new": new }),
            "sign_in" => json!({ "email": team.worker.email, "password": wrong }),
            "confirm_codes" => json!({ "code": "000000" }),
            "confirm_session" => json!({ "password": wrong }),
            "create_token" => json!({ "name": "Script", "scopes": ["account:read"], "expires_at": "2027-01-24T09:00:00Z" }),
            "set_up" => json!({
                "organisation": { "name": "Westmere Council", "kind": "local_authority" },
                "name": "Ada First", "email": "ada@test.example", "password": new,
            }),
            "create_organisation" => json!({ "name": "Westmere Council", "kind": "local_authority" }),
            "rename_organisation" => json!({ "name": "Northmoor" }),
            "set_roles" => json!({ "roles": ["editor"] }),
            "invite_person" => json!({ "email": "nia@test.example", "name": "Nia New", "roles": ["practitioner"] }),
            "accept_invitation" => json!({ "password": new }),
            "create_service_client" => json!({ "name": "A website", "scopes": ["library:read"] }),
            "write_reflection" => json!({ "body": "What I saw today." }),
            "revise_reflection" => json!({ "title": "Second visit" }),
            "begin_reflection" | "keep_working_copy" => json!({ "body": "I left the", "based_on": 1 }),
            "share_reflection" => json!({ "person_id": team.psw.id.to_string(), "note": "What do you see?" }),
            "update_share" => json!({ "push": true }),
            "respond" => json!({ "body": "I see a door." }),
            "create_prompt_set" | "change_prompt_set" => json!({ "title": "Mine", "summary": "For visits.", "steps": steps }),
            "write_example" | "put_example" => json!({
                "title": "Visits in pairs", "summary": "Two go.",
                "evidence": [{ "kind": "research", "text": "A study." }], "sources": [{ "title": "A study" }],
            }),
            "revise_example" => json!({ "summary": "Two go, and one drives." }),
            "preview_markdown" => json!({ "markdown": "*Hello*" }),
            "propose_agreement" => json!({
                "organisation_id": team.authority.to_string(), "supervisor_id": team.supervisor.id.to_string(),
                "worker_id": team.peer.id.to_string(), "purpose": "To think.",
            }),
            "change_agreement" => json!({ "frequency": "Every three weeks." }),
            "plan_session" => json!({ "agreement_id": self.id("agreement"), "starts_at": "2026-12-08T10:00:00Z", "minutes": 60 }),
            "move_session" => json!({ "starts_at": "2026-12-09T10:00:00Z", "minutes": 60, "reason": "A hearing." }),
            "cancel_session" => json!({ "reason": "A hearing." }),
            "add_agenda_item" => json!({ "text": "Leave in December." }),
            _ => return None,
        })
    }

    /// Calls an operation with a body, or with none.
    pub async fn call(&self, who: &Client, operation: &Operation, body: Option<Value>) -> Answer {
        let first = self.call_having_read(1, who, operation, body.clone()).await;
        match first.json["current_revision"].as_i64() {
            Some(current) => self.call_having_read(current, who, operation, body).await,
            None => first,
        }
    }

    async fn call_having_read(&self, revision: i64, who: &Client, operation: &Operation, body: Option<Value>) -> Answer {
        let path = self.path(operation);
        let mut headers = Vec::new();
        let mut text = String::new();
        let seen = format!("\"{revision}\"");
        if operation.method != Method::GET {
            headers.push(("if-match", seen.as_str()));
        }
        if operation.id == "create_access_token" {
            headers.push(("content-type", "application/x-www-form-urlencoded"));
            text = format!("grant_type=client_credentials&client_id={}&client_secret=wrong", self.id("client"));
        }
        if let Some(body) = body {
            headers.push(("content-type", "application/json"));
            text = body.to_string();
        }
        who.send(operation.method.clone(), &path, &headers, text).await
    }

    /// One of the team by the name in the table.
    pub fn who(&self, name: &str) -> &Client {
        match name {
            "worker" => &self.team.worker,
            "supervisor" => &self.team.supervisor,
            "editor" => &self.team.editor,
            "admin" => &self.team.admin,
            _ => panic!("the team has no {name}"),
        }
    }

    /// What the store holds, but for what every request may touch.
    pub async fn inventory(&self) -> Inventory {
        let mut inventory = inventory(&self.service.app.db).await.unwrap();
        inventory.retain(|table, _| !["credential", "operation", "once", "audit"].contains(&table.as_str()));
        inventory
    }

    /// Calls every operation as somebody; answers the status of each.
    async fn call_all(&self, who: &Client, wanted: impl Fn(&Operation) -> bool) -> Vec<(Operation, u16)> {
        let chosen: Vec<Operation> = operations().into_iter().filter(wanted).collect();
        let mut answers = Vec::new();
        for operation in chosen {
            let status = self.call(who, &operation, self.body(&operation.id)).await.status;
            answers.push((operation, status));
        }
        answers
    }
}

/// The name of whoever an operation can be tried as.
pub fn rightful(operation: &Operation) -> &'static str {
    match whose(operation) {
        Theirs(name) => name,
        Everyones | Ones | Secret => "worker",
    }
}

fn told(answers: &[(Operation, u16)]) -> Vec<String> {
    answers.iter().map(|(operation, status)| format!("{} answered {status}", operation.id)).collect()
}

#[test]
fn every_operation_of_the_contract_is_in_the_table() {
    let documented: Vec<String> = operations().into_iter().map(|operation| operation.id).collect();
    let missing: Vec<&String> = documented.iter().filter(|id| !table().any(|(name, _)| name == id.as_str())).collect();
    let unknown: Vec<&str> = table().map(|(name, _)| name).filter(|name| !documented.iter().any(|id| id == name)).collect();
    println!("A2: {} operations, {} missing", documented.len(), missing.len());
    assert!(missing.is_empty(), "these operations are not in the table of endpoints.rs: {missing:?}");
    assert!(unknown.is_empty(), "the contract has no such operations any more: {unknown:?}");
}

#[test]
fn every_operation_that_takes_a_body_can_be_tried() {
    run(async {
        let scene = Scene::new().await;
        let without: Vec<String> =
            operations().into_iter().filter(|one| one.takes_json && scene.body(&one.id).is_none()).map(|one| one.id).collect();
        assert!(without.is_empty(), "endpoints.rs knows no body for {without:?}");
    });
}

#[test]
fn strangers_are_asked_to_sign_in() {
    run(async {
        let scene = Scene::new().await;
        let before = scene.inventory().await;
        let mut answers = scene.call_all(&scene.service.anonymous(), |_| true).await;
        answers.retain(|(operation, status)| {
            let right = match (operation.secured, whose(operation)) {
                (true, _) => *status == 401,
                (false, Everyones) => *status == 200,
                (false, _) => (400..500).contains(status),
            };
            !right
        });
        assert!(answers.is_empty(), "{:?}", told(&answers));
        assert_eq!(scene.inventory().await, before, "strangers change nothing");
    });
}

#[test]
fn only_what_is_everyones_or_opens_to_a_secret_needs_no_credential() {
    let drafts_or_published = ["get_example", "list_versions", "get_version", "get_citation"];
    let mut open = operations();
    open.retain(|operation| !operation.secured && !matches!(whose(operation), Everyones | Secret));
    let open: Vec<&str> = open.iter().map(|operation| operation.id.as_str()).collect();
    assert!(open.iter().all(|id| drafts_or_published.contains(id)), "{open:?}");
}

#[test]
fn a_leaver_with_an_old_token_is_let_in_nowhere() {
    run(async {
        let scene = Scene::new().await;
        let before = scene.inventory().await;
        let mut answers = scene.call_all(&scene.leaver, |_| true).await;
        assert_eq!(answers.len(), OPERATIONS.len(), "all of them were called");
        answers.retain(|(_, status)| *status != 401);
        assert!(answers.is_empty(), "{:?}", told(&answers));
        assert_eq!(scene.inventory().await, before, "a leaver changes nothing");
    });
}

#[test]
fn another_authoritys_people_get_nothing_of_this_one() {
    run(async {
        let scene = Scene::new().await;
        let before = scene.inventory().await;
        let mut answers = scene.call_all(&scene.other, |one| matches!(whose(one), Theirs(_) | Secret)).await;
        answers.retain(|(operation, status)| match whose(operation) {
            Theirs(_) => !matches!(status, 403 | 404),
            _ => !(400..500).contains(status),
        });
        assert!(answers.is_empty(), "{:?}", told(&answers));
        assert_eq!(scene.inventory().await, before, "they change nothing");
    });
}

#[test]
fn what_does_not_exist_for_another_authority_answers_as_what_never_existed() {
    run(async {
        let scene = Scene::new().await;
        let mut answers = scene.call_all(&scene.other, |one| one.method == Method::GET && matches!(whose(one), Theirs(_))).await;
        answers.retain(|(_, status)| *status != 404);
        assert!(answers.is_empty(), "{:?}", told(&answers));
    });
}

/// The positive control: the same requests, by those whose things they are about.
#[test]
fn those_whose_things_they_are_do_get_them() {
    run(async {
        let scene = Scene::new().await;
        let mut tried = 0;
        let mut refused = Vec::new();
        for operation in operations() {
            // A draft has no version to read.
            if operation.method != Method::GET || !matches!(whose(&operation), Theirs(_)) || operation.id == "get_version" {
                continue;
            }
            tried += 1;
            let status = scene.call(scene.who(rightful(&operation)), &operation, None).await.status;
            if status != 200 {
                refused.push((operation, status));
            }
        }
        assert!(refused.is_empty(), "{:?}", told(&refused));
        assert!(tried > 15, "{tried} operations were tried");
    });
}
