//! People: how they come in, what lets them in, and what stops when they leave.

mod clients;
mod invitations;
mod members;
mod passwords;
mod sessions;
mod setup;
mod tokens;

use poem::http::Method;
use serde_json::{Value, json};
use soundings::{access::Role, id::OrganisationId};

use crate::service::{Answer, Client, PASSWORD, Service};

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

/// A secret as another installation would make it: well formed, and unknown here.
fn foreign(kind: &str) -> String {
    let head = format!("snd_{kind}_{}", "q".repeat(52));
    format!("{head}_{:08x}", crc32fast::hash(head.as_bytes()))
}

fn examples_of(client: &Client) -> String {
    format!("/organisations/{}/practice-examples", client.authority)
}
