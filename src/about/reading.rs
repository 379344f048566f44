//! Texts about the service: each a file of `content/pages/`, in a folder for each language. What a language lacks is read in
//! English.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::NaiveDate;
use maud::{Markup, PreEscaped, html};
use poem::{Request, Response, Route, get, handler};
use rust_embed::RustEmbed;
use serde::Deserialize;

use super::anchor;
use crate::{
    app::App,
    content::{self, Document, Section, Source},
    error::{Error, Result},
    http::{
        layout::{Page, Place, narrow},
        page::Reader,
        times::date,
        words::{language, say, tell},
    },
};

/// The addresses of these pages.
pub(super) const ADDRESSES: &[(&str, &[&str])] = &[
    ("/accessibility", &["GET", "HEAD"]),
    ("/privacy", &["GET", "HEAD"]),
    ("/who-can-see-what", &["GET", "HEAD"]),
    ("/help-with-writing", &["GET", "HEAD"]),
];

/// Mounts these pages.
pub(super) fn mount(routes: Route) -> Route {
    routes
        .at("/accessibility", get(read))
        .at("/privacy", get(read))
        .at("/who-can-see-what", get(read))
        .at("/help-with-writing", get(read))
}

/// The texts by their names, as each of them leads to the others.
const NAMES: [&str; 5] = ["who-can-see-what", "privacy", "help-with-writing", "accessibility", "interface"];

#[derive(RustEmbed)]
#[folder = "content/pages/"]
struct Files;

/// What stands before a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Its title.
    pub title: String,
    /// What it says, in a sentence.
    pub summary: String,
    /// When somebody last held it against the service.
    pub reviewed: NaiveDate,
    /// Who can see what, as a table.
    #[serde(default)]
    pub table: Option<Table>,
    /// Where its facts come from.
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// Who can see what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What it is called.
    pub caption: String,
    /// Who: its columns.
    pub people: Vec<String>,
    /// What: its rows. Each has a section of the text, with the reasons.
    pub rows: Vec<Row>,
}

/// One thing, and who can see it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The thing.
    pub what: String,
    /// Whether each of the people can see it, in a word or two.
    pub cells: Vec<String>,
}

static SHIPPED: LazyLock<BTreeMap<String, Document<Head>>> = LazyLock::new(|| shipped().unwrap_or_default());

/// The texts that ship with the service, each by its language and its name, such as `en/privacy`.
///
/// # Errors
/// What is wrong with which file.
pub fn shipped() -> std::result::Result<BTreeMap<String, Document<Head>>, String> {
    let mut texts = BTreeMap::new();
    for name in Files::iter().filter(|name| name.ends_with(".md")) {
        let file = Files::get(&name).ok_or_else(|| format!("{name} is missing"))?;
        let text = content::read::<Head>(&String::from_utf8_lossy(&file.data)).map_err(|why| format!("{name}: {why}"))?;
        texts.insert(name.trim_end_matches(".md").to_owned(), text);
    }
    Ok(texts)
}

/// A text in the language of this request, or else in English; and in which.
fn find(name: &str) -> Result<(&'static str, &'static Document<Head>)> {
    let found = |spoken: &'static str| SHIPPED.get(&format!("{spoken}/{name}")).map(|text| (spoken, text));
    found(language()).or_else(|| found("en")).ok_or(Error::NotFound)
}

#[handler]
async fn read(reader: Reader, request: &Request) -> poem::Result<Response> {
    let name = request.uri().path().trim_matches('/');
    let (_, text) = find(name)?;
    let before = html! {
        @if let Some(table) = &text.head.table { (matrix(table)) }
        @if name == "accessibility" { (whom_to_tell(&reader.app)) }
    };
    Ok(page(&reader, name, (&before, &Markup::default())).await?.show())
}

/// A text as a page, with what the page has of its own before the sections and after them.
///
/// # Errors
/// `NotFound` for a text that there is not; those of the renderer.
pub(super) async fn page(reader: &Reader, name: &str, (before, after): (&Markup, &Markup)) -> Result<Page> {
    let (spoken, text) = find(name)?;
    let introduction = reader.app.markdown.render(&text.introduction).await?;
    let opening = html! {
        h1 class="govuk-heading-xl" { (text.head.title) }
        p class="govuk-body-l" { (text.head.summary) }
        div class="app-prose" { (PreEscaped(introduction)) }
    };
    let told = sections(&reader.app, &text.sections).await?;
    let main = html! {
        div lang=[(spoken != language()).then_some(spoken)] {
            (narrow(&opening))
            (before)
            (narrow(&told))
            (after)
        }
        (narrow(&closing(name, &text.head)))
    };
    Ok(Page::new(text.head.title.as_str(), Place::Elsewhere, main).of(reader))
}

async fn sections(app: &App, sections: &[Section]) -> Result<Markup> {
    let mut told = Vec::with_capacity(sections.len());
    for section in sections {
        told.push((section.title.as_str(), app.markdown.render(&section.text).await?));
    }
    Ok(html! {
        @for (title, text) in told {
            h2 class="govuk-heading-m" id=(anchor(title)) { (title) }
            div class="app-prose" { (PreEscaped(text)) }
        }
    })
}

/// Whom to tell about a barrier, where the organisation that runs the service has said.
fn whom_to_tell(app: &App) -> Markup {
    let Some(contact) = &app.config.accessibility_contact else { return Markup::default() };
    let shown = contact.trim_start_matches("mailto:").trim_start_matches("tel:");
    html! { p class="govuk-inset-text" { (say("about.barrier")) " " a class="govuk-link" href=(contact) { (shown) } } }
}

fn matrix(table: &Table) -> Markup {
    html! {
        div class="app-scroll" role="region" tabindex="0" aria-labelledby="caption" {
            table class="govuk-table govuk-table--small-text-until-tablet" {
                caption class="govuk-table__caption govuk-table__caption--m" id="caption" { (table.caption) }
                thead class="govuk-table__head" {
                    tr class="govuk-table__row" {
                        th scope="col" class="govuk-table__header" { (say("about.what")) }
                        @for who in &table.people { th scope="col" class="govuk-table__header" { (who) } }
                    }
                }
                tbody class="govuk-table__body" {
                    @for row in &table.rows {
                        tr class="govuk-table__row" {
                            th scope="row" class="govuk-table__header" {
                                a class="govuk-link" href={ "#" (anchor(&row.what)) } { (row.what) }
                            }
                            @for cell in &row.cells { td class="govuk-table__cell" { (cell) } }
                        }
                    }
                }
            }
        }
    }
}

/// Where the text has its facts from, how old it is, and the ways to the other texts.
fn closing(name: &str, head: &Head) -> Markup {
    let others = NAMES.iter().filter(|other| **other != name);
    let others = others.filter_map(|other| Some((*other, find(other).ok()?.1.head.title.as_str())));
    html! {
        @if !head.sources.is_empty() {
            h2 class="govuk-heading-m" id="sources" { (say("about.sources")) }
            ul class="govuk-list govuk-list--bullet" {
                @for source in &head.sources {
                    li {
                        @match &source.url {
                            Some(url) => a class="govuk-link" href=(url) rel="noopener" { (source.title) },
                            None => (source.title)
                        }
                    }
                }
            }
        }
        p class="govuk-body app-secondary" { (tell("about.reviewed", &[("day", &date(head.reviewed))])) }
        nav class="app-no-print" aria-labelledby="others" {
            h2 class="govuk-heading-s" id="others" { (say("about.others")) }
            ul class="govuk-list" {
                @for (other, title) in others { li { a class="govuk-link" href={ "/" (other) } { (title) } } }
            }
        }
    }
}
