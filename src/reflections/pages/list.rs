//! One's own reflections, newest first, by words, tag and date. Nothing here counts them.

use maud::{Markup, html};
use poem::{Request, Response, Route, get, handler, web::Query};
use serde::Deserialize;

use super::title;
use crate::{
    error::Result,
    http::{
        components::{Button, Input, Pagination, PaginationLink},
        edge::accepts_html,
        form::{Fields, Form, address, on_to},
        layout::{Page, Place, link_button},
        page::{Member, Reader},
        paging::{DEFAULT_LIMIT, MOST, Paging},
        times,
        words::{say, tell},
    },
    reflections::{
        self,
        drafts::{self, Begun},
        model::{Filter, Reflection},
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[("/reflections", &["GET", "HEAD"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/reflections", get(list))
}

/// The name of the list, for its cursors.
const LIST: &str = "reflections";
/// How many letters of a text stand in the list.
const FIRST_WORDS: usize = 200;

/// What is asked for. An empty field is one that nobody filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    tag: String,
    from: String,
    to: String,
    cursor: Option<String>,
}

impl Asked {
    fn filter(&self) -> Result<Filter> {
        let fields = self.fields();
        Ok(Filter::new(fields.said("tag"), fields.day("from")?, fields.day("to")?, Some(&self.q)))
    }

    fn fields(&self) -> Fields {
        let said = [("q", &self.q), ("tag", &self.tag), ("from", &self.from), ("to", &self.to)];
        said.into_iter().fold(Fields::default(), |fields, (name, value)| fields.with(name, value.as_str()))
    }

    fn at(&self, cursor: &str) -> String {
        let said = [("q", self.q.as_str()), ("tag", &self.tag), ("from", &self.from), ("to", &self.to), ("cursor", cursor)];
        address("/reflections", &said)
    }
}

#[handler]
async fn list(Member(reader): Member, request: &Request, Query(asked): Query<Asked>) -> poem::Result<Response> {
    if !accepts_html(request) {
        return Ok(on_to("/api/v1/reflections"));
    }
    let (app, actor) = (&reader.app, &reader.actor);
    let filter = match asked.filter() {
        Ok(filter) => filter,
        Err(cause) => return Ok(page(&reader, &asked, &Form::wrong(&reader, &cause), &html! {}).show()),
    };
    let paging = Paging::from(&app.vault, LIST, DEFAULT_LIMIT, asked.cursor.as_deref())?;
    let first = filter.is_open() && asked.cursor.is_none();
    let begun = if first {
        drafts::list_begun(app, actor, &Paging::from(&app.vault, LIST, MOST, None)?).await?.items
    } else {
        Vec::new()
    };
    let found = reflections::list(app, actor, &filter, &paging).await?;
    let next = found.next(&app.vault, LIST).map(|cursor| asked.at(&cursor));
    let shown = html! {
        @if !begun.is_empty() { (never_saved(&begun)) }
        @if found.items.is_empty() { (nothing(first && begun.is_empty())) }
        ul class="govuk-list govuk-list--spaced" { @for one in &found.items { li { (card(one)) } } }
        @if let Some(href) = next {
            (Pagination {
                next: Some(PaginationLink { href, text: Some(say("frame.next").to_owned()), ..PaginationLink::default() }),
                ..Pagination::default()
            })
        }
    };
    Ok(page(&reader, &asked, &Form::new(&reader, asked.fields()), &shown).show())
}

fn page(reader: &Reader, asked: &Asked, form: &Form, shown: &Markup) -> Page {
    let mut form = form.clone();
    form.fields = asked.fields();
    let main = html! {
        (form.summary())
        h1 class="govuk-heading-xl" { (say("reflections.list-title")) }
        div class="govuk-grid-row" {
            div class="govuk-grid-column-two-thirds" { (shown) }
            div class="govuk-grid-column-one-third" { (search(&form)) }
        }
    };
    Page::new(say("reflections.list-title"), Place::Reflections, main).of(reader).with(&form)
}

fn search(form: &Form) -> Markup {
    html! {
        form class="app-no-print" method="get" action="/reflections" role="search" aria-label=(say("reflections.list-title")) {
            // What one looks for in one's own is not for a browser to offer to whoever sits here next.
            (Input { r#type: Some("search".to_owned()), autocomplete: Some("off".to_owned()), ..form.line("q", "reflections.words") })
            (Input { autocomplete: Some("off".to_owned()), ..form.line("tag", "reflections.tag") })
            (form.day("from", "reflections.from"))
            (form.day("to", "reflections.to"))
            (Button { text: say("reflections.search").to_owned(), classes: Some("govuk-button--secondary".to_owned()), ..Button::default() })
            p class="govuk-body" { a class="govuk-link" href="/reflections" { (say("reflections.clear")) } }
        }
    }
}

fn nothing(at_all: bool) -> Markup {
    html! {
        @if at_all {
            p class="govuk-body" { (say("reflections.none-yet")) }
            (link_button(say("frame.write"), "/reflections/new"))
        } @else {
            p class="govuk-body" { (say("reflections.none-found")) }
        }
    }
}

/// What was begun and never saved: above everything else, so that nobody looks for it in vain.
fn never_saved(begun: &[Begun]) -> Markup {
    html! {
        section aria-labelledby="begun" {
            h2 class="govuk-heading-m" id="begun" { (say("reflections.begun-title")) }
            ul class="govuk-list govuk-list--spaced" {
                @for one in begun {
                    @let time = times::moment(one.copy.saved_at);
                    li {
                        a class="govuk-link" href={ "/reflections/new?begun=" (one.id) } { (tell("reflections.go-on", &[("time", &time)])) }
                        p class="govuk-body-s app-secondary" { (first_words(&one.copy.content.body)) }
                    }
                }
            }
        }
        h2 class="govuk-heading-m" { (say("reflections.saved-title")) }
    }
}

fn card(one: &Reflection) -> Markup {
    let day = one.content.occurred_on.map_or_else(|| times::day(one.created_at), times::date);
    html! {
        article class="app-card" {
            h2 class="govuk-heading-s govuk-!-margin-bottom-1" {
                a class="govuk-link" href={ "/reflections/" (one.id) } { (title(one)) }
            }
            p class="govuk-body govuk-!-margin-bottom-1" { (first_words(&one.content.body)) }
            p class="govuk-body-s app-secondary" {
                (day)
                @for tag in &one.content.tags {
                    " · " a class="govuk-link" href=(address("/reflections", &[("tag", tag)])) { (tag) }
                }
            }
        }
    }
}

/// How a text begins.
pub fn first_words(text: &str) -> String {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = plain.chars();
    let mut first: String = letters.by_ref().take(FIRST_WORDS).collect();
    if letters.next().is_some() {
        first.push('…');
    }
    first
}
