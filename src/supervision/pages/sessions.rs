//! One session: when and where, how often it was moved and why, and what is to be talked about.

use maud::{Markup, html};
use poem::{Response, Route, get, handler, web::Path};

use super::{agenda, other, paragraphs, relation, who};
use crate::{
    error::{Error, Result},
    http::{
        components::{SummaryList, SummaryRow},
        form::{Fields, Form},
        layout::{Page, Place, link_button, narrow},
        page::{Member, Reader},
        times::moment,
        words::{say, tell},
    },
    id::{PersonId, SupervisionSessionId},
    people,
    supervision::{
        agreements,
        model::{Agreement, Session, SessionState},
        sessions,
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[("/supervision/sessions/{session}", &["GET", "HEAD"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/supervision/sessions/:session", get(show))
}

/// The reader's session that an address names.
pub async fn read(reader: &Reader, id: &str) -> Result<Session> {
    reader.actor.person()?;
    let id: SupervisionSessionId = id.parse().map_err(|_| Error::NotFound)?;
    sessions::get(&reader.app, &reader.actor, id).await
}

/// Where a session is.
pub fn address(id: SupervisionSessionId) -> String {
    format!("/supervision/sessions/{id}")
}

#[handler]
async fn show(Member(reader): Member, Path(session): Path<String>) -> poem::Result<Response> {
    let session = read(&reader, &session).await?;
    Ok(page(&reader, &session, &Form::new(&reader, Fields::default())).await?)
}

/// The session with its agenda, and what was typed for that.
pub async fn page(reader: &Reader, session: &Session, form: &Form) -> Result<Response> {
    let me = reader.actor.person()?.id;
    let name = people::memberships::name_of(&reader.app, other(me, (session.supervisor, session.worker))).await?;
    let under = agreements::get(&reader.app, &reader.actor, session.agreement).await?;
    let open = under.lasting() && session.state == SessionState::Planned;
    let agenda = agenda::section(reader, session, (name.as_str(), open), form).await?;
    let main = html! {
        (form.summary())
        h1 class="govuk-heading-l" { (say("supervision.session-title")) }
        (facts(session, &relation(under.side(me), &name)))
        (ways_on(session, &under))
        (moves(session, me, &name))
        (agenda)
    };
    let page = Page::new(say("supervision.session-title"), Place::Supervision, narrow(&main)).of(reader).with(form);
    Ok(page.back(say("supervision.title"), "/supervision").show())
}

fn facts(session: &Session, relation: &str) -> Markup {
    let (when, minutes) = (moment(session.slot.starts_at), session.slot.minutes.to_string());
    let when = tell("supervision.when-value", &[("when", when.as_str()), ("minutes", minutes.as_str())]);
    let place = session.slot.place.as_deref().unwrap_or_else(|| say("supervision.nowhere"));
    let mut rows = vec![
        SummaryRow::new(say("supervision.when"), when),
        SummaryRow::new(say("supervision.where"), place),
        SummaryRow::new(say("supervision.who"), relation),
    ];
    if let SessionState::Cancelled { reason } = &session.state {
        rows.push(SummaryRow::new(say("supervision.cancelled-because"), paragraphs(reason)));
    }
    html! { (SummaryList { rows, classes: None }) }
}

/// What can be done from here, as the session and its agreement stand.
fn ways_on(session: &Session, under: &Agreement) -> Markup {
    let at = address(session.id);
    html! {
        @if session.state == SessionState::Planned {
            @if under.lasting() { (link_button(say("supervision.move-title"), format!("{at}/time"))) }
            @else { p class="govuk-body" { (say("supervision.session-left-over")) } }
            p class="govuk-body" { a class="govuk-link" href={ (at) "/cancellation" } { (say("supervision.cancel-title")) } }
        } @else {
            p class="govuk-body" { strong { (say("supervision.is-cancelled")) } }
        }
        p class="govuk-body" {
            a class="govuk-link" href={ "/supervision/agreements/" (under.id) } { (say("supervision.to-the-agreement")) }
        }
    }
}

fn moves(session: &Session, me: PersonId, name: &str) -> Markup {
    html! {
        @if !session.moves.is_empty() {
            h2 class="govuk-heading-m" { (say("supervision.moves")) }
            ul class="govuk-list govuk-list--bullet" {
                @for moved in &session.moves {
                    @let from = moment(moved.from);
                    li {
                        (tell("supervision.moved", &[("from", from.as_str()), ("name", who(moved.by, me, name))]))
                        (paragraphs(&moved.reason))
                    }
                }
            }
        }
    }
}
