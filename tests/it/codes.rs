//! Codes from an authenticator app beside the password: each is good for once, recovery codes too, and roles that open much
//! wait for them.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr},
};

use chrono::{DateTime, Duration, Utc};
use data_encoding::{BASE32_NOPAD, HEXLOWER, HEXUPPER};
use poem::http::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use soundings::{
    access::Role,
    backup,
    clock::Clock,
    config::{Config, Switch},
    error::Error,
    http::auth::Presented,
    limits::Whence,
    people::{self, accounts, codes, organisations},
};
use totp_rs::{Algorithm, TOTP};

use crate::service::{Answer, Client, PASSWORD, Service, every_scope, run, today};

/// What an app that knows a secret shows at some time.
pub fn shown(secret: &str, at: DateTime<Utc>) -> String {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let app = TOTP::new(Algorithm::SHA1, 6, 1, 30, secret).unwrap();
    app.generate(u64::try_from(at.timestamp()).unwrap())
}

/// A person who has signed in: what they send goes with their cookie, and with no token.
struct Seat {
    client: Client,
    cookie: String,
}

impl Seat {
    /// Signs in with the password alone.
    async fn of(person: &Client) -> Self {
        Self::with(person, None).await
    }

    async fn with(person: &Client, code: Option<&str>) -> Self {
        let signed = sign_in(person, code).await.is(201);
        let cookie = signed.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { client: Client { token: None, ..person.clone() }, cookie }
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        let headers = [("cookie", self.cookie.as_str()), ("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
        self.client.send(method, path, &headers, body.to_string()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.client.send(Method::GET, path, &[("cookie", self.cookie.as_str())], ()).await
    }

    /// Begins; answers the secret for the app.
    async fn begins(&self) -> String {
        let offer = self.send(Method::PUT, "/me/codes", json!({})).await.is(200);
        offer.json["secret"].as_str().unwrap().to_owned()
    }

    async fn confirms(&self, code: &str) -> Answer {
        self.send(Method::PUT, "/me/codes/confirmation", json!({ "code": code })).await
    }

    /// Sets an app up; answers its secret and the recovery codes. Then half a minute passes, so that the app shows another code.
    async fn sets_up(&self) -> (String, Vec<String>) {
        let app = &self.client.service.app;
        let secret = self.begins().await;
        let confirmed = self.confirms(&shown(&secret, app.clock.now())).await.is(200);
        app.clock.advance(Duration::seconds(30));
        (secret, recovery_codes(&confirmed))
    }
}

fn recovery_codes(answer: &Answer) -> Vec<String> {
    answer.json["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

async fn sign_in(person: &Client, code: Option<&str>) -> Answer {
    let mut body = json!({ "email": person.email, "password": PASSWORD });
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    Client { token: None, ..person.clone() }.post("/sessions", body).await
}

/// What is wrong, and where.
fn wrong(answer: &Answer) -> (&str, &str) {
    let error = &answer.json["errors"][0];
    (error["pointer"].as_str().unwrap_or_default(), error["code"].as_str().unwrap_or_default())
}

async fn worker(service: &Service) -> Client {
    let authority = service.authority("Northmoor Council").await;
    service.person(authority, "Amina Worker", &[Role::Practitioner]).await
}

/// A service whose roles wait for codes.
async fn strict() -> Service {
    Service::with(Clock::fixed(today()), |config| config.require_codes = Switch::On).await
}

#[test]
fn with_an_app_set_up_the_password_alone_lets_nobody_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        assert_eq!(seat.get("/me/codes").await.is(200).json, json!({ "on": false, "required_for": [], "recovery_left": 0 }));
        let offer = seat.send(Method::PUT, "/me/codes", json!({})).await.is(200);
        let secret = offer.json["secret"].as_str().unwrap();
        assert_eq!(BASE32_NOPAD.decode(secret.as_bytes()).unwrap().len(), 20, "160 bits");
        let asked = format!("secret={secret}&issuer=Soundings&algorithm=SHA1&digits=6&period=30");
        assert_eq!(offer.json["uri"], format!("otpauth://totp/Soundings:amina.worker%40test.example?{asked}"));
        sign_in(&worker, None).await.is(201);

        let early = seat.confirms("000000").await.is(422);
        assert_eq!(wrong(&early), ("/code", "wrong"));
        sign_in(&worker, None).await.is(201);
        let recovery = recovery_codes(&seat.confirms(&shown(secret, service.app.clock.now())).await.is(200));
        assert_eq!(recovery.len(), 10);
        assert_eq!(seat.get("/me/codes").await.is(200).json, json!({ "on": true, "required_for": [], "recovery_left": 10 }));

        let alone = sign_in(&worker, None).await.is(422);
        assert_eq!(wrong(&alone), ("/code", "required"));
        assert!(alone.headers.get("set-cookie").is_none());
        assert_eq!(wrong(&sign_in(&worker, Some(" ")).await.is(422)), ("/code", "required"));
        service.app.clock.advance(Duration::seconds(30));
        let code = shown(secret, service.app.clock.now());
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        sign_in(&worker, Some(&spaced)).await.is(201);
    });
}

#[test]
fn a_stranger_hears_of_codes_only_with_the_right_password() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        Seat::of(&worker).await.sets_up().await;
        let nobody = service.anonymous();
        for code in [json!(null), json!("000000")] {
            let guess = json!({ "email": worker.email, "password": "nine patient otters watching", "code": code });
            assert_eq!(wrong(&nobody.post("/sessions", guess).await.is(422)), ("/password", "wrong"));
        }
        assert_eq!(wrong(&sign_in(&worker, Some("000000")).await.is(422)), ("/code", "wrong"));
    });
}

#[test]
fn a_code_is_good_for_one_sign_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (secret, _) = Seat::of(&worker).await.sets_up().await;
        let now = service.app.clock.now();
        let first = shown(&secret, now - Duration::seconds(30));
        assert_eq!(wrong(&sign_in(&worker, Some(&first)).await.is(422)), ("/code", "wrong"), "it confirmed the app");
        let code = shown(&secret, now);
        sign_in(&worker, Some(&code)).await.is(201);
        assert_eq!(wrong(&sign_in(&worker, Some(&code)).await.is(422)), ("/code", "wrong"));
        sign_in(&worker, Some(&shown(&secret, now + Duration::seconds(30)))).await.is(201);
        sign_in(&worker, Some(&code)).await.is(422);
    });
}

#[test]
fn a_code_counts_one_step_before_its_time_and_one_step_after_and_no_more() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (secret, _) = Seat::of(&worker).await.sets_up().await;
        for (seconds, within) in [(-60, false), (60, false), (-30, true), (30, true)] {
            service.app.clock.advance(Duration::minutes(10));
            let code = shown(&secret, service.app.clock.now() + Duration::seconds(seconds));
            assert_eq!(sign_in(&worker, Some(&code)).await.status, if within { 201 } else { 422 }, "{seconds} s");
        }
        // To the second: the step before the present one counts until the present one is over.
        service.app.clock.advance(Duration::minutes(10));
        let code = shown(&secret, service.app.clock.now());
        service.app.clock.advance(Duration::seconds(59));
        sign_in(&worker, Some(&code)).await.is(201);
        service.app.clock.advance(Duration::minutes(10) + Duration::seconds(1));
        let code = shown(&secret, service.app.clock.now());
        service.app.clock.advance(Duration::seconds(60));
        sign_in(&worker, Some(&code)).await.is(422);
    });
}

#[test]
fn a_recovery_code_works_once_and_new_ones_end_the_old() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (_, recovery) = Seat::of(&worker).await.sets_up().await;
        for code in &recovery {
            let digits = code.chars().filter(char::is_ascii_digit).count();
            assert_eq!((code.len(), digits), (19, 16), "{code}");
        }
        let unbroken = recovery[0].replace('-', "");
        let seat = Seat::with(&worker, Some(&unbroken)).await;
        assert_eq!(wrong(&sign_in(&worker, Some(&recovery[0])).await.is(422)), ("/code", "wrong"));
        assert_eq!(seat.get("/me/codes").await.is(200).json["recovery_left"], 9);
        let renewed = recovery_codes(&seat.send(Method::POST, "/me/codes/recovery", json!({})).await.is(200));
        assert!(renewed.len() == 10 && renewed.iter().all(|code| !recovery.contains(code)));
        sign_in(&worker, Some(&recovery[1])).await.is(422);
        sign_in(&worker, Some(&renewed[1])).await.is(201);
        assert_eq!(seat.get("/me/codes").await.is(200).json["recovery_left"], 9);
    });
}

#[test]
fn somebody_elses_codes_let_nobody_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let peer = service.person(worker.authority, "Tom Peer", &[Role::Practitioner]).await;
        Seat::of(&worker).await.sets_up().await;
        let (secret, recovery) = Seat::of(&peer).await.sets_up().await;
        sign_in(&worker, Some(&shown(&secret, service.app.clock.now()))).await.is(422);
        sign_in(&worker, Some(&recovery[0])).await.is(422);
        sign_in(&peer, Some(&recovery[0])).await.is(201);
    });
}

#[test]
fn of_two_who_come_with_one_code_at_once_one_gets_in() {
    run(async {
        let service = Service::on_disk().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        let secret = seat.begins().await;
        let confirmed = seat.confirms(&shown(&secret, service.app.clock.now())).await.is(200);
        for code in recovery_codes(&confirmed) {
            let (one, other) = tokio::join!(sign_in(&worker, Some(&code)), sign_in(&worker, Some(&code)));
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 422], "{} and {}", one.text, other.text);
        }
        assert_eq!(seat.get("/me/codes").await.is(200).json["recovery_left"], 0);
        let next = shown(&secret, service.app.clock.now() + Duration::seconds(30));
        let (one, other) = tokio::join!(sign_in(&worker, Some(&next)), sign_in(&worker, Some(&next)));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "{} and {}", one.text, other.text);
    });
}

#[test]
fn whoever_has_the_password_guesses_ten_codes_and_then_has_to_wait_wherever_they_are() {
    run(async {
        let service = Service::with(Clock::fixed(today()), |config| config.rate_limits = Switch::On).await;
        let worker = worker(&service).await;
        let (secret, _) = Seat::of(&worker).await.sets_up().await;
        let from = |last| Whence::of(IpAddr::V4(Ipv4Addr::new(203, 0, 113, last)));
        let guess = |last, code: &'static str| accounts::sign_in(&service.app, from(last), &worker.email, PASSWORD, Some(code));
        for last in 1..=10 {
            assert!(matches!(guess(last, "000000").await, Err(Error::Invalid(_))), "guess {last}");
        }
        assert!(matches!(guess(11, "000000").await, Err(Error::TooMany { .. })));
        // The control: it is the code that is waited for, and not the account.
        let missing = accounts::sign_in(&service.app, from(12), &worker.email, PASSWORD, None).await;
        assert!(matches!(missing, Err(Error::Invalid(_))));
        let right = shown(&secret, service.app.clock.now());
        sign_in(&worker, Some(&right)).await.is(429);
    });
}

#[test]
fn setting_an_app_up_ends_everything_but_the_session_that_does_it() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (here, elsewhere) = (Seat::of(&worker).await, Seat::of(&worker).await);
        elsewhere.get("/me").await.is(200);
        worker.get("/me").await.is(200);
        here.sets_up().await;
        elsewhere.get("/me").await.is(401);
        worker.get("/me").await.is(401);
        here.get("/me").await.is(200);
        let listed = here.get("/sessions").await.is(200);
        assert_eq!(listed.items().len(), 1);
        assert_eq!(listed.items()[0]["current"], true);
        // It is a session as before: it makes tokens, and ends when its owner says so.
        let token = json!({ "name": "Script", "scopes": ["account:read"], "expires_at": "2026-12-24T09:00:00Z" });
        here.send(Method::POST, "/tokens", token).await.is(201);
        here.send(Method::DELETE, "/sessions/current", json!({})).await.is(204);
        here.get("/me").await.is(401);
    });
}

#[test]
fn a_session_that_has_been_ended_does_not_come_back_with_an_app() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (mine, thiefs) = (Seat::of(&worker).await, Seat::of(&worker).await);
        let code = shown(&thiefs.begins().await, service.app.clock.now());
        // A request that was let in, and is still on its way when the password changes.
        let cookie = thiefs.cookie.split_once('=').unwrap().1.to_owned();
        let on_its_way = people::recognise(&service.app, &Presented::Cookie(cookie)).await.unwrap();
        let change = json!({ "present": PASSWORD, "new": "nine patient otters watching" });
        mine.send(Method::PUT, "/me/password", change).await.is(204);
        let late = codes::confirm(&service.app, &on_its_way, &code).await;
        assert!(matches!(late, Err(Error::Unauthenticated)), "{late:?}");
        thiefs.get("/me").await.is(401);
    });
}

#[test]
fn a_token_cannot_change_how_its_owner_signs_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        worker.put("/me/codes", json!({})).await.is(403);
        let secret = seat.begins().await;
        let code = shown(&secret, service.app.clock.now());
        worker.put("/me/codes/confirmation", json!({ "code": code })).await.is(403);
        seat.confirms(&code).await.is(200);
        let token = json!({ "name": "Script", "scopes": every_scope(), "expires_at": "2026-12-24T09:00:00Z" });
        let token = seat.send(Method::POST, "/tokens", token).await.is(201).json["token"].as_str().unwrap().to_owned();
        let script = Client { token: Some(token), ..worker };
        script.delete("/me/codes").await.is(403);
        script.post("/me/codes/recovery", json!({})).await.is(403);
        assert_eq!(script.get("/me/codes").await.is(200).json["recovery_left"], 10, "it may look");
    });
}

#[test]
fn changing_how_one_signs_in_needs_a_password_of_the_last_ten_minutes() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        let secret = seat.begins().await;
        service.app.clock.advance(Duration::minutes(11));
        let late = [
            (Method::PUT, "/me/codes", json!({})),
            (Method::PUT, "/me/codes/confirmation", json!({ "code": shown(&secret, service.app.clock.now()) })),
            (Method::POST, "/me/codes/recovery", json!({})),
            (Method::DELETE, "/me/codes", json!({})),
        ];
        for (method, path, body) in late {
            let refused = seat.send(method, path, body).await.is(403);
            assert_eq!(refused.json["confirm_at"], "/api/v1/sessions/current/confirmation", "{path}");
        }
        seat.send(Method::PUT, "/sessions/current/confirmation", json!({ "password": PASSWORD })).await.is(204);
        seat.confirms(&shown(&secret, service.app.clock.now())).await.is(200);
    });
}

#[test]
fn an_app_in_use_goes_on_until_the_next_one_has_shown_that_it_works() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        seat.confirms("000000").await.is(409);
        let (old, recovery) = seat.sets_up().await;
        let never = seat.begins().await;
        let new = seat.begins().await;
        let now = service.app.clock.now();
        sign_in(&worker, Some(&shown(&new, now))).await.is(422);
        sign_in(&worker, Some(&shown(&old, now))).await.is(201);
        assert_eq!(wrong(&seat.confirms(&shown(&never, now)).await.is(422)), ("/code", "wrong"), "another took its place");
        let fresh = recovery_codes(&seat.confirms(&shown(&new, now)).await.is(200));
        seat.confirms(&shown(&new, now)).await.is(409);
        service.app.clock.advance(Duration::minutes(1));
        let now = service.app.clock.now();
        sign_in(&worker, Some(&shown(&old, now))).await.is(422);
        sign_in(&worker, Some(&recovery[0])).await.is(422);
        sign_in(&worker, Some(&shown(&new, now))).await.is(201);
        sign_in(&worker, Some(&fresh[0])).await.is(201);
    });
}

#[test]
fn codes_can_be_turned_off_by_whoever_does_not_need_them() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        seat.send(Method::DELETE, "/me/codes", json!({})).await.is(404);
        seat.send(Method::POST, "/me/codes/recovery", json!({})).await.is(404);
        let (secret, recovery) = seat.sets_up().await;
        seat.send(Method::DELETE, "/me/codes", json!({})).await.is(204);
        assert_eq!(seat.get("/me/codes").await.is(200).json, json!({ "on": false, "required_for": [], "recovery_left": 0 }));
        sign_in(&worker, None).await.is(201);
        // Set up again, nothing of the first time counts.
        let (_, fresh) = seat.sets_up().await;
        sign_in(&worker, Some(&shown(&secret, service.app.clock.now()))).await.is(422);
        sign_in(&worker, Some(&recovery[0])).await.is(422);
        sign_in(&worker, Some(&fresh[0])).await.is(201);
    });
}

// ── Roles that wait ──────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn roles_that_open_much_wait_until_their_holder_has_codes() {
    run(async {
        let service = strict().await;
        let team = service.team().await;
        let members = format!("/organisations/{}/members", team.authority);
        let shelf = format!("/organisations/{}/practice-examples", team.authority);
        let draft = json!({ "title": "Pairs", "summary": "Two go out." });
        let admin = Seat::of(&team.admin).await;
        let editor = Seat::of(&team.editor).await;
        for answer in [
            admin.get(&members).await,
            team.admin.get(&members).await,
            admin.send(Method::POST, "/backups", json!({})).await,
            editor.send(Method::POST, &shelf, draft.clone()).await,
            team.editor.post(&shelf, draft.clone()).await,
        ] {
            assert!([403, 404].contains(&answer.status), "{}", answer.text);
        }
        let me = admin.get("/me").await.is(200).json;
        assert_eq!(me["memberships"][0]["roles"], json!(["administrator"]), "it is theirs, and waits");
        assert_eq!(me["roles_waiting"], json!(["administrator"]));
        assert_eq!(admin.get("/me/codes").await.is(200).json["required_for"], json!(["administrator"]));
        let governance = Seat::of(&team.governance).await.get("/me").await.is(200).json;
        assert_eq!(governance["roles_waiting"], json!(["information_governance"]));

        // What any member can do they can too.
        admin.get(&format!("/organisations/{}/colleagues", team.authority)).await.is(200);
        admin.send(Method::POST, "/reflections", json!({ "body": "My first day." })).await.is(201);
        // The others have nothing to wait for.
        assert_eq!(team.supervisor.get("/me").await.is(200).json["roles_waiting"], json!([]));
        team.supervisor.supervises(&team.worker).await;

        admin.sets_up().await;
        admin.get(&members).await.is(200);
        admin.send(Method::POST, "/backups", json!({})).await.is(201);
        assert_eq!(admin.get("/me").await.is(200).json["roles_waiting"], json!([]));
        editor.sets_up().await;
        editor.send(Method::POST, &shelf, draft).await.is(201);
    });
}

#[test]
fn what_was_made_with_the_password_alone_does_not_gain_by_codes() {
    run(async {
        let service = strict().await;
        let admin = service.team().await.admin;
        let (owner, thief) = (Seat::of(&admin).await, Seat::of(&admin).await);
        let members = format!("/organisations/{}/members", admin.authority);
        thief.get("/me").await.is(200);
        owner.sets_up().await;
        owner.get(&members).await.is(200);
        thief.get(&members).await.is(401);
        admin.get(&members).await.is(401);
    });
}

#[test]
fn codes_stay_on_while_a_role_needs_them() {
    run(async {
        let service = strict().await;
        let team = service.team().await;
        let admin = Seat::of(&team.admin).await;
        let (_, recovery) = admin.sets_up().await;
        admin.send(Method::DELETE, "/me/codes", json!({})).await.is(409);
        sign_in(&team.admin, None).await.is(422);
        // Whoever gets such a role later waits as well; whoever loses it may turn them off.
        let worker = Seat::of(&team.worker).await;
        worker.sets_up().await;
        worker.send(Method::DELETE, "/me/codes", json!({})).await.is(204);
        let member = format!("/organisations/{}/members/{}", team.authority, team.worker.id);
        let headers = [
            ("cookie", admin.cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("if-match", "\"1\""),
            ("content-type", "application/json"),
        ];
        let roles = json!({ "roles": ["practitioner", "editor"] }).to_string();
        admin.client.send(Method::PATCH, &member, &headers, roles).await.is(200);
        let editor = Seat::of(&team.worker).await;
        assert_eq!(editor.get("/me").await.is(200).json["roles_waiting"], json!(["editor"]));
        Seat::with(&team.admin, Some(&recovery[0])).await.get("/me").await.is(200);
    });
}

#[test]
fn the_first_administrator_sets_codes_up_and_goes_on() {
    run(async {
        let service = strict().await;
        let nobody = service.anonymous();
        let link = organisations::offer_setup(&service.app).await.unwrap();
        let setup = json!({
            "organisation": { "name": "Northmoor Council", "kind": "local_authority" },
            "name": "Priya First", "email": "priya@northmoor.example", "password": PASSWORD,
        });
        let made = nobody.put(&format!("/setup/{link}"), setup).await.is(200);
        let first = Client { email: "priya@northmoor.example".to_owned(), authority: made.id().parse().unwrap(), ..nobody };
        let seat = Seat::of(&first).await;
        let neighbour = json!({ "name": "Eastvale Council", "kind": "local_authority" });
        let waits = seat.send(Method::POST, "/organisations", neighbour.clone()).await;
        assert!([403, 404].contains(&waits.status), "{}", waits.text);
        seat.sets_up().await;
        seat.send(Method::POST, "/organisations", neighbour).await.is(201);
    });
}

#[test]
fn a_system_needs_no_app() {
    run(async {
        let service = strict().await;
        let authority = service.authority("Northmoor Council").await;
        let website = service.system(authority, &["library:publish"]).await;
        website.publishes("Heron mornings").await;
    });
}

#[test]
fn a_real_service_has_roles_wait_and_a_test_does_not() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(Config::defaults(data.path()).require_codes, Switch::On);
    assert_eq!(Config::in_memory_at(data.path()).require_codes, Switch::Off);
    run(async {
        let service = Service::new().await;
        let admin = service.team().await.admin;
        admin.get(&format!("/organisations/{}/members", admin.authority)).await.is(200);
        assert_eq!(admin.get("/me").await.is(200).json["roles_waiting"], json!([]));
    });
}

// ── What is kept ─────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn secrets_and_recovery_codes_are_said_once_and_kept_nowhere_in_the_clear() {
    run(async {
        let service = Service::on_disk().await;
        let worker = worker(&service).await;
        let seat = Seat::of(&worker).await;
        let secret = seat.begins().await;
        let confirmed = seat.confirms(&shown(&secret, service.app.clock.now())).await.is(200);
        let mut hidden = recovery_codes(&confirmed);
        let unbroken: Vec<String> = hidden.iter().map(|code| code.replace('-', "")).collect();
        hidden.extend(unbroken);
        let bytes = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        let offered = seat.begins().await;
        hidden.extend([HEXLOWER.encode(&bytes), HEXUPPER.encode(&bytes), secret, offered]);
        for path in ["/me", "/me/codes", "/sessions", "/tokens"] {
            let answer = seat.get(path).await.is(200);
            assert!(hidden.iter().all(|text| !answer.text.contains(text.as_str())), "{path}: {}", answer.text);
        }
        let file = service.data().join("export.surql");
        service.app.db.export(&file).await.unwrap();
        let export = fs::read_to_string(&file).unwrap();
        assert!(export.contains(&worker.email), "the control: what is readable is found");
        assert_eq!(backup::inventory(&service.app.db).await.unwrap()["codes"].0, 1, "there is something to find");
        assert!(hidden.iter().all(|text| !export.contains(text.as_str())));
        // Nor can a recovery code be found by trying: its digest is keyed.
        let unkeyed: Vec<String> = hidden.iter().map(|code| sha256(code)).collect();
        assert!(unkeyed.iter().all(|digest| !export.contains(digest.as_str())));
    });
}

fn sha256(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

#[test]
fn conflicts_and_lost_answers_use_a_code_once_and_let_its_owner_in() {
    run(async {
        let service = Service::new().await;
        let worker = worker(&service).await;
        let (_, recovery) = Seat::of(&worker).await.sets_up().await;
        service.app.db.faults.start();
        for code in &recovery {
            sign_in(&worker, Some(code)).await.is(201);
        }
        service.app.db.faults.stop();
        for code in &recovery {
            sign_in(&worker, Some(code)).await.is(422);
        }
    });
}
