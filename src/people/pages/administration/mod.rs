//! Administration: who belongs, as what, and which other systems act for an organisation. Nobody's writing is here, nor
//! whether or how much anybody writes.
//!
//! * this file: the addresses, and what the pages share
//! * `organisations`: where the reader administers; another name; further organisations
//! * `health`: how the service is, and backups
//! * `members`: their roles, until they leave
//! * `invitations`: sent and taken back
//! * `clients`: other systems

mod clients;
mod health;
mod invitations;
mod members;
mod organisations;

use std::str::FromStr;

use maud::{Markup, html};
use poem::{Route, get, post};
use serde::Deserialize;

use super::kinds::{self, roles_in_words as as_what};
use crate::{
    error::{Error, Result, Revision},
    http::{
        components::{Pagination, PaginationLink},
        form::{self, Sent},
        page::Reader,
        words::say,
    },
    id::OrganisationId,
    people::{self, model::Organisation},
};

const READ: &[&str] = &["GET", "HEAD"];
const FILLED_IN: &[&str] = &["GET", "HEAD", "POST"];
const PRESSED: &[&str] = &["POST"];

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[
    ("/administration", READ),
    ("/administration/organisations", FILLED_IN),
    ("/administration/health", READ),
    ("/administration/backups", PRESSED),
    ("/administration/{organisation}/name", FILLED_IN),
    ("/administration/{organisation}/members", READ),
    ("/administration/{organisation}/members/{person}", FILLED_IN),
    ("/administration/{organisation}/members/{person}/end", FILLED_IN),
    ("/administration/{organisation}/invitations", FILLED_IN),
    ("/administration/{organisation}/invitations/{invitation}/withdrawal", PRESSED),
    ("/administration/{organisation}/service-clients", FILLED_IN),
    ("/administration/{organisation}/service-clients/{client}/revocation", FILLED_IN),
];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes
        .at("/administration", get(organisations::list))
        .at("/administration/organisations", get(organisations::ask).post(organisations::create))
        .at("/administration/health", get(health::show))
        .at("/administration/backups", post(health::back_up))
        .at("/administration/:organisation/name", get(organisations::ask_name).post(organisations::rename))
        .at("/administration/:organisation/members", get(members::list))
        .at("/administration/:organisation/members/:person", get(members::ask_roles).post(members::set_roles))
        .at("/administration/:organisation/members/:person/end", get(members::ask_end).post(members::end))
        .at("/administration/:organisation/invitations", get(invitations::list).post(invitations::invite))
        .at("/administration/:organisation/invitations/:invitation/withdrawal", post(invitations::withdraw))
        .at("/administration/:organisation/service-clients", get(clients::list).post(clients::make))
        .at(
            "/administration/:organisation/service-clients/:client/revocation",
            get(clients::ask_revocation).post(clients::revoke),
        )
}

/// What a list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: Option<String>,
}

/// An id from an address. What is none leads nowhere.
fn read_id<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::NotFound)
}

/// The address of one of an organisation's pages.
fn of(organisation: OrganisationId, page: &str) -> String {
    format!("/administration/{organisation}/{page}")
}

/// An organisation, if the reader administers it.
async fn administered(reader: &Reader, id: OrganisationId) -> Result<Organisation> {
    let places = people::organisations::administered(&reader.app, &reader.actor).await?;
    places.into_iter().find(|organisation| organisation.id == id).ok_or(Error::NotFound)
}

/// The organisation that runs the service, if the reader administers it.
async fn host(reader: &Reader) -> Result<Organisation> {
    let places = people::organisations::administered(&reader.app, &reader.actor).await?;
    places.into_iter().find(|organisation| organisation.hosts).ok_or(Error::NotFound)
}

/// The revision that a form goes on from. Once its sender has been told that somebody changed it, and sees what it is now, that
/// is the one they decide about.
fn seen(sent: &Sent, cause: &Error) -> Revision {
    match cause {
        Error::Stale { current } => *current,
        _ => sent.fields.number("revision").unwrap_or_default(),
    }
}

/// The heading of a page about an organisation.
fn heading(organisation: &Organisation, title: &str) -> Markup {
    html! {
        span class="govuk-caption-l" { (organisation.name) }
        h1 class="govuk-heading-l" { (title) }
    }
}

/// The way on in a list, if it goes on.
fn onwards(path: &str, next: Option<&str>) -> Markup {
    html! {
        @if let Some(cursor) = next {
            (Pagination {
                next: Some(PaginationLink {
                    href: form::address(path, &[("cursor", cursor)]),
                    text: Some(say("frame.next").to_owned()),
                    label_text: None,
                }),
                ..Pagination::default()
            })
        }
    }
}

/// What is copied letter by letter: it breaks where the line ends.
fn code(text: &str) -> Markup {
    html! { code class="govuk-!-text-break-word" { (text) } }
}
