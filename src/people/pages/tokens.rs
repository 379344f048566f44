//! Personal access tokens: made, listed, revoked. What was made is shown once.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use maud::{Markup, html};
use poem::{Response, Route, get, handler, web::Path};

use crate::{
    access::Scope,
    error::{Error, Result, Violation},
    http::{
        components::{Button, Checkboxes, Choices, Input, SummaryList, SummaryRow, WarningText},
        form::{Fields, Form, Sent, on_to},
        layout::{Page, Place, button, narrow},
        page::{Member, Reader},
        times::{day, in_london, on_the_wall},
        words::{say, tell},
    },
    id::TokenId,
    people::credentials::{self, NewToken, Token},
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] =
    &[("/account/tokens", &["GET", "HEAD", "POST"]), ("/account/tokens/{token}/revocation", &["GET", "HEAD", "POST"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/account/tokens", get(list).post(make)).at("/account/tokens/:token/revocation", get(ask_revocation).post(revoke))
}

/// How long a new token lasts unless its owner says.
const USUAL: Duration = Duration::days(90);

#[handler]
async fn list(Member(reader): Member) -> poem::Result<Response> {
    let (until, _) = on_the_wall(reader.app.clock.now() + USUAL);
    let form = Form::new(&reader, Fields::default().with("expires_at", until));
    Ok(tokens_page(&reader, &form).await?)
}

#[handler]
async fn make(sent: Sent) -> poem::Result<Response> {
    match create(&sent).await {
        Ok((token, secret)) => Ok(made_page(&sent.reader, &token, &secret)),
        Err(cause) => Ok(tokens_page(&sent.reader, &sent.again(for_people(cause))?).await?),
    }
}

async fn create(sent: &Sent) -> Result<(Token, String)> {
    let (app, fields) = (&sent.reader.app, &sent.fields);
    let input = NewToken {
        name: fields.text("name").to_owned(),
        scopes: fields.all("scopes"),
        // Without a day it ends at once, which is refused with whatever else is wrong.
        expires_at: fields.day("expires_at")?.and_then(end_of).unwrap_or_else(|| app.clock.now()),
    };
    credentials::create_token(app, &sent.reader.actor, &sent.once, input).await
}

fn end_of(day: NaiveDate) -> Option<DateTime<Utc>> {
    in_london(day.succ_opt()?, NaiveTime::MIN)
}

/// The last day on which a token still works for a while.
fn last_day(token: &Token) -> String {
    day(token.expires_at - Duration::microseconds(1))
}

/// What a program hears of its request, in the words of the page.
fn for_people(cause: Error) -> Error {
    match cause {
        Error::Conflict(_) => Error::Conflict(say("account.token-made-before").to_owned()),
        Error::Invalid(wrong) => Error::Invalid(wrong.into_iter().map(reworded).collect()),
        other => other,
    }
}

fn reworded(violation: Violation) -> Violation {
    let detail = match (violation.pointer.as_str(), violation.code) {
        ("/scopes", "required") => say("account.token-nothing-allowed"),
        ("/expires_at", "out_of_range") => say("account.token-until-when"),
        _ => return violation,
    };
    Violation { detail: detail.to_owned(), ..violation }
}

async fn tokens_page(reader: &Reader, form: &Form) -> Result<Response> {
    let tokens = credentials::list_tokens(&reader.app, &reader.actor).await?;
    let before = html! {
        p class="govuk-body" { (say("account.tokens-why")) }
        h2 class="govuk-heading-m" { (say("account.tokens-yours")) }
        @if tokens.is_empty() { p class="govuk-body" { (say("account.tokens-none")) } }
        @for token in &tokens { (one(token)) }
        h2 class="govuk-heading-m" { (say("account.token-new")) }
    };
    let scopes = form.boxes("scopes", "account.token-scopes", &every_scope());
    let fields = html! {
        (Input { hint: Some(say("account.token-name-hint").into()), ..form.line("name", "account.token-name") })
        (Checkboxes(Choices { hint: Some(say("account.token-scopes-hint").into()), ..scopes.0 }))
        (Input { hint: Some(say("account.token-until-hint").into()), ..form.day("expires_at", "account.token-until") })
        (button(say("account.token-button")))
    };
    let page = Page::form(say("account.tokens-title"), Place::Account, (reader, form), &before, &fields);
    Ok(page.back(say("frame.account"), "/account").show())
}

fn one(token: &Token) -> Markup {
    let may = token.scopes.iter().filter_map(|name| Scope::parse(name));
    let may = html! { ul class="govuk-list" { @for scope in may { li { (words(scope)) } } } };
    let rows = vec![
        SummaryRow::new(say("account.token-may"), may),
        SummaryRow::new(say("account.token-made"), day(token.created_at)),
        SummaryRow::new(say("account.token-until"), last_day(token)),
    ];
    html! {
        h3 class="govuk-heading-s" { (token.name) }
        (SummaryList { rows, ..SummaryList::default() })
        p class="govuk-body" {
            a class="govuk-link" href={ "/account/tokens/" (token.id) "/revocation" } {
                (say("account.token-revoke"))
                span class="govuk-visually-hidden" { " " (token.name) }
            }
        }
    }
}

/// Every scope, to choose from.
fn every_scope() -> Vec<(String, String)> {
    Scope::ALL.iter().map(|(scope, name)| ((*name).to_owned(), words(*scope).to_owned())).collect()
}

/// What a scope allows.
fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::AccountRead => say("account.account-read"),
        Scope::AccountWrite => say("account.account-write"),
        Scope::PeopleRead => say("account.people-read"),
        Scope::PeopleWrite => say("account.people-write"),
        Scope::ReflectionsRead => say("account.reflections-read"),
        Scope::ReflectionsWrite => say("account.reflections-write"),
        Scope::SupervisionRead => say("account.supervision-read"),
        Scope::SupervisionWrite => say("account.supervision-write"),
        Scope::LibraryRead => say("account.library-read"),
        Scope::LibraryWrite => say("account.library-write"),
        Scope::LibraryPublish => say("account.library-publish"),
        Scope::BackupsWrite => say("account.backups-write"),
    }
}

/// The one page that ever shows a token itself.
fn made_page(reader: &Reader, token: &Token, secret: &str) -> Response {
    let address = format!("{}/api/v1", reader.app.config.public_url());
    let main = html! {
        h1 class="govuk-heading-l" { (say("account.token-shown-title")) }
        (SummaryList {
            rows: vec![
                SummaryRow::new(say("account.token-name"), token.name.as_str()),
                SummaryRow::new(say("account.token-until"), last_day(token)),
            ],
            ..SummaryList::default()
        })
        (WarningText { text: say("account.token-shown-once").to_owned(), ..WarningText::default() })
        p class="govuk-body govuk-!-text-break-word" { code id="secret" { (secret) } }
        p class="govuk-body" { (tell("account.token-shown-use", &[("address", address.as_str())])) }
        p class="govuk-body" { code { "Authorization: Bearer snd_pat_…" } }
        p class="govuk-body" { (say("account.token-shown-care")) }
        p class="govuk-body" { a class="govuk-link" href="/account/tokens" { (say("account.token-shown-onwards")) } }
    };
    Page::new(say("account.token-shown-title"), Place::Account, narrow(&main)).of(reader).show()
}

#[handler]
async fn ask_revocation(Member(reader): Member, Path(token): Path<String>) -> poem::Result<Response> {
    let id: TokenId = token.parse().map_err(|_| Error::NotFound)?;
    let tokens = credentials::list_tokens(&reader.app, &reader.actor).await?;
    let token = tokens.into_iter().find(|token| token.id == id).ok_or(Error::NotFound)?;
    Ok(revocation_page(&reader, &token))
}

fn revocation_page(reader: &Reader, token: &Token) -> Response {
    let form = Form::new(reader, Fields::default());
    let before = html! { p class="govuk-body" { (tell("account.revocation-why", &[("name", token.name.as_str())])) } };
    let fields = html! {
        div class="govuk-button-group" {
            (Button {
                text: say("account.revocation-button").to_owned(),
                classes: Some("govuk-button--warning".to_owned()),
                prevent_double_click: Some(true),
                ..Button::default()
            })
            a class="govuk-link" href="/account/tokens" { (say("frame.cancel")) }
        }
    };
    Page::form(say("account.revocation-title"), Place::Account, (reader, &form), &before, &fields).show()
}

#[handler]
async fn revoke(sent: Sent, Path(token): Path<String>) -> poem::Result<Response> {
    let id: TokenId = token.parse().map_err(|_| Error::NotFound)?;
    credentials::revoke_token(&sent.reader.app, &sent.reader.actor, id).await?;
    Ok(on_to("/account/tokens"))
}
