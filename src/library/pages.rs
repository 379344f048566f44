//! The library for people: find, read, versions. Nobody signs in to read it.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, PreEscaped, html};
use poem::{
    IntoResponse, Request, Response, Route, get, handler,
    http::StatusCode,
    web::{Data, Path, Query, Redirect},
};
use serde::Deserialize;

use super::{
    View, feeds,
    finding::{self, Facets, FoundCard, Looking, Shelf},
    model::{Content, EvidenceKind, Example, Maturity, Version},
};
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    http::{
        auth::Recognised,
        components::{
            BackLink, Button, Input, InsetText, Pagination, PaginationLink, Select, SelectItem, SummaryList, SummaryRow, Tag,
        },
        edge::accepts_html,
        layout::{Page, Place},
        paging,
    },
    id::{ExampleId, OrganisationId},
    people,
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
        .at("/practice-examples", get(show_find))
        .at("/practice-examples/:example", get(show_read))
        .at("/practice-examples/:example/versions", get(show_versions))
        .at("/practice-examples/:example/versions/:number", get(show_version))
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
        let unknown = |name: &str| Error::invalid(name, "unknown", "Choose one of the list.");
        let organisation = said(&self.organisation).map(|id| id.parse::<OrganisationId>().map_err(|_| unknown("?organisation")));
        let maturity = said(&self.maturity).map(|name| {
            let known = Maturity::ALL.iter().find(|(_, known)| *known == name);
            known.map(|(maturity, _)| *maturity).ok_or_else(|| unknown("?maturity"))
        });
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
async fn show_find(request: &Request, Data(app): Data<&Arc<App>>, Query(asked): Query<Asked>) -> poem::Result<Response> {
    if !accepts_html(request) {
        return Ok(to_the_api("/practice-examples", request));
    }
    let shelf = finding::page(app, &asked.looking()?, paging::DEFAULT_LIMIT, asked.cursor.as_deref()).await?;
    let mut found = Vec::with_capacity(shelf.hits.len());
    for hit in &shelf.hits {
        found.push((hit, people::organisations::named(app, hit.card.organisation).await?.name));
    }
    let organisations = named(app, shelf.facets.as_ref()).await?;
    let main = html! {
        h1 class="govuk-heading-xl" { "Practice examples" }
        div class="govuk-grid-row" {
            div class="govuk-grid-column-one-third" { (search_form(&asked, shelf.facets.as_ref(), organisations)) }
            div class="govuk-grid-column-two-thirds" { (list(&asked, &shelf, &found)) }
        }
    };
    Ok(page("Practice examples", None, main))
}

/// The names of the organisations that a search found, with their counts.
async fn named(app: &App, facets: Option<&Facets>) -> Result<Vec<(String, String, u64)>> {
    let mut named = Vec::new();
    for (id, count) in facets.map(|facets| facets.organisations.as_slice()).unwrap_or_default() {
        let Ok(organisation) = id.parse() else { continue };
        named.push((id.clone(), people::organisations::named(app, organisation).await?.name, *count));
    }
    Ok(named)
}

fn search_form(asked: &Asked, facets: Option<&Facets>, organisations: Vec<(String, String, u64)>) -> Markup {
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
    let organisations = organisations.into_iter().map(|(id, name, count)| item(&id, format!("{name} ({count})"))).collect();
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

fn list(asked: &Asked, shelf: &Shelf, found: &[(&FoundCard, String)]) -> Markup {
    html! {
        h2 class="govuk-heading-m" { @if shelf.facets.is_some() { "What was found" } @else { "Newest first" } }
        @if found.is_empty() {
            p class="govuk-body" { "Nothing was found. Use fewer words, or take a filter away." }
        }
        ul class="govuk-list govuk-list--spaced" {
            @for (hit, organisation) in found { li { (card(hit, organisation)) } }
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

#[handler]
async fn show_read(
    request: &Request,
    Data(app): Data<&Arc<App>>,
    caller: Recognised,
    Path(example): Path<String>,
) -> poem::Result<Response> {
    let id: ExampleId = example.parse().map_err(|_| Error::NotFound)?;
    if !accepts_html(request) {
        return Ok(to_the_api(&format!("/practice-examples/{id}"), request));
    }
    let example = super::get(app, &caller.0, id, View::Published).await?;
    let content = example.published.as_ref().unwrap_or(&example.draft);
    let organisation = people::organisations::named(app, example.organisation).await?.name;
    let citation = feeds::cite(app, &caller.0, id).await?;
    let main = html! {
        div class="govuk-grid-row" {
            div class="govuk-grid-column-two-thirds" {
                h1 class="govuk-heading-xl" { (content.title) }
                (reading(app, content).await?)
                (facts(&example, content, &organisation))
                h2 class="govuk-heading-m" { "How to cite it" }
                p class="govuk-body" { (citation.text) }
                @if example.version > 1 {
                    p class="govuk-body" { a class="govuk-link" href={ "/practice-examples/" (id) "/versions" } { "Earlier versions" } }
                }
            }
        }
    };
    Ok(page(&content.title, Some(("Practice examples", "/practice-examples".to_owned())), main))
}

/// What an example says, the child’s experience first, and what did not work as plainly as what did.
async fn reading(app: &App, content: &Content) -> Result<Markup> {
    let mut sections = Vec::new();
    for (heading, text) in content.sections() {
        sections.push((heading, app.markdown.render(text).await?));
    }
    Ok(html! {
        p class="govuk-body-l" { (content.summary) }
        @if let Some(whose) = &content.summarises {
            (InsetText {
                text: format!("This is a summary of published work by {whose}, which did not write it."),
                ..InsetText::default()
            })
        }
        @for (heading, html) in sections {
            h2 class="govuk-heading-m" { (heading) }
            div class="app-prose" { (PreEscaped(html)) }
        }
        @for (kind, heading) in [
            (EvidenceKind::FamilyFeedback, "What children and families say"),
            (EvidenceKind::ObservedEffect, "What was seen to change"),
            (EvidenceKind::Research, "What research says"),
        ] {
            @let strand: Vec<_> = content.evidence.iter().filter(|evidence| evidence.kind == kind).collect();
            @if !strand.is_empty() {
                h2 class="govuk-heading-m" { (heading) }
                ul class="govuk-list govuk-list--bullet" {
                    @for evidence in strand {
                        li { (evidence.text) @if let Some(source) = &evidence.source { " (" (source) ")" } }
                    }
                }
            }
        }
        @if !content.sources.is_empty() {
            h2 class="govuk-heading-m" { "Sources" }
            ul class="govuk-list govuk-list--bullet" {
                @for source in &content.sources {
                    li {
                        @match &source.url {
                            Some(url) => a class="govuk-link" href=(url) rel="noopener nofollow" { (source.title) },
                            None => (source.title)
                        }
                    }
                }
            }
        }
    })
}

fn facts(example: &Example, content: &Content, organisation: &str) -> Markup {
    let mut rows = vec![SummaryRow::new("Published by", organisation)];
    if let Some(maturity) = content.maturity {
        rows.push(SummaryRow::new("How far it has got", stage(maturity)));
    }
    if !content.themes.is_empty() {
        let themes = html! {
            ul class="govuk-list" {
                @for theme in &content.themes {
                    li { a class="govuk-link" href={ "/practice-examples?theme=" (theme) } { (words(theme)) } }
                }
            }
        };
        rows.push(SummaryRow::new("Themes", themes));
    }
    let further = [("Contact", &content.contact), ("Licence", &content.licence)];
    rows.extend(further.into_iter().filter_map(|(key, said)| said.as_deref().map(|said| SummaryRow::new(key, said))));
    if let Some(at) = example.published_at {
        rows.push(SummaryRow::new("First published", day(at)));
    }
    rows.push(SummaryRow::new("Version", format!("{}, {}", example.version, day(example.updated_at))));
    if let Some(review_by) = content.review_by {
        rows.push(SummaryRow::new("To be looked at again by", date(review_by)));
    }
    html! { h2 class="govuk-heading-m" { "About this example" } (SummaryList { rows, classes: None }) }
}

#[handler]
async fn show_versions(
    Data(app): Data<&Arc<App>>,
    caller: Recognised,
    Path(example): Path<String>,
    Query(asked): Query<Before>,
) -> poem::Result<Response> {
    let id: ExampleId = example.parse().map_err(|_| Error::NotFound)?;
    let before = asked.before.unwrap_or(i64::MAX);
    let (versions, last) = super::versions(app, &caller.0, id, (before, paging::DEFAULT_LIMIT)).await?;
    let main = html! {
        h1 class="govuk-heading-xl" { "Versions" }
        ul class="govuk-list govuk-list--spaced" {
            @for version in &versions {
                li {
                    a class="govuk-link" href={ "/practice-examples/" (id) "/versions/" (version.number) } { "Version " (version.number) }
                    ", " (day(version.published_at)) ": " (version.content.title)
                }
            }
        }
        @if let Some(last) = last {
            (Pagination {
                next: Some(PaginationLink {
                    href: format!("/practice-examples/{id}/versions?before={last}"),
                    text: Some("Earlier versions".to_owned()),
                    label_text: None,
                }),
                ..Pagination::default()
            })
        }
    };
    Ok(page("Versions", Some(("The example as it is now", format!("/practice-examples/{id}"))), main))
}

/// Where a list of versions goes on.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    before: Option<i64>,
}

#[handler]
async fn show_version(
    Data(app): Data<&Arc<App>>,
    caller: Recognised,
    Path((example, number)): Path<(String, i64)>,
) -> poem::Result<Response> {
    let id: ExampleId = example.parse().map_err(|_| Error::NotFound)?;
    let (version, newest) = both(app, &caller.0, id, number).await?;
    let main = html! {
        div class="govuk-grid-row" {
            div class="govuk-grid-column-two-thirds" {
                @if version.number < newest {
                    (InsetText {
                        text: format!("This is version {} of {newest}. The newest may say something else.", version.number),
                        ..InsetText::default()
                    })
                }
                h1 class="govuk-heading-xl" { (version.content.title) }
                p class="govuk-body app-secondary" { "Version " (version.number) ", published " (day(version.published_at)) }
                (reading(app, &version.content).await?)
            }
        }
    };
    Ok(page(&version.content.title, Some(("Versions", format!("/practice-examples/{id}/versions"))), main))
}

async fn both(app: &App, actor: &Actor, id: ExampleId, number: i64) -> Result<(Version, i64)> {
    let version = super::version(app, actor, id, number).await?;
    Ok((version, super::get(app, actor, id, View::Published).await?.version))
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
