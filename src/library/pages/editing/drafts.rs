//! What an organisation writes: its drafts, and what it has published.

use maud::{Markup, html};
use poem::{Response, Route, get, handler, web::Query};
use serde::Deserialize;

use super::{Publisher, notice, publishers, unpublished};
use crate::{
    error::{Error, Result},
    http::{
        components::Tag,
        form::address,
        layout::{Page, Place, link_button, narrow},
        page::{Member, Reader},
        paging::{self, Paging},
        times,
        words::{say, tell},
    },
    library::{
        self, View,
        finding::{self, Card, Looking},
    },
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[("/drafts", &["GET", "HEAD"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/drafts", get(list))
}

/// The name of the list in its cursors.
const DRAFTS: &str = "drafts-page";

/// Whose, and where the two lists go on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    organisation: String,
    drafts: Option<String>,
    published: Option<String>,
    done: String,
}

#[handler]
async fn list(Member(reader): Member, Query(asked): Query<Asked>) -> poem::Result<Response> {
    let mut publishers = publishers(&reader).await?;
    publishers.retain(|(id, _)| asked.organisation.is_empty() || id.to_string() == asked.organisation);
    if publishers.is_empty() {
        return Err(Error::NotFound.into());
    }
    let mut own = Vec::new();
    for publisher in publishers {
        own.push(Own::of(&reader, publisher, &asked).await?);
    }
    let main = html! {
        (notice(&asked.done))
        h1 class="govuk-heading-xl" { (say("library.own")) }
        (link_button(say("library.write-new"), "/drafts/new"))
        @for own in &own { (own.shown()) }
    };
    let page = Page::new(say("library.own"), Place::Library, narrow(&main)).of(&reader);
    Ok(page.back(say("frame.library"), "/practice-examples").show())
}

/// What one organisation writes.
struct Own {
    publisher: Publisher,
    drafts: Vec<Card>,
    more_drafts: Option<String>,
    /// Each with whether changes to it are saved that the world does not read yet.
    published: Vec<(Card, bool)>,
    more_published: Option<String>,
}

impl Own {
    async fn of(reader: &Reader, publisher: Publisher, asked: &Asked) -> Result<Self> {
        let (app, organisation) = (&reader.app, publisher.0);
        let paging = Paging::from(&app.vault, DRAFTS, paging::DEFAULT_LIMIT, asked.drafts.as_deref())?;
        let drafts = finding::list_drafts(app, &reader.actor, organisation, &paging).await?;
        let looking = Looking { organisation: Some(organisation), ..Looking::default() };
        let shelf = finding::page(app, &looking, paging::DEFAULT_LIMIT, asked.published.as_deref()).await?;
        let mut published = Vec::new();
        for hit in shelf.hits {
            let example = library::get(app, &reader.actor, hit.card.id, View::Draft).await?;
            published.push((hit.card, unpublished(&example)));
        }
        let more_drafts = drafts.next(&app.vault, DRAFTS);
        Ok(Self { publisher, drafts: drafts.items, more_drafts, published, more_published: shelf.next })
    }

    fn shown(&self) -> Markup {
        let (id, name) = (self.publisher.0.to_string(), self.publisher.1.as_str());
        let on = |name: &str, cursor: &str| address("/drafts", &[("organisation", id.as_str()), (name, cursor)]);
        html! {
            h2 class="govuk-heading-l" { (name) }
            h3 class="govuk-heading-m" { (say("library.drafts")) }
            @if self.drafts.is_empty() { p class="govuk-body" { (say("library.no-drafts")) } }
            @else { ul class="govuk-list govuk-list--spaced" { @for card in &self.drafts { li { (draft(card)) } } } }
            @if let Some(next) = &self.more_drafts {
                (further(&on("drafts", next), &tell("library.more-drafts", &[("organisation", name)])))
            }
            h3 class="govuk-heading-m" { (say("library.published")) }
            @if self.published.is_empty() { p class="govuk-body" { (say("library.none-published")) } }
            @else {
                ul class="govuk-list govuk-list--spaced" {
                    @for (card, changed) in &self.published { li { (published(card, *changed)) } }
                }
            }
            @if let Some(next) = &self.more_published {
                (further(&on("published", next), &tell("library.more-published", &[("organisation", name)])))
            }
        }
    }
}

fn further(href: &str, text: &str) -> Markup {
    html! { p class="govuk-body" { a class="govuk-link" href=(href) { (text) } } }
}

fn draft(card: &Card) -> Markup {
    let day = times::day(card.updated_at);
    html! {
        (titled(card))
        p class="govuk-body-s app-secondary" { (tell("library.last-changed", &[("day", day.as_str())])) }
    }
}

fn published(card: &Card, changed: bool) -> Markup {
    let (number, day) = (card.version.to_string(), times::day(card.updated_at));
    html! {
        (titled(card))
        p class="govuk-body-s app-secondary" {
            (tell("library.version-published", &[("number", number.as_str()), ("day", day.as_str())]))
        }
        @if changed {
            p class="govuk-body-s" {
                (Tag { text: say("library.changed").to_owned(), classes: Some("govuk-tag--yellow".to_owned()) })
            }
        }
    }
}

fn titled(card: &Card) -> Markup {
    html! {
        h4 class="govuk-heading-s govuk-!-margin-bottom-1" {
            a class="govuk-link" href={ "/drafts/" (card.id) } { (card.title) }
        }
    }
}
