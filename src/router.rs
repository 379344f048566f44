//! Every URL of the service: mounts each feature's operations, and the few addresses that stand at the root.

use std::{net::IpAddr, sync::Arc};

use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Route, get, handler,
    http::{HeaderValue, Method, header},
    middleware::AddData,
    web::{Data, RemoteAddr},
};
use poem_openapi::{
    Object, OpenApi, OpenApiService, Tags,
    payload::{Json, Payload},
};
use serde_json::Value;

use crate::{
    about,
    access::Actor,
    app::App,
    backup, contract,
    error::{Error, Result},
    home,
    http::{
        assets,
        auth::{Auth, MaybeAuth, Presented, Recognised, same_site},
        edge::{Addresses, Caller, Edge, WholeBody, fits, is_page},
        shape::Shapes,
    },
    library,
    limits::{Kind, Whence},
    people, reflections, supervision,
};

type Apis = (people::api::Api, reflections::api::Api, library::api::Api, supervision::api::Api, ServiceApi);

fn operations() -> OpenApiService<Apis, ()> {
    let apis = (people::api::API, reflections::api::API, library::api::API, supervision::api::API, ServiceApi);
    OpenApiService::new(apis, "Soundings", env!("CARGO_PKG_VERSION"))
}

/// The contract, without a database or any setting.
#[must_use]
pub fn document() -> Value {
    contract::finish(&operations().spec())
}

/// The whole service as one endpoint.
pub fn service(app: &Arc<App>) -> impl Endpoint<Output = Response> + 'static {
    let document = document();
    let addresses = addresses(&document);
    let text = Arc::new(document.to_string());
    let routes = Route::new()
        .nest("/api/v1", operations())
        .at("/oauth/token", operations())
        .at("/health/live", operations())
        .at("/health/ready", operations())
        .at("/practice-examples.atom", operations())
        .at("/practice-examples.json", operations())
        .at("/openapi.json", get(openapi))
        .at("/api/v1/openapi.json", get(openapi))
        .at("/.well-known/security.txt", get(security_txt))
        .at("/assets/:name", get(assets::asset));
    let held = pages(routes).around(|endpoint, request| async move { people::pages::hold(endpoint, request).await });
    let routes = held.with(AddData::new(Arc::clone(app))).with(AddData::new(Contract(text)));
    let gate = Arc::new(Gate {
        app: Arc::clone(app),
        shapes: Shapes::of(&contract::shape(&operations().spec())),
        bodies: bodies(&document),
    });
    let recognised = routes.around(move |endpoint, request| {
        let gate = Arc::clone(&gate);
        async move { gate.pass(endpoint, request).await }
    });
    Edge::new(Arc::clone(app), addresses, recognised)
}

/// Every page, by its feature.
fn pages(routes: Route) -> Route {
    let routes = about::mount(home::mount(people::pages::mount(routes)));
    supervision::pages::mount(library::pages::mount(reflections::pages::mount(routes)))
}

/// The addresses of every page, with their methods.
#[must_use]
pub fn page_addresses() -> Vec<(&'static str, &'static [&'static str])> {
    [
        about::addresses(),
        home::addresses(),
        people::pages::addresses(),
        reflections::pages::addresses(),
        library::pages::addresses(),
        supervision::pages::addresses(),
    ]
    .concat()
}

/// The lists that open or weigh whatever there is, one by one, when they are asked for something.
const SEARCHED: [&str; 2] = ["/reflections", "/practice-examples"];
/// The parameters by which they are asked.
const LOOKED_FOR_BY: [&str; 7] = ["q", "tag", "from", "to", "theme", "organisation", "maturity"];
/// The most characters to search for; the contract says so too.
const LONGEST_SEARCH: usize = 300;

/// Stands before every operation.
struct Gate {
    app: Arc<App>,
    shapes: Shapes,
    bodies: Vec<Body>,
}

/// An operation that takes a JSON body.
struct Body {
    template: Vec<String>,
    method: Method,
    secured: bool,
    schema: Value,
}

impl Gate {
    /// Recognises the caller, counts the request against their limits, checks the shape of its body, and passes it on.
    async fn pass(&self, endpoint: Arc<impl Endpoint>, mut request: Request) -> poem::Result<Response> {
        let app = &self.app;
        // At the token endpoint, Basic is how a client may name itself (RFC 6749 section 2.3.1).
        let asks_for_token = request.uri().path().ends_with("/oauth/token");
        let presented = if asks_for_token { Presented::Nothing } else { Presented::of(&request, app.config.https()) };
        // Forms are refused also from nobody: another site must not sign a person in, either.
        let by_browser = matches!(presented, Presented::Cookie(_)) || is_page(request.uri().path());
        if by_browser && changes(&request) && !same_site(&request, &app.config.public_url()) {
            return Err(Error::Forbidden("This request came from another site, so nothing was done.".to_owned()).into());
        }
        let from = whence(app, &request);
        let actor = match self.recognise(&presented, from).await {
            // A page tells whoever was signed in what they can still see, and keeps what they typed.
            Err(Error::Unauthenticated) if matches!(presented, Presented::Cookie(_)) && is_page(request.uri().path()) => {
                Actor::Anonymous
            }
            recognised => recognised?,
        };
        if let Some(caller) = request.data::<Caller>() {
            caller.is(&actor);
        }
        let looked_for = looked_for(&request);
        self.count(&actor, from, &looked_for, &request)?;
        check_words(&actor, &looked_for, &request)?;
        self.check_shape(&actor, &request)?;
        request.extensions_mut().insert(from);
        request.extensions_mut().insert(Recognised(actor));
        Ok(endpoint.call(request).await?.into_response())
    }

    /// Who it is. A credential that does not work counts as having none, so that nobody tries them without end.
    async fn recognise(&self, presented: &Presented, from: Whence) -> Result<Actor> {
        let recognised = people::recognise(&self.app, presented).await;
        if matches!(recognised, Err(Error::Unauthenticated)) {
            self.app.limits.count(Kind::Public, &from.to_string())?;
        }
        recognised
    }

    /// A stranger's search counts twice: as a request, and as the work that it is.
    fn count(&self, actor: &Actor, from: Whence, looked_for: &[(String, String)], request: &Request) -> Result<()> {
        let limits = &self.app.limits;
        let searches = !looked_for.is_empty();
        match actor {
            Actor::Anonymous => {
                limits.count(Kind::Public, &from.to_string())?;
                // Filters alone cost the index nothing; a whole office without accounts may browse.
                if looked_for.iter().any(|(name, _)| name == "q") {
                    limits.count(Kind::Search, &from.to_string())
                } else {
                    Ok(())
                }
            }
            _ if changes(request) => limits.count(Kind::Write, &actor.name()),
            _ if searches => limits.count(Kind::Search, &actor.name()),
            _ => limits.count(Kind::Read, &actor.name()),
        }
    }

    /// Strangers hear that they must sign in, not what is wrong with their request.
    fn check_shape(&self, actor: &Actor, request: &Request) -> Result<()> {
        let Some(path) = request.uri().path().strip_prefix("/api/v1") else { return Ok(()) };
        let body = self.bodies.iter().find(|body| body.method == *request.method() && fits(&body.template, path));
        let Some(body) = body.filter(|body| !body.secured || !matches!(actor, Actor::Anonymous)) else { return Ok(()) };
        // By the operation's own rule, which takes all of JSON's kin, such as a merge patch (RFC 7396). It refuses the rest.
        if !request.content_type().is_some_and(Json::<Value>::check_content_type) {
            return Ok(());
        }
        let Some(WholeBody(whole)) = request.data::<WholeBody>() else { return Ok(()) };
        self.shapes.check(&body.schema, whole)
    }
}

fn changes(request: &Request) -> bool {
    !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
}

/// What one of the searched lists is asked for, decoded as the operation decodes it.
fn looked_for(request: &Request) -> Vec<(String, String)> {
    // A list and its page have the same name.
    let path = request.uri().path();
    if !SEARCHED.contains(&path.strip_prefix("/api/v1").unwrap_or(path)) {
        return Vec::new();
    }
    let asked: Vec<(String, String)> = request.params().unwrap_or_default();
    // A form sends its empty fields too.
    asked.into_iter().filter(|(name, value)| !value.is_empty() && LOOKED_FOR_BY.contains(&name.as_str())).collect()
}

/// Every word costs, so they are few. Strangers hear so of the library alone: elsewhere they must sign in first.
fn check_words(actor: &Actor, looked_for: &[(String, String)], request: &Request) -> Result<()> {
    let hears = !matches!(actor, Actor::Anonymous) || request.uri().path().ends_with("/practice-examples");
    let long = looked_for.iter().any(|(name, value)| name == "q" && value.chars().count() > LONGEST_SEARCH);
    if hears && long { Err(Error::invalid("?q", "too_long", "Search for at most 300 characters.")) } else { Ok(()) }
}

/// The operations of a contract that take a JSON body.
fn bodies(document: &Value) -> Vec<Body> {
    let mut bodies = Vec::new();
    for (path, operations) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else { continue };
            let Ok(method) = method.to_uppercase().parse() else { continue };
            let template = path.trim_matches('/').split('/').map(str::to_owned).collect();
            let secured = operation.get("security").and_then(Value::as_array).is_some_and(|schemes| {
                !schemes.is_empty() && !schemes.iter().any(|scheme| scheme.as_object().is_some_and(serde_json::Map::is_empty))
            });
            bodies.push(Body { template, method, secured, schema: schema.clone() });
        }
    }
    bodies
}

/// Where a request comes from: the connection's own address or, as long as that is a proxy of ours, the one it saw before
/// itself. What stands further left is whatever a client said, and so is what a proxy of ours could not have written.
fn whence(app: &App, request: &Request) -> Whence {
    let RemoteAddr(remote) = request.remote_addr();
    let Some(socket) = remote.as_socket_addr() else { return Whence::default() };
    let mut nearest = socket.ip().to_canonical();
    let lines = request.headers().get_all("x-forwarded-for").iter().rev();
    let mut hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    while app.config.trusted_proxies.contains(&nearest) {
        let Some(hop) = hops.next().and_then(|hop| hop.trim().parse::<IpAddr>().ok()) else { break };
        nearest = hop.to_canonical();
    }
    Whence::of(nearest)
}

/// The addresses of the contract and of the root, for `Allow` and for the log.
fn addresses(document: &Value) -> Addresses {
    let split = |path: &str| path.trim_matches('/').split('/').map(str::to_owned).collect::<Vec<_>>();
    let mut addresses: Addresses = Vec::new();
    for (path, operations) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        let mut methods = Vec::new();
        for (name, method) in [("get", "GET"), ("post", "POST"), ("put", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")] {
            if operations.get(name).is_some() {
                methods.push(method);
                if method == "GET" {
                    methods.push("HEAD");
                }
            }
        }
        if matches!(
            path.as_str(),
            "/oauth/token" | "/health/live" | "/health/ready" | "/practice-examples.atom" | "/practice-examples.json"
        ) {
            addresses.push((split(path), methods.clone()));
        }
        addresses.push((split(&format!("/api/v1{path}")), methods));
    }
    for path in ["/openapi.json", "/api/v1/openapi.json", "/assets/{name}", "/.well-known/security.txt"] {
        addresses.push((split(path), vec!["GET", "HEAD"]));
    }
    for (path, methods) in page_addresses() {
        addresses.push((split(path), methods.to_vec()));
    }
    // Fixed words before placeholders: `/sessions/current` is not a session's id.
    addresses.sort_by_key(|(template, _)| template.iter().filter(|part| part.starts_with('{')).count());
    addresses
}

#[derive(Clone)]
struct Contract(Arc<String>);

#[handler]
fn openapi(Data(contract): Data<&Contract>) -> Response {
    contract.0.as_str().to_owned().with_content_type("application/json").into_response()
}

#[handler]
fn security_txt(Data(app): Data<&Arc<App>>) -> poem::Result<Response> {
    let Some(contact) = &app.config.security_contact else { return Err(Error::NotFound.into()) };
    let url = app.config.public_url();
    let year = app.clock.now() + chrono::Duration::days(365);
    let text = format!(
        "Contact: {contact}\nExpires: {}\nPreferred-Languages: en, cy\nCanonical: {url}/.well-known/security.txt\n",
        year.format("%Y-%m-%dT00:00:00Z")
    );
    let mut response = text.with_content_type("text/plain; charset=utf-8").into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    Ok(response)
}

/// Areas of the contract.
#[derive(Tags)]
enum Tag {
    /// Is the service well? And its backups.
    Service,
}

/// The service itself.
struct ServiceApi;

/// How the service is.
#[derive(Object)]
struct Health {
    /// `ok`.
    status: String,
}

/// What a table holds.
#[derive(Object)]
struct TableCount {
    /// The table.
    table: String,
    /// How many records.
    count: usize,
    /// A digest of them all.
    sha256: String,
}

/// A backup.
#[derive(Object)]
struct Backup {
    /// Where it is on the machine.
    file: String,
    /// What it holds of what everyone can see: the published library. It holds everything else too, but how much people
    /// write, and whether they wrote since the last one, is nobody's to count.
    tables: Vec<TableCount>,
}

/// The tables whose records everyone can count.
const PUBLIC: [&str; 2] = ["library_change", "practice_example_version"];

#[OpenApi]
impl ServiceApi {
    /// Is the process alive?
    #[oai(path = "/health/live", method = "get", operation_id = "get_liveness", tag = "Tag::Service")]
    #[expect(clippy::unused_async, reason = "an operation is async, whatever it does")]
    async fn get_liveness(&self, _auth: MaybeAuth) -> Json<Health> {
        Json(Health { status: "ok".to_owned() })
    }

    /// Can the service answer: does its store?
    #[oai(path = "/health/ready", method = "get", operation_id = "get_readiness", tag = "Tag::Service")]
    async fn get_readiness(&self, _auth: MaybeAuth, app: Data<&Arc<App>>) -> poem::Result<Json<Health>> {
        app.db.writable()?;
        let _one: Option<i64> = app.db.run("RETURN 1").one().await?;
        Ok(Json(Health { status: "ok".to_owned() }))
    }

    /// Make a backup on the machine, verified by reading it back. For administrators of the organisation that hosts it.
    #[oai(path = "/backups", method = "post", operation_id = "create_backup", tag = "Tag::Service")]
    async fn create_backup(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<MadeBackup> {
        let (file, held) = backup::make(&app, &auth.0).await?;
        let held = held.into_iter().filter(|(table, _)| PUBLIC.contains(&table.as_str()));
        let tables = held.map(|(table, (count, sha256))| TableCount { table, count, sha256 });
        Ok(MadeBackup::Created(Json(Backup { file: file.display().to_string(), tables: tables.collect() })))
    }
}

/// A backup was made.
#[derive(poem_openapi::ApiResponse)]
enum MadeBackup {
    /// It is whole.
    #[oai(status = 201)]
    Created(Json<Backup>),
}
