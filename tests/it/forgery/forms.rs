//! Every form of somebody who is signed in: who sends it, what they type, and what they send it about. Each is made for one
//! form alone, so that none is in the way of another.

use poem::http::Method;
use serde_json::json;
use soundings::{
    access::Role,
    http::{auth::Presented, page::Reader},
    identifiers, people,
};

use crate::{
    browser::Browser,
    codes::shown,
    service::{Answer, Client, PASSWORD, Service, Team},
};

/// Who sends a form.
#[derive(Clone, Copy)]
pub enum By {
    Worker,
    Peer,
    Editor,
    Admin,
    /// Somebody who is here for this form alone: it ends their session, or changes how they sign in.
    Newcomer,
}

use By::{Admin, Editor, Newcomer, Peer, Worker};

/// Each form with what is typed, as a browser sends it, and the status that says it was done. Gaps are filled with what was
/// made for the form.
pub const FORMS: [(&str, By, &str, u16); 43] = [
    ("/sign-out", Newcomer, "", 303),
    ("/account/password", Newcomer, "present=seven+quiet+herons+waiting&new=nine+patient+otters+watching", 200),
    ("/account/sessions/{session}/end", Worker, "", 303),
    ("/account/codes", Newcomer, "", 200),
    ("/account/codes/confirmation", Newcomer, "code={code}", 200),
    ("/account/codes/recovery", Newcomer, "", 200),
    ("/account/codes/removal", Newcomer, "", 303),
    ("/account/tokens", Worker, "name=Script&scopes=account%3Aread&scopes=people%3Aread&expires_at=2027-01-31", 200),
    ("/account/tokens/{token}/revocation", Worker, "", 303),
    ("/administration/organisations", Admin, "name=Westmere+Council&kind=health", 303),
    ("/administration/backups", Admin, "", 200),
    ("/administration/{organisation}/name", Admin, "name=Northmoor&revision=1", 303),
    ("/administration/{organisation}/members/{person}", Admin, "roles=editor&roles=supervisor&revision=1", 303),
    ("/administration/{organisation}/members/{person}/end", Admin, "revision=1", 303),
    ("/administration/{organisation}/invitations", Admin, "name=Nia+New&email=nia%40test.example&roles=editor", 200),
    ("/administration/{organisation}/invitations/{invitation}/withdrawal", Admin, "", 303),
    ("/administration/{organisation}/service-clients", Admin, "name=Intranet&scopes=library%3Aread", 200),
    ("/administration/{organisation}/service-clients/{client}/revocation", Admin, "", 303),
    ("/reflections/new", Worker, "body=I+left+it.%0D%0A%0D%0AShe+laughed.&title=A+visit&unease=Quiet.&tags=visits", 303),
    ("/reflections/begun", Worker, "body=I+left&title=A+visit", 200),
    ("/reflections/{reflection}/text", Worker, "body=I+left+the+plan+at+home.&title=A+visit&revision=1", 303),
    ("/reflections/{reflection}/working-copy", Worker, "body=I+left+the&revision=1&copy={copy}", 200),
    ("/reflections/{reflection}/working-copy/removal", Worker, "copy={copy}", 303),
    ("/reflections/{reflection}/wording", Worker, "revision=1&which={which}", 303),
    ("/reflections/{reflection}/mark", Worker, "mark=yes", 303),
    ("/reflections/{reflection}/deletion", Worker, "revision=1", 303),
    ("/reflections/{reflection}/shares", Worker, "person_id={psw}&note=What+do+you+see%3F&until=2026-12-20", 303),
    ("/reflections/{reflection}/shares/{share}", Worker, "revision=1&note=And+now%3F&until=2026-12-20", 303),
    ("/reflections/{reflection}/shares/{share}/withdrawal", Worker, "", 303),
    ("/shared-with-me/{share}", Peer, "body=I+see+a+door.", 303),
    ("/drafts/new", Editor, "title=Visits+in+pairs&summary=Two+go.&themes=Early+help", 303),
    ("/drafts/{example}", Editor, "title=Visits+in+threes&summary=Three+go.&revision=1", 303),
    ("/drafts/{example}/publication", Editor, "revision=1", 303),
    ("/drafts/{example}/withdrawal", Editor, "revision=1&reason=The+figures+were+wrong.", 303),
    (
        "/supervision/agreements/new",
        Worker,
        "person_id={supervisor}&side=worker&organisation_id={organisation}&purpose=To+think.",
        303,
    ),
    ("/supervision/agreements/{agreement}/terms", Worker, "revision={revision}&purpose=To+rest.", 303),
    ("/supervision/agreements/{agreement}/acceptance", Worker, "revision={revision}", 303),
    ("/supervision/agreements/{agreement}/end", Worker, "revision={revision}", 303),
    ("/supervision/agreements/{agreement}/sessions/new", Worker, "day=2026-12-03&time=10%3A00&minutes=60&place=Room+3", 303),
    (
        "/supervision/sessions/{session}/time",
        Worker,
        "day=2026-12-04&time=14%3A30&minutes=60&place=Room+9&reason=A+hearing.&revision=1",
        303,
    ),
    ("/supervision/sessions/{session}/cancellation", Worker, "reason=A+hearing.&revision=1", 303),
    ("/supervision/sessions/{session}/agenda", Worker, "text=The+second+visit.", 303),
    ("/supervision/sessions/{session}/agenda/{item}/removal", Worker, "", 303),
];

/// What a reflection says in which some words might say who somebody is.
const TEXT: &str = "I left the plan in the car. Her number is 07700 900123.";

/// Somebody in front of a browser, with the secret of its forms and that of their forms in another browser.
#[derive(Clone)]
pub struct Seat {
    pub cookie: String,
    pub whose: String,
    pub token: String,
    pub elsewhere: String,
}

impl Seat {
    async fn of(person: &Client) -> Self {
        let (here, there) = (Browser::of(person).await, Browser::of(person).await);
        Self::before(person, &here, token(&person.service, &there).await).await
    }

    async fn before(person: &Client, browser: &Browser, elsewhere: String) -> Self {
        let cookie = browser.cookie.clone().unwrap();
        Self { cookie, whose: person.id.to_string(), token: token(&person.service, browser).await, elsewhere }
    }
}

/// The secret that the forms carry which are made for a browser.
async fn token(service: &Service, browser: &Browser) -> String {
    let (_, secret) = browser.cookie.as_deref().unwrap().split_once('=').unwrap();
    let actor = people::recognise(&service.app, &Presented::Cookie(secret.to_owned())).await.unwrap();
    Reader::new(&service.app, actor).token().to_owned()
}

/// A form that would be done as it is.
pub struct Ready {
    pub seat: Seat,
    pub path: String,
    pub typed: Vec<(String, String)>,
}

/// The names of gaps with what fills them.
type Gaps = Vec<(&'static str, String)>;

/// The people of an authority, in front of their browsers.
pub struct Office {
    pub service: Service,
    team: Team,
    worker: Seat,
    peer: Seat,
    editor: Seat,
    admin: Seat,
    /// Somebody who sends none of these forms.
    pub other: Seat,
}

impl Office {
    pub async fn new() -> Self {
        let service = Service::new().await;
        let team = service.team().await;
        Self {
            worker: Seat::of(&team.worker).await,
            peer: Seat::of(&team.peer).await,
            editor: Seat::of(&team.editor).await,
            admin: Seat::of(&team.admin).await,
            other: Seat::of(&team.governance).await,
            service,
            team,
        }
    }

    /// A form with everything made that it is about.
    pub async fn ready(&self, address: &str, by: By, typed: &str) -> Ready {
        let mut gaps = vec![("organisation", self.team.authority.to_string()), ("psw", self.team.psw.id.to_string())];
        let seat = match by {
            Worker => self.worker.clone(),
            Peer => self.peer.clone(),
            Editor => self.editor.clone(),
            Admin => self.admin.clone(),
            Newcomer => self.newcomer(address, &mut gaps).await,
        };
        gaps.extend(match address.split('/').nth(1).unwrap_or_default() {
            "reflections" | "shared-with-me" => self.of_writing(address).await,
            "drafts" => self.of_the_library(address).await,
            "supervision" => self.of_supervision(address).await,
            _ => self.of_people(address).await,
        });
        let filled = |text: String, (name, with): &(&str, String)| text.replace(&format!("{{{name}}}"), with);
        let fill = |text: &str| gaps.iter().fold(text.to_owned(), filled);
        let (path, typed) = (fill(address), fill(typed));
        assert!(!path.contains('{') && !typed.contains('{'), "nothing fills {path} with {typed}");
        Ready { seat, path, typed: form_urlencoded::parse(typed.as_bytes()).into_owned().collect() }
    }

    async fn newcomer(&self, address: &str, gaps: &mut Gaps) -> Seat {
        let person = self.person().await;
        let (mut here, there) = (Browser::of(&person).await, Browser::of(&person).await);
        // It ends with the first code: a form of that session still has its secret.
        let elsewhere = token(&self.service, &there).await;
        if let Some(part) = address.strip_prefix("/account/codes/") {
            let page = here.visit("/account/codes").await.is(200);
            let offer = here.press(&page, "Set up an authenticator app", &[]).await.is(200);
            let code = shown(&offer.texts("#secret").concat().replace(' ', ""), self.service.app.clock.now());
            if part != "confirmation" {
                here.press(&offer, "Confirm the app", &[("code", &code)]).await.is(200);
            }
            gaps.push(("code", code));
        }
        Seat::before(&person, &here, elsewhere).await
    }

    async fn person(&self) -> Client {
        let name = format!("Newcomer {}", self.service.app.clock.new_id::<uuid::Uuid>());
        self.service.person(self.team.authority, &name, &[Role::Practitioner]).await
    }

    async fn of_writing(&self, address: &str) -> Gaps {
        let worker = &self.team.worker;
        let reflection = worker.writes(TEXT).await;
        let found = identifiers::find(TEXT);
        let mut gaps = vec![("which", format!("0-{}-{}", found[0].start, found[0].end))];
        if address.contains("working-copy") {
            let copy = json!({ "body": "I left", "based_on": 1 });
            let copy = worker.put(&format!("/reflections/{reflection}/working-copy"), copy).await.is(200);
            gaps.push(("copy", copy.json["revision"].to_string()));
        }
        if address.contains("{share}") {
            gaps.push(("share", worker.shares(&reflection, &self.team.peer).await));
        }
        gaps.push(("reflection", reflection));
        gaps
    }

    async fn of_the_library(&self, address: &str) -> Gaps {
        let editor = &self.team.editor;
        if address.ends_with("/withdrawal") {
            return vec![("example", editor.publishes("Visits in pairs").await)];
        }
        let shelf = format!("/organisations/{}/practice-examples", self.team.authority);
        let draft = json!({ "title": "Visits in pairs", "summary": "Two go." });
        vec![("example", editor.post(&shelf, draft).await.is(201).id())]
    }

    async fn of_supervision(&self, address: &str) -> Gaps {
        let (worker, supervisor) = (&self.team.worker, self.service.supervisor_in(self.team.authority).await);
        if address.ends_with("/agreements/new") {
            return vec![("supervisor", supervisor.id.to_string())];
        }
        if address.ends_with("/acceptance") {
            let proposal = json!({
                "organisation_id": self.team.authority.to_string(), "supervisor_id": supervisor.id.to_string(),
                "worker_id": worker.id.to_string(), "purpose": "To think.",
            });
            let proposed = supervisor.post("/supervision/agreements", proposal).await.is(201);
            return vec![("agreement", proposed.id()), ("revision", revision(&proposed))];
        }
        let agreement = supervisor.supervises(worker).await;
        let now = supervisor.get(&format!("/supervision/agreements/{agreement}")).await.is(200);
        let mut gaps = vec![("revision", revision(&now))];
        if address.contains("{session}") {
            let session = supervisor.plans(&agreement).await;
            let agenda = format!("/supervision/sessions/{session}/agenda");
            gaps.push(("item", worker.post(&agenda, json!({ "text": "Leave." })).await.is(201).id()));
            gaps.push(("session", session));
        }
        gaps.push(("agreement", agreement));
        gaps
    }

    async fn of_people(&self, address: &str) -> Gaps {
        let (worker, admin) = (&self.team.worker, &self.team.admin);
        let organisation = format!("/organisations/{}", self.team.authority);
        if address.contains("{session}") {
            let signed = worker.post("/sessions", json!({ "email": worker.email, "password": PASSWORD })).await.is(201);
            return vec![("session", signed.id())];
        }
        if address.contains("{token}") {
            let token = json!({ "name": "Script", "scopes": ["account:read"], "expires_at": "2027-01-24T09:00:00Z" });
            return vec![("token", worker.post("/tokens", token).await.is(201).id())];
        }
        if address.contains("{person}") {
            return vec![("person", self.person().await.id.to_string())];
        }
        if address.contains("{invitation}") {
            let guest = json!({ "email": "nadia@test.example", "name": "Nadia New", "roles": ["practitioner"] });
            return vec![("invitation", admin.post(&format!("{organisation}/invitations"), guest).await.is(201).id())];
        }
        if address.contains("{client}") {
            let website = json!({ "name": "Website", "scopes": ["library:read"] });
            return vec![("client", admin.post(&format!("{organisation}/service-clients"), website).await.is(201).id())];
        }
        Vec::new()
    }
}

fn revision(answer: &Answer) -> String {
    answer.etag().trim_matches('"').to_owned()
}

/// Sends a form with a browser's cookie, if it has one, from wherever the headers say.
pub async fn send(service: &Service, cookie: Option<&str>, path: &str, from: &[(&str, &str)], body: String) -> Answer {
    let mut headers = vec![("accept", "text/html"), ("content-type", "application/x-www-form-urlencoded")];
    headers.extend_from_slice(from);
    headers.extend(cookie.map(|cookie| ("cookie", cookie)));
    service.anonymous().send(Method::POST, &format!("/root{path}"), &headers, body).await
}
