//! One's own account: who I am, my password, where I am signed in.

use maud::{Markup, html};
use poem::{Response, Route, get, handler, post, web::Path};

use super::{codes, entering::with_cookie, kinds};
use crate::{
    error::Error,
    http::{
        auth::cookie,
        components::{SummaryList, SummaryRow, Tag},
        form::{Fields, Form, Sent, SentByAnyone, address, on_to},
        layout::{Page, Place, button, narrow},
        page::{Member, Reader},
        times::moment,
        words::{say, tell},
    },
    id::SessionId,
    people::accounts::{self, Me, Session},
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/account", &["GET", "HEAD"]),
    ("/account/password", &["GET", "HEAD", "POST"]),
    ("/account/sessions", &["GET", "HEAD"]),
    ("/account/sessions/{session}/end", &["POST"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/account", get(show))
        .at("/account/password", get(ask_password).post(change_password))
        .at("/account/sessions", get(list_sessions))
        .at("/account/sessions/:session/end", post(end_session))
}

#[handler]
async fn show(Member(reader): Member) -> poem::Result<Response> {
    let me = accounts::me(&reader.app, &reader.actor).await?;
    Ok(account_page(&reader, &me))
}

fn account_page(reader: &Reader, me: &Me) -> Response {
    let who = vec![
        SummaryRow::new(say("account.name"), me.account.name.as_str()),
        SummaryRow::new(say("people.email"), me.account.email.as_str()),
    ];
    let places = me.belongings.iter().map(|place| SummaryRow::new(&place.organisation_name, kinds::roles_in_words(&place.roles)));
    let ways = [
        ("/account/password", say("account.password-title")),
        (codes::CODES, say("codes.title")),
        ("/account/sessions", say("account.sessions-title")),
        ("/account/tokens", say("account.tokens-title")),
    ];
    let main = html! {
        h1 class="govuk-heading-l" { (say("frame.account")) }
        (codes::notice(&me.waiting))
        (SummaryList { rows: who, ..SummaryList::default() })
        h2 class="govuk-heading-m" { (say("account.memberships")) }
        (SummaryList { rows: places.collect(), ..SummaryList::default() })
        h2 class="govuk-heading-m" { (say("account.safe")) }
        ul class="govuk-list govuk-list--spaced" {
            @for (href, text) in ways { li { a class="govuk-link" href=(href) { (text) } } }
        }
    };
    Page::new(say("frame.account"), Place::Account, narrow(&main)).of(reader).show()
}

#[handler]
fn ask_password(Member(reader): Member) -> Response {
    password_page(&reader, &Form::new(&reader, Fields::default()))
}

#[handler]
async fn change_password(SentByAnyone(sent): SentByAnyone) -> poem::Result<Response> {
    let (reader, fields) = (&sent.reader, &sent.fields);
    match accounts::change_password(&reader.app, &reader.actor, fields.text("present"), fields.text("new")).await {
        Ok(()) => Ok(changed_page(reader)),
        // The page that holds a form until its sender is known would send both passwords back in it.
        Err(Error::Unauthenticated) => Ok(on_to(&address("/sign-in", &[("to", "/account/password")]))),
        Err(cause) => Ok(password_page(reader, &sent.again(cause)?)),
    }
}

fn password_page(reader: &Reader, form: &Form) -> Response {
    let before = html! { p class="govuk-body" { (say("account.password-why")) } };
    let fields = html! {
        (form.password("present", "account.password-present", "current-password"))
        (form.password("new", "account.password-new", "new-password"))
        (button(say("account.password-button")))
    };
    let page = Page::form(say("account.password-title"), Place::Account, (reader, form), &before, &fields);
    page.back(say("frame.account"), "/account").show()
}

/// Nobody is signed in any more, in this browser either.
fn changed_page(reader: &Reader) -> Response {
    let main = html! {
        h1 class="govuk-heading-l" { (say("account.changed-title")) }
        p class="govuk-body" { (say("account.changed-why")) }
        p class="govuk-body" { a class="govuk-link" href="/sign-in" { (say("account.changed-onwards")) } }
    };
    let page = Page::new(say("account.changed-title"), Place::Account, narrow(&main));
    with_cookie(page.show(), &cookie(reader.app.config.https(), "", 0))
}

#[handler]
async fn list_sessions(Member(reader): Member) -> poem::Result<Response> {
    let open = accounts::list_sessions(&reader.app, &reader.actor).await?;
    let form = Form::new(&reader, Fields::default());
    let main = html! {
        h1 class="govuk-heading-l" { (say("account.sessions-title")) }
        p class="govuk-body" { (say("account.sessions-why")) }
        @for session in &open { (one(session, &form)) }
    };
    let page = Page::new(say("account.sessions-title"), Place::Account, narrow(&main)).of(&reader);
    Ok(page.back(say("frame.account"), "/account").show())
}

fn one(session: &Session, form: &Form) -> Markup {
    let since = moment(session.created_at);
    let when = [("when", since.as_str())];
    let times = vec![
        SummaryRow::new(say("account.session-used"), moment(session.seen_at)),
        SummaryRow::new(say("account.session-ends"), moment(session.expires_at)),
    ];
    html! {
        h2 class="govuk-heading-s" {
            (tell("account.session-since", &when))
            @if session.current { " " (Tag { text: say("account.session-this").to_owned(), ..Tag::default() }) }
        }
        (SummaryList { rows: times, ..SummaryList::default() })
        @if !session.current {
            form method="post" action={ "/account/sessions/" (session.id) "/end" } {
                (form.hidden())
                button type="submit" class="govuk-button govuk-button--secondary" data-module="govuk-button"
                    data-prevent-double-click="true" {
                    (say("account.session-end"))
                    span class="govuk-visually-hidden" { " " (tell("account.session-which", &when)) }
                }
            }
        }
    }
}

#[handler]
async fn end_session(sent: Sent, Path(session): Path<String>) -> poem::Result<Response> {
    let id: SessionId = session.parse().map_err(|_| Error::NotFound)?;
    accounts::end_session(&sent.reader.app, &sent.reader.actor, id).await?;
    Ok(on_to("/account/sessions"))
}
