//! Private words stay where they belong (A3), and what the service owns is not for callers to set (A4).
//!
//! A3: every private field holds a marker of its own. Then everybody reads everything that can be read, and every byte
//! that comes back is looked through: the table [`MARKS`], written by hand, says who may see which marker, and each of
//! those does see it somewhere.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use poem::http::Method;
use serde_json::{Value, json};
use soundings::access::Role;

use crate::{
    endpoints::{Operation, Scene, operations, rightful},
    service::{Answer, Client, PASSWORD, Service, Team, run},
};

/// A marker: letters only, so that no encoding changes it, and none is part of another.
fn mark(name: &str) -> String {
    format!("qzx{name}z")
}

/// A word that several texts have, to search for: it gives nothing away by itself.
const COMMON: &str = "heronry";

/// Everybody who sees what is published.
const EVERYONE: [&str; 12] = [
    "worker",
    "peer",
    "supervisor",
    "psw",
    "editor",
    "admin",
    "governance",
    "other",
    "publisher",
    "reader",
    "anonymous",
    "narrow",
];

/// Who may see what: by the fields that hold markers.
const MARKS: &[(&[&str], &[&str])] = &[
    // A reflection as it was shared with the peer, and the word that went with it.
    (&["body", "title", "unease", "unknown", "hypothesis"], &["worker", "peer"]),
    (&["note", "response"], &["worker", "peer"]),
    // Tags are the author's own; so is what they wrote after they shared, and what they are typing.
    (&["tag", "laterbody", "latertitle", "copybody", "copytitle"], &["worker"]),
    (&["unsharedbody", "unsharedtitle"], &["worker"]),
    // Shared with the principal social worker until a day that has passed.
    (&["lapsedbody", "lapsednote"], &["worker"]),
    // Shared with a supervisor who has stopped being one: nothing of that share is left but the author's text.
    (&["formerbody"], &["worker"]),
    (&["formernote"], &[]),
    (&["promptstitle", "promptssummary", "promptsintroduction", "promptsstep", "promptsquestion"], &["worker"]),
    (&["purpose", "frequency", "recording", "limits", "disagree"], &["worker", "supervisor"]),
    (&["place", "moved", "cancelled", "agendaworker", "agendasupervisor"], &["worker", "supervisor"]),
    // The agreement that has ended stays readable to its two sides.
    (&["endedpurpose", "endedplace", "endedagenda"], &["worker", "psw"]),
    // Drafts are their writers' own, and what they withdrew.
    (
        &[
            "drafttitle",
            "draftsummary",
            "draftchild",
            "draftcontext",
            "draftdid",
            "draftdifference",
            "draftfailed",
            "drafttook",
            "draftreached",
            "draftevidence",
            "draftevidencesource",
            "drafttheme",
            "draftsource",
            "drafturl",
            "draftcontact",
            "draftlicence",
            "draftsummarises",
            "draftkey",
            "redraft",
            "withdrawn",
        ],
        &["editor", "reader"],
    ),
    (&["published"], &EVERYONE),
    // An invitation is the administrators'.
    (&["invitedname", "invitedemail", "clientname"], &["admin"]),
    (&["tokenname"], &["worker"]),
    (&["organisationname"], &["other"]),
];

/// What was written, and by whom it is read.
struct Village {
    service: Service,
    team: Team,
    people: Vec<(&'static str, Client)>,
    /// What the placeholders of the contract stand for: all there is of each kind.
    ids: BTreeMap<&'static str, BTreeSet<String>>,
    /// What was shown once, and addresses: each with who may see it.
    secrets: Vec<(String, String, Vec<&'static str>)>,
}

impl Village {
    async fn new() -> Self {
        let service = Service::new().await;
        let team = service.team().await;
        let mut village = Self { service, team, people: Vec::new(), ids: BTreeMap::new(), secrets: Vec::new() };
        village.settle().await;
        village.reflect().await;
        village.service.app.clock.advance(Duration::days(2));
        village.supervise().await;
        village.publish().await;
        village.administrate().await;
        village.gather().await;
        village
    }

    fn keep(&mut self, name: &'static str, id: &str) {
        self.ids.entry(name).or_default().insert(id.to_owned());
    }

    /// Says that something was shown once, or is somebody's address.
    fn hide(&mut self, what: &str, text: &str, seen_by: &[&'static str]) {
        assert!(text.len() > 8, "{what} is too short to be looked for");
        self.secrets.push((what.to_owned(), text.to_owned(), seen_by.to_vec()));
    }

    async fn settle(&mut self) {
        let every = [Role::Practitioner, Role::Supervisor, Role::Editor, Role::Administrator, Role::InformationGovernance];
        let eastvale = self.service.authority(&mark("organisationname")).await;
        let other = self.service.person(eastvale, "Olu Other", &every).await;
        let leaver = self.service.person(self.team.authority, "Lee Leaver", &every).await;
        let member = format!("/organisations/{}/members/{}", self.team.authority, leaver.id);
        self.team.admin.delete_if(&member, "\"1\"").await.is(204);
        let team = &self.team;
        let mut people = vec![
            ("worker", team.worker.clone()),
            ("peer", team.peer.clone()),
            ("supervisor", team.supervisor.clone()),
            ("psw", team.psw.clone()),
            ("editor", team.editor.clone()),
            ("admin", team.admin.clone()),
            ("governance", team.governance.clone()),
            ("other", other),
            ("leaver", leaver),
        ];
        for (name, client) in &people {
            self.hide(&format!("the token of {name}"), client.token.as_deref().unwrap_or_default(), &[]);
            // Administrators see the addresses of their own organisation's members.
            let readers = match *name {
                "leaver" => vec![],
                "admin" | "other" => vec![*name],
                _ => vec![*name, "admin"],
            };
            self.hide(&format!("the address of {name}"), &client.email, &readers);
        }
        for (_, client) in &people {
            self.keep("person", &client.id.to_string());
            self.keep("organisation", &client.authority.to_string());
        }
        self.hide("everybody's password", PASSWORD, &[]);
        self.people.append(&mut people);
    }

    async fn reflect(&mut self) {
        let (worker, peer, psw) = (self.team.worker.clone(), self.team.peer.clone(), self.team.psw.clone());
        let written = worker
            .post(
                "/reflections",
                json!({
                    "body": format!("{} {COMMON}", mark("body")), "title": mark("title"), "tags": [mark("tag")], "unease": mark("unease"),
                    "unknowns": [mark("unknown")], "hypotheses": [mark("hypothesis")], "occurred_on": "2026-11-20",
                }),
            )
            .await
            .is(201);
        let reflection = written.id();
        let shares = format!("/reflections/{reflection}/shares");
        let share = worker.post(&shares, json!({ "person_id": peer.id.to_string(), "note": mark("note") })).await.is(201).id();
        peer.post(&format!("/shared-with-me/{share}/responses"), json!({ "body": mark("response") })).await.is(201);
        let later = json!({ "body": format!("{} {COMMON}", mark("laterbody")), "title": mark("latertitle") });
        worker.patch(&format!("/reflections/{reflection}"), &written.etag(), later).await.is(200);
        let copy = json!({ "body": mark("copybody"), "title": mark("copytitle"), "based_on": 2 });
        worker.put(&format!("/reflections/{reflection}/working-copy"), copy).await.is(200);
        let unshared = json!({ "body": format!("{} {COMMON}", mark("unsharedbody")), "title": mark("unsharedtitle") });
        let unshared = worker.post("/reflections", unshared).await.is(201).id();
        let lapsing = worker.writes(&mark("lapsedbody")).await;
        let today = json!({ "person_id": psw.id.to_string(), "until": "2026-11-24", "note": mark("lapsednote") });
        let lapsed = worker.post(&format!("/reflections/{lapsing}/shares"), today).await.is(201).id();
        psw.get(&format!("/shared-with-me/{lapsed}")).await.is(200);
        let prompts = json!({
            "title": mark("promptstitle"), "summary": mark("promptssummary"), "introduction": mark("promptsintroduction"),
            "steps": [{ "title": mark("promptsstep"), "questions": [mark("promptsquestion")] }],
        });
        let prompts = worker.post("/prompt-sets", prompts).await.is(201);
        self.keep("slug", prompts.json["slug"].as_str().unwrap());
        self.keep("slug", "gibbs");
        for id in [reflection, unshared, lapsing] {
            self.keep("reflection", &id);
        }
        for id in [share, lapsed] {
            self.keep("share", &id);
        }
        for number in ["1", "2"] {
            self.keep("number", number);
        }
    }

    async fn supervise(&mut self) {
        let (worker, supervisor) = (self.team.worker.clone(), self.team.supervisor.clone());
        let agreement = supervisor.supervises(&worker).await;
        let terms = json!({
            "purpose": mark("purpose"), "frequency": mark("frequency"), "recording": mark("recording"),
            "limits_of_confidentiality": mark("limits"), "how_we_disagree": mark("disagree"),
        });
        let path = format!("/supervision/agreements/{agreement}");
        let etag = supervisor.get(&path).await.is(200).etag();
        supervisor.patch(&path, &etag, terms).await.is(200);
        let session = plan(&supervisor, &agreement, &mark("place")).await;
        let path = format!("/supervision/sessions/{session}");
        let moved =
            json!({ "starts_at": "2026-12-09T10:00:00Z", "minutes": 60, "place": mark("place"), "reason": mark("moved") });
        let etag = worker.patch(&path, "\"1\"", moved).await.is(200).etag();
        for (client, text) in [(&worker, "agendaworker"), (&supervisor, "agendasupervisor")] {
            client.post(&format!("{path}/agenda"), json!({ "text": mark(text) })).await.is(201);
        }
        worker.put_if(&format!("{path}/cancellation"), &etag, json!({ "reason": mark("cancelled") })).await.is(200);
        self.keep("agreement", &agreement);
        self.keep("session", &session);
        self.part().await;
    }

    /// The principal social worker supervised the worker once.
    async fn part(&mut self) {
        let (worker, former) = (self.team.worker.clone(), self.team.psw.clone());
        let agreement = former.supervises(&worker).await;
        let path = format!("/supervision/agreements/{agreement}");
        let etag = former.get(&path).await.is(200).etag();
        let etag = former.patch(&path, &etag, json!({ "purpose": mark("endedpurpose") })).await.is(200).etag();
        let session = plan(&former, &agreement, &mark("endedplace")).await;
        former.post(&format!("/supervision/sessions/{session}/agenda"), json!({ "text": mark("endedagenda") })).await.is(201);
        let reflection = worker.writes(&mark("formerbody")).await;
        let note = json!({ "person_id": former.id.to_string(), "note": mark("formernote") });
        let share = worker.post(&format!("/reflections/{reflection}/shares"), note).await.is(201).id();
        let seen = former.get(&format!("/shared-with-me/{share}")).await.is(200);
        assert!(seen.text.contains(&mark("formernote")) && seen.text.contains(&mark("formerbody")), "it was there to be lost");
        worker.put_if(&format!("{path}/ending"), &etag, json!({})).await.is(200);
        self.keep("agreement", &agreement);
        self.keep("session", &session);
        self.keep("reflection", &reflection);
        self.keep("share", &share);
    }

    async fn publish(&mut self) {
        let editor = self.team.editor.clone();
        let shelf = format!("/organisations/{}/practice-examples", self.team.authority);
        let draft = json!({
            "title": mark("drafttitle"), "summary": format!("{} {COMMON}", mark("draftsummary")), "childs_experience": mark("draftchild"),
            "context": mark("draftcontext"), "what_we_did": mark("draftdid"), "difference_made": mark("draftdifference"),
            "what_did_not_work": mark("draftfailed"), "what_it_took": mark("drafttook"), "reached": mark("draftreached"),
            "evidence": [{ "kind": "research", "text": mark("draftevidence"), "source": mark("draftevidencesource") }],
            "themes": [mark("drafttheme")], "sources": [{ "title": mark("draftsource"), "url": format!("https://{}.example/", mark("drafturl")) }],
            "contact": mark("draftcontact"), "licence": mark("draftlicence"), "summarises": mark("draftsummarises"),
        });
        let draft = editor.put(&format!("{shelf}/{}", mark("draftkey")), draft).await.is(201).id();
        let out = |text: String| json!({ "title": format!("{COMMON} {text}"), "summary": text, "themes": ["early-help"], "state": "published" });
        let published = editor.post(&shelf, out(mark("published"))).await.is(201);
        let path = format!("/practice-examples/{}", published.id());
        editor.patch(&path, &published.etag(), json!({ "summary": mark("redraft"), "context": mark("redraft") })).await.is(200);
        let withdrawn = editor.post(&shelf, out(mark("withdrawn"))).await.is(201);
        let publication = format!("/practice-examples/{}/publication?reason=A+mistake", withdrawn.id());
        editor.delete_if(&publication, &withdrawn.etag()).await.is(204);
        for id in [draft, published.id(), withdrawn.id()] {
            self.keep("example", &id);
        }
    }

    async fn administrate(&mut self) {
        let (worker, admin) = (self.team.worker.clone(), self.team.admin.clone());
        let organisation = format!("/organisations/{}", self.team.authority);
        let invited = json!({
            "email": format!("{}@test.example", mark("invitedemail")), "name": mark("invitedname"), "roles": ["practitioner"],
        });
        let invited = admin.post(&format!("{organisation}/invitations"), invited).await.is(201);
        let client = json!({ "name": mark("clientname"), "scopes": ["library:read"] });
        let client = admin.post(&format!("{organisation}/service-clients"), client).await.is(201);
        let token = json!({ "name": mark("tokenname"), "scopes": ["account:read"], "expires_at": "2027-01-24T09:00:00Z" });
        let token = worker.post("/tokens", token).await.is(201);
        let signed = worker.post("/sessions", json!({ "email": worker.email, "password": PASSWORD })).await.is(201);
        let cookie = signed.header("set-cookie").split(['=', ';']).nth(1).unwrap_or_default().to_owned();
        for (what, answer, name) in [
            ("the link of an invitation", &invited, "secret"),
            ("the client's secret", &client, "client_secret"),
            ("a token", &token, "token"),
        ] {
            self.hide(what, answer.json[name].as_str().unwrap(), &[]);
        }
        self.hide("a session", &cookie, &[]);
        let pair = format!("sid={cookie}");
        let headers = [("cookie", pair.as_str()), ("sec-fetch-site", "same-origin")];
        let at_home = Client { token: None, ..worker };
        let offer = at_home.send(Method::PUT, "/me/codes", &headers, ()).await.is(200);
        self.hide("the secret of an app", offer.json["secret"].as_str().unwrap(), &[]);
        self.keep("link", "snd_inv_aaaa_00000000");
    }

    /// Systems, nobody, and the worker with a token that is for something else. Access tokens last half an hour.
    async fn gather(&mut self) {
        let publisher = self.service.system(self.team.authority, &["library:publish"]).await;
        let reader = self.service.system(self.team.authority, &["library:read"]).await;
        let narrow = self.team.worker.only(&["people:read"]).await;
        for (name, client) in [("publisher", publisher), ("reader", reader), ("narrow", narrow)] {
            self.hide(&format!("the token of {name}"), client.token.as_deref().unwrap_or_default(), &[]);
            self.people.push((name, client));
        }
        self.people.push(("anonymous", self.service.anonymous()));
    }

    /// Every address that can be read, with every id there is.
    fn addresses(&self) -> Vec<String> {
        let mut addresses = Vec::new();
        for operation in operations().into_iter().filter(|operation| operation.method == Method::GET) {
            let mut filled = vec![operation.path.clone()];
            for (name, ids) in &self.ids {
                let hole = format!("{{{name}}}");
                filled = filled.iter().flat_map(|path| with_each(path, &hole, ids)).collect();
            }
            for path in filled {
                assert!(!path.contains('{'), "there is nothing for {path}");
                addresses.extend(queries(&operation).into_iter().map(|query| format!("{path}{query}")));
            }
        }
        addresses
    }

    /// What everybody sees.
    async fn look(&self) -> Vec<(&'static str, String, Answer)> {
        let mut seen = Vec::new();
        let addresses = self.addresses();
        for (name, client) in &self.people {
            for address in &addresses {
                let answer = client.get(address).await;
                assert!(answer.status < 500, "{address} for {name}: {}", answer.text);
                seen.push((*name, address.clone(), answer));
            }
        }
        seen
    }
}

async fn plan(supervisor: &Client, agreement: &str, place: &str) -> String {
    let body = json!({ "agreement_id": agreement, "starts_at": "2026-12-08T10:00:00Z", "minutes": 60, "place": place });
    supervisor.post("/supervision/sessions", body).await.is(201).id()
}

fn with_each(path: &str, hole: &str, ids: &BTreeSet<String>) -> Vec<String> {
    if path.contains(hole) { ids.iter().map(|id| path.replace(hole, id)).collect() } else { vec![path.to_owned()] }
}

/// The ways in which an address is asked.
fn queries(operation: &Operation) -> Vec<String> {
    let more: &[&str] = match operation.id.as_str() {
        "list_examples" => &["?limit=100", "?q=heronry", "?theme=early-help", "?maturity=idea"],
        "get_example" => &["?view=draft", "?view=published"],
        "list_reflections" => &["?limit=100", "?q=heronry", "?from=2026-01-01&to=2026-12-31"],
        "list_supervision_sessions" => &["?from=2020-01-01T00:00:00Z"],
        "list_received" | "list_agreements" | "list_members" | "list_drafts" => &["?limit=1", "?limit=100"],
        _ => &[],
    };
    std::iter::once("").chain(more.iter().copied()).map(str::to_owned).collect()
}

/// Everything that came back, the headers too.
fn bytes(answer: &Answer) -> String {
    format!("{:?}\n{}", answer.headers, answer.text)
}

#[test]
fn nobody_sees_what_is_not_theirs() {
    run(async {
        assert_eq!(COMMON, "heronry", "as the queries say");
        let village = Village::new().await;
        let seen = village.look().await;
        let mut wanted = village.secrets.clone();
        for (names, readers) in MARKS {
            wanted.extend(names.iter().map(|name| ((*name).to_owned(), mark(name), readers.to_vec())));
        }
        let mut leaks: BTreeSet<String> = BTreeSet::new();
        let mut missing: BTreeSet<String> = BTreeSet::new();
        for (what, _, readers) in &wanted {
            missing.extend(readers.iter().map(|reader| format!("{reader} does not see {what}")));
        }
        for (name, address, answer) in &seen {
            let bytes = bytes(answer);
            for (what, text, readers) in &wanted {
                if !bytes.contains(text.as_str()) {
                    continue;
                }
                missing.remove(&format!("{name} does not see {what}"));
                if !readers.contains(name) {
                    leaks.insert(format!("{name} sees {what} at {address}"));
                }
            }
        }
        println!("A3: {} markers, {} answers looked through, {} seen by the wrong person", wanted.len(), seen.len(), leaks.len());
        assert!(leaks.is_empty(), "{leaks:#?}");
        assert!(missing.is_empty(), "whoever may see a marker sees it: {missing:#?}");
    });
}

/// Words that a person looks for are theirs as well: no answer to a search says them back.
#[test]
fn a_refusal_does_not_say_private_words_back() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let word = mark("said");
        for path in [
            "/reflections?q=",
            "/reflections?limit=",
            "/reflections?cursor=",
            "/practice-examples?maturity=",
            "/reflections?from=",
        ] {
            let answer = team.worker.get(&format!("{path}{word}")).await;
            assert!(!answer.text.contains(&word), "{path}: {}", answer.text);
        }
        let answer = team.worker.post("/reflections", json!({ "body": word, "title": [word] })).await.is(422);
        assert!(!bytes(&answer).contains(&word), "{}", answer.text);
        let answer = team.worker.post("/reflections", json!({ "body": word })).await.is(201);
        assert!(bytes(&answer).contains(&word), "the positive control");
    });
}

/// What the service keeps for itself, by the names that its tables give it.
fn stored_fields() -> BTreeSet<String> {
    let tables = [
        include_str!("../../migrations/0001_people.surql"),
        include_str!("../../migrations/0002_reflections.surql"),
        include_str!("../../migrations/0003_library.surql"),
        include_str!("../../migrations/0004_supervision.surql"),
        include_str!("../../migrations/0010_codes.surql"),
        include_str!("../../migrations/0011_begun.surql"),
    ];
    let fields = tables.iter().flat_map(|table| table.lines()).filter_map(|line| line.strip_prefix("DEFINE FIELD "));
    let mut fields: BTreeSet<String> = fields.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    fields.extend(ATTEMPTS.map(str::to_owned));
    fields
}

/// Those that one would try first, also each by itself.
const ATTEMPTS: [&str; 16] = [
    "id",
    "author",
    "author_id",
    "owner",
    "revision",
    "version",
    "created_at",
    "updated_at",
    "organisation_id",
    "state",
    "sealed",
    "hosts",
    "epoch",
    "roles",
    "scopes",
    "__proto__",
];

/// The stored fields that are the caller's to set, for each operation: nothing else is.
fn callers_own(operation: &str) -> &'static [&'static str] {
    match operation {
        "sign_in" => &["email", "password"],
        "confirm_session" => &["password"],
        "create_token" => &["name", "scopes", "expires_at"],
        "set_up" => &["organisation", "name", "email", "password"],
        "create_organisation" => &["name", "kind"],
        "rename_organisation" => &["name"],
        "set_roles" => &["roles"],
        "invite_person" => &["email", "name", "roles"],
        "accept_invitation" => &["name", "password"],
        "create_service_client" => &["name", "scopes"],
        "begin_reflection" | "keep_working_copy" => &["based_on"],
        "share_reflection" | "update_share" => &["until"],
        "create_prompt_set" | "change_prompt_set" => &["forked_from"],
        "write_example" | "put_example" => &["state"],
        "propose_agreement" => &["organisation_id", "purpose"],
        "change_agreement" => &["purpose"],
        "plan_session" | "move_session" => &["starts_at", "minutes"],
        _ => &[],
    }
}

/// Where unknown fields were found.
fn unknown(answer: &Answer) -> BTreeSet<String> {
    let errors = answer.json["errors"].as_array().cloned().unwrap_or_default();
    let unknown = errors.iter().filter(|error| error["code"] == "unknown_field");
    unknown.filter_map(|error| error["pointer"].as_str()).map(str::to_owned).collect()
}

#[test]
fn what_the_service_owns_is_not_for_callers_to_set() {
    run(async {
        let scene = Scene::new().await;
        let stored = stored_fields();
        let before = scene.inventory().await;
        let (mut tried, mut accepted) = (0, Vec::new());
        for operation in operations() {
            if !operation.takes_json {
                continue;
            }
            let body = scene.body(&operation.id).unwrap_or_else(|| panic!("endpoints.rs knows no body for {}", operation.id));
            let who = scene.who(rightful(&operation));
            let own = callers_own(&operation.id);
            let fields: Vec<&String> = stored.iter().filter(|field| !own.contains(&field.as_str())).collect();
            let mut every = body.clone();
            for field in &fields {
                every[field.as_str()] = json!(1);
            }
            let answer = scene.call(who, &operation, Some(every)).await;
            let found = unknown(&answer);
            tried += fields.len();
            if answer.status != 422 {
                accepted.push(format!("{} answered {} to all of them", operation.id, answer.status));
            }
            let let_through = fields.iter().filter(|field| !found.contains(&format!("/{field}")));
            accepted.extend(let_through.map(|field| format!("{} takes {field}", operation.id)));
            for field in ATTEMPTS {
                if own.contains(&field) {
                    continue;
                }
                let mut one = body.clone();
                one[field] = json!("1");
                let answer = scene.call(who, &operation, Some(one)).await;
                tried += 1;
                if answer.status != 422 || unknown(&answer) != BTreeSet::from([format!("/{field}")]) {
                    accepted.push(format!("{} with {field}: {} {}", operation.id, answer.status, answer.text));
                }
            }
        }
        println!("A4: {tried} fields tried, {} accepted", accepted.len());
        assert!(accepted.is_empty(), "{accepted:#?}");
        assert!(tried > 1_000, "{tried} fields were tried");
        assert_eq!(scene.inventory().await, before, "nothing was changed");
    });
}

#[test]
fn what_the_service_owns_is_not_for_callers_to_set_deeper_inside_either() {
    run(async {
        let scene = Scene::new().await;
        let before = scene.inventory().await;
        let deeper = [
            ("set_up", "/organisation", "hosts"),
            ("set_up", "/organisation", "id"),
            ("create_prompt_set", "/steps/0", "id"),
            ("change_prompt_set", "/steps/0", "owner"),
            ("write_example", "/evidence/0", "id"),
            ("write_example", "/sources/0", "organisation"),
            ("put_example", "/evidence/0", "revision"),
            ("put_example", "/sources/0", "id"),
        ];
        let operations = operations();
        for (name, place, field) in deeper {
            let operation = operations.iter().find(|operation| operation.id == name).unwrap();
            let mut body = scene.body(name).unwrap();
            body.pointer_mut(place).unwrap()[field] = json!(true);
            let answer = scene.call(scene.who(rightful(operation)), operation, Some(body)).await.is(422);
            assert_eq!(unknown(&answer), BTreeSet::from([format!("{place}/{field}")]), "{name}: {}", answer.text);
        }
        assert_eq!(scene.inventory().await, before, "nothing was changed");
    });
}

/// The positive control: without what is not theirs, the same bodies have the right shape, and they do change the store.
#[test]
fn the_same_bodies_without_those_fields_are_understood() {
    run(async {
        let scene = Scene::new().await;
        let before = scene.inventory().await;
        let mut done = 0;
        for operation in operations() {
            // Other roles end the worker's token, which the rest need.
            if !operation.takes_json || operation.id == "set_roles" {
                continue;
            }
            let answer = scene.call(scene.who(rightful(&operation)), &operation, scene.body(&operation.id)).await;
            assert!(unknown(&answer).is_empty(), "{}: {}", operation.id, answer.text);
            assert_ne!(answer.status, 400, "{}: {}", operation.id, answer.text);
            done += usize::from((200..300).contains(&answer.status));
        }
        assert!(done > 15, "{done} of them were done");
        assert_ne!(scene.inventory().await, before, "and they are in the store");
    });
}

#[test]
fn the_callers_own_fields_are_in_the_contract() {
    let document = soundings::router::document();
    let schemas = &document["components"]["schemas"];
    let mut looked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap_or_default();
            let reference = operation.pointer("/requestBody/content/application~1json/schema/$ref").and_then(Value::as_str);
            let Some(name) = reference.and_then(|reference| reference.rsplit('/').next()) else {
                assert!(callers_own(id).is_empty(), "{path} {id} has no schema to look at");
                continue;
            };
            for field in callers_own(id) {
                looked += 1;
                assert!(schemas[name]["properties"].get(field).is_some(), "{id} has no {field}: take it off the list");
            }
        }
    }
    assert!(looked > 20, "{looked} fields were looked at");
}

#[test]
fn each_marker_stands_for_one_field_and_survives_a_theme_or_an_address() {
    let names: Vec<&str> = MARKS.iter().flat_map(|(names, _)| names.iter().copied()).collect();
    let different: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), different.len());
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase())), "{names:?}");
}
