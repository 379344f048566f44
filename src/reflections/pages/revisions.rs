//! How a reflection read before, and what changed from one time to the next.

use std::time::Duration;

use maud::{Markup, html};
use poem::{
    Response, Route, get, handler,
    web::{Path, Query},
};
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};

use super::{content, named};
use crate::{
    error::Error,
    http::{
        components::{Pagination, PaginationLink},
        layout::{Page, Place, narrow},
        page::{Member, Reader},
        paging::DEFAULT_LIMIT,
        times,
        words::{say, tell},
    },
    id::ReflectionId,
    reflections::{self, model::Revised},
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/reflections/{reflection}/revisions", &["GET", "HEAD"]),
    ("/reflections/{reflection}/revisions/{number}", &["GET", "HEAD"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/reflections/:reflection/revisions", get(list)).at("/reflections/:reflection/revisions/:number", get(read))
}

/// Longer than this nobody waits for a difference: what is left of it is shown in one piece.
const PATIENCE: Duration = Duration::from_millis(200);

/// Where a list goes on.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    before: Option<i64>,
}

#[handler]
async fn list(Member(reader): Member, Path(id): Path<String>, Query(asked): Query<Before>) -> poem::Result<Response> {
    let id = named(&id)?;
    let before = asked.before.unwrap_or(i64::MAX);
    let (revisions, last) = reflections::list_revisions(&reader.app, &reader.actor, id, (before, DEFAULT_LIMIT)).await?;
    let main = html! {
        h1 class="govuk-heading-l" { (say("reflections.revisions-title")) }
        ul class="govuk-list govuk-list--spaced" {
            @for revised in &revisions {
                @let (number, time) = (revised.number.to_string(), times::moment(revised.written_at));
                li {
                    a class="govuk-link" href={ "/reflections/" (id) "/revisions/" (number) } {
                        (tell("reflections.revision-link", &[("number", &number), ("time", &time)]))
                    }
                }
            }
        }
        @if let Some(last) = last {
            (Pagination {
                next: Some(PaginationLink {
                    href: format!("/reflections/{id}/revisions?before={last}"),
                    text: Some(say("frame.next").to_owned()),
                    label_text: None,
                }),
                ..Pagination::default()
            })
        }
    };
    Ok(page(&reader, "reflections.revisions-title", &main)
        .back(say("reflections.back-to-it"), format!("/reflections/{id}"))
        .show())
}

fn page(reader: &Reader, title: &'static str, main: &Markup) -> Page {
    Page::new(say(title), Place::Reflections, narrow(main)).of(reader)
}

#[handler]
async fn read(Member(reader): Member, Path((id, number)): Path<(String, i64)>) -> poem::Result<Response> {
    let id = named(&id)?;
    let (app, actor) = (&reader.app, &reader.actor);
    let revised = reflections::get_revision(app, actor, id, number).await?;
    let before = match reflections::get_revision(app, actor, id, number - 1).await {
        Err(Error::NotFound) => None,
        before => Some(before?),
    };
    let main = html! {
        h1 class="govuk-heading-l" { (tell("reflections.revision-of", &[("number", &number.to_string()), ("time", &times::moment(revised.written_at))])) }
        @if let Some(before) = &before { (difference(before, &revised, id)) }
        h2 class="govuk-heading-m" { (say("reflections.as-it-read")) }
        @if let Some(title) = &revised.content.title { h3 class="govuk-heading-s" { (title) } }
        (content(app, &revised.content).await?)
    };
    let page = page(&reader, "reflections.revision-title", &main);
    Ok(page.back(say("reflections.revisions-title"), format!("/reflections/{id}/revisions")).show())
}

/// What was taken out and what was put in, word by word. Said in words too, for those who do not see the marks.
fn difference(before: &Revised, after: &Revised, id: ReflectionId) -> Markup {
    let time = times::moment(before.written_at);
    html! {
        h2 class="govuk-heading-m" { (say("reflections.difference")) }
        p class="govuk-body" {
            (say("reflections.since")) " "
            a class="govuk-link" href={ "/reflections/" (id) "/revisions/" (before.number) } { (time) }
        }
        @if before.content.body == after.content.body {
            p class="govuk-body" { (say("reflections.same-text")) }
        } @else {
            p class="govuk-body app-as-typed app-difference" { (changes(&before.content.body, &after.content.body)) }
        }
    }
}

fn changes(before: &str, after: &str) -> Markup {
    let difference = TextDiff::configure().timeout(PATIENCE).diff_words(before, after);
    let mut pieces: Vec<(ChangeTag, String)> = Vec::new();
    for change in difference.iter_all_changes() {
        match pieces.last_mut() {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            _ => pieces.push((change.tag(), change.value().to_owned())),
        }
    }
    html! {
        @for (tag, text) in &pieces {
            @match tag {
                ChangeTag::Equal => (text),
                ChangeTag::Delete => del { (hidden("reflections.taken-out")) (text) (hidden("reflections.end")) },
                ChangeTag::Insert => ins { (hidden("reflections.put-in")) (text) (hidden("reflections.end")) },
            }
        }
    }
}

fn hidden(words: &'static str) -> Markup {
    html! { span class="govuk-visually-hidden" { " " (say(words)) " " } }
}
