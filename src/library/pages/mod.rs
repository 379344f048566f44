//! The library for people. Nobody signs in to read it; editors sign in to write it.
//!
//! * this file: the addresses, and what the pages share
//! * `finding`: search, filters, the list
//! * `reading`: one example
//! * `versions`: how it read before
//! * `editing`: what editors write, publish and withdraw

mod editing;
mod finding;
mod reading;
mod versions;

use maud::{Markup, html};
use poem::{Request, Response, Route};

use super::model::{EvidenceKind, Maturity};
use crate::http::{components::Tag, form::on_to, words::say};

/// The addresses of these pages with their methods, for the log and for `Allow`.
#[must_use]
pub fn addresses() -> Vec<(&'static str, &'static [&'static str])> {
    let read = [finding::ADDRESSES, reading::ADDRESSES, versions::ADDRESSES].concat();
    [read, editing::addresses()].concat()
}

/// Mounts the pages.
#[must_use]
pub fn mount(routes: Route) -> Route {
    editing::mount(versions::mount(reading::mount(finding::mount(routes))))
}

/// The strands of evidence in the order in which readers find them, by their names on the wire, with the words for people.
const STRANDS: [(&str, EvidenceKind, &str); 3] = [
    ("family_feedback", EvidenceKind::FamilyFeedback, "library.family-feedback"),
    ("observed_effect", EvidenceKind::ObservedEffect, "library.observed-effect"),
    ("research", EvidenceKind::Research, "library.research"),
];

/// How far something can have got, with the words for people.
const STAGES: [(Maturity, &str); 4] = [
    (Maturity::Idea, "library.idea"),
    (Maturity::BeingTried, "library.being-tried"),
    (Maturity::RepeatedElsewhere, "library.repeated-elsewhere"),
    (Maturity::WellEvidenced, "library.well-evidenced"),
];

/// Where a machine reads the same. It is told so without a body to read first.
fn to_the_api(path: &str, request: &Request) -> Response {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    on_to(&format!("/api/v1{path}{query}"))
}

/// How far something has got, in a word or two.
fn stage_name(maturity: Maturity) -> &'static str {
    STAGES.iter().find(|(known, _)| *known == maturity).map_or("", |(_, words)| say(words))
}

/// The same, set apart.
fn stage(maturity: Maturity) -> Markup {
    let colour = match maturity {
        Maturity::Idea => "govuk-tag--grey",
        Maturity::BeingTried => "govuk-tag--yellow",
        Maturity::RepeatedElsewhere => "govuk-tag--blue",
        Maturity::WellEvidenced => "govuk-tag--green",
    };
    html! { (Tag { text: stage_name(maturity).to_owned(), classes: Some(colour.to_owned()) }) }
}

/// A theme as words: `early-help` as “Early help”.
fn words(theme: &str) -> String {
    let mut letters = theme.chars().map(|c| if c == '-' { ' ' } else { c });
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
