//! Getting in: signing in and out, setting the service up, accepting an invitation.

use maud::{Markup, html};
use poem::{
    Response, Route, get, handler,
    http::{HeaderValue, header},
    post,
    web::{Path, Query},
};
use serde::Deserialize;

use super::{codes, kinds};
use crate::{
    error::{Error, Result},
    http::{
        auth::cookie,
        components::Input,
        form::{Fields, Form, Sent, SentByAnyone, on_to},
        layout::{Page, Place, button},
        page::Reader,
        words::{say, tell},
    },
    limits::Whence,
    people::{
        accounts::{self, SignedIn},
        invitations::{self, Offered},
        organisations::{self, NewOrganisation, Setup},
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/sign-in", &["GET", "HEAD", "POST"]),
    ("/sign-out", &["POST"]),
    ("/setup/{link}", &["GET", "HEAD", "POST"]),
    ("/invitations/{link}", &["GET", "HEAD", "POST"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/sign-in", get(ask).post(sign_in))
        .at("/sign-out", post(sign_out))
        .at("/setup/:link", get(offer_setup).post(set_up))
        .at("/invitations/:link", get(invited).post(accept))
}

/// Where somebody who signs in goes on to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Onwards {
    to: String,
}

impl Onwards {
    /// An address of this service, and of no other.
    fn address(&self) -> &str {
        let own = self.to.starts_with('/') && !self.to.starts_with("//") && !self.to.contains(['\\', '\r', '\n', '\t']);
        if own { &self.to } else { "/" }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what a handler extracts is handed over")]
#[handler]
fn ask(reader: Reader, Query(onwards): Query<Onwards>) -> Response {
    if reader.signed_in() {
        return on_to(onwards.address());
    }
    sign_in_page(&reader, &Form::new(&reader, Fields::default().with("to", onwards.to)))
}

#[handler]
async fn sign_in(SentByAnyone(sent): SentByAnyone, from: Whence) -> poem::Result<Response> {
    let fields = &sent.fields;
    let onwards = Onwards { to: fields.text("to").to_owned() };
    let (email, password) = (fields.text("email"), fields.text("password"));
    match accounts::sign_in(&sent.reader.app, from, email, password, Some(fields.text("code"))).await {
        Ok(signed) => Ok(let_in(&sent.reader, &signed, onwards.address())),
        Err(cause) => Ok(sign_in_page(&sent.reader, &sent.again(cause)?)),
    }
}

fn sign_in_page(reader: &Reader, form: &Form) -> Response {
    let before = html! { p class="govuk-body" { (say("people.no-account")) } };
    let fields = html! {
        input type="hidden" name="to" value=(form.fields.text("to"));
        (Input { autofocus: !form.is_wrong(), ..form.email("email", "people.email") })
        (form.password("password", "people.password", "current-password"))
        (codes::asked(form, "code"))
        (button(say("people.sign-in-button")))
    };
    Page::form(say("people.sign-in-title"), Place::Account, (reader, form), &before, &fields).show()
}

/// On to a page with the cookie of a session just begun. Whoever has a role that waits for codes, and is on the way to nothing
/// in particular, is led to where they set them up.
fn let_in(reader: &Reader, signed: &SignedIn, to: &str) -> Response {
    let to = if signed.waits && ["/", "/administration"].contains(&to) { codes::CODES } else { to };
    with_cookie(on_to(to), &cookie(reader.app.config.https(), &signed.secret, signed.seconds()))
}

pub(super) fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[handler]
async fn sign_out(SentByAnyone(sent): SentByAnyone) -> poem::Result<Response> {
    match accounts::sign_out(&sent.reader.app, &sent.reader.actor).await {
        // Whoever is out already need not be told so.
        Ok(()) | Err(Error::Unauthenticated | Error::NotFound) => {}
        Err(cause) => return Err(cause.into()),
    }
    Ok(with_cookie(on_to("/sign-in"), &cookie(sent.reader.app.config.https(), "", 0)))
}

#[handler]
async fn offer_setup(reader: Reader, Path(link): Path<String>) -> poem::Result<Response> {
    organisations::check_setup(&reader.app, &link).await?;
    Ok(setup_page(&reader, &Form::new(&reader, Fields::default().with("kind", "local_authority"))))
}

#[handler]
async fn set_up(SentByAnyone(sent): SentByAnyone, from: Whence, Path(link): Path<String>) -> poem::Result<Response> {
    match begin(&sent, &link).await {
        Ok(()) => {
            let (email, password) = (sent.fields.text("email"), sent.fields.text("password"));
            let signed = accounts::sign_in(&sent.reader.app, from, email, password, None).await?;
            Ok(let_in(&sent.reader, &signed, "/administration"))
        }
        Err(cause) => Ok(setup_page(&sent.reader, &sent.again(cause)?)),
    }
}

async fn begin(sent: &Sent, link: &str) -> Result<()> {
    let fields = &sent.fields;
    let kind = kinds::parse(fields.text("kind"))?;
    let input = Setup {
        organisation: NewOrganisation { name: fields.text("organisation").to_owned(), kind },
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
        password: fields.text("password").to_owned(),
    };
    organisations::set_up(&sent.reader.app, link, input).await?;
    Ok(())
}

fn setup_page(reader: &Reader, form: &Form) -> Response {
    let before = html! { p class="govuk-body" { (say("people.setup-why")) } };
    let fields = html! {
        (form.line("organisation", "people.organisation"))
        (form.radios("kind", "people.kind", &kinds::all()))
        (form.line("name", "people.your-name"))
        (form.email("email", "people.email"))
        (form.password("password", "people.password", "new-password"))
        (button(say("people.setup-button")))
    };
    Page::form(say("people.setup-title"), Place::Elsewhere, (reader, form), &before, &fields).show()
}

#[handler]
async fn invited(reader: Reader, Path(link): Path<String>) -> poem::Result<Response> {
    let offered = invitations::offered(&reader.app, &link).await?;
    let form = Form::new(&reader, Fields::default().with("name", offered.name.as_str()));
    Ok(invitation_page(&reader, &offered, &form))
}

#[handler]
async fn accept(SentByAnyone(sent): SentByAnyone, from: Whence, Path(link): Path<String>) -> poem::Result<Response> {
    let (app, fields) = (&sent.reader.app, &sent.fields);
    let offered = invitations::offered(app, &link).await?;
    match invitations::accept(app, from, &link, (Some(fields.text("name")), fields.text("password"))).await {
        Ok(_) => match accounts::sign_in(app, from, &offered.email, fields.text("password"), None).await {
            Ok(signed) => Ok(let_in(&sent.reader, &signed, "/")),
            // Their account needs a code as well: the page for that asks for it.
            Err(Error::Invalid(_)) => Ok(on_to("/sign-in")),
            Err(cause) => Err(cause.into()),
        },
        Err(cause) => Ok(invitation_page(&sent.reader, &offered, &sent.again(cause)?)),
    }
}

fn invitation_page(reader: &Reader, offered: &Offered, form: &Form) -> Response {
    let gaps = [("organisation", offered.organisation_name.as_str()), ("email", offered.email.as_str())];
    let before = html! { p class="govuk-body" { (tell("people.invited-why", &gaps)) } };
    let fields: Markup = html! {
        (form.line("name", "people.your-name"))
        // So that a password manager keeps the two together.
        input type="hidden" name="username" autocomplete="username" value=(offered.email);
        (form.password("password", "people.password", "new-password"))
        (button(say("people.invited-button")))
    };
    Page::form(say("people.invited-title"), Place::Elsewhere, (reader, form), &before, &fields).show()
}
