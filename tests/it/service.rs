//! A whole service for a test, and clients that act as one person each.

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, TimeZone as _, Utc};
use poem::{
    Endpoint, Request, Response,
    endpoint::BoxEndpoint,
    http::{HeaderMap, Method},
};
use serde_json::{Value, json};
use soundings::{
    access::{Role, Scope},
    app::App,
    clock::Clock,
    config::{Config, Switch},
    id::{OrganisationId, PersonId},
    people::{
        clients::{self, NewClient},
        model::OrganisationKind,
        organisations::{self, NewOrganisation},
    },
    router,
};
use tempfile::TempDir;

/// Everybody's password in tests.
pub const PASSWORD: &str = "seven quiet herons waiting";

/// Runs a test on threads with the stack that the service has.
pub fn run<T: Send + 'static>(test: impl Future<Output = T> + Send + 'static) -> T {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_stack_size(32 << 20).enable_all().build().unwrap();
    match runtime.block_on(async { tokio::spawn(test).await }) {
        Ok(value) => value,
        Err(failure) => std::panic::resume_unwind(failure.into_panic()),
    }
}

/// When tests take place, unless they move the clock.
pub fn today() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 9, 0, 0).unwrap()
}

/// A service.
#[derive(Clone)]
pub struct Service {
    pub app: Arc<App>,
    endpoint: Arc<BoxEndpoint<'static, Response>>,
    _data: Arc<TempDir>,
}

impl Service {
    /// In memory, with a clock that stands still and ids that count up.
    pub async fn new() -> Self {
        Self::with(Clock::fixed(today()), |_| {}).await
    }

    /// On the engine that people's writing is kept on, with the real clock.
    pub async fn on_disk() -> Self {
        Self::with(Clock::system(), |config| config.store = None).await
    }

    /// With a clock and settings of the test's own.
    pub async fn with(clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let data = Arc::new(tempfile::tempdir().unwrap());
        let mut config = Config::in_memory_at(data.path());
        config.rate_limits = Switch::Off;
        change(&mut config);
        let app = App::open(config, clock).await.unwrap();
        Self::around(app, data)
    }

    /// Around an app that the test opened itself.
    pub fn attached(app: Arc<App>) -> Self {
        Self::around(app, Arc::new(tempfile::tempdir().unwrap()))
    }

    fn around(app: Arc<App>, data: Arc<TempDir>) -> Self {
        use poem::EndpointExt as _;
        let endpoint = Arc::new(router::service(&app).boxed());
        Self { app, endpoint, _data: data }
    }

    /// Where its data is.
    pub fn data(&self) -> PathBuf {
        self.app.config.data.clone()
    }

    /// An authority with nobody in it.
    pub async fn authority(&self, name: &str) -> OrganisationId {
        let input = NewOrganisation { name: name.to_owned(), kind: OrganisationKind::LocalAuthority };
        organisations::found(&self.app, input).await.unwrap().id
    }

    /// A person in an authority, acting with a token that has every scope.
    pub async fn person(&self, authority: OrganisationId, name: &str, roles: &[Role]) -> Client {
        let email = format!("{}@test.example", name.to_lowercase().replace(' ', "."));
        let id = organisations::admit(&self.app, authority, (name, &email, PASSWORD), roles).await.unwrap();
        let mut client = Client { service: self.clone(), token: None, id, email, authority };
        client.token = Some(client.new_token(&every_scope()).await);
        client
    }

    /// One more supervisor in an authority.
    pub async fn supervisor_in(&self, authority: OrganisationId) -> Client {
        let name = format!("Supervisor {}", self.app.clock.new_id::<uuid::Uuid>());
        self.person(authority, &name, &[Role::Supervisor]).await
    }

    /// Another system of an authority, acting with an access token.
    pub async fn system(&self, authority: OrganisationId, scopes: &[&str]) -> Client {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let (made, secret) =
            clients::provide(&self.app, authority, NewClient { name: "A website".to_owned(), scopes }).await.unwrap();
        let mut client = self.anonymous();
        client.authority = authority;
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={secret}", made.id);
        let answer =
            client.send(Method::POST, "/oauth/token", &[("content-type", "application/x-www-form-urlencoded")], form).await;
        client.token = Some(answer.is(200).json["access_token"].as_str().unwrap().to_owned());
        client
    }

    /// Nobody.
    pub fn anonymous(&self) -> Client {
        let (id, authority) = (PersonId::from(uuid::Uuid::nil()), OrganisationId::from(uuid::Uuid::nil()));
        Client { service: self.clone(), token: None, id, email: String::new(), authority }
    }

    /// An authority with the people that most tests need.
    pub async fn team(&self) -> Team {
        let authority = self.authority("Northmoor Council").await;
        Team {
            authority,
            worker: self.person(authority, "Amina Worker", &[Role::Practitioner]).await,
            peer: self.person(authority, "Tom Peer", &[Role::Practitioner]).await,
            supervisor: self.person(authority, "Ruth Supervisor", &[Role::Supervisor]).await,
            psw: self.person(authority, "Helen Principal", &[Role::PrincipalSocialWorker]).await,
            editor: self.person(authority, "Daniel Editor", &[Role::Editor]).await,
            admin: self.person(authority, "Priya Admin", &[Role::Administrator]).await,
            governance: self.person(authority, "George Governance", &[Role::InformationGovernance]).await,
        }
    }
}

/// Every scope by name.
pub fn every_scope() -> Vec<&'static str> {
    Scope::ALL.iter().map(|(_, name)| *name).collect()
}

/// The people of an authority.
pub struct Team {
    pub authority: OrganisationId,
    pub worker: Client,
    pub peer: Client,
    pub supervisor: Client,
    pub psw: Client,
    pub editor: Client,
    pub admin: Client,
    pub governance: Client,
}

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Client {
    pub service: Service,
    pub token: Option<String>,
    pub id: PersonId,
    pub email: String,
    pub authority: OrganisationId,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// How many bytes the body has.
    pub size: usize,
    pub text: String,
    pub json: Value,
}

impl Answer {
    /// The answer, if it has that status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn etag(&self) -> String {
        self.header("etag").to_owned()
    }

    /// The `id` in the body.
    #[track_caller]
    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_else(|| panic!("no id in {}", self.text)).to_owned()
    }

    /// The pointers of the violations.
    pub fn pointers(&self) -> Vec<&str> {
        self.json["errors"].as_array().into_iter().flatten().filter_map(|error| error["pointer"].as_str()).collect()
    }

    pub fn items(&self) -> &Vec<Value> {
        self.json["items"].as_array().unwrap_or_else(|| panic!("no items in {}", self.text))
    }
}

impl Client {
    /// Sends a request and reads the whole answer. Paths without a leading `/oauth`, `/health` or file at the root are
    /// under `/api/v1`.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<poem::Body>) -> Answer {
        let root = ["/api/", "/oauth/", "/health/", "/openapi.json", "/.well-known", "/practice-examples.", "/root/"];
        let uri = if root.iter().any(|start| path.starts_with(start)) { path.to_owned() } else { format!("/api/v1{path}") };
        let uri = uri.trim_start_matches("/root").to_owned();
        let mut request = Request::builder().method(method).uri(uri.parse().unwrap());
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.service.endpoint.get_response(request.body(body)).await;
        let (parts, body) = response.into_parts();
        let bytes = body.into_bytes().await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status.as_u16(), headers: parts.headers, size: bytes.len(), text, json }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], ()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], body.to_string()).await
    }

    /// The same with an `Idempotency-Key`.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send(Method::POST, path, &headers, body.to_string()).await
    }

    pub async fn patch(&self, path: &str, etag: &str, body: Value) -> Answer {
        let headers = [("content-type", "application/merge-patch+json"), ("if-match", etag)];
        self.send(Method::PATCH, path, &headers, body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, &[("content-type", "application/json")], body.to_string()).await
    }

    /// A `PUT` that compares revisions.
    pub async fn put_if(&self, path: &str, etag: &str, body: Value) -> Answer {
        let headers = [("content-type", "application/json"), ("if-match", etag)];
        self.send(Method::PUT, path, &headers, body.to_string()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], ()).await
    }

    /// A `DELETE` that compares revisions.
    pub async fn delete_if(&self, path: &str, etag: &str) -> Answer {
        self.send(Method::DELETE, path, &[("if-match", etag)], ()).await
    }

    /// Makes a token of this person's with some scopes, by signing in.
    pub async fn new_token(&self, scopes: &[&str]) -> String {
        let nobody = Self { token: None, ..self.clone() };
        let signed = nobody.post("/sessions", json!({ "email": self.email, "password": PASSWORD })).await.is(201);
        let cookie = signed.header("set-cookie").split(';').next().unwrap().to_owned();
        let until = (self.service.app.clock.now() + chrono::Duration::days(90)).to_rfc3339();
        let body = json!({ "name": "Test", "scopes": scopes, "expires_at": until }).to_string();
        let headers = [("content-type", "application/json"), ("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
        let made = nobody.send(Method::POST, "/tokens", &headers, body).await.is(201);
        made.json["token"].as_str().unwrap().to_owned()
    }

    /// The same person with fewer scopes.
    pub async fn only(&self, scopes: &[&str]) -> Self {
        Self { token: Some(self.new_token(scopes).await), ..self.clone() }
    }

    /// The same person, a member of another authority as well, with a new token.
    pub async fn joins(&self, authority: OrganisationId, roles: &[Role]) -> Self {
        soundings::people::memberships::join(&self.service.app, authority, self.id, roles).await.unwrap();
        let mut client = Self { authority, ..self.clone() };
        client.token = Some(client.new_token(&every_scope()).await);
        client
    }

    /// Writes a reflection; answers its id.
    pub async fn writes(&self, body: &str) -> String {
        self.post("/reflections", json!({ "body": body })).await.is(201).id()
    }

    /// Shares a reflection with somebody; answers the share's id.
    pub async fn shares(&self, reflection: &str, with: &Self) -> String {
        self.post(&format!("/reflections/{reflection}/shares"), json!({ "person_id": with.id.to_string() })).await.is(201).id()
    }

    /// Agrees supervision with a worker, accepted by both; answers the agreement's id.
    pub async fn supervises(&self, worker: &Self) -> String {
        let agreement = self
            .post(
                "/supervision/agreements",
                json!({ "organisation_id": self.authority.to_string(), "supervisor_id": self.id.to_string(),
                        "worker_id": worker.id.to_string(), "purpose": "To think." }),
            )
            .await
            .is(201);
        let path = format!("/supervision/agreements/{}", agreement.id());
        let accepted = self.put_if(&format!("{path}/acceptance"), &agreement.etag(), json!({})).await.is(200);
        worker.put_if(&format!("{path}/acceptance"), &accepted.etag(), json!({})).await.is(200);
        agreement.id()
    }

    /// Plans a session under an agreement; answers its id.
    pub async fn plans(&self, agreement: &str) -> String {
        let body = json!({ "agreement_id": agreement, "starts_at": "2026-12-01T10:00:00Z", "minutes": 90, "place": "Room 3" });
        self.post("/supervision/sessions", body).await.is(201).id()
    }

    /// Publishes an example; answers its id.
    pub async fn publishes(&self, title: &str) -> String {
        let body = json!({ "title": title, "summary": "What it is.", "state": "published" });
        self.post(&format!("/organisations/{}/practice-examples", self.authority), body).await.is(201).id()
    }
}
