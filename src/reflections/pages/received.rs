//! What was shared with the reader: read it, and write back.

use maud::{Markup, html};
use poem::{
    Request, Response, Route, get, handler,
    web::{Path, Query},
};
use serde::Deserialize;

use super::{content, sharing::responses};
use crate::{
    error::{Error, Result},
    http::{
        components::{InsetText, Pagination, PaginationLink, Textarea},
        edge::accepts_html,
        form::{Fields, Form, Sent, address, on_to},
        layout::{Page, Place, button, narrow},
        page::{Member, Reader},
        paging::{DEFAULT_LIMIT, Paging},
        times,
        words::{say, tell},
    },
    id::ShareId,
    reflections::sharing::{self, Shared},
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] =
    &[("/shared-with-me", &["GET", "HEAD"]), ("/shared-with-me/{share}", &["GET", "HEAD", "POST"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/shared-with-me", get(list)).at("/shared-with-me/:share", get(read).post(respond))
}

/// The name of the list, for its cursors.
const LIST: &str = "shared-with-me";

/// Where a list goes on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: Option<String>,
}

#[handler]
async fn list(Member(reader): Member, request: &Request, Query(asked): Query<Asked>) -> poem::Result<Response> {
    if !accepts_html(request) {
        return Ok(on_to("/api/v1/shared-with-me"));
    }
    let app = &reader.app;
    let paging = Paging::from(&app.vault, LIST, DEFAULT_LIMIT, asked.cursor.as_deref())?;
    let received = sharing::list_received(app, &reader.actor, &paging).await?;
    let next = received.next(&app.vault, LIST).map(|cursor| address("/shared-with-me", &[("cursor", &cursor)]));
    let main = html! {
        h1 class="govuk-heading-xl" { (say("frame.shared")) }
        @if received.items.is_empty() { p class="govuk-body" { (say("reflections.nothing-shared")) } }
        ul class="govuk-list govuk-list--spaced" { @for shared in &received.items { li { (card(shared)) } } }
        @if let Some(href) = next {
            (Pagination {
                next: Some(PaginationLink { href, text: Some(say("frame.next").to_owned()), ..PaginationLink::default() }),
                ..Pagination::default()
            })
        }
    };
    Ok(Page::new(say("frame.shared"), Place::Shared, narrow(&main)).of(&reader).show())
}

/// Something that was shared, in a list: from whom, called what, until when.
#[must_use]
pub fn card(shared: &Shared) -> Markup {
    let title = shared.snapshot.content.title.clone().filter(|title| !title.trim().is_empty());
    let title = title.unwrap_or_else(|| say("reflections.one-title").to_owned());
    html! {
        a class="govuk-link" href={ "/shared-with-me/" (shared.share.id) } { (shared.author_name) ": " (title) }
        span class="govuk-body-s app-secondary" {
            " " (tell("reflections.received", &[("day", &times::day(shared.share.updated_at)), ("until", &times::date(shared.share.last_day()))]))
        }
    }
}

fn named(id: &str) -> Result<ShareId> {
    id.parse().map_err(|_| Error::NotFound)
}

#[handler]
async fn read(Member(reader): Member, Path(id): Path<String>) -> poem::Result<Response> {
    let shared = sharing::get_received(&reader.app, &reader.actor, named(&id)?).await?;
    Ok(page(&reader, &shared, &Form::new(&reader, Fields::default())).await?.show())
}

async fn page(reader: &Reader, shared: &Shared, form: &Form) -> Result<Page> {
    let gaps = [("name", shared.author_name.as_str()), ("day", &times::date(shared.share.last_day()))];
    let main = html! {
        (form.summary())
        h1 class="govuk-heading-l" { (tell("reflections.shared-by", &gaps)) }
        (InsetText { text: tell("reflections.shared-until", &gaps), ..InsetText::default() })
        @if let Some(note) = &shared.snapshot.note {
            h2 class="govuk-heading-m" { (tell("reflections.note-from", &gaps)) }
            p class="govuk-body app-as-typed" { (note) }
        }
        h2 class="govuk-heading-m" { (shared.snapshot.content.title.as_deref().unwrap_or(say("reflections.one-title"))) }
        (content(&reader.app, &shared.snapshot.content).await?)
        (responses(&reader.app, shared, say("reflections.what-you-wrote-back")).await?)
        form class="app-no-print" method="post" action=(form.address()) novalidate {
            (form.hidden())
            (Textarea { hint: Some(tell("reflections.respond-hint", &gaps).into()), ..form.area("body", "reflections.respond", 6) })
            (button(say("reflections.respond-button")))
        }
    };
    let page = Page::new(say("frame.shared"), Place::Shared, narrow(&main)).of(reader).with(form);
    Ok(page.back(say("frame.shared"), "/shared-with-me"))
}

#[handler]
async fn respond(sent: Sent, Path(id): Path<String>) -> poem::Result<Response> {
    let (app, actor, id) = (&sent.reader.app, &sent.reader.actor, named(&id)?);
    match sharing::respond(app, actor, id, &sent.once, sent.fields.text("body")).await {
        Ok(_) => Ok(on_to(&format!("/shared-with-me/{id}"))),
        Err(cause) => {
            let form = sent.again(cause)?;
            let shared = sharing::get_received(app, actor, id).await?;
            Ok(page(&sent.reader, &shared, &form).await?.show())
        }
    }
}
