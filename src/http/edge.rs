//! The outermost wrapper of every request: size limits, the cap on requests in flight, errors into problems, headers on
//! every answer, one log line. It sits outside the router and inside the connection.

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use futures_util::StreamExt as _;
use poem::{
    Body, Endpoint, IntoResponse, Request, Response,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
};
use sha2::{Digest, Sha256};

use super::{
    auth::{Presented, cookie},
    form::Fields,
    operation::Fingerprint,
    problem::{self, Asked},
    words,
};
use crate::{
    access::Actor,
    app::App,
    error::{Error, Violation},
};

/// The largest body: room for the longest Markdown field and the rest of an example.
const LARGEST_BODY: usize = 256 * 1024;
/// The largest form: the same, in which every letter may take three.
const LARGEST_FORM: usize = 3 * LARGEST_BODY;
/// The longest address, with its query.
const LONGEST_URL: usize = 4096;

/// The address templates of the service with their methods, for `Allow` and for the log.
pub type Addresses = Vec<(Vec<String>, Vec<&'static str>)>;

/// The address as it was asked for, before any part of it was matched away.
#[derive(Clone, Debug)]
pub struct AskedUri(pub Uri);

/// The body as it arrived, for the check of its shape.
#[derive(Clone, Debug)]
pub struct WholeBody(pub Arc<[u8]>);

/// Who asks, as soon as it is known: what is refused is logged under their id too, and a page that says so is theirs.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    recognised: Arc<OnceLock<Actor>>,
    let_in: Arc<OnceLock<(Actor, HeaderValue)>>,
}

impl Caller {
    /// Notes who it is.
    pub fn is(&self, actor: &Actor) {
        let _known_already = self.recognised.set(actor.clone());
    }

    /// Notes who has just signed in with this very request, and their cookie: it is theirs whatever comes of the request.
    pub fn is_let_in(&self, actor: &Actor, cookie: HeaderValue) {
        let _once_only = self.let_in.set((actor.clone(), cookie));
    }

    /// Who it is, once that is known.
    #[must_use]
    pub fn known(&self) -> Option<&Actor> {
        self.let_in.get().map(|(actor, _)| actor).or_else(|| self.recognised.get())
    }

    /// Who it is; nobody, until that is known.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        self.known().unwrap_or(&Actor::Anonymous)
    }
}

/// Wraps the router.
pub struct Edge<E> {
    app: Arc<App>,
    addresses: Addresses,
    inner: Arc<E>,
}

impl<E: Endpoint + 'static> Edge<E> {
    /// The edge around an endpoint.
    pub fn new(app: Arc<App>, addresses: Addresses, inner: E) -> Self {
        Self { app, addresses, inner: Arc::new(inner) }
    }

    async fn answer(&self, mut request: Request, asked: &Asked) -> poem::Result<Response> {
        if request.uri().path_and_query().is_some_and(|uri| uri.as_str().len() > LONGEST_URL) {
            return Err(poem::Error::from_status(StatusCode::URI_TOO_LONG));
        }
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Ok(unsupported_encoding(asked));
        }
        let body = self.whole_body(&mut request).await?;
        if asked.page && is_form(&request) {
            let _first_time = asked.typed.set(Fields::read(&body));
        }
        // After the body: whoever sends slowly holds no place meanwhile.
        let place = self.app.limits.enter()?;
        let digest = Sha256::new_with_prefix(request.method().as_str()).chain_update(&asked.path).chain_update(&body).finalize();
        request.extensions_mut().insert(Fingerprint(self.app.vault.digest("fingerprint", &digest)));
        let uri = request.uri().clone();
        request.extensions_mut().insert(AskedUri(uri));
        request.extensions_mut().insert(WholeBody(Arc::from(body.as_slice())));
        request.set_body(body);
        // In a task of its own, with its place: a client that hangs up neither cuts a change in half nor makes room for the
        // next while the work goes on, and a panic stays in the task.
        let inner = Arc::clone(&self.inner);
        let spoken = words::asked_for(&request);
        let work = tokio::spawn(async move {
            let done = words::within(spoken, inner.call(request)).await.map(IntoResponse::into_response);
            drop(place);
            done
        });
        // Without its cause, whose text can quote what somebody wrote.
        work.await.unwrap_or_else(|_| Err(Error::internal("a request panicked").into()))
    }

    /// Reads the body, counting what really arrives rather than trusting `Content-Length`.
    async fn whole_body(&self, request: &mut Request) -> poem::Result<Vec<u8>> {
        let too_large = || poem::Error::from_status(StatusCode::PAYLOAD_TOO_LARGE);
        let largest = if is_form(request) { LARGEST_FORM } else { LARGEST_BODY };
        let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if declared.is_some_and(|length| length > largest) {
            return Err(too_large());
        }
        let mut stream = request.take_body().into_bytes_stream();
        let mut whole = Vec::with_capacity(declared.unwrap_or_default());
        let reading = async {
            while let Some(chunk) = stream.next().await {
                let chunk = chunk.map_err(|_| poem::Error::from_status(StatusCode::BAD_REQUEST))?;
                if whole.len() + chunk.len() > largest {
                    return Err(too_large());
                }
                whole.extend_from_slice(&chunk);
            }
            Ok(())
        };
        let timely = tokio::time::timeout(self.app.config.body_deadline(), reading).await;
        timely.unwrap_or_else(|_| Err(poem::Error::from_status(StatusCode::REQUEST_TIMEOUT)))?;
        Ok(whole)
    }
}

impl<E: Endpoint + 'static> Endpoint for Edge<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let path = request.uri().path().to_owned();
        let found = address(&self.addresses, &path);
        let page = wants_page(&request);
        let spoken = words::asked_for(&request);
        let caller = Caller::default();
        request.extensions_mut().insert(caller.clone());
        let asked = Asked {
            app: Arc::clone(&self.app),
            caller: caller.clone(),
            page,
            typed: OnceLock::new(),
            back_to: back_to(&request),
            allowed: found.map(|(_, methods)| methods.clone()).unwrap_or_default(),
            path,
            request_id: self.app.clock.new_id::<uuid::Uuid>().to_string(),
        };
        let method = request.method().clone();
        let by_cookie = matches!(Presented::of(&request, self.app.config.https()), Presented::Cookie(_));
        let if_none_match = request.headers().get(header::IF_NONE_MATCH).cloned();
        let mut response = match self.answer(request, &asked).await {
            Ok(response) => response,
            Err(error) => words::within(spoken, async { problem::answer(&error, &asked) }).await,
        };
        if method == Method::GET || method == Method::HEAD {
            response = unless_known(response, if_none_match.as_ref());
        }
        if response.status() == StatusCode::UNAUTHORIZED && by_cookie && !matches!(caller.actor(), Actor::Person(_)) {
            forget_cookie(response.headers_mut(), self.app.config.https());
        }
        if let Some((_, cookie)) = caller.let_in.get() {
            response.headers_mut().insert(header::SET_COOKIE, cookie.clone());
        }
        set_headers(response.headers_mut(), &asked.request_id, self.app.config.https());
        tracing::info!(
            request_id = asked.request_id,
            method = method.as_str(),
            route = found.map_or_else(|| "(none)".to_owned(), |(template, _)| format!("/{}", template.join("/"))),
            status = response.status().as_u16(),
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            actor = caller.actor().name(),
            "request"
        );
        Ok(response)
    }
}

/// Whether a person asks, with a browser, for a page: what a machine asks for answers in JSON, whatever it accepts.
fn wants_page(request: &Request) -> bool {
    accepts_html(request) && is_page(request.uri().path())
}

/// Whether an address is one of the pages.
#[must_use]
pub fn is_page(path: &str) -> bool {
    let machines = ["/api/", "/oauth/", "/health/", "/openapi.json", "/practice-examples.", "/.well-known/", "/assets/"];
    !machines.iter().any(|start| path.starts_with(start))
}

fn is_form(request: &Request) -> bool {
    request.content_type().is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Where somebody who must sign in first comes back to: what they asked for, if it only reads.
fn back_to(request: &Request) -> Option<String> {
    let address = request.uri().path_and_query().map(|address| address.as_str().to_owned());
    address.filter(|_| matches!(*request.method(), Method::GET | Method::HEAD))
}

/// Whether HTML is among what the caller says it takes.
#[must_use]
pub fn accepts_html(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|one| one.trim().to_ascii_lowercase().starts_with("text/html"))
}

/// The template that a path is an instance of.
fn address<'a>(addresses: &'a Addresses, path: &str) -> Option<&'a (Vec<String>, Vec<&'static str>)> {
    addresses.iter().find(|(template, _)| fits(template, path))
}

/// Whether a path is an instance of a template.
#[must_use]
pub fn fits(template: &[String], path: &str) -> bool {
    let mut parts = path.trim_matches('/').split('/');
    template.iter().all(|known| parts.next().is_some_and(|part| known.starts_with('{') || known == part))
        && parts.next().is_none()
}

/// 304 for what the caller has already (RFC 9110 section 13.1.2).
fn unless_known(response: Response, if_none_match: Option<&HeaderValue>) -> Response {
    let (Some(known), Some(tag)) = (if_none_match, response.headers().get(header::ETAG)) else { return response };
    let known = known.to_str().unwrap_or_default();
    let tag = tag.to_str().unwrap_or_default();
    if response.status() != StatusCode::OK
        || !(known.trim() == "*" || known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
    {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

fn unsupported_encoding(asked: &Asked) -> Response {
    let violation = Violation::new("Content-Encoding", "unsupported", "Send the body as it is, without a Content-Encoding.");
    let mut response = problem::answer(&Error::Invalid(vec![violation]).into(), asked);
    response.set_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    response
}

/// A cookie that does not work any more is taken back: otherwise a browser would go on sending it and could not sign in.
fn forget_cookie(headers: &mut HeaderMap, https: bool) {
    let emptied = cookie(https, "", 0);
    if let Ok(emptied) = HeaderValue::from_str(&emptied) {
        headers.insert(header::SET_COOKIE, emptied);
    }
}

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ("x-frame-options", "DENY"),
];

fn set_headers(headers: &mut HeaderMap, request_id: &str, https: bool) {
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}
