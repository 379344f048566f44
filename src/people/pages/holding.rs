//! Keeps what was sent until it is known who sends it. A session ends while somebody types, or has not heard its owner's
//! password for too long: then the form comes back with everything in it and asks for the password, and what it was sent
//! for is done with the same press (001-11). Nobody loses a word, and nobody's words are shown to another or saved as theirs.

use std::sync::Arc;

use maud::html;
use poem::{
    Endpoint, IntoResponse, Request, Response,
    http::{HeaderValue, Method, StatusCode},
};

use super::codes;
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result, Violation},
    http::{
        auth::{Presented, Recognised, cookie},
        edge::{AskedUri, Caller, accepts_html, is_page},
        form::{self, AGAIN_CODE, AGAIN_EMAIL, AGAIN_PASSWORD, Fields, Form, WHOSE, held},
        layout::{Page, Place, button},
        page::{Reader, SignedInHere},
        problem::Refusal,
        words::say,
    },
    id::PersonId,
    limits::Whence,
    people::{accounts, credentials},
};

/// Stands before every page.
///
/// # Errors
/// Those of the page.
pub async fn hold(endpoint: Arc<impl Endpoint>, mut request: Request) -> poem::Result<Response> {
    let Some(asking) = Asking::of(&request) else {
        return endpoint.call(request).await.map(IntoResponse::into_response);
    };
    if !asking.fields.text(AGAIN_PASSWORD).is_empty() {
        match asking.shows_who_they_are().await {
            Ok((actor, cookie)) => {
                let cookie = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok());
                if let (Some(caller), Some(cookie)) = (request.data::<Caller>(), cookie) {
                    caller.is_let_in(&actor, cookie);
                }
                request.extensions_mut().insert(Recognised(actor));
                request.extensions_mut().insert(SignedInHere);
            }
            Err(cause) => return Ok(asking.page(Some(&cause))),
        }
    }
    match endpoint.call(request).await.map(IntoResponse::into_response) {
        Err(refused) if waits(&refused) => Ok(asking.page(None)),
        answer => answer,
    }
}

/// What is wrong, at the fields of the page that holds a form.
fn pointed(cause: Error) -> Error {
    let of_the_code = |wrong: &[Violation]| wrong.iter().any(|one| one.pointer == "/code");
    match cause {
        Error::Invalid(wrong) if of_the_code(&wrong) => {
            let again = |one: Violation| Violation { pointer: format!("/{AGAIN_CODE}"), ..one };
            Error::Invalid(wrong.into_iter().map(again).collect())
        }
        Error::Invalid(_) => Error::invalid(&format!("/{AGAIN_PASSWORD}"), "wrong", say("people.wrong-password")),
        other => other,
    }
}

/// Whether a refusal is for not knowing who it is.
fn waits(refused: &poem::Error) -> bool {
    let cause = refused.downcast_ref::<Refusal>().map(Refusal::cause);
    matches!(cause, Some(Error::Unauthenticated | Error::Unconfirmed))
}

/// A form that somebody sent from a page.
struct Asking {
    app: Arc<App>,
    actor: Actor,
    from: Whence,
    fields: Fields,
    address: String,
}

impl Asking {
    fn of(request: &Request) -> Option<Self> {
        // An address that begins with two slashes would lead to another host.
        let address = request.data::<AskedUri>()?.0.path_and_query()?.as_str();
        let address = Some(address).filter(|address| !address.starts_with("//"))?.to_owned();
        // What a script sends without a reader's press is told that nobody is signed in; the page keeps what it holds.
        let pressed = request.method() == Method::POST && accepts_html(request) && is_page(request.uri().path());
        let fields = form::fields(request).ok().filter(|_| pressed)?;
        let Recognised(actor) = request.data::<Recognised>()?.clone();
        let app = Arc::clone(request.data::<Arc<App>>()?);
        Some(Self { app, actor, from: request.data::<Whence>().copied().unwrap_or_default(), fields, address })
    }

    /// Whether whoever wrote it is signed in. Nobody is, or somebody else at the same browser, if not.
    fn is_its_writers(&self) -> bool {
        let whose = self.fields.text(WHOSE);
        matches!(&self.actor, Actor::Person(person) if whose.is_empty() || whose == person.id.to_string())
    }

    /// Signs in whoever is not, and confirms whoever is. Only the person whose form it is may send it.
    async fn shows_who_they_are(&self) -> Result<(Actor, Option<String>)> {
        let (app, password) = (&self.app, self.fields.text(AGAIN_PASSWORD));
        if self.is_its_writers() {
            accounts::confirm(app, &self.actor, password).await.map_err(pointed)?;
            return Ok((confirmed(self.actor.clone()), None));
        }
        let (email, code) = (self.fields.text(AGAIN_EMAIL), Some(self.fields.text(AGAIN_CODE)));
        let signed = accounts::sign_in(app, self.from, email, password, code).await.map_err(pointed)?;
        let actor = credentials::recognise(app, &Presented::Cookie(signed.secret.clone())).await?;
        if let Err(cause) = self.check_whose(signed.person) {
            accounts::sign_out(app, &actor).await?;
            return Err(cause);
        }
        Ok((actor, Some(cookie(app.config.https(), &signed.secret, signed.seconds()))))
    }

    /// Only the person who was signed in when it was written may send it.
    fn check_whose(&self, person: PersonId) -> Result<()> {
        if self.fields.text(WHOSE) == person.to_string() {
            return Ok(());
        }
        Err(Error::invalid(&format!("/{AGAIN_PASSWORD}"), "somebody_else", say("people.somebody-else")))
    }

    /// The page that holds what was sent and asks who it is.
    fn page(&self, wrong: Option<&Error>) -> Response {
        let reader = Reader::new(&self.app, self.actor.clone());
        let typed = |name: &str| self.fields.text(name).to_owned();
        let fields = Fields::default().with(AGAIN_EMAIL, typed(AGAIN_EMAIL)).with(AGAIN_CODE, typed(AGAIN_CODE));
        let mut form = wrong.map_or_else(|| Form::new(&reader, Fields::default()), |wrong| Form::wrong(&reader, wrong));
        form.fields = fields;
        let known = self.is_its_writers();
        let why = match (known, reader.signed_in()) {
            (true, _) => say("people.confirm-why"),
            (false, true) => say("people.another-why"),
            (false, false) => say("people.again-why"),
        };
        let title = if known { say("people.confirm-title") } else { say("people.again-title") };
        let main = html! {
            div class="govuk-grid-row" {
                div class="govuk-grid-column-two-thirds" {
                    (form.summary())
                    h1 class="govuk-heading-l" { (title) }
                    p class="govuk-body" { (why) }
                    form method="post" action=(self.address) novalidate {
                        (held(&self.fields))
                        @if known { input type="hidden" name=(form::TOKEN) value=(reader.token()); }
                        @else { (form.email(AGAIN_EMAIL, "people.email")) }
                        (form.password(AGAIN_PASSWORD, "people.password", "current-password"))
                        @if !known { (codes::asked(&form, AGAIN_CODE)) }
                        (button(if known { say("people.confirm-button") } else { say("people.again-button") }))
                    }
                }
            }
        };
        let status = if form.is_wrong() { form.status() } else { StatusCode::UNAUTHORIZED };
        let status = if known && !form.is_wrong() { StatusCode::FORBIDDEN } else { status };
        Page::new(title, Place::Elsewhere, main).of(&reader).with(&form).answer(status)
    }
}

/// The same person, whose password this session has just heard.
fn confirmed(actor: Actor) -> Actor {
    match actor {
        Actor::Person(mut person) => {
            person.credential.confirmed = true;
            Actor::Person(person)
        }
        other => other,
    }
}
