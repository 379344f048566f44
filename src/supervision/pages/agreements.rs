//! One agreement: what it says, who has accepted it, and its end.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use poem::{
    Response, Route, get, handler, post,
    web::{Path, Query},
};
use serde::Deserialize;

use super::{accepted, has_accepted, other, relation, standing, terms};
use crate::{
    error::{Error, Result},
    http::{
        components::{Pagination, PaginationLink, SummaryList, SummaryRow, Tag, WarningText},
        form::{self, Fields, Form, Sent, on_to},
        layout::{Page, Place, button, final_button, link_button, narrow},
        page::{Member, Reader},
        times::moment,
        words::{say, tell},
    },
    id::AgreementId,
    people,
    supervision::{
        agreements,
        model::{Agreement, Session, SessionState, Side, Standing},
        sessions,
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/supervision/agreements/{agreement}", &["GET", "HEAD"]),
    ("/supervision/agreements/{agreement}/acceptance", &["POST"]),
    ("/supervision/agreements/{agreement}/end", &["GET", "HEAD", "POST"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/supervision/agreements/:agreement", get(show))
        .at("/supervision/agreements/:agreement/acceptance", post(accept))
        .at("/supervision/agreements/:agreement/end", get(ask_whether_to_end).post(end))
}

/// The reader's agreement that an address names.
pub async fn read(reader: &Reader, id: &str) -> Result<Agreement> {
    reader.actor.person()?;
    let id: AgreementId = id.parse().map_err(|_| Error::NotFound)?;
    agreements::get(&reader.app, &reader.actor, id).await
}

/// What the reader calls whoever is on the other side.
pub async fn with_whom(reader: &Reader, agreement: &Agreement) -> Result<String> {
    let me = reader.actor.person()?.id;
    people::memberships::name_of(&reader.app, other(me, (agreement.supervisor, agreement.worker))).await
}

/// Where an agreement is.
pub fn address(id: AgreementId) -> String {
    format!("/supervision/agreements/{id}")
}

/// Which of its sessions are shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Those that begin before this time; without it, the latest.
    before: Option<DateTime<Utc>>,
}

#[handler]
async fn show(Member(reader): Member, Path(agreement): Path<String>, Query(asked): Query<Asked>) -> poem::Result<Response> {
    let agreement = read(&reader, &agreement).await?;
    Ok(page(&reader, &agreement, &Form::new(&reader, Fields::default()), asked.before).await?)
}

#[handler]
async fn accept(sent: Sent, Path(agreement): Path<String>) -> poem::Result<Response> {
    let id = read(&sent.reader, &agreement).await?.id;
    match accepts(&sent, id).await {
        Ok(_) => Ok(on_to(&address(id))),
        Err(cause) => {
            // It is shown as it reads now: what is accepted next is what stands there.
            let now = read(&sent.reader, &agreement).await?;
            Ok(page(&sent.reader, &now, &sent.again(cause)?, None).await?)
        }
    }
}

async fn accepts(sent: &Sent, id: AgreementId) -> Result<Agreement> {
    agreements::accept(&sent.reader.app, &sent.reader.actor, id, sent.fields.number("revision")?).await
}

async fn page(reader: &Reader, agreement: &Agreement, form: &Form, before: Option<DateTime<Utc>>) -> Result<Response> {
    let side = agreement.side(reader.actor.person()?.id);
    let name = with_whom(reader, agreement).await?;
    let organisation = people::organisations::named(&reader.app, agreement.organisation).await?.name;
    let sessions = met(reader, agreement.id, before).await?;
    let main = html! {
        (form.summary())
        h1 class="govuk-heading-l" { (say("supervision.agreement-title")) }
        (facts(agreement, side, &name, &organisation))
        h2 class="govuk-heading-m" { (say("supervision.what-it-says")) }
        (terms::written(&agreement.terms))
        (ways_on(agreement, side, form))
        (sessions)
    };
    let page = Page::new(say("supervision.agreement-title"), Place::Supervision, narrow(&main)).of(reader).with(form);
    Ok(page.back(say("supervision.title"), "/supervision").show())
}

/// The sessions under an agreement: those to come and those past, the latest first.
async fn met(reader: &Reader, agreement: AgreementId, before: Option<DateTime<Utc>>) -> Result<Markup> {
    let (sessions, more) = sessions::list_under(&reader.app, &reader.actor, agreement, before).await?;
    let now = reader.app.clock.now();
    let (to_come, past): (Vec<_>, Vec<_>) = sessions.iter().partition(|session| session.slot.starts_at > now);
    let earlier = sessions.last().filter(|_| more).map(Session::time_key);
    Ok(html! {
        @for (title, sessions) in [("supervision.sessions-to-come", to_come), ("supervision.sessions-past", past)] {
            @if !sessions.is_empty() {
                h2 class="govuk-heading-m" { (say(title)) }
                ul class="govuk-list govuk-list--spaced" { @for session in sessions { li { (listed(session)) } } }
            }
        }
        @if let Some(before) = earlier {
            (Pagination {
                next: Some(PaginationLink {
                    href: form::address(&address(agreement), &[("before", before.as_str())]),
                    text: Some(say("supervision.earlier-sessions").to_owned()),
                    label_text: None,
                }),
                ..Pagination::default()
            })
        }
    })
}

fn listed(session: &Session) -> Markup {
    html! {
        a class="govuk-link" href={ "/supervision/sessions/" (session.id) } { (moment(session.slot.starts_at)) }
        @if session.state != SessionState::Planned {
            " "
            (Tag { text: say("supervision.cancelled").to_owned(), classes: Some("govuk-tag--grey".to_owned()) })
        }
    }
}

fn facts(agreement: &Agreement, side: Side, name: &str, organisation: &str) -> Markup {
    let their_side = match side {
        Side::Supervisor => Side::Worker,
        Side::Worker => Side::Supervisor,
    };
    let stands = standing(agreement, side, name);
    let rows = vec![
        SummaryRow::new(say("supervision.who"), relation(side, name)),
        SummaryRow::new(say("supervision.organisation"), organisation),
        SummaryRow::new(say("supervision.where-it-stands"), html! { (stands) }),
        SummaryRow::new(say("supervision.version"), agreement.text_revision.to_string()),
        SummaryRow::new(say("supervision.accepted-by-you"), acceptance(agreement, side)),
        SummaryRow::new(&tell("supervision.accepted-by", &[("name", name)]), acceptance(agreement, their_side)),
    ];
    html! { (SummaryList { rows, classes: None }) }
}

/// Which version one side has accepted.
fn acceptance(agreement: &Agreement, side: Side) -> String {
    match accepted(agreement, side) {
        None => say("supervision.not-accepted").to_owned(),
        Some(version) if version == agreement.text_revision => {
            tell("supervision.accepted-now", &[("version", version.to_string().as_str())])
        }
        Some(version) => tell("supervision.accepted-before", &[("version", version.to_string().as_str())]),
    }
}

/// What can be done from here, as the agreement stands.
fn ways_on(agreement: &Agreement, side: Side, form: &Form) -> Markup {
    let at = address(agreement.id);
    let living = matches!(agreement.standing, Standing::Proposed | Standing::InForce(_));
    html! {
        @if living && !has_accepted(agreement, side) {
            p class="govuk-body" { (say("supervision.accept-why")) }
            form method="post" action={ (at) "/acceptance" } novalidate {
                (form.hidden())
                input type="hidden" name="revision" value=(agreement.revision);
                (button(say("supervision.accept")))
            }
        }
        @if agreement.lasting() { (link_button(say("supervision.plan-title"), format!("{at}/sessions/new"))) }
        @if living {
            p class="govuk-body" { a class="govuk-link" href={ (at) "/terms" } { (say("supervision.change-title")) } }
        }
        @if agreement.standing != Standing::Ended {
            p class="govuk-body" { a class="govuk-link" href={ (at) "/end" } { (end_title(agreement)) } }
        }
    }
}

/// What ending it is called: nothing has begun under a proposal.
fn end_title(agreement: &Agreement) -> &'static str {
    if agreement.standing == Standing::Proposed { say("supervision.end-proposal") } else { say("supervision.end-title") }
}

#[handler]
async fn ask_whether_to_end(Member(reader): Member, Path(agreement): Path<String>) -> poem::Result<Response> {
    let agreement = read(&reader, &agreement).await?;
    Ok(end_page(&reader, &agreement, &Form::new(&reader, Fields::default())).await?)
}

#[handler]
async fn end(sent: Sent, Path(agreement): Path<String>) -> poem::Result<Response> {
    let id = read(&sent.reader, &agreement).await?.id;
    match ends(&sent, id).await {
        Ok(_) => Ok(on_to(&address(id))),
        Err(cause) => {
            let now = read(&sent.reader, &agreement).await?;
            Ok(end_page(&sent.reader, &now, &sent.again(cause)?).await?)
        }
    }
}

async fn ends(sent: &Sent, id: AgreementId) -> Result<Agreement> {
    agreements::end(&sent.reader.app, &sent.reader.actor, id, sent.fields.number("revision")?).await
}

async fn end_page(reader: &Reader, agreement: &Agreement, form: &Form) -> Result<Response> {
    let side = agreement.side(reader.actor.person()?.id);
    let name = with_whom(reader, agreement).await?;
    let ended = agreement.standing == Standing::Ended;
    let title = end_title(agreement);
    let before = html! {
        @for said in what_ends(agreement, side, &name) { p class="govuk-body" { (said) } }
        @if !ended { (WarningText { text: say("supervision.end-warning").to_owned(), ..WarningText::default() }) }
    };
    let fields = html! {
        @if !ended {
            input type="hidden" name="revision" value=(agreement.revision);
            (final_button(title, address(agreement.id)))
        }
    };
    let page = Page::form(title, Place::Supervision, (reader, form), &before, &fields);
    Ok(page.back(say("supervision.agreement-title"), address(agreement.id)).show())
}

/// What will be no more, and what stays.
fn what_ends(agreement: &Agreement, side: Side, name: &str) -> Vec<String> {
    let gaps = [("name", name)];
    let ending = match agreement.standing {
        Standing::Ended => return vec![say("supervision.has-ended").to_owned()],
        Standing::Proposed => return vec![say("supervision.end-proposal-why").to_owned()],
        Standing::InForce(_) => tell("supervision.end-both", &gaps),
        Standing::Lapsed(_) => tell("supervision.end-lapsed", &gaps),
    };
    let shares = match side {
        Side::Supervisor => tell("supervision.end-supervisor", &gaps),
        Side::Worker => tell("supervision.end-worker", &gaps),
    };
    vec![ending, shares, say("supervision.end-sessions").to_owned(), say("supervision.end-kept").to_owned()]
}
