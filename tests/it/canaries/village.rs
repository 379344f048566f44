//! A place where everything that people can write has been written, with a marker in each field.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use poem::http::Method;
use serde_json::json;
use soundings::access::Role;

use super::marks::{COMMON, MARKS, mark};
use crate::service::{Client, PASSWORD, Service, Team};

/// What was written, and by whom it is read.
pub struct Village {
    pub service: Service,
    pub team: Team,
    pub people: Vec<(&'static str, Client)>,
    /// What the placeholders of addresses stand for: all there is of each kind.
    pub ids: BTreeMap<&'static str, BTreeSet<String>>,
    /// What was shown once, and addresses.
    secrets: Vec<Secret>,
}

/// What is looked for: what it is, how it reads, and who may see it.
pub type Secret = (String, String, Vec<&'static str>);

impl Village {
    pub async fn new() -> Self {
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

    /// Everything that is looked for.
    pub fn wanted(&self) -> Vec<Secret> {
        let marked = MARKS.iter().flat_map(|(names, readers)| names.iter().map(move |name| (*name, readers.to_vec())));
        let marked = marked.map(|(name, readers)| (name.to_owned(), mark(name), readers));
        self.secrets.iter().cloned().chain(marked).collect()
    }

    /// An address with its placeholders, for every id there is.
    pub fn filled(&self, template: &str) -> Vec<String> {
        let mut filled = vec![template.to_owned()];
        for (name, ids) in &self.ids {
            let hole = format!("{{{name}}}");
            filled = filled.iter().flat_map(|path| with_each(path, &hole, ids)).collect();
        }
        assert!(filled.iter().all(|path| !path.contains('{')), "there is nothing for {template}");
        filled
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
        let copy = json!({
            "body": mark("copybody"), "title": mark("copytitle"), "tags": [mark("copytag")], "unease": mark("copyunease"),
            "unknowns": [mark("copyunknown")], "hypotheses": [mark("copyhypothesis")], "based_on": 2,
        });
        worker.put(&format!("/reflections/{reflection}/working-copy"), copy).await.is(200);
        worker.send(Method::PUT, &format!("/me/returning/{reflection}"), &[], ()).await.is(204);
        let begun = json!({
            "body": mark("begunbody"), "title": mark("beguntitle"), "unease": mark("begununease"), "based_on": 0,
        });
        let begun = worker.post("/working-copies", begun).await.is(201).id();
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
        self.keep("begun", &begun);
        for id in [reflection, unshared, lapsing, begun] {
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
        self.keep("client", &client.id());
        self.keep("token", &token.id());
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
        self.keep("area", "reflections");
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
}

fn with_each(path: &str, hole: &str, ids: &BTreeSet<String>) -> Vec<String> {
    if path.contains(hole) { ids.iter().map(|id| path.replace(hole, id)).collect() } else { vec![path.to_owned()] }
}

async fn plan(supervisor: &Client, agreement: &str, place: &str) -> String {
    let body = json!({ "agreement_id": agreement, "starts_at": "2026-12-08T10:00:00Z", "minutes": 60, "place": place });
    supervisor.post("/supervision/sessions", body).await.is(201).id()
}
