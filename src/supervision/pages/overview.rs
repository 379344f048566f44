//! What comes next, and where each agreement stands.

use maud::{Markup, html};
use poem::{Response, Route, get, handler, web::Query};
use serde::Deserialize;

use super::{Names, name, names, other, relation, standing};
use crate::{
    http::{
        components::{Pagination, PaginationLink, Tag},
        form::address,
        layout::{Page, Place, link_button, narrow},
        page::Member,
        paging::{DEFAULT_LIMIT, Paging},
        times::{day, moment},
        words::{say, tell},
    },
    id::PersonId,
    supervision::{
        agreements,
        model::{Agreement, Session, SessionState},
        sessions,
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[("/supervision", &["GET", "HEAD"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/supervision", get(overview))
}

/// The list that cursors of this page are of.
const AGREEMENTS: &str = "supervision";

/// From where the list of agreements goes on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: Option<String>,
}

#[handler]
async fn overview(Member(reader): Member, Query(asked): Query<Asked>) -> poem::Result<Response> {
    let (app, actor) = (&reader.app, &reader.actor);
    let me = actor.person()?.id;
    let paging = Paging::from(&app.vault, AGREEMENTS, DEFAULT_LIMIT, asked.cursor.as_deref())?;
    let sessions = sessions::list(app, actor, None, None).await?;
    let agreements = agreements::list(app, actor, &paging).await?;
    let met = sessions.iter().map(|session| (session.supervisor, session.worker));
    let agreed = agreements.items.iter().map(|agreement| (agreement.supervisor, agreement.worker));
    let names = names(app, met.chain(agreed).map(|sides| other(me, sides)).collect()).await?;
    let main = html! {
        h1 class="govuk-heading-l" { (say("supervision.title")) }
        h2 class="govuk-heading-m" { (say("supervision.next-sessions")) }
        @if sessions.is_empty() { (nothing_planned(&agreements.items)) } @else { (in_order(&sessions, me, &names)) }
        h2 class="govuk-heading-m" { (say("supervision.agreements")) }
        @if agreements.items.is_empty() { p class="govuk-body" { (say("supervision.no-agreements")) } }
        @else { (agreed_with(&agreements.items, me, &names)) }
        @if let Some(next) = agreements.next(&app.vault, AGREEMENTS) { (earlier(&next)) }
        (link_button(say("supervision.propose-one"), "/supervision/agreements/new"))
    };
    Ok(Page::new(say("supervision.title"), Place::Supervision, narrow(&main)).of(&reader).show())
}

/// How to begin, as far as one has got.
fn nothing_planned(agreements: &[Agreement]) -> Markup {
    let lasting = agreements.iter().any(Agreement::lasting);
    let how = if lasting { say("supervision.plan-from-agreement") } else { say("supervision.no-session-yet") };
    html! { p class="govuk-body" { (how) } }
}

fn in_order(sessions: &[Session], me: PersonId, names: &Names) -> Markup {
    html! {
        ul class="govuk-list govuk-list--spaced" {
            @for session in sessions {
                @let with = name(names, other(me, (session.supervisor, session.worker)));
                @let when = moment(session.slot.starts_at);
                li {
                    a class="govuk-link" href={ "/supervision/sessions/" (session.id) } {
                        (tell("supervision.session-link", &[("when", when.as_str()), ("name", with)]))
                    }
                    @if let Some(place) = &session.slot.place { br; (place) }
                    @if session.state != SessionState::Planned {
                        br;
                        (Tag { text: say("supervision.cancelled").to_owned(), classes: Some("govuk-tag--grey".to_owned()) })
                    }
                }
            }
        }
    }
}

fn agreed_with(agreements: &[Agreement], me: PersonId, names: &Names) -> Markup {
    html! {
        ul class="govuk-list govuk-list--spaced" {
            @for agreement in agreements {
                @let with = name(names, other(me, (agreement.supervisor, agreement.worker)));
                @let proposed = day(agreement.created_at);
                li {
                    a class="govuk-link" href={ "/supervision/agreements/" (agreement.id) } {
                        (relation(agreement.side(me), with))
                    }
                    br;
                    (standing(agreement, agreement.side(me), with))
                    " "
                    span class="app-secondary" { (tell("supervision.proposed-on", &[("day", proposed.as_str())])) }
                }
            }
        }
    }
}

fn earlier(next: &str) -> Markup {
    html! {
        (Pagination {
            next: Some(PaginationLink {
                href: address("/supervision", &[("cursor", next)]),
                text: Some(say("supervision.earlier-agreements").to_owned()),
                label_text: None,
            }),
            ..Pagination::default()
        })
    }
}
