//! Search, filters, the list.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};
use poem::{Request, Response, Route, get, handler, web::Query};
use serde::Deserialize;

use super::{stage, stage_name, to_the_api, words};
use crate::{
    access::Role,
    error::{Error, Result},
    http::{
        components::{Button, Input, Pagination, PaginationLink, Select, SelectItem},
        edge::accepts_html,
        form::address,
        layout::{Page, Place},
        page::Reader,
        paging, times,
        words::{say, tell},
    },
    id::OrganisationId,
    library::{
        finding::{self, Facets, FoundCard, Looking, Shelf},
        model::Maturity,
    },
    people,
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[("/practice-examples", &["GET", "HEAD"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/practice-examples", get(find))
}

/// What the form of the library sends. An empty field is one that nobody filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    theme: String,
    organisation: String,
    maturity: String,
    cursor: Option<String>,
}

impl Asked {
    fn looking(&self) -> Result<Looking> {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let unknown = |name: &str| Error::invalid(name, "unknown", say("library.choose-one"));
        let organisation = said(&self.organisation).map(|id| id.parse::<OrganisationId>().map_err(|_| unknown("?organisation")));
        let maturity = said(&self.maturity).map(|name| Maturity::parse(&name).ok_or_else(|| unknown("?maturity")));
        Ok(Looking {
            q: said(&self.q),
            theme: said(&self.theme),
            organisation: organisation.transpose()?,
            maturity: maturity.transpose()?,
        })
    }

    /// The address of the page that a cursor stands for.
    fn at(&self, cursor: &str) -> String {
        let asked = [
            ("q", self.q.as_str()),
            ("theme", self.theme.as_str()),
            ("organisation", self.organisation.as_str()),
            ("maturity", self.maturity.as_str()),
            ("cursor", cursor),
        ];
        address("/practice-examples", &asked)
    }
}

#[handler]
async fn find(request: &Request, reader: Reader, Query(asked): Query<Asked>) -> poem::Result<Response> {
    if !accepts_html(request) {
        return Ok(to_the_api("/practice-examples", request));
    }
    let app = &reader.app;
    let shelf = finding::page(app, &asked.looking()?, paging::DEFAULT_LIMIT, asked.cursor.as_deref()).await?;
    let counted = organisations(shelf.facets.as_ref());
    let shown = shelf.hits.iter().map(|hit| hit.card.organisation);
    let names = people::organisations::names(app, shown.chain(counted.iter().map(|(id, _)| *id))).await?;
    let main = html! {
        h1 class="govuk-heading-xl" { (say("frame.library")) }
        @if !reader.places(Role::Editor).is_empty() {
            p class="govuk-body" { a class="govuk-link" href="/drafts" { (say("library.own")) } }
        }
        div class="govuk-grid-row" {
            div class="govuk-grid-column-one-third" { (search_form(&asked, shelf.facets.as_ref(), &counted, &names)) }
            div class="govuk-grid-column-two-thirds" { (list(&asked, &shelf, &names)) }
        }
    };
    Ok(Page::new(say("frame.library"), Place::Library, main).of(&reader).show())
}

type Names = BTreeMap<OrganisationId, String>;

/// The organisations of what was found, with their counts.
fn organisations(facets: Option<&Facets>) -> Vec<(OrganisationId, u64)> {
    let counts = facets.map(|facets| facets.organisations.as_slice()).unwrap_or_default();
    counts.iter().filter_map(|(id, count)| Some((id.parse().ok()?, *count))).collect()
}

/// The name of one of them. What has none by now has not been there for long.
fn name(names: &Names, id: OrganisationId) -> &str {
    names.get(&id).map(String::as_str).unwrap_or_default()
}

fn search_form(asked: &Asked, facets: Option<&Facets>, counted: &[(OrganisationId, u64)], names: &Names) -> Markup {
    html! {
        form method="get" action="/practice-examples" role="search" aria-label=(say("frame.library")) {
            (Input {
                id: Some("q".to_owned()),
                name: "q".to_owned(),
                r#type: Some("search".to_owned()),
                label: say("library.search-words").into(),
                hint: Some(say("library.search-hint").into()),
                value: Some(asked.q.clone()),
                ..Input::default()
            })
            @if let Some(facets) = facets { (filters(asked, facets, counted, names)) }
            (Button { text: say("library.search").to_owned(), ..Button::default() })
            @if facets.is_some() {
                p class="govuk-body" { a class="govuk-link" href="/practice-examples" { (say("library.clear")) } }
            }
        }
    }
}

fn filters(asked: &Asked, facets: &Facets, counted: &[(OrganisationId, u64)], names: &Names) -> Markup {
    let item = |value: &str, text: String| SelectItem { value: Some(value.to_owned()), text };
    let select = |name: &str, (label, any): (&str, &str), chosen: &str, found: Vec<SelectItem>| Select {
        name: name.to_owned(),
        label: label.into(),
        value: Some(chosen.to_owned()),
        items: std::iter::once(item("", any.to_owned())).chain(found).collect(),
        ..Select::default()
    };
    let stage = |name: &str| Maturity::parse(name).map_or("", stage_name);
    let themes = facets.themes.iter().map(|(theme, count)| item(theme, format!("{} ({count})", words(theme)))).collect();
    let organisations =
        counted.iter().map(|(id, count)| item(&id.to_string(), format!("{} ({count})", name(names, *id)))).collect();
    let maturities = facets.maturities.iter().map(|(name, count)| item(name, format!("{} ({count})", stage(name)))).collect();
    html! {
        (select("theme", (say("library.theme"), say("library.any-theme")), &asked.theme, themes))
        @let organisation = (say("library.organisation"), say("library.any-organisation"));
        (select("organisation", organisation, &asked.organisation, organisations))
        (select("maturity", (say("library.maturity"), say("library.any-stage")), &asked.maturity, maturities))
    }
}

fn list(asked: &Asked, shelf: &Shelf, names: &Names) -> Markup {
    html! {
        h2 class="govuk-heading-m" { @if shelf.facets.is_some() { (say("library.found")) } @else { (say("library.newest")) } }
        @if shelf.hits.is_empty() { p class="govuk-body" { (say("library.nothing-found")) } }
        ul class="govuk-list govuk-list--spaced" {
            @for hit in &shelf.hits { li { (card(hit, name(names, hit.card.organisation))) } }
        }
        @if let Some(next) = &shelf.next {
            (Pagination {
                next: Some(PaginationLink {
                    href: asked.at(next),
                    text: Some(say("frame.next").to_owned()),
                    ..PaginationLink::default()
                }),
                ..Pagination::default()
            })
        }
    }
}

fn card(hit: &FoundCard, organisation: &str) -> Markup {
    let card = &hit.card;
    let text = hit.highlights.iter().find(|(field, _)| *field == "text").map(|(_, html)| html);
    html! {
        article class="app-card" {
            h3 class="govuk-heading-s govuk-!-margin-bottom-1" {
                a class="govuk-link" href={ "/practice-examples/" (card.id) } { (card.title) }
            }
            p class="govuk-body govuk-!-margin-bottom-1" { (card.summary) }
            @if let Some(html) = text {
                p class="govuk-body-s app-found govuk-!-margin-bottom-1" { "… " (PreEscaped(html)) " …" }
            }
            p class="govuk-body-s app-secondary" {
                (whose(organisation, card.summarises.as_deref()))
                @if let Some(at) = card.published_at { ", " (times::day(at)) }
            }
            @if let Some(maturity) = card.maturity { p class="govuk-body-s" { (stage(maturity)) } }
        }
    }
}

/// Whose an example is; plainly, when those who did the work did not write it.
fn whose(organisation: &str, summarises: Option<&str>) -> String {
    match summarises {
        Some(whose) => tell("library.summary-of", &[("organisation", organisation), ("whose", whose)]),
        None => organisation.to_owned(),
    }
}
