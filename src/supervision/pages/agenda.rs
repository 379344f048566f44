//! The agenda of a session: what either side wants to talk about, and what the worker brings of their writing.

use maud::{Markup, html};
use poem::{Response, Route, handler, post, web::Path};

use super::{paragraphs, sessions, who};
use crate::{
    error::{Error, Result},
    http::{
        components::{Button, Select},
        form::{Form, Sent, on_to},
        layout::button,
        page::Reader,
        times::day,
        words::{say, tell},
    },
    id::{AgendaItemId, PersonId, ShareId, SupervisionSessionId},
    reflections::sharing::{self, Shared},
    supervision::{
        agenda,
        model::{AgendaItem, Session},
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/supervision/sessions/{session}/agenda", &["POST"]),
    ("/supervision/sessions/{session}/agenda/{item}/removal", &["POST"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/supervision/sessions/:session/agenda", post(add))
        .at("/supervision/sessions/:session/agenda/:item/removal", post(take_off))
}

#[handler]
async fn add(sent: Sent, Path(session): Path<String>) -> poem::Result<Response> {
    let session = sessions::read(&sent.reader, &session).await?;
    match adds(&sent, session.id).await {
        Ok(_) => Ok(on_to(&sessions::address(session.id))),
        Err(cause) => Ok(sessions::page(&sent.reader, &session, &sent.again(cause)?).await?),
    }
}

async fn adds(sent: &Sent, session: SupervisionSessionId) -> Result<AgendaItem> {
    let fields = &sent.fields;
    let share = fields.parsed("share_id", say("supervision.choose-share"))?;
    let input = agenda::NewItem { text: fields.said("text"), share };
    agenda::add(&sent.reader.app, &sent.reader.actor, session, &sent.once, input).await
}

#[handler]
async fn take_off(sent: Sent, Path((session, item)): Path<(String, String)>) -> poem::Result<Response> {
    let session = sessions::read(&sent.reader, &session).await?;
    let item: AgendaItemId = item.parse().map_err(|_| Error::NotFound)?;
    match agenda::remove(&sent.reader.app, &sent.reader.actor, session.id, item).await {
        // What is off already need not be taken off.
        Ok(()) | Err(Error::NotFound) => Ok(on_to(&sessions::address(session.id))),
        Err(cause) => Ok(sessions::page(&sent.reader, &session, &sent.again(cause)?).await?),
    }
}

/// What is on the agenda, and while the session is open, the ways to put something on it and take it off.
pub async fn section(reader: &Reader, session: &Session, (name, open): (&str, bool), form: &Form) -> Result<Markup> {
    let me = reader.actor.person()?.id;
    let own = own(reader, session, me).await?;
    let mut items = Vec::new();
    for item in agenda::read(&reader.app, &reader.actor, session.id).await? {
        let way = match item.share {
            Some(share) => way(reader, share, &own).await?,
            None => None,
        };
        items.push((item, way));
    }
    let at = format!("{}/agenda", sessions::address(session.id));
    Ok(html! {
        h2 class="govuk-heading-m" { (say("supervision.agenda")) }
        @if items.is_empty() {
            p class="govuk-body" { (say("supervision.agenda-empty")) }
        } @else {
            ol class="govuk-list govuk-list--number govuk-list--spaced" {
                @for (number, (item, way)) in (1..).zip(&items) {
                    li {
                        (shown(item, way.as_ref(), who(item.by, me, name)))
                        @if open && item.by == me { (removal(form, &format!("{at}/{}/removal", item.id), number)) }
                    }
                }
            }
        }
        // Also where it can't be added any more: what was typed is not lost.
        @if open || form.is_wrong() {
            h3 class="govuk-heading-s" { (say("supervision.add-title")) }
            form method="post" action={ (at) (form.address()) } novalidate {
                (form.hidden())
                (form.area("text", "supervision.item-text", 3))
                @if me == session.worker { (bringing(form, name, &own)) }
                (button(say("supervision.add")))
            }
        }
    })
}

/// What the worker has shared with this supervisor, for the worker.
async fn own(reader: &Reader, session: &Session, me: PersonId) -> Result<Vec<Shared>> {
    if me == session.worker {
        return sharing::list_with(&reader.app, &reader.actor, session.supervisor).await;
    }
    Ok(Vec::new())
}

/// The way to a share: what it is called, and where it is. Its title is for its author only.
async fn way(reader: &Reader, id: ShareId, own: &[Shared]) -> Result<Option<(String, String)>> {
    let share = match sharing::readable(&reader.app, &reader.actor, id).await {
        Ok(share) => share,
        // Taken back at this moment.
        Err(Error::NotFound) => return Ok(None),
        Err(cause) => return Err(cause),
    };
    let shared_on = day(share.shared_at);
    let gaps = [("day", shared_on.as_str())];
    if share.reader == reader.actor.person()?.id {
        return Ok(Some((tell("supervision.shared-with-you", &gaps), format!("/shared-with-me/{id}"))));
    }
    let listed = own.iter().find(|shared| shared.share.id == id);
    let text = listed.map_or_else(|| tell("supervision.shared-untitled", &gaps), called);
    Ok(Some((text, format!("/reflections/{}/shares/{id}", share.reflection))))
}

/// What a share is called where only its author reads it.
fn called(shared: &Shared) -> String {
    let shared_on = day(shared.share.shared_at);
    match shared.snapshot.content.title.as_deref().filter(|title| !title.trim().is_empty()) {
        Some(title) => tell("supervision.shared-titled", &[("title", title), ("day", shared_on.as_str())]),
        None => tell("supervision.shared-untitled", &[("day", shared_on.as_str())]),
    }
}

fn shown(item: &AgendaItem, way: Option<&(String, String)>, by: &str) -> Markup {
    let added_on = day(item.added_at);
    html! {
        @if let Some(text) = &item.text { (paragraphs(text)) }
        @if let Some((text, href)) = way { p class="govuk-body" { a class="govuk-link" href=(href) { (text) } } }
        p class="govuk-body-s app-secondary" {
            (tell("supervision.added-by", &[("name", by), ("day", added_on.as_str())]))
        }
    }
}

fn removal(form: &Form, at: &str, number: usize) -> Markup {
    html! {
        form method="post" action=(at) novalidate {
            (form.hidden())
            (Button {
                text: tell("supervision.take-off", &[("number", number.to_string().as_str())]),
                classes: Some("govuk-button--secondary".to_owned()),
                ..Button::default()
            })
        }
    }
}

/// What the worker can bring: a share of theirs with this supervisor.
fn bringing(form: &Form, name: &str, own: &[Shared]) -> Markup {
    let none = (String::new(), say("supervision.no-share").to_owned());
    let choices: Vec<_> =
        std::iter::once(none).chain(own.iter().map(|shared| (shared.share.id.to_string(), called(shared)))).collect();
    let gaps = [("name", name)];
    html! {
        @if own.is_empty() {
            p class="govuk-body" { (tell("supervision.nothing-shared", &gaps)) }
        } @else {
            (Select {
                hint: Some(tell("supervision.share-hint", &gaps).into()),
                ..form.select("share_id", "supervision.share", &choices)
            })
        }
    }
}
