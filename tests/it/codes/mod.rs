//! Codes from an authenticator app beside the password: each is good for once, recovery codes too, and roles that open much
//! wait for them.

mod keeping;
mod losing;
mod roles;
mod setting_up;
mod signing_in;

use chrono::{DateTime, Duration, Utc};
use data_encoding::BASE32_NOPAD;
use poem::http::Method;
use serde_json::{Value, json};
use soundings::{access::Role, clock::Clock, config::Switch};
use totp_rs::{Algorithm, TOTP};

use crate::service::{Answer, Client, PASSWORD, Service, today};

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
