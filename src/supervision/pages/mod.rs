//! Supervision for people, from either side: what is agreed, when to meet, and what to talk about.
//!
//! * this file: the addresses, and what the pages share
//! * `overview`: what comes next, and where each agreement stands
//! * `agreements`: one agreement, accepted and ended
//! * `terms`: what it says, proposed and changed
//! * `sessions`: one session with its agenda
//! * `agenda`: what is put on it and taken off
//! * `slots`: when and where, planned, moved and cancelled

mod agenda;
mod agreements;
mod overview;
mod sessions;
mod slots;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use poem::Route;

use super::model::{Agreement, Side, Standing};
use crate::{
    app::App,
    error::{Result, Revision},
    http::{
        components::Tag,
        words::{say, tell},
    },
    id::PersonId,
    people,
};

/// The addresses of these pages with their methods, for the log and for `Allow`.
#[must_use]
pub fn addresses() -> Vec<(&'static str, &'static [&'static str])> {
    [overview::ADDRESSES, terms::ADDRESSES, agreements::ADDRESSES, slots::ADDRESSES, sessions::ADDRESSES, agenda::ADDRESSES]
        .concat()
}

/// Mounts the pages.
#[must_use]
pub fn mount(routes: Route) -> Route {
    let routes = agreements::mount(terms::mount(overview::mount(routes)));
    agenda::mount(sessions::mount(slots::mount(routes)))
}

/// What people are called.
type Names = BTreeMap<PersonId, String>;

/// Looks the names of people up, each once.
async fn names(app: &App, of: BTreeSet<PersonId>) -> Result<Names> {
    let mut names = Names::new();
    for person in of {
        names.insert(person, people::memberships::name_of(app, person).await?);
    }
    Ok(names)
}

/// What one of them is called.
fn name(names: &Names, person: PersonId) -> &str {
    names.get(&person).map(String::as_str).unwrap_or_default()
}

/// Who is on the other side.
fn other(me: PersonId, (supervisor, worker): (PersonId, PersonId)) -> PersonId {
    if me == supervisor { worker } else { supervisor }
}

/// How one of the two is called on a page for one of them.
fn who(person: PersonId, me: PersonId, name: &str) -> &str {
    if person == me { say("supervision.you") } else { name }
}

/// Who supervises whom, as the one who is on this side reads it.
fn relation(side: Side, name: &str) -> String {
    match side {
        Side::Supervisor => tell("supervision.you-supervise", &[("name", name)]),
        Side::Worker => tell("supervision.supervises-you", &[("name", name)]),
    }
}

/// The version of the terms that one side accepted last.
const fn accepted(agreement: &Agreement, side: Side) -> Option<Revision> {
    match side {
        Side::Supervisor => agreement.accepted_by_supervisor,
        Side::Worker => agreement.accepted_by_worker,
    }
}

/// Whether one side has accepted the terms as they read now.
fn has_accepted(agreement: &Agreement, side: Side) -> bool {
    accepted(agreement, side) == Some(agreement.text_revision)
}

/// Where an agreement stands, for the one who is on this side of it.
fn standing(agreement: &Agreement, side: Side, name: &str) -> Tag {
    let waits_for_them = has_accepted(agreement, side);
    let gaps = [("name", name)];
    let (text, colour) = match agreement.standing {
        Standing::Lapsed(_) | Standing::Ended => (say("supervision.ended").to_owned(), "govuk-tag--grey"),
        Standing::InForce(_) if agreement.accepted_by_both() => (say("supervision.in-force").to_owned(), "govuk-tag--green"),
        Standing::InForce(_) if waits_for_them => (tell("supervision.changed-waits-for-them", &gaps), "govuk-tag--blue"),
        Standing::InForce(_) => (say("supervision.changed-waits-for-you").to_owned(), "govuk-tag--yellow"),
        Standing::Proposed if waits_for_them => (tell("supervision.waits-for-them", &gaps), "govuk-tag--blue"),
        Standing::Proposed => (say("supervision.waits-for-you").to_owned(), "govuk-tag--yellow"),
    };
    Tag { text, classes: Some(colour.to_owned()) }
}

/// What somebody wrote, set out as they set it out.
fn paragraphs(text: &str) -> Markup {
    let text = text.replace("\r\n", "\n");
    html! {
        @for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
            p class="govuk-body" {
                @for (at, line) in paragraph.lines().enumerate() { @if at > 0 { br; } (line) }
            }
        }
    }
}
