//! People: how they come in, what lets them in, and what stops when they leave.

use chrono::Duration;
use poem::http::Method;
use serde_json::{Value, json};
use soundings::{access::Role, clock::Clock, config::Switch, error::Error, id::OrganisationId, people::organisations};

use crate::service::{Answer, Client, PASSWORD, Service, every_scope, run, today};

const ANOTHER_PASSWORD: &str = "nine patient otters watching";
const SAME_SITE: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

/// A person with a browser: a session cookie and no token.
struct Browser {
    client: Client,
    cookie: String,
}

impl Browser {
    async fn of(person: &Client) -> Self {
        let client = Client { token: None, ..person.clone() };
        let signed = sign_in(&client, &person.email, PASSWORD).await.is(201);
        let cookie = signed.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { client, cookie }
    }

    async fn get(&self, path: &str) -> Answer {
        self.client.send(Method::GET, path, &[("cookie", self.cookie.as_str())], ()).await
    }

    /// A request that says where it comes from.
    async fn send(&self, method: Method, path: &str, from: &[(&str, &str)], body: String) -> Answer {
        let mut headers = vec![("content-type", "application/json"), ("cookie", self.cookie.as_str())];
        headers.extend_from_slice(from);
        self.client.send(method, path, &headers, body).await
    }
}

async fn sign_in(nobody: &Client, email: &str, password: &str) -> Answer {
    nobody.post("/sessions", json!({ "email": email, "password": password })).await
}

/// What a person reads of a refusal: all of it but the request's id.
fn said(answer: &Answer) -> (u16, Value, Value, Value) {
    (answer.status, answer.json["title"].clone(), answer.json["detail"].clone(), answer.json["errors"].clone())
}

/// An authority with an administrator and a practitioner.
async fn pair(service: &Service) -> (Client, Client) {
    let authority = service.authority("Northmoor Council").await;
    let admin = service.person(authority, "Priya Admin", &[Role::Administrator]).await;
    let worker = service.person(authority, "Amina Worker", &[Role::Practitioner]).await;
    (admin, worker)
}

fn member(authority: OrganisationId, person: &Client) -> String {
    format!("/organisations/{authority}/members/{}", person.id)
}

async fn ends(admin: &Client, person: &Client) -> Answer {
    let path = member(admin.authority, person);
    let etag = admin.get(&path).await.is(200).etag();
    admin.delete_if(&path, &etag).await
}

async fn gives_roles(admin: &Client, person: &Client, roles: &[&str]) -> Answer {
    let path = member(admin.authority, person);
    let etag = admin.get(&path).await.is(200).etag();
    admin.patch(&path, &etag, json!({ "roles": roles })).await
}

fn invitations(client: &Client) -> String {
    format!("/organisations/{}/invitations", client.authority)
}

async fn invites(admin: &Client, email: &str) -> Answer {
    admin.post(&invitations(admin), json!({ "email": email, "name": "Nadia New", "roles": ["practitioner"] })).await
}

async fn accepts(nobody: &Client, invited: &Answer, password: &str) -> Answer {
    let secret = invited.json["secret"].as_str().unwrap();
    nobody.put(&format!("/invitations/{secret}/acceptance"), json!({ "password": password })).await
}

async fn count_members(admin: &Client) -> usize {
    admin.get(&format!("/organisations/{}/members", admin.authority)).await.is(200).items().len()
}

// ── First run ────────────────────────────────────────────────────────────────────────────────────────────────────

fn setup() -> Value {
    json!({
        "organisation": { "name": "Northmoor Council", "kind": "local_authority" },
        "name": "Priya First", "email": "priya@northmoor.example", "password": PASSWORD,
    })
}

#[test]
fn the_setup_address_works_once_and_never_again() {
    run(async {
        let service = Service::new().await;
        let nobody = service.anonymous();
        let secret = organisations::offer_setup(&service.app).await.unwrap();
        let path = format!("/setup/{secret}");
        assert_eq!(nobody.get(&path).await.is(200).json["ready"], true);
        nobody.put(&path, setup()).await.is(200);
        nobody.get(&path).await.is(404);
        nobody.put(&path, setup()).await.is(404);
        let offered = organisations::offer_setup(&service.app).await;
        assert!(matches!(offered, Err(Error::Conflict(_))), "a service that is set up offers no setup");
    });
}

#[test]
fn whoever_sets_the_service_up_administers_it() {
    run(async {
        let service = Service::new().await;
        let nobody = service.anonymous();
        let secret = organisations::offer_setup(&service.app).await.unwrap();
        let made = nobody.put(&format!("/setup/{secret}"), setup()).await.is(200);
        let first = Client { email: "priya@northmoor.example".to_owned(), ..nobody };
        let first = first.only(&every_scope()).await;
        let me = first.get("/me").await.is(200).json;
        assert_eq!(me["memberships"][0]["organisation"]["id"], made.json["id"]);
        assert_eq!(me["memberships"][0]["roles"], json!(["administrator"]));
        first.post("/organisations", json!({ "name": "Eastvale Council", "kind": "local_authority" })).await.is(201);
    });
}

#[test]
fn a_refused_setup_leaves_its_address_working() {
    run(async {
        let service = Service::new().await;
        let nobody = service.anonymous();
        let secret = organisations::offer_setup(&service.app).await.unwrap();
        let path = format!("/setup/{secret}");
        let wrong = json!({
            "organisation": { "name": " ", "kind": "local_authority" }, "name": "", "email": "nowhere", "password": "short",
        });
        let refused = nobody.put(&path, wrong).await.is(422);
        assert_eq!(refused.pointers(), ["/organisation/name", "/name", "/email", "/password"]);
        nobody.put(&path, setup()).await.is(200);
    });
}

#[test]
fn a_new_setup_address_stops_the_one_before_it() {
    run(async {
        let service = Service::new().await;
        let nobody = service.anonymous();
        let before = organisations::offer_setup(&service.app).await.unwrap();
        nobody.get(&format!("/setup/{before}")).await.is(200);
        let after = organisations::offer_setup(&service.app).await.unwrap();
        nobody.put(&format!("/setup/{before}"), setup()).await.is(404);
        nobody.put(&format!("/setup/{after}"), setup()).await.is(200);
    });
}

// ── Invitations ──────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn an_invitation_becomes_a_membership_when_it_is_accepted() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let invited = invites(&admin, "Nadia.New@Test.example").await.is(201);
        sign_in(&nobody, "nadia.new@test.example", PASSWORD).await.is(422);
        assert_eq!(count_members(&admin).await, 2, "an invitation is no membership yet");
        let person = accepts(&nobody, &invited, PASSWORD).await.is(200).json["person_id"].clone();
        let nadia = Client { email: "nadia.new@test.example".to_owned(), ..nobody };
        let me = nadia.only(&every_scope()).await.get("/me").await.is(200).json;
        assert_eq!((&me["id"], &me["name"]), (&person, &json!("Nadia New")));
        assert_eq!(me["memberships"][0]["roles"], json!(["practitioner"]));
        assert_eq!(count_members(&admin).await, 3);
    });
}

#[test]
fn an_invitation_is_used_once() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let invited = invites(&admin, "nadia@test.example").await.is(201);
        accepts(&nobody, &invited, "short").await.is(422);
        accepts(&nobody, &invited, PASSWORD).await.is(200);
        accepts(&nobody, &invited, ANOTHER_PASSWORD).await.is(404);
        sign_in(&nobody, "nadia@test.example", ANOTHER_PASSWORD).await.is(422);
        sign_in(&nobody, "nadia@test.example", PASSWORD).await.is(201);
        let path = format!("{}/{}", invitations(&admin), invited.id());
        admin.delete(&path).await.is(409);
        assert!(admin.get(&invitations(&admin)).await.is(200).items().is_empty(), "a used invitation is not open");
    });
}

#[test]
fn a_withdrawn_invitation_makes_nobody_a_member() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let kept = invites(&admin, "kept@test.example").await.is(201);
        let withdrawn = invites(&admin, "withdrawn@test.example").await.is(201);
        let path = format!("{}/{}", invitations(&admin), withdrawn.id());
        admin.delete(&path).await.is(204);
        admin.delete(&path).await.is(409);
        accepts(&nobody, &withdrawn, PASSWORD).await.is(409);
        assert_eq!(count_members(&admin).await, 2);
        accepts(&nobody, &kept, PASSWORD).await.is(200);
        assert_eq!(count_members(&admin).await, 3);
    });
}

#[test]
fn an_invitation_runs_out_after_fourteen_days() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let early = invites(&admin, "early@test.example").await.is(201);
        let late = invites(&admin, "late@test.example").await.is(201);
        service.app.clock.advance(Duration::days(14) - Duration::minutes(1));
        accepts(&nobody, &early, PASSWORD).await.is(200);
        service.app.clock.advance(Duration::minutes(1));
        accepts(&nobody, &late, PASSWORD).await.is(409);
        assert_eq!(count_members(&admin).await, 3);
    });
}

#[test]
fn somebody_with_an_account_joins_with_the_password_they_have() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let elsewhere = service.authority("Eastvale Council").await;
        let admin = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let nobody = service.anonymous();
        let invited = invites(&admin, &worker.email).await.is(201);
        let refused = accepts(&nobody, &invited, ANOTHER_PASSWORD).await.is(422);
        assert_eq!(refused.pointers(), ["/password"]);
        assert_eq!(count_members(&admin).await, 1);
        let accepted = accepts(&nobody, &invited, PASSWORD).await.is(200);
        assert_eq!(accepted.json["person_id"], worker.id.to_string());
        assert_eq!(worker.get("/me").await.is(200).json["memberships"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn the_secret_of_an_invitation_is_shown_once() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let body = json!({ "email": "nadia@test.example", "name": "Nadia New", "roles": ["practitioner"] });
        let invited = admin.post_once(&invitations(&admin), "one", body.clone()).await.is(201);
        let secret = invited.json["secret"].as_str().unwrap();
        let list = admin.get(&invitations(&admin)).await.is(200);
        assert!(list.text.contains(&invited.id()) && !list.text.contains(secret), "{}", list.text);
        admin.post_once(&invitations(&admin), "one", body).await.is(409);
        assert_eq!(admin.get(&invitations(&admin)).await.items().len(), 1, "the second time invited nobody");
    });
}

#[test]
fn only_administrators_of_an_organisation_invite_to_it() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let elsewhere = service.authority("Eastvale Council").await;
        let stranger = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let body = json!({ "email": "nadia@test.example", "name": "Nadia New", "roles": ["practitioner"] });
        let path = invitations(&admin);
        worker.post(&path, body.clone()).await.is(403);
        stranger.post(&path, body.clone()).await.is(404);
        service.anonymous().post(&path, body.clone()).await.is(401);
        admin.only(&["people:read"]).await.post(&path, body.clone()).await.is(403);
        assert!(admin.get(&path).await.is(200).items().is_empty());
        admin.post(&path, body).await.is(201);
        assert_eq!(admin.get(&path).await.is(200).items().len(), 1);
    });
}

#[test]
fn an_invitation_hears_of_everything_that_is_wrong_with_it() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let wrong = json!({ "email": "nowhere", "name": " ", "roles": [] });
        assert_eq!(admin.post(&invitations(&admin), wrong).await.is(422).pointers(), ["/email", "/name", "/roles"]);
        let unknown = json!({ "email": "nadia@test.example", "name": "Nadia", "roles": ["practitioner", "chief"] });
        assert_eq!(admin.post(&invitations(&admin), unknown).await.is(422).pointers(), ["/roles/1"]);
        invites(&admin, &worker.email).await.is(409);
    });
}

// ── Signing in and out ───────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_wrong_password_and_an_unknown_person_get_the_same_answer() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let leaver = service.person(admin.authority, "Lena Leaver", &[Role::Practitioner]).await;
        ends(&admin, &leaver).await.is(204);
        let nobody = service.anonymous();
        sign_in(&nobody, &worker.email.to_uppercase(), PASSWORD).await.is(201);
        let wrong = sign_in(&nobody, &worker.email, ANOTHER_PASSWORD).await.is(422);
        assert!(wrong.headers.get("set-cookie").is_none());
        for (email, password) in [
            ("nobody.at.all@test.example", PASSWORD),
            ("no address", PASSWORD),
            (leaver.email.as_str(), PASSWORD),
            (worker.email.as_str(), ""),
        ] {
            assert_eq!(said(&sign_in(&nobody, email, password).await), said(&wrong), "{email}");
        }
    });
}

#[test]
fn signing_out_ends_this_session_and_no_other() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let (office, car) = (Browser::of(&worker).await, Browser::of(&worker).await);
        office.get("/me").await.is(200);
        let out = office.send(Method::DELETE, "/sessions/current", &SAME_SITE, String::new()).await.is(204);
        assert!(out.header("set-cookie").starts_with("sid=;") && out.header("set-cookie").contains("Max-Age=0"));
        office.get("/me").await.is(401);
        office.send(Method::DELETE, "/sessions/current", &SAME_SITE, String::new()).await.is(401);
        car.get("/me").await.is(200);
        worker.get("/me").await.is(200);
        worker.delete("/sessions/current").await.is(404);
    });
}

#[test]
fn a_session_left_open_elsewhere_can_be_ended_by_its_owner_only() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let (office, car) = (Browser::of(&worker).await, Browser::of(&worker).await);
        let list = office.get("/sessions").await.is(200);
        let current = |item: &&Value| item["current"] == true;
        assert_eq!(list.items().iter().filter(current).count(), 1);
        let left = car.get("/sessions").await.is(200).items().iter().find(current).unwrap()["id"].as_str().unwrap().to_owned();
        let path = format!("/sessions/{left}");
        admin.delete(&path).await.is(404);
        car.get("/me").await.is(200);
        office.send(Method::DELETE, &path, &SAME_SITE, String::new()).await.is(204);
        car.get("/me").await.is(401);
        office.get("/me").await.is(200);
        office.send(Method::DELETE, &path, &SAME_SITE, String::new()).await.is(404);
    });
}

#[test]
fn after_ten_guesses_an_account_has_to_wait() {
    run(async {
        let service = Service::with(Clock::fixed(today()), |config| config.rate_limits = Switch::On).await;
        let authority = service.authority("Northmoor Council").await;
        for (name, email) in [("Amina Worker", "amina@test.example"), ("Tom Peer", "tom@test.example")] {
            let person = (name, email, PASSWORD);
            organisations::admit(&service.app, authority, person, &[Role::Practitioner]).await.unwrap();
        }
        let nobody = service.anonymous();
        for email in ["amina@test.example", "nobody@test.example"] {
            for guess in 1..=10 {
                let answer = sign_in(&nobody, email, &format!("a wrong guess, number {guess}")).await;
                assert_eq!(answer.status, 422, "guess {guess} for {email}");
            }
            let slowed = sign_in(&nobody, email, PASSWORD).await.is(429);
            assert!(slowed.header("retry-after").parse::<u64>().unwrap() >= 1);
        }
        sign_in(&nobody, " AMINA@Test.example ", PASSWORD).await.is(429);
        sign_in(&nobody, "tom@test.example", PASSWORD).await.is(201);
    });
}

// ── Cookies ──────────────────────────────────────────────────────────────────────────────────────────────────────

fn attributes(answer: &Answer) -> Vec<String> {
    let (_, attributes) = answer.header("set-cookie").split_once("; ").unwrap();
    let mut attributes: Vec<String> = attributes.split("; ").map(str::to_owned).collect();
    attributes.sort();
    attributes
}

#[test]
fn over_http_the_cookie_is_kept_from_scripts_and_other_sites() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let nobody = service.anonymous();
        let signed = sign_in(&nobody, &worker.email, PASSWORD).await.is(201);
        assert!(signed.header("set-cookie").starts_with("sid=snd_ses_"), "{}", signed.header("set-cookie"));
        assert_eq!(attributes(&signed), ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax"]);
        let signed = sign_in(&nobody, &admin.email, PASSWORD).await.is(201);
        assert_eq!(attributes(&signed), ["HttpOnly", "Max-Age=28800", "Path=/", "SameSite=Lax"]);
    });
}

#[test]
fn over_https_the_cookie_is_pinned_to_the_host() {
    run(async {
        let address = "https://soundings.test.example".to_owned();
        let service = Service::with(Clock::fixed(today()), |config| config.base_url = Some(address)).await;
        let (_, worker) = pair(&service).await;
        let signed = sign_in(&service.anonymous(), &worker.email, PASSWORD).await.is(201);
        assert!(signed.header("set-cookie").starts_with("__Host-sid=snd_ses_"), "{}", signed.header("set-cookie"));
        assert_eq!(attributes(&signed), ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Lax", "Secure"]);
        let browser = Browser::of(&worker).await;
        browser.get("/me").await.is(200);
        let unpinned = Browser { cookie: browser.cookie.replace("__Host-", ""), client: browser.client };
        unpinned.get("/me").await.is(401);
    });
}

#[test]
fn another_site_cannot_act_with_somebodys_cookie() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let body = json!({ "body": "Who wrote this?" }).to_string();
        let foreign: [&[(&str, &str)]; 6] = [
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[],
        ];
        for from in foreign {
            let answer = browser.send(Method::POST, "/reflections", from, body.clone()).await;
            assert_eq!(answer.status, 403, "{from:?}");
        }
        assert!(browser.get("/reflections").await.is(200).items().is_empty(), "what was refused is not kept");
        let own: [&[(&str, &str)]; 2] = [&SAME_SITE, &[("origin", "http://127.0.0.1:8080")]];
        for from in own {
            let answer = browser.send(Method::POST, "/reflections", from, body.clone()).await;
            assert_eq!(answer.status, 201, "{from:?}");
        }
        assert_eq!(browser.get("/reflections").await.is(200).items().len(), 2);
    });
}

// ── How long a session lasts ─────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_session_ends_after_half_an_hour_without_a_request() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        for _ in 0..3 {
            service.app.clock.advance(Duration::minutes(29));
            browser.get("/me").await.is(200);
        }
        service.app.clock.advance(Duration::minutes(31));
        browser.get("/me").await.is(401);
        browser.get("/me").await.is(401);
        worker.get("/me").await.is(200);
    });
}

#[test]
fn a_session_ends_after_twelve_hours_however_busy_it_is() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        for _ in 0..35 {
            service.app.clock.advance(Duration::minutes(20));
            browser.get("/me").await.is(200);
        }
        service.app.clock.advance(Duration::minutes(19));
        browser.get("/me").await.is(200);
        service.app.clock.advance(Duration::minutes(1));
        browser.get("/me").await.is(401);
    });
}

#[test]
fn an_administrators_session_rests_for_a_quarter_of_an_hour_only() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let (tight, loose) = (Browser::of(&admin).await, Browser::of(&worker).await);
        service.app.clock.advance(Duration::minutes(14));
        tight.get("/me").await.is(200);
        loose.get("/me").await.is(200);
        service.app.clock.advance(Duration::minutes(16));
        tight.get("/me").await.is(401);
        loose.get("/me").await.is(200);
    });
}

#[test]
fn an_administrators_session_ends_after_eight_hours() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let browser = Browser::of(&admin).await;
        for _ in 0..47 {
            service.app.clock.advance(Duration::minutes(10));
            browser.get("/me").await.is(200);
        }
        service.app.clock.advance(Duration::minutes(10));
        browser.get("/me").await.is(401);
    });
}

// ── Passwords ────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_new_password_stops_every_session_and_token() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let narrow = worker.only(&["reflections:read"]).await;
        browser.get("/me").await.is(200);
        narrow.get("/reflections").await.is(200);
        worker.put("/me/password", json!({ "present": PASSWORD, "new": ANOTHER_PASSWORD })).await.is(204);
        browser.get("/me").await.is(401);
        narrow.get("/reflections").await.is(401);
        worker.get("/me").await.is(401);
        let nobody = service.anonymous();
        sign_in(&nobody, &worker.email, PASSWORD).await.is(422);
        sign_in(&nobody, &worker.email, ANOTHER_PASSWORD).await.is(201);
        admin.get("/me").await.is(200);
    });
}

#[test]
fn a_refused_password_changes_nothing() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        for (present, new, pointer, code) in [
            (ANOTHER_PASSWORD, ANOTHER_PASSWORD, "/present", "wrong"),
            (PASSWORD, "otters 9 x", "/new", "too_short"),
            (PASSWORD, "password1234", "/new", "guessable"),
        ] {
            let refused = worker.put("/me/password", json!({ "present": present, "new": new })).await.is(422);
            assert_eq!((refused.pointers(), &refused.json["errors"][0]["code"]), (vec![pointer], &json!(code)));
        }
        worker.get("/me").await.is(200);
        sign_in(&service.anonymous(), &worker.email, PASSWORD).await.is(201);
    });
}

// ── Personal access tokens ───────────────────────────────────────────────────────────────────────────────────────

fn token_for(scopes: &[&str], lasts: Duration) -> Value {
    json!({ "name": "Script", "scopes": scopes, "expires_at": (today() + lasts).to_rfc3339() })
}

fn with_token(client: &Client, made: &Answer) -> Client {
    Client { token: Some(made.json["token"].as_str().unwrap().to_owned()), ..client.clone() }
}

#[test]
fn a_token_is_shown_once() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let body = token_for(&["account:read"], Duration::days(1));
        let made = worker.post_once("/tokens", "one", body.clone()).await.is(201);
        let secret = made.json["token"].as_str().unwrap();
        assert!(secret.starts_with("snd_pat_"));
        let list = worker.get("/tokens").await.is(200);
        assert!(list.text.contains(&made.id()) && !list.text.contains(secret), "{}", list.text);
        let known = list.items().len();
        worker.post_once("/tokens", "one", body).await.is(409);
        assert_eq!(worker.get("/tokens").await.items().len(), known, "the second time made none");
    });
}

#[test]
fn a_scope_narrows_what_its_holder_may_do() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let reading = worker.only(&["reflections:read"]).await;
        worker.writes("Mine.").await;
        assert_eq!(reading.get("/reflections").await.is(200).items().len(), 1);
        reading.post("/reflections", json!({ "body": "Not with this." })).await.is(403);
        reading.get("/me").await.is(403);
        reading.get("/tokens").await.is(403);
        reading.get(&format!("/organisations/{}/colleagues", worker.authority)).await.is(403);
        assert_eq!(worker.get("/reflections").await.is(200).items().len(), 1);
    });
}

#[test]
fn a_token_cannot_hand_out_more_than_it_has() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let holder = worker.only(&["account:write", "reflections:read"]).await;
        let wider = token_for(&["reflections:read", "reflections:write"], Duration::days(1));
        assert_eq!(holder.post("/tokens", wider.clone()).await.is(422).pointers(), ["/scopes/1"]);
        let made = holder.post("/tokens", token_for(&["reflections:read"], Duration::days(1))).await.is(201);
        with_token(&worker, &made).get("/reflections").await.is(200);
        worker.post("/tokens", wider).await.is(201);
        let reading = worker.only(&["reflections:read"]).await;
        reading.post("/tokens", token_for(&["reflections:read"], Duration::days(1))).await.is(403);
    });
}

#[test]
fn a_token_hears_of_everything_that_is_wrong_with_it() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let past = json!({ "name": " ", "scopes": ["account:read", "everything"], "expires_at": today().to_rfc3339() });
        assert_eq!(worker.post("/tokens", past).await.is(422).pointers(), ["/name", "/scopes/1", "/expires_at"]);
        let far = token_for(&[], Duration::days(367));
        assert_eq!(worker.post("/tokens", far).await.is(422).pointers(), ["/scopes", "/expires_at"]);
        let endless = json!({ "name": "Script", "scopes": ["account:read"] });
        assert_eq!(worker.post("/tokens", endless).await.is(422).pointers(), ["/expires_at"]);
        worker.post("/tokens", token_for(&["account:read"], Duration::days(366))).await.is(201);
    });
}

#[test]
fn a_token_stops_when_its_time_is_up() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let made = worker.post("/tokens", token_for(&["account:read"], Duration::hours(1))).await.is(201);
        let brief = with_token(&worker, &made);
        service.app.clock.advance(Duration::minutes(59));
        brief.get("/me").await.is(200);
        assert!(worker.get("/tokens").await.text.contains(&made.id()));
        service.app.clock.advance(Duration::minutes(1));
        brief.get("/me").await.is(401);
        assert!(!worker.get("/tokens").await.is(200).text.contains(&made.id()));
    });
}

#[test]
fn a_revoked_token_stops_at_the_next_request() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let made = worker.post("/tokens", token_for(&["account:read"], Duration::days(1))).await.is(201);
        let (script, path) = (with_token(&worker, &made), format!("/tokens/{}", made.id()));
        admin.delete(&path).await.is(404);
        script.delete(&path).await.is(403);
        script.get("/me").await.is(200);
        worker.delete(&path).await.is(204);
        script.get("/me").await.is(401);
        worker.delete(&path).await.is(404);
        worker.get("/me").await.is(200);
    });
}

#[test]
fn a_session_is_no_token_and_a_token_is_no_session() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let secret = browser.cookie.trim_start_matches("sid=").to_owned();
        browser.get("/me").await.is(200);
        Client { token: Some(secret), ..worker.clone() }.get("/me").await.is(401);
        let cookie = format!("sid={}", worker.token.clone().unwrap());
        worker.get("/me").await.is(200);
        Browser { cookie, client: browser.client }.get("/me").await.is(401);
    });
}

// ── Service clients ──────────────────────────────────────────────────────────────────────────────────────────────

async fn registers(admin: &Client, scopes: &[&str]) -> Answer {
    let path = format!("/organisations/{}/service-clients", admin.authority);
    admin.post(&path, json!({ "name": "Website", "scopes": scopes })).await
}

async fn asks(nobody: &Client, (id, secret): (&str, &str), scope: &str) -> Answer {
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope={scope}");
    nobody.send(Method::POST, "/oauth/token", &[("content-type", "application/x-www-form-urlencoded")], form).await
}

fn secret_of(made: &Answer) -> String {
    made.json["client_secret"].as_str().unwrap().to_owned()
}

fn acting_for(authority: OrganisationId, nobody: &Client, granted: &Answer) -> Client {
    let token = granted.json["access_token"].as_str().unwrap().to_owned();
    Client { token: Some(token), authority, ..nobody.clone() }
}

fn examples_of(client: &Client) -> String {
    format!("/organisations/{}/practice-examples", client.authority)
}

#[test]
fn a_service_client_gets_a_token_for_its_own_credentials() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read", "library:publish"]).await.is(201);
        let granted = asks(&nobody, (&made.id(), &secret_of(&made)), "").await.is(200);
        assert_eq!((&granted.json["token_type"], &granted.json["expires_in"]), (&json!("Bearer"), &json!(1800)));
        assert_eq!(granted.json["scope"], "library:read library:publish");
        assert_eq!(granted.header("cache-control"), "no-store");
        let website = acting_for(admin.authority, &nobody, &granted);
        website.get(&examples_of(&website)).await.is(200);
        website.get("/reflections").await.is(403);
        website.get("/me").await.is(403);
        let list = admin.get(&format!("/organisations/{}/service-clients", admin.authority)).await.is(200);
        assert!(list.text.contains(&made.id()) && !list.text.contains(&secret_of(&made)), "the secret is shown once");
    });
}

#[test]
fn a_service_client_may_ask_for_less_than_it_has_and_not_for_more() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read", "library:publish"]).await.is(201);
        let (id, secret) = (made.id(), secret_of(&made));
        let granted = asks(&nobody, (&id, &secret), "library:read").await.is(200);
        assert_eq!(granted.json["scope"], "library:read");
        let body = json!({ "title": "Pairs", "summary": "Two go out." });
        let reading = acting_for(admin.authority, &nobody, &granted);
        reading.post(&examples_of(&reading), body.clone()).await.is(403);
        let whole = asks(&nobody, (&id, &secret), "library:read+library:publish").await.is(200);
        let whole = acting_for(admin.authority, &nobody, &whole);
        whole.post(&examples_of(&whole), body).await.is(201);
        asks(&nobody, (&id, &secret), "library:write").await.is(422);
        asks(&nobody, (&id, &secret), "reflections:read").await.is(422);
        assert_eq!(registers(&admin, &["library:read", "reflections:read"]).await.is(422).pointers(), ["/scopes/1"]);
    });
}

#[test]
fn a_wrong_secret_and_an_unknown_client_get_the_same_answer() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read"]).await.is(201);
        let (id, secret) = (made.id(), secret_of(&made));
        let wrong = asks(&nobody, (&id, &foreign("cli")), "").await.is(401);
        let unknown = admin.id.to_string();
        let guesses =
            [(unknown.as_str(), secret.as_str()), ("website", secret.as_str()), (id.as_str(), "guess"), (id.as_str(), "")];
        for guess in guesses {
            assert_eq!(said(&asks(&nobody, guess, "").await), said(&wrong), "{guess:?}");
        }
        asks(&nobody, (&id, &secret), "").await.is(200);
    });
}

#[test]
fn guessing_a_clients_secret_is_slowed_and_does_not_shut_the_client_out() {
    run(async {
        let service = Service::with(Clock::fixed(today()), |config| config.rate_limits = Switch::On).await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read"]).await.is(201);
        let id = made.id();
        for _ in 0..10 {
            asks(&nobody, (&id, "guess"), "").await.is(401);
        }
        asks(&nobody, (&id, "guess"), "").await.is(429);
        asks(&nobody, (&id, &secret_of(&made)), "").await.is(200);
    });
}

#[test]
fn revoking_a_service_client_stops_its_tokens_at_the_next_request() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let nobody = service.anonymous();
        let made = registers(&admin, &["library:read"]).await.is(201);
        let other = registers(&admin, &["library:read"]).await.is(201);
        let (id, secret) = (made.id(), secret_of(&made));
        let website = acting_for(admin.authority, &nobody, &asks(&nobody, (&id, &secret), "").await.is(200));
        let spared = asks(&nobody, (&other.id(), &secret_of(&other)), "").await.is(200);
        let spared = acting_for(admin.authority, &nobody, &spared);
        let path = format!("/organisations/{}/service-clients/{id}", admin.authority);
        worker.delete(&path).await.is(403);
        website.get(&examples_of(&website)).await.is(200);
        admin.delete(&path).await.is(204);
        website.get(&examples_of(&website)).await.is(401);
        website.get("/practice-examples").await.is(401);
        asks(&nobody, (&id, &secret), "").await.is(401);
        admin.delete(&path).await.is(404);
        spared.get(&examples_of(&spared)).await.is(200);
    });
}

#[test]
fn an_access_token_lasts_half_an_hour() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let website = service.system(admin.authority, &["library:read"]).await;
        service.app.clock.advance(Duration::minutes(29));
        website.get(&examples_of(&website)).await.is(200);
        service.app.clock.advance(Duration::minutes(1));
        website.get(&examples_of(&website)).await.is(401);
    });
}

// ── Leaving, and other roles ─────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_leavers_every_credential_stops_at_the_next_request() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let narrow = worker.only(&["reflections:read"]).await;
        browser.get("/me").await.is(200);
        narrow.get("/reflections").await.is(200);
        worker.get("/me").await.is(200);
        ends(&admin, &worker).await.is(204);
        browser.get("/me").await.is(401);
        narrow.get("/reflections").await.is(401);
        worker.get("/me").await.is(401);
        worker.get("/practice-examples").await.is(401);
        sign_in(&service.anonymous(), &worker.email, PASSWORD).await.is(422);
        admin.get(&member(admin.authority, &worker)).await.is(404);
        admin.delete_if(&member(admin.authority, &worker), "\"1\"").await.is(404);
        assert_eq!(count_members(&admin).await, 1);
    });
}

#[test]
fn what_a_leaver_shared_or_received_ends_and_does_not_come_back_with_them() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let peer = service.person(admin.authority, "Tom Peer", &[Role::Practitioner]).await;
        let given = worker.shares(&worker.writes("I left the plan in the car.").await, &peer).await;
        let theirs = peer.writes("A long Friday.").await;
        let received = peer.shares(&theirs, &worker).await;
        let (given, received) = (format!("/shared-with-me/{given}"), format!("/shared-with-me/{received}"));
        peer.get(&given).await.is(200);
        worker.get(&received).await.is(200);
        let open = peer.get(&format!("/reflections/{theirs}/shares")).await.is(200);
        assert_eq!(open.items()[0]["open"], true);

        ends(&admin, &worker).await.is(204);
        peer.get(&given).await.is(404);
        assert!(peer.get("/shared-with-me").await.is(200).items().is_empty());
        let closed = peer.get(&format!("/reflections/{theirs}/shares")).await.is(200);
        assert_eq!(closed.items()[0]["open"], false);

        let invited = invites(&admin, &worker.email).await.is(201);
        accepts(&service.anonymous(), &invited, PASSWORD).await.is(200);
        worker.get("/me").await.is(401);
        let back = Client { token: None, ..worker.clone() }.only(&every_scope()).await;
        assert_eq!(back.get("/me").await.is(200).json["id"], worker.id.to_string());
        back.get(&received).await.is(404);
        peer.get(&given).await.is(404);
        let again = peer.shares(&theirs, &back).await;
        back.get(&format!("/shared-with-me/{again}")).await.is(200);
    });
}

#[test]
fn a_membership_is_ended_by_an_administrator_who_has_read_it() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let elsewhere = service.authority("Eastvale Council").await;
        let stranger = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let path = member(admin.authority, &worker);
        worker.delete_if(&path, "\"1\"").await.is(403);
        stranger.delete_if(&path, "\"1\"").await.is(404);
        admin.delete(&path).await.is(428);
        let stale = admin.delete_if(&path, "\"7\"").await.is(412);
        assert_eq!(stale.json["current_revision"], 1);
        worker.get("/me").await.is(200);
        admin.delete_if(&path, "\"1\"").await.is(204);
        worker.get("/me").await.is(401);
    });
}

#[test]
fn new_roles_count_from_the_next_sign_in() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let browser = Browser::of(&worker).await;
        let draft = json!({ "title": "Pairs", "summary": "Two go out." });
        worker.post(&examples_of(&worker), draft.clone()).await.is(404);
        let changed = gives_roles(&admin, &worker, &["practitioner", "editor"]).await.is(200);
        assert_eq!((changed.json["roles"].clone(), changed.etag()), (json!(["practitioner", "editor"]), "\"2\"".to_owned()));
        worker.get("/me").await.is(401);
        browser.get("/me").await.is(401);
        let editor = Client { token: None, ..worker.clone() }.only(&every_scope()).await;
        editor.post(&examples_of(&editor), draft.clone()).await.is(201);
        gives_roles(&admin, &worker, &["practitioner"]).await.is(200);
        editor.post(&examples_of(&editor), draft.clone()).await.is(401);
        let former = Client { token: None, ..worker.clone() }.only(&every_scope()).await;
        former.post(&examples_of(&former), draft).await.is(404);
    });
}

#[test]
fn a_refused_change_of_roles_changes_nothing() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let path = member(admin.authority, &worker);
        for (roles, pointer) in
            [(json!([]), "/roles"), (json!(["editor", "editor"]), "/roles"), (json!(["editor", "chief"]), "/roles/1")]
        {
            let refused = admin.patch(&path, "\"1\"", json!({ "roles": roles })).await.is(422);
            assert_eq!(refused.pointers(), [pointer]);
        }
        worker.patch(&path, "\"1\"", json!({ "roles": ["administrator"] })).await.is(403);
        admin.patch(&path, "\"3\"", json!({ "roles": ["editor"] })).await.is(412);
        let read = admin.get(&path).await.is(200);
        assert_eq!((read.etag().as_str(), &read.json["roles"]), ("\"1\"", &json!(["practitioner"])));
        worker.get("/me").await.is(200);
    });
}

#[test]
fn the_last_administrator_can_neither_step_down_nor_leave() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        gives_roles(&admin, &admin, &["practitioner"]).await.is(409);
        ends(&admin, &admin).await.is(409);
        admin.get("/me").await.is(200);
        gives_roles(&admin, &worker, &["practitioner", "administrator"]).await.is(200);
        gives_roles(&admin, &admin, &["practitioner"]).await.is(200);
        admin.get("/me").await.is(401);
        let last = Client { token: None, ..worker.clone() }.only(&every_scope()).await;
        ends(&last, &last).await.is(409);
        gives_roles(&last, &last, &["practitioner"]).await.is(409);
        ends(&last, &admin).await.is(204);
    });
}

// ── What is no credential ────────────────────────────────────────────────────────────────────────────────────────

/// A secret as another installation would make it: well formed, and unknown here.
fn foreign(kind: &str) -> String {
    let head = format!("snd_{kind}_{}", "q".repeat(52));
    format!("{head}_{:08x}", crc32fast::hash(head.as_bytes()))
}

#[test]
fn a_bad_credential_is_refused_and_never_taken_for_nobody() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let nobody = service.anonymous();
        let brief = worker.post("/tokens", token_for(&["account:read"], Duration::hours(1))).await.is(201);
        let expired = brief.json["token"].as_str().unwrap().to_owned();
        let rested = Browser::of(&worker).await.cookie;
        service.app.clock.advance(Duration::hours(2));
        let good = worker.token.clone().unwrap();
        let bad = [
            ("authorization", format!("Bearer {expired}")),
            ("authorization", format!("Bearer {}", foreign("pat"))),
            ("authorization", format!("Bearer {good}0")),
            ("authorization", format!("Basic {good}")),
            ("authorization", good.clone()),
            ("authorization", "Bearer nonsense".to_owned()),
            ("authorization", "Bearer".to_owned()),
            ("authorization", String::new()),
            ("cookie", rested),
            ("cookie", format!("sid={}", foreign("ses"))),
            ("cookie", "theme=dark; sid=nonsense".to_owned()),
        ];
        let addresses = [
            ("/practice-examples", 200),
            ("/practice-examples.atom", 200),
            ("/practice-examples.json", 200),
            ("/openapi.json", 200),
            ("/health/live", 200),
            ("/nothing-here", 404),
            ("/me", 401),
        ];
        for (path, status) in addresses {
            nobody.get(path).await.is(status);
            for (name, value) in &bad {
                let refused = nobody.send(Method::GET, path, &[(*name, value.as_str())], ()).await;
                assert_eq!(refused.status, 401, "{path} with {name}: {value}");
                assert!(refused.header("www-authenticate").starts_with("Bearer"));
            }
        }
        worker.get("/practice-examples").await.is(200);
        nobody.send(Method::GET, "/practice-examples", &[("cookie", "theme=dark")], ()).await.is(200);
    });
}

// ── Colleagues ───────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn colleagues_see_names_and_no_addresses() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let elsewhere = service.authority("Eastvale Council").await;
        let stranger = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let colleagues = format!("/organisations/{}/colleagues", worker.authority);
        let members = format!("/organisations/{}/members", worker.authority);
        let seen = worker.get(&colleagues).await.is(200);
        assert_eq!(seen.items().len(), 2);
        assert!(seen.text.contains("Priya Admin") && !seen.text.contains('@'), "{}", seen.text);
        assert!(!seen.text.contains("Elin"), "{}", seen.text);
        worker.get(&members).await.is(403);
        worker.get(&member(worker.authority, &admin)).await.is(403);
        let managed = admin.get(&members).await.is(200);
        assert!(managed.text.contains(&worker.email), "{}", managed.text);
        for path in [&colleagues, &members, &member(worker.authority, &worker)] {
            stranger.get(path).await.is(404);
            service.anonymous().get(path).await.is(401);
        }
    });
}
