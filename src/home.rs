//! The start page of somebody who is signed in: what matters now. The next session with its agenda, what was shared with
//! them, what they mean to return to. It counts nothing (N2).

use maud::{Markup, html};
use poem::{Response, Route, get, handler};

use crate::{
    access::Actor,
    error::Result,
    http::{
        form::on_to,
        layout::{Page, Place, narrow},
        page::Reader,
        paging::{FROM_THE_NEWEST, Paging},
        times,
        words::{say, tell},
    },
    id::PersonId,
    people,
    reflections::{self, drafts, returning, sharing},
    supervision::{
        agenda,
        model::{AgendaItem, Session, SessionState},
        sessions,
    },
};

/// The addresses of this page.
#[must_use]
pub fn addresses() -> Vec<(&'static str, &'static [&'static str])> {
    vec![("/", &["GET", "HEAD"])]
}

/// Mounts this page.
#[must_use]
pub fn mount(routes: Route) -> Route {
    routes.at("/", get(start))
}

/// How much of each stands here. What there is beyond is a click away.
const FEW: usize = 5;

/// For whom nobody knows, the library is the start page.
#[handler]
async fn start(reader: Reader) -> poem::Result<Response> {
    match &reader.actor {
        Actor::Person(person) => Ok(home(&reader, person.id).await?.show()),
        _ => Ok(on_to("/practice-examples")),
    }
}

async fn home(reader: &Reader, own: PersonId) -> Result<Page> {
    let few = Paging { limit: FEW, before: FROM_THE_NEWEST.to_owned() };
    let (app, actor) = (&reader.app, &reader.actor);
    let shared = sharing::list_received(app, actor, &few).await?;
    let marked = returning::list(app, actor).await?;
    let begun = drafts::list_begun(app, actor, &few).await?;
    let main = html! {
        h1 class="govuk-heading-xl" { (say("frame.home")) }
        h2 class="govuk-heading-m" { (say("home.next-session")) }
        (next_session(reader, own).await?)
        h2 class="govuk-heading-m" { (say("home.shared")) }
        @if shared.items.is_empty() { p class="govuk-body" { (say("home.nothing-shared")) } }
        ul class="govuk-list govuk-list--spaced" { @for one in &shared.items { li { (reflections::pages::received_card(one)) } } }
        @if shared.last.is_some() { p class="govuk-body" { a class="govuk-link" href="/shared-with-me" { (say("home.all-shared")) } } }
        h2 class="govuk-heading-m" { (say("home.returning")) }
        @if marked.is_empty() && begun.items.is_empty() { p class="govuk-body" { (say("home.nothing-marked")) } }
        ul class="govuk-list govuk-list--spaced" {
            @for one in &begun.items {
                @let time = times::moment(one.copy.saved_at);
                li { a class="govuk-link" href={ "/reflections/new?begun=" (one.id) } { (tell("home.begun", &[("time", &time)])) } }
            }
            @for one in &marked { li { a class="govuk-link" href={ "/reflections/" (one.id) } { (reflections::pages::title(one)) } } }
        }
    };
    Ok(Page::new(say("frame.home"), Place::Home, narrow(&main)).of(reader))
}

async fn next_session(reader: &Reader, own: PersonId) -> Result<Markup> {
    let (app, actor) = (&reader.app, &reader.actor);
    let planned =
        sessions::list(app, actor, None, None).await?.into_iter().find(|session| session.state == SessionState::Planned);
    let Some(session) = planned else {
        return Ok(
            html! { p class="govuk-body" { (say("home.no-session")) " " a class="govuk-link" href="/supervision" { (say("home.to-supervision")) } } },
        );
    };
    let with = if session.supervisor == own { session.worker } else { session.supervisor };
    let name = people::memberships::name_of(app, with).await?;
    let items = agenda::read(app, actor, session.id).await?;
    Ok(one_session(&session, &name, &items))
}

fn one_session(session: &Session, name: &str, items: &[AgendaItem]) -> Markup {
    let when = times::moment(session.slot.starts_at);
    html! {
        p class="govuk-body" {
            a class="govuk-link" href={ "/supervision/sessions/" (session.id) } { (tell("home.with", &[("time", &when), ("name", name)])) }
            @if let Some(place) = &session.slot.place { ", " (place) }
        }
        @if items.is_empty() { p class="govuk-body" { (say("home.empty-agenda")) } }
        ul class="govuk-list govuk-list--bullet" {
            @for item in items {
                li { @if let Some(text) = &item.text { (text) } @else { (say("home.a-reflection")) } }
            }
        }
    }
}
