//! Forms: what a page sends, and the form as it comes back when something is wrong with it. Everything that was typed stays
//! (002-3); the names of fields are those of the contract, so that what a verb finds wrong with `/until` stands beside
//! `until`.
//!
//! * this file: what was sent, and the form as a whole
//! * `fields`: its fields

mod fields;

use std::fmt::Write as _;

use chrono::NaiveDate;
use maud::{Markup, html};
use poem::{FromRequest, Request, RequestBody, Response, http::StatusCode, http::header};

use super::{
    components::{ErrorMessage, ErrorSummary, Wrong},
    edge::WholeBody,
    operation::Fingerprint,
    page::{Member, Reader, SignedInHere},
    problem,
    words::say,
};
use crate::{
    error::{Error, Result, Violation},
    once::Once,
};

/// The field with the secret of the session that a form was made for.
pub const TOKEN: &str = "form_token";
/// The field with the key by which a form that is sent twice does its work once.
pub const ONCE: &str = "form_once";
/// The field that says who was signed in when the form was made.
pub const WHOSE: &str = "form_whose";
/// The field with the password of somebody who signs in again, or confirms that it is they.
pub const AGAIN_PASSWORD: &str = "again_password";
/// The field with the address of somebody who signs in again.
pub const AGAIN_EMAIL: &str = "again_email";
/// The field with the code of somebody who signs in again.
pub const AGAIN_CODE: &str = "again_code";
/// What all of those begin with.
const OWN: [&str; 2] = ["form_", "again_"];

/// What was typed into a form, by the names of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the body of a form. Browsers send line ends as CR LF; here they are line ends.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body);
        Self(pairs.map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n"))).collect())
    }

    /// These fields with another one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// These fields with another one, if there is something to put into it.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// These fields with one of them saying something else.
    #[must_use]
    pub fn replace(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.with(name, value)
    }

    /// What a field says, as it was typed.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The same, if anything was typed.
    #[must_use]
    pub fn said(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.trim().is_empty()).map(str::to_owned)
    }

    /// Everything under one name: the boxes that were ticked.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// One thing on each line, as a list.
    #[must_use]
    pub fn lines(&self, name: &str) -> Vec<String> {
        self.text(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// A day, if there is one.
    ///
    /// # Errors
    /// `Invalid` for what is no day.
    pub fn day(&self, name: &str) -> Result<Option<NaiveDate>> {
        self.parsed(name, say("frame.wrong-day"))
    }

    /// What was typed, read as something, if anything was typed.
    ///
    /// # Errors
    /// `Invalid` with this sentence for what does not read.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str, wrong: &str) -> Result<Option<T>> {
        let read = |text: String| text.trim().parse().map_err(|_| Error::invalid(&format!("/{name}"), "malformed", wrong));
        self.said(name).map(read).transpose()
    }

    /// A number that the page itself put there, such as the revision that was read.
    ///
    /// # Errors
    /// `PreconditionRequired` when it is not there.
    pub fn number(&self, name: &str) -> Result<i64> {
        self.text(name).parse().map_err(|_| Error::PreconditionRequired)
    }

    /// Everything but what belongs to the form itself.
    pub fn typed(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter().filter(|(name, _)| !OWN.iter().any(|own| name.starts_with(own)))
    }
}

/// A form of somebody who is signed in, sent by the page that it says: not by another site, and not for another session. Of
/// whoever is signed out by now, `people::pages::hold` keeps what they typed until they have signed in.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Who sends it.
    pub reader: Reader,
    /// What they typed.
    pub fields: Fields,
    /// By which it does its work once.
    pub once: Once,
}

impl<'a> FromRequest<'a> for Sent {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let Member(reader) = Member::from_request(request, body).await?;
        Ok(Self::read(request, reader)?)
    }
}

/// The same of whoever sends it, signed in or not: the forms by which one gets in and out.
#[derive(Clone, Debug)]
pub struct SentByAnyone(pub Sent);

impl<'a> FromRequest<'a> for SentByAnyone {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let reader = Reader::from_request(request, body).await?;
        Ok(Self(Sent::read(request, reader)?))
    }
}

impl Sent {
    fn read(request: &Request, reader: Reader) -> Result<Self> {
        let fields = fields(request)?;
        // Whoever signed in with this very form has shown who they are.
        let here = request.data::<SignedInHere>().is_some();
        if reader.signed_in() && !here && reader.token() != fields.text(TOKEN) {
            // Of an earlier session of the same person: their password tells it from a form of another site's making. Of
            // somebody else who was signed in here: whoever wrote it signs in.
            return Err(match fields.text(WHOSE) {
                "" => Error::Forbidden(say("frame.wrong-token").to_owned()),
                whose if whose == reader.whose() => Error::Unconfirmed,
                _ => Error::Unauthenticated,
            });
        }
        let Fingerprint(digest) = request.data().copied().ok_or_else(|| Error::internal("a request without fingerprint"))?;
        let once = match fields.text(ONCE) {
            "" => Once::default(),
            key => Once::new(key.chars().take(128).collect(), digest),
        };
        Ok(Self { reader, fields, once })
    }

    /// The form as it was sent, with what is wrong.
    ///
    /// # Errors
    /// What no form can mend: what it is about is not there (any more), or its sender must show who they are first.
    pub fn again(&self, error: Error) -> Result<Form> {
        match error {
            Error::NotFound | Error::Gone(_) | Error::Unauthenticated | Error::Unconfirmed => Err(error),
            error => Ok(Form { fields: self.fields.clone(), ..Form::wrong(&self.reader, &error) }),
        }
    }

    /// The form as it was sent, with nothing wrong: to show what it would look like.
    #[must_use]
    pub fn as_it_is(&self) -> Form {
        Form {
            fields: self.fields.clone(),
            once: self.fields.text(ONCE).to_owned(),
            ..Form::new(&self.reader, Fields::default())
        }
    }
}

/// What a request's form says.
///
/// # Errors
/// `Invalid` for a body of another kind.
pub fn fields(request: &Request) -> Result<Fields> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Error::invalid("Content-Type", "unsupported", "Send the form of the page."));
    }
    let WholeBody(body) = request.data::<WholeBody>().ok_or_else(|| Error::internal("a request that was not read"))?;
    Ok(Fields::read(body))
}

/// A form as a page shows it.
#[derive(Clone, Debug)]
pub struct Form {
    /// What its fields hold.
    pub fields: Fields,
    wrong: Vec<Violation>,
    /// The page that has the fields; this one, if it is empty.
    at: String,
    status: StatusCode,
    token: String,
    whose: String,
    once: String,
}

impl Form {
    /// A form to be filled in.
    #[must_use]
    pub fn new(reader: &Reader, fields: Fields) -> Self {
        Self {
            fields,
            wrong: Vec::new(),
            at: String::new(),
            status: StatusCode::OK,
            token: reader.token().to_owned(),
            whose: reader.whose(),
            once: reader.app.clock.new_id::<uuid::Uuid>().to_string(),
        }
    }

    /// A form with nothing in it but what is wrong.
    #[must_use]
    pub fn wrong(reader: &Reader, error: &Error) -> Self {
        let wrong = match error {
            Error::Invalid(violations) => violations.iter().map(reworded).collect(),
            Error::Internal(cause) => {
                tracing::error!(cause, "internal error");
                vec![Violation::new("", "internal", say("frame.went-wrong"))]
            }
            Error::Stale { .. } => vec![Violation::new("", "stale", say("frame.stale"))],
            other => vec![Violation::new("", "refused", problem::sentence(&other.to_string()))],
        };
        Self { wrong, status: problem::status(error), ..Self::new(reader, Fields::default()) }
    }

    /// The same form with one field saying something else: such as the revision that there is by now.
    #[must_use]
    pub fn replace(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields = self.fields.replace(name, value);
        self
    }

    /// The same form, whose faults are put right on another page: the summary leads to the fields there.
    #[must_use]
    pub fn mended_at(self, page: impl Into<String>) -> Self {
        Self { at: page.into(), ..self }
    }

    /// What the page with this form is answered with.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether something is wrong with it.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// What a field holds, for the component.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        Some(self.fields.text(name).to_owned())
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<ErrorMessage> {
        let of = |violation: &&Violation| field(&violation.pointer) == Some(name);
        self.wrong.iter().find(of).map(|violation| violation.detail.clone().into())
    }

    /// Where the form is sent: this page, by an address that no other sheet of it has. Sent to the page's own address, a form
    /// takes its place in the browser's memory, and when the service does not answer, what was typed is gone with it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("?sheet={}", self.once)
    }

    /// Everything that is wrong, for the top of the page: nothing if nothing is.
    #[must_use]
    pub fn summary(&self) -> Markup {
        if self.wrong.is_empty() {
            return Markup::default();
        }
        let each = self.wrong.iter().map(|violation| Wrong {
            text: violation.detail.clone(),
            href: field(&violation.pointer).map(|name| format!("{}#{name}", self.at)),
        });
        html! {
            (ErrorSummary {
                title_text: say("frame.there-is-a-problem").to_owned(),
                error_list: each.collect(),
                ..ErrorSummary::default()
            })
        }
    }

    /// What the form says of itself.
    #[must_use]
    pub fn hidden(&self) -> Markup {
        html! {
            // Browsers put back what was typed into a form that looks the same (Chromium: by its address and the names of its first
            // fields). By this name, the form of another person does not look the same: nobody finds another's words in theirs.
            input type="hidden" name={ "form_of_" (self.whose) };
            input type="hidden" name=(TOKEN) value=(self.token);
            input type="hidden" name=(WHOSE) value=(self.whose);
            input type="hidden" name=(ONCE) value=(self.once);
        }
    }
}

/// The name of the field that a pointer leads to: `/scopes/0` to `scopes`, `/organisation/name` to `organisation`.
fn field(pointer: &str) -> Option<&str> {
    let name = pointer.strip_prefix('/')?;
    name.split('/').next().filter(|name| !name.is_empty())
}

/// What a client did wrong with a header, a page says in the words of pages.
fn reworded(violation: &Violation) -> Violation {
    match (violation.pointer.as_str(), violation.code) {
        ("Idempotency-Key", _) => Violation::new("", "reused", say("frame.sent-before")),
        _ => violation.clone(),
    }
}

/// What was typed, in fields that nobody sees: it goes where the form went. Passwords are given again.
#[must_use]
pub fn held(fields: &Fields) -> Markup {
    html! {
        @for (name, value) in fields.typed().filter(|(name, _)| !is_secret(name)) { input type="hidden" name=(name) value=(value); }
        @for name in [WHOSE, ONCE] { input type="hidden" name=(name) value=(fields.text(name)); }
    }
}

/// Whether a field holds what no page gives back.
fn is_secret(name: &str) -> bool {
    matches!(name, "password" | "present" | "new")
}

/// The address of a page of a list: what it is asked for, without what is empty.
#[must_use]
pub fn address(path: &str, asked: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in asked.iter().filter(|(_, value)| !value.trim().is_empty()) {
        query.append_pair(name, value);
    }
    let mut address = path.to_owned();
    let query = query.finish();
    if !query.is_empty() {
        let _always = write!(address, "?{query}");
    }
    address
}

/// Where a page leads on to when its form has done its work.
#[must_use]
pub fn on_to(address: &str) -> Response {
    poem::IntoResponse::into_response(poem::web::Redirect::see_other(address))
}
