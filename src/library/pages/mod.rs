//! The library for people. Nobody signs in to read it.
//!
//! * this file: the addresses, and what the pages share
//! * `finding`: search, filters, the list
//! * `reading`: one example
//! * `versions`: how it read before

mod finding;
mod reading;
mod versions;

use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};
use poem::{IntoResponse, Request, Response, Route, get, http::StatusCode, web::Redirect};

use super::model::Maturity;
use crate::http::{
    components::{BackLink, Tag},
    layout::{Page, Place},
};

/// The addresses of these pages, for the log and for `Allow`. All of them are read.
pub const ADDRESSES: [&str; 4] = [
    "/practice-examples",
    "/practice-examples/{example}",
    "/practice-examples/{example}/versions",
    "/practice-examples/{example}/versions/{number}",
];

/// Mounts the pages.
#[must_use]
pub fn mount(routes: Route) -> Route {
    routes
        .at("/practice-examples", get(finding::find))
        .at("/practice-examples/:example", get(reading::read))
        .at("/practice-examples/:example/versions", get(versions::list))
        .at("/practice-examples/:example/versions/:number", get(versions::one))
}

fn page(title: &str, back: Option<(&str, String)>, main: Markup) -> Response {
    let back = back.map(|(text, href)| BackLink { text: Some(text.to_owned()), href: Some(href), classes: None });
    let before = back.map(|back| html! { (back) });
    Page { title: title.to_owned(), place: Place::Library, before, main }.answer(StatusCode::OK)
}

/// Where a machine reads the same. It is told so without a body to read first.
fn to_the_api(path: &str, request: &Request) -> Response {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::see_other(format!("/api/v1{path}{query}")).into_response()
}

/// How far something has got, in a word.
fn stage(maturity: Maturity) -> Markup {
    let colour = match maturity {
        Maturity::Idea => "govuk-tag--grey",
        Maturity::BeingTried => "govuk-tag--yellow",
        Maturity::RepeatedElsewhere => "govuk-tag--blue",
        Maturity::WellEvidenced => "govuk-tag--green",
    };
    html! { (Tag { text: words(maturity.name()), classes: Some(colour.to_owned()) }) }
}

/// A name on the wire as words: `being_tried` and `early-help` as “Being tried” and “Early help”.
fn words(name: &str) -> String {
    let mut letters = name.chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c });
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn day(at: DateTime<Utc>) -> String {
    date(at.date_naive())
}

fn date(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}
