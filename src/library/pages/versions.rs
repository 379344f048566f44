//! How an example read before.

use maud::html;
use poem::{
    Response, Route, get, handler,
    web::{Path, Query},
};
use serde::Deserialize;

use super::reading::published;
use crate::{
    error::Error,
    http::{
        components::{InsetText, Pagination, PaginationLink},
        form::address,
        layout::{Page, Place, narrow},
        page::Reader,
        paging, times,
        words::{say, tell},
    },
    id::ExampleId,
    library,
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/practice-examples/{example}/versions", &["GET", "HEAD"]),
    ("/practice-examples/{example}/versions/{number}", &["GET", "HEAD"]),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/practice-examples/:example/versions", get(list)).at("/practice-examples/:example/versions/:number", get(one))
}

/// Where a list of versions goes on.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    before: Option<i64>,
}

#[handler]
async fn list(reader: Reader, Path(example): Path<String>, Query(asked): Query<Before>) -> poem::Result<Response> {
    let id: ExampleId = example.parse().map_err(|_| Error::NotFound)?;
    let before = asked.before.unwrap_or(i64::MAX);
    let (versions, last) = library::versions(&reader.app, &reader.actor, id, (before, paging::DEFAULT_LIMIT)).await?;
    let here = format!("/practice-examples/{id}/versions");
    let main = html! {
        h1 class="govuk-heading-xl" { (say("library.versions")) }
        ul class="govuk-list govuk-list--spaced" {
            @for version in &versions {
                @let number = version.number.to_string();
                @let called = tell("library.version-number", &[("number", number.as_str())]);
                li {
                    a class="govuk-link" href={ (here) "/" (number) } { (called) }
                    ", " (times::day(version.published_at)) ": " (version.content.title)
                }
            }
        }
        @if let Some(last) = last {
            (Pagination {
                next: Some(PaginationLink {
                    href: address(&here, &[("before", last.to_string().as_str())]),
                    text: Some(say("library.earlier-versions").to_owned()),
                    label_text: None,
                }),
                ..Pagination::default()
            })
        }
    };
    let page = Page::new(say("library.versions"), Place::Library, main).of(&reader);
    Ok(page.back(say("library.as-it-is-now"), format!("/practice-examples/{id}")).show())
}

#[handler]
async fn one(reader: Reader, Path((example, number)): Path<(String, i64)>) -> poem::Result<Response> {
    let id: ExampleId = example.parse().map_err(|_| Error::NotFound)?;
    let (version, newest) = library::version(&reader.app, &reader.actor, id, number).await?;
    let text = published(&reader.app, &version.content).await?;
    let (number, last, day) = (version.number.to_string(), newest.to_string(), times::day(version.published_at));
    let main = html! {
        @if version.number < newest {
            (InsetText {
                text: tell("library.not-newest", &[("number", number.as_str()), ("newest", last.as_str())]),
                ..InsetText::default()
            })
        }
        h1 class="govuk-heading-xl" { (version.content.title) }
        p class="govuk-body app-secondary" {
            (tell("library.version-published", &[("number", number.as_str()), ("day", day.as_str())]))
        }
        (text)
    };
    let page = Page::new(version.content.title.as_str(), Place::Library, narrow(&main)).of(&reader);
    Ok(page.back(say("library.versions"), format!("/practice-examples/{id}/versions")).show())
}
