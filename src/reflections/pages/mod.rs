//! Writing, and what becomes of it: pages for the author, and for whom they share a snapshot with.
//!
//! * this file: the addresses, and what the pages share
//! * `writing`: a new reflection, and another text of an old one
//! * `keeping`: what is kept while one types
//! * `sheet`: the form that both have
//! * `disclosure`: who can read it now, and who could lawfully obtain it
//! * `colleagues`: whom one can share with
//! * `guard`: words that might say who somebody is
//! * `list`: one's own, by words, tag and date
//! * `reading`: one of them, and what can be done with it
//! * `revisions`: how it read before
//! * `sharing`: a snapshot for a named person
//! * `received`: what was shared with the reader

mod colleagues;
mod disclosure;
mod guard;
mod keeping;
mod list;
mod reading;
mod received;
mod revisions;
mod sharing;
mod sheet;
mod writing;

use maud::{Markup, PreEscaped, html};
use poem::Route;

pub use received::card as received_card;

use super::model::{Content, Reflection};
use crate::{
    app::App,
    error::{Error, Result},
    http::{times, words::say},
    id::ReflectionId,
};

/// The addresses of these pages with their methods, for the log and for `Allow`.
#[must_use]
pub fn addresses() -> Vec<(&'static str, &'static [&'static str])> {
    [
        writing::ADDRESSES,
        keeping::ADDRESSES,
        guard::ADDRESSES,
        list::ADDRESSES,
        reading::ADDRESSES,
        revisions::ADDRESSES,
        sharing::ADDRESSES,
        received::ADDRESSES,
    ]
    .concat()
}

/// Mounts the pages.
#[must_use]
pub fn mount(routes: Route) -> Route {
    let routes = received::mount(sharing::mount(revisions::mount(reading::mount(routes))));
    list::mount(guard::mount(keeping::mount(writing::mount(routes))))
}

/// The reflection that an address names.
fn named(id: &str) -> Result<ReflectionId> {
    id.parse().map_err(|_| Error::NotFound)
}

/// What a reflection is called where only its author reads it: its title, or its day.
#[must_use]
pub fn title(reflection: &Reflection) -> String {
    let content = &reflection.content;
    content.title.clone().filter(|title| !title.trim().is_empty()).unwrap_or_else(|| {
        let day = content.occurred_on.map_or_else(|| times::day(reflection.created_at), times::date);
        format!("{} {day}", say("reflections.of"))
    })
}

/// A text as its reader sees it. Never kept.
async fn rendered(app: &App, text: &str) -> Result<Markup> {
    Ok(html! { div class="app-prose" { (PreEscaped(app.markdown.preview(text).await?)) } })
}

/// What a reflection says: the text, and the parts that were filled in.
async fn content(app: &App, content: &Content) -> Result<Markup> {
    let parts = [
        (say("reflections.unease"), content.unease.as_slice()),
        (say("reflections.unknowns"), content.unknowns.as_slice()),
        (say("reflections.hypotheses"), content.hypotheses.as_slice()),
    ];
    Ok(html! {
        @if let Some(day) = content.occurred_on {
            p class="govuk-body app-secondary" { (say("reflections.happened")) " " (times::date(day)) }
        }
        (rendered(app, &content.body).await?)
        @for (heading, said) in parts {
            @if !said.is_empty() {
                h2 class="govuk-heading-m" { (heading) }
                @if let [one] = said { p class="govuk-body app-as-typed" { (one) } }
                @else { ul class="govuk-list govuk-list--bullet" { @for one in said { li { (one) } } } }
            }
        }
    })
}
