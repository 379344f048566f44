//! Error → problem+json (RFC 9457). Nothing else decides a status.

use std::sync::{Arc, OnceLock};

use maud::{Markup, html};
use poem::{
    IntoResponse, Response,
    error::{MethodNotAllowedError, NotFoundError, ParsePathError},
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::error::{AuthorizationError, ContentTypeError, ParseParamError, ParseRequestPayloadError};
use serde_json::{Value, json};

use super::{
    edge::Caller,
    form::{self, Fields, WHOSE, on_to},
    layout::{Page, Place},
    page::Reader,
    words::{say, tell},
};
use crate::{
    access::Actor,
    app::App,
    error::{Error, Violation},
};

impl From<Error> for poem::Error {
    fn from(error: Error) -> Self {
        Self::from(Refusal(std::sync::Arc::new(error)))
    }
}

/// Our error, carried through poem.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(std::sync::Arc<Error>);

impl Refusal {
    /// What it is.
    #[must_use]
    pub fn cause(&self) -> &Error {
        &self.0
    }
}

impl poem::error::ResponseError for Refusal {
    fn status(&self) -> StatusCode {
        status(&self.0)
    }
}

/// The status that stands for an error.
#[must_use]
pub const fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) | Error::Unconfirmed => StatusCode::FORBIDDEN,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Gone(_) => StatusCode::GONE,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::Stale { .. } => StatusCode::PRECONDITION_FAILED,
        Error::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What a refusal needs to know about the request.
pub struct Asked {
    /// The service.
    pub app: Arc<App>,
    /// Who asks, by the time of the refusal.
    pub caller: Caller,
    /// The path, without the query: a query may hold words.
    pub path: String,
    /// The id under which the log knows the request.
    pub request_id: String,
    /// The methods that the path does answer to.
    pub allowed: Vec<&'static str>,
    /// Whether a person asks, with a browser, for a page.
    pub page: bool,
    /// What the form of a page said: it is shown again, so that nobody has to type it twice.
    pub typed: OnceLock<Fields>,
    /// The address to come back to after signing in, if it can be asked for again.
    pub back_to: Option<String>,
}

impl Asked {
    fn for_token(&self) -> bool {
        self.path.ends_with("/oauth/token")
    }
}

/// Any error of ours or of poem's as an answer.
#[must_use]
pub fn answer(error: &poem::Error, asked: &Asked) -> Response {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return refused(&refusal.0, asked);
    }
    let bad = |violation: Violation| {
        problem_with(
            StatusCode::BAD_REQUEST,
            "Bad request",
            &violation.detail.clone(),
            &[violation],
            asked,
            oauth(asked, "invalid_request"),
        )
    };
    if error.is::<NotFoundError>() {
        return refused(&Error::NotFound, asked);
    }
    if error.is::<MethodNotAllowedError>() {
        let mut response = problem(
            StatusCode::METHOD_NOT_ALLOWED,
            "Method not allowed",
            &format!("This address answers to {}.", asked.allowed.join(", ")),
            &[],
            asked,
        );
        if let Ok(allow) = HeaderValue::from_str(&asked.allowed.join(", ")) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        return response;
    }
    if error.is::<AuthorizationError>() {
        return refused(&Error::Unauthenticated, asked);
    }
    if let Some(error) = error.downcast_ref::<ParseParamError>() {
        return bad(Violation::new(&format!("?{}", error.name), "malformed", plain(&error.reason)));
    }
    if let Some(error) = error.downcast_ref::<poem_openapi::error::ParsePathError>() {
        tracing::debug!(name = error.name, "an id that is no id");
        return refused(&Error::NotFound, asked);
    }
    if error.is::<ParsePathError>() {
        return refused(&Error::NotFound, asked);
    }
    if let Some(error) = error.downcast_ref::<ParseRequestPayloadError>() {
        return bad(Violation::new(&pointer(&error.reason), "malformed", plain(&error.reason)));
    }
    if error.is::<ContentTypeError>() {
        return problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Unsupported media type",
            "Send the body as application/json.",
            &[],
            asked,
        );
    }
    let status = error.status();
    if status.is_server_error() {
        return refused(&Error::internal(format!("unexpected error with status {status}")), asked);
    }
    problem(status, status.canonical_reason().unwrap_or("Refused"), "The request could not be used.", &[], asked)
}

fn refused(error: &Error, asked: &Asked) -> Response {
    let status = match error {
        // RFC 6749 section 5.2 knows 400 and 401 only.
        Error::Invalid(_) if asked.for_token() => StatusCode::BAD_REQUEST,
        error => status(error),
    };
    let title = match error {
        Error::Unauthenticated => "Sign in first",
        Error::Forbidden(_) => "You may not do this",
        Error::Unconfirmed => "Confirm that it is you",
        Error::NotFound => "Nothing here",
        Error::Gone(_) => "Withdrawn",
        Error::Conflict(_) => "This does not fit the present state",
        Error::Stale { .. } => "Somebody changed this since you read it",
        Error::PreconditionRequired => "If-Match is missing",
        Error::Invalid(_) => "Please correct this",
        Error::TooMany { .. } => "Too many requests",
        Error::Busy { .. } => "The service is busy",
        Error::Internal(_) => "Something went wrong on our side",
    };
    let detail = match error {
        Error::Internal(cause) => {
            tracing::error!(request_id = asked.request_id, cause, "internal error");
            "Look whether it was done before you try again. If it happens again, tell the people who run this service the request id.".to_owned()
        }
        Error::Invalid(violations) => match violations.as_slice() {
            [only] => only.detail.clone(),
            many => format!("{} things need correcting; each is listed under errors.", many.len()),
        },
        other => sentence(&other.to_string()),
    };
    let violations = match error {
        Error::Invalid(violations) => violations.as_slice(),
        _ => &[],
    };
    let mut response = problem_with(status, title, &detail, violations, asked, extra(error, asked));
    let headers = response.headers_mut();
    match error {
        Error::Unauthenticated => {
            let scheme = if asked.for_token() { "Basic realm=\"soundings\"" } else { "Bearer realm=\"soundings\"" };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        Error::TooMany { retry_after } | Error::Busy { retry_after } => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after.as_secs().max(1)));
        }
        _ => {}
    }
    response
}

/// What a problem says beyond RFC 9457's own members.
fn extra(error: &Error, asked: &Asked) -> Option<(&'static str, Value)> {
    let breaks = |field: &str, violations: &[Violation]| violations.iter().any(|v| v.pointer.starts_with(field));
    match error {
        Error::Stale { current } => Some(("current_revision", json!(current))),
        Error::Unconfirmed => Some(("confirm_at", json!("/api/v1/sessions/current/confirmation"))),
        Error::Unauthenticated => oauth(asked, "invalid_client"),
        Error::Invalid(violations) if breaks("/grant_type", violations) => oauth(asked, "unsupported_grant_type"),
        Error::Invalid(violations) if breaks("/scope", violations) => oauth(asked, "invalid_scope"),
        Error::Invalid(_) => oauth(asked, "invalid_request"),
        _ => None,
    }
}

/// At the token endpoint, the word by which OAuth clients tell refusals apart (RFC 6749 section 5.2).
fn oauth(asked: &Asked, code: &'static str) -> Option<(&'static str, Value)> {
    asked.for_token().then(|| ("error", json!(code)))
}

fn problem(status: StatusCode, title: &str, detail: &str, errors: &[Violation], asked: &Asked) -> Response {
    problem_with(status, title, detail, errors, asked, None)
}

fn problem_with(
    status: StatusCode,
    title: &str,
    detail: &str,
    errors: &[Violation],
    asked: &Asked,
    extra: Option<(&'static str, Value)>,
) -> Response {
    if asked.page {
        return match &asked.back_to {
            Some(address) if status == StatusCode::UNAUTHORIZED => on_to(&form::address("/sign-in", &[("to", address)])),
            _ => page(status, detail, errors, asked),
        };
    }
    let errors: Vec<Value> = errors.iter().map(|v| json!({ "pointer": v.pointer, "code": v.code, "detail": v.detail })).collect();
    let mut body = json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
        "instance": asked.path,
        "request_id": asked.request_id,
        "errors": errors,
    });
    if let (Some((name, value)), Some(members)) = (extra, body.as_object_mut()) {
        if name == "error" {
            members.insert("error_description".to_owned(), json!(detail));
        }
        members.insert(name.to_owned(), value);
    }
    body.to_string().with_content_type("application/problem+json").with_status(status).into_response()
}

/// What happened and what to do, in the words of pages. Where it is for what somebody did to say why, nothing: then it has.
fn in_words(status: StatusCode) -> (&'static str, Option<&'static str>) {
    match status {
        StatusCode::UNAUTHORIZED => (say("problems.sign-in"), Some(say("problems.sign-in-why"))),
        StatusCode::FORBIDDEN => (say("problems.may-not"), None),
        StatusCode::NOT_FOUND => (say("problems.nothing"), Some(say("problems.nothing-why"))),
        StatusCode::METHOD_NOT_ALLOWED => (say("problems.no-page"), Some(say("problems.no-page-why"))),
        StatusCode::CONFLICT => (say("problems.not-now"), None),
        StatusCode::GONE => (say("problems.withdrawn"), None),
        StatusCode::PRECONDITION_FAILED => (say("problems.changed"), Some(say("problems.changed-why"))),
        StatusCode::PRECONDITION_REQUIRED => (say("problems.not-whole"), Some(say("problems.not-whole-why"))),
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::URI_TOO_LONG => {
            (say("problems.too-long"), Some(say("problems.too-long-why")))
        }
        StatusCode::TOO_MANY_REQUESTS => (say("problems.too-many"), Some(say("problems.too-many-why"))),
        StatusCode::SERVICE_UNAVAILABLE => (say("problems.busy"), Some(say("problems.busy-why"))),
        StatusCode::INTERNAL_SERVER_ERROR => (say("problems.went-wrong"), Some(say("problems.went-wrong-why"))),
        _ => (say("problems.correct"), None),
    }
}

/// The same for a person: what happened, what to do, and ways back.
fn page(status: StatusCode, detail: &str, errors: &[Violation], asked: &Asked) -> Response {
    let (title, why) = in_words(status);
    let detail = why.unwrap_or(detail);
    let main = html! {
        div class="govuk-grid-row" {
            div class="govuk-grid-column-two-thirds" {
                h1 class="govuk-heading-l" { (title) }
                p class="govuk-body" { (detail) }
                @if errors.len() > 1 {
                    ul class="govuk-list govuk-list--bullet" { @for error in errors { li { (error.detail) } } }
                }
                @if let Some(typed) = asked.typed.get().filter(|typed| is_theirs(typed, asked.caller.known())) {
                    (what_was_typed(typed))
                }
                @if status == StatusCode::GONE {
                    p class="govuk-body" { a class="govuk-link" href="/practice-examples" { (say("frame.library")) } }
                }
                p class="govuk-body" { a class="govuk-link" href="/" { (say("frame.to-the-start")) } }
                @if status.is_server_error() {
                    p class="govuk-body-s" { (tell("frame.request-id", &[("id", &asked.request_id)])) }
                }
            }
        }
    };
    Page::new(title, Place::Elsewhere, main).of(&Reader::new(&asked.app, asked.caller.actor().clone())).answer(status)
}

/// Whether what was typed may be shown to whoever asks. A browser sends a form again when somebody goes back to it, and that
/// may be somebody else by then.
fn is_theirs(typed: &Fields, caller: Option<&Actor>) -> bool {
    let whose = typed.text(WHOSE);
    match caller {
        // Refused before anybody asked who it is: because there was too much to do, say.
        None => true,
        Some(Actor::Person(person)) => whose.is_empty() || whose == person.id.to_string(),
        Some(_) => whose.is_empty(),
    }
}

/// Fields that nobody typed into, or whose content is nobody's to read.
const NOT_TYPED: [&str; 13] =
    ["revision", "copy", "begun", "do", "to", "push", "mark", "which", "password", "present", "new", "code", "username"];

/// What somebody had typed when it could not be used: to be copied.
fn what_was_typed(typed: &Fields) -> Markup {
    let texts: Vec<_> =
        typed.typed().filter(|(name, text)| !NOT_TYPED.contains(&name.as_str()) && !text.trim().is_empty()).collect();
    html! {
        @if !texts.is_empty() {
            h2 class="govuk-heading-m" { (say("frame.what-you-typed")) }
            p class="govuk-body" { (say("frame.copy-it")) }
            @for (_, text) in texts { p class="govuk-body app-as-typed" { (text) } }
        }
    }
}

/// Where poem-openapi says the trouble is: it names fields as `Type.field` inside quotation marks.
fn pointer(reason: &str) -> String {
    let mut pointer = String::new();
    let mut rest = reason;
    while let Some((_, after)) = rest.split_once("failed to parse \"") {
        let Some((name, tail)) = after.split_once('"') else { break };
        if let Some((_, field)) = name.split_once('.') {
            pointer.push('/');
            pointer.push_str(field);
        }
        rest = tail;
    }
    pointer
}

/// The reason without the names of our types.
fn plain(reason: &str) -> String {
    let last = reason.rsplit("\": ").next().unwrap_or(reason);
    let last = last.split(" (occurred while parsing").next().unwrap_or(last);
    sentence(last)
}

/// A text as a sentence.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let mut sentence: String = first.to_uppercase().chain(chars).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
