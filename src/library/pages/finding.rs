//! Search, filters, the list.

use std::{collections::BTreeMap, sync::Arc};

use maud::{Markup, PreEscaped, html};
use poem::{
    Request, Response, handler,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{day, page, stage, to_the_api, words};
use crate::{
    app::App,
    error::{Error, Result},
    http::{
        components::{Button, Input, Pagination, PaginationLink, Select, SelectItem},
        edge::accepts_html,
        paging,
    },
    id::OrganisationId,
    library::{
        finding::{self, Facets, FoundCard, Looking, Shelf},
        model::Maturity,
    },
    people,
};

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
        let unknown = |name: &str| Error::invalid(name, "unknown", "Choose one of the list.");
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
        let said = [("q", &self.q), ("theme", &self.theme), ("organisation", &self.organisation), ("maturity", &self.maturity)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in said.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
            query.append_pair(name, value);
        }
        format!("/practice-examples?{}", query.append_pair("cursor", cursor).finish())
    }
}

#[handler]
pub async fn find(request: &Request, Data(app): Data<&Arc<App>>, Query(asked): Query<Asked>) -> poem::Result<Response> {
    if !accepts_html(request) {
        return Ok(to_the_api("/practice-examples", request));
    }
    let shelf = finding::page(app, &asked.looking()?, paging::DEFAULT_LIMIT, asked.cursor.as_deref()).await?;
    let counted = organisations(shelf.facets.as_ref());
    let shown = shelf.hits.iter().map(|hit| hit.card.organisation);
    let names = people::organisations::names(app, shown.chain(counted.iter().map(|(id, _)| *id))).await?;
    let main = html! {
        h1 class="govuk-heading-xl" { "Practice examples" }
        div class="govuk-grid-row" {
            div class="govuk-grid-column-one-third" { (search_form(&asked, shelf.facets.as_ref(), &counted, &names)) }
            div class="govuk-grid-column-two-thirds" { (list(&asked, &shelf, &names)) }
        }
    };
    Ok(page("Practice examples", None, main))
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
    let item = |value: &str, text: String| SelectItem { value: Some(value.to_owned()), text };
    let select = |name: &str, label: &str, any: &str, chosen: &str, found: Vec<SelectItem>| Select {
        name: name.to_owned(),
        label: label.into(),
        value: Some(chosen.to_owned()),
        items: std::iter::once(item("", any.to_owned())).chain(found).collect(),
        ..Select::default()
    };
    let themes = facets.map(|facets| facets.themes.as_slice()).unwrap_or_default();
    let maturities = facets.map(|facets| facets.maturities.as_slice()).unwrap_or_default();
    let themes = themes.iter().map(|(theme, count)| item(theme, format!("{} ({count})", words(theme)))).collect();
    let organisations =
        counted.iter().map(|(id, count)| item(&id.to_string(), format!("{} ({count})", name(names, *id)))).collect();
    let maturities = maturities.iter().map(|(name, count)| item(name, format!("{} ({count})", words(name)))).collect();
    html! {
        form method="get" action="/practice-examples" role="search" aria-label="Practice examples" {
            (Input {
                id: Some("q".to_owned()),
                name: "q".to_owned(),
                r#type: Some("search".to_owned()),
                label: "Words to look for".into(),
                hint: Some("“Quotation marks” keep words together.".into()),
                value: Some(asked.q.clone()),
                ..Input::default()
            })
            @if facets.is_some() {
                (select("theme", "Theme", "Any theme", &asked.theme, themes))
                (select("organisation", "Organisation", "Any organisation", &asked.organisation, organisations))
                (select("maturity", "How far it has got", "Any stage", &asked.maturity, maturities))
            }
            (Button { text: "Search".to_owned(), ..Button::default() })
            @if facets.is_some() {
                p class="govuk-body" { a class="govuk-link" href="/practice-examples" { "Clear the search" } }
            }
        }
    }
}

fn list(asked: &Asked, shelf: &Shelf, names: &Names) -> Markup {
    html! {
        h2 class="govuk-heading-m" { @if shelf.facets.is_some() { "What was found" } @else { "Newest first" } }
        @if shelf.hits.is_empty() {
            p class="govuk-body" { "Nothing was found. Use fewer words, or take a filter away." }
        }
        ul class="govuk-list govuk-list--spaced" {
            @for hit in &shelf.hits { li { (card(hit, name(names, hit.card.organisation))) } }
        }
        @if let Some(next) = &shelf.next {
            (Pagination { next: Some(PaginationLink { href: asked.at(next), ..PaginationLink::default() }), ..Pagination::default() })
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
            @if let Some(html) = text { p class="govuk-body-s app-found govuk-!-margin-bottom-1" { "… " (PreEscaped(html)) " …" } }
            p class="govuk-body-s app-secondary" {
                (whose(organisation, card.summarises.as_deref()))
                @if let Some(at) = card.published_at { ", " (day(at)) }
            }
            @if let Some(maturity) = card.maturity { p class="govuk-body-s" { (stage(maturity)) } }
        }
    }
}

/// Whose an example is; plainly, when those who did the work did not write it.
fn whose(organisation: &str, summarises: Option<&str>) -> String {
    match summarises {
        Some(whose) => format!("{organisation}’s summary of published work by {whose}"),
        None => organisation.to_owned(),
    }
}
