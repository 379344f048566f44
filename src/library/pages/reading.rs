//! One example.

use maud::{Markup, PreEscaped, html};
use poem::{Request, Response, Route, get, handler, web::Path};

use super::{STRANDS, stage, to_the_api, words};
use crate::{
    access::Role,
    app::App,
    error::{Error, Result},
    http::{
        components::{Details, InsetText, SummaryList, SummaryRow},
        edge::accepts_html,
        form::{address, on_to},
        layout::{Page, Place, narrow},
        page::Reader,
        times,
        words::{say, tell},
    },
    id::ExampleId,
    library::{
        self, View, feeds,
        model::{Content, EvidenceKind, Example},
    },
    people,
};

/// The addresses of these pages.
pub const ADDRESSES: &[(&str, &[&str])] = &[("/practice-examples/{example}", &["GET", "HEAD"])];

/// Mounts these pages.
pub fn mount(routes: Route) -> Route {
    routes.at("/practice-examples/:example", get(read))
}

#[handler]
async fn read(request: &Request, reader: Reader, Path(example): Path<String>) -> poem::Result<Response> {
    let id: ExampleId = example.parse().map_err(|_| Error::NotFound)?;
    if !accepts_html(request) {
        return Ok(to_the_api(&format!("/practice-examples/{id}"), request));
    }
    let app = &reader.app;
    let example = library::get(app, &reader.actor, id, View::Published).await?;
    // What the world does not read yet is shown to its writers where they write it, and rendered without being kept.
    let Some(content) = &example.published else { return Ok(on_to(&format!("/drafts/{id}"))) };
    let text = published(app, content).await?;
    let organisation = people::organisations::named(app, example.organisation).await?.name;
    let citation = feeds::cite(app, &reader.actor, id).await?;
    let main = html! {
        h1 class="govuk-heading-xl" { (content.title) }
        @if reader.places(Role::Editor).contains(&example.organisation) {
            p class="govuk-body app-no-print" { a class="govuk-link" href={ "/drafts/" (id) } { (say("library.change-this")) } }
        }
        (text)
        (facts(known(&example, content, &organisation)))
        (citing(&citation.text))
        @if example.version > 1 {
            p class="govuk-body" {
                a class="govuk-link" href={ "/practice-examples/" (id) "/versions" } { (say("library.earlier-versions")) }
            }
        }
        (keeping())
    };
    let page = Page::new(content.title.as_str(), Place::Library, narrow(&main)).of(&reader);
    Ok(page.back(say("frame.library"), "/practice-examples").show())
}

/// What an example says, the child’s experience first, and what did not work as plainly as what did.
pub async fn published(app: &App, content: &Content) -> Result<Markup> {
    let mut sections = Vec::new();
    for (heading, text) in parts(content) {
        sections.push((heading, app.markdown.render(text).await?));
    }
    Ok(laid_out(content, &sections))
}

/// The same while it is being written, with what the page says about it: nothing of it is kept.
pub async fn previewed(app: &App, content: &Content) -> Result<Markup> {
    let mut sections = Vec::new();
    for (heading, text) in parts(content) {
        sections.push((heading, app.markdown.preview(text).await?));
    }
    let rows = about(content);
    Ok(html! { (laid_out(content, &sections)) @if !rows.is_empty() { (facts(rows)) } })
}

/// The parts that are there, each under its heading, in the order of [`Content::sections`].
fn parts(content: &Content) -> Vec<(&'static str, &str)> {
    let parts = [
        ("library.childs-experience", &content.childs_experience),
        ("library.context", &content.context),
        ("library.what-we-did", &content.what_we_did),
        ("library.difference-made", &content.difference_made),
        ("library.what-did-not-work", &content.what_did_not_work),
        ("library.what-it-took", &content.what_it_took),
        ("library.reached", &content.reached),
    ];
    parts.into_iter().filter_map(|(heading, text)| text.as_deref().map(|text| (say(heading), text))).collect()
}

fn laid_out(content: &Content, sections: &[(&'static str, String)]) -> Markup {
    html! {
        p class="govuk-body-l" { (content.summary) }
        @if let Some(whose) = &content.summarises {
            (InsetText { text: tell("library.summarises-note", &[("whose", whose.as_str())]), ..InsetText::default() })
        }
        @for (heading, html) in sections {
            h2 class="govuk-heading-m" { (heading) }
            div class="app-prose" { (PreEscaped(html)) }
        }
        @for (_, kind, heading) in STRANDS { (strand(content, kind, say(heading))) }
        @if !content.sources.is_empty() {
            h2 class="govuk-heading-m" { (say("library.sources")) }
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
    }
}

/// The evidence of one kind.
fn strand(content: &Content, kind: EvidenceKind, heading: &str) -> Markup {
    let strand: Vec<_> = content.evidence.iter().filter(|evidence| evidence.kind == kind).collect();
    html! {
        @if !strand.is_empty() {
            h2 class="govuk-heading-m" { (heading) }
            ul class="govuk-list govuk-list--bullet" {
                @for evidence in strand {
                    li { (evidence.text) @if let Some(source) = &evidence.source { " (" (source) ")" } }
                }
            }
        }
    }
}

fn facts(rows: Vec<SummaryRow>) -> Markup {
    html! { h2 class="govuk-heading-m" { (say("library.about")) } (SummaryList { rows, classes: None }) }
}

/// What is known of an example that was published.
fn known(example: &Example, content: &Content, organisation: &str) -> Vec<SummaryRow> {
    let mut rows = vec![SummaryRow::new(say("library.published-by"), organisation)];
    rows.extend(about(content));
    if let Some(at) = example.published_at {
        rows.push(SummaryRow::new(say("library.first-published"), times::day(at)));
    }
    let (number, day) = (example.version.to_string(), times::day(example.updated_at));
    let version = tell("library.number-and-day", &[("number", number.as_str()), ("day", day.as_str())]);
    rows.push(SummaryRow::new(say("library.version"), version));
    rows
}

/// What an example says about itself beside its text.
fn about(content: &Content) -> Vec<SummaryRow> {
    let mut rows = Vec::new();
    if let Some(maturity) = content.maturity {
        rows.push(SummaryRow::new(say("library.maturity"), stage(maturity)));
    }
    if !content.themes.is_empty() {
        rows.push(SummaryRow::new(say("library.themes"), themes(&content.themes)));
    }
    let further = [(say("library.contact"), &content.contact), (say("library.licence"), &content.licence)];
    rows.extend(further.into_iter().filter_map(|(key, said)| said.as_deref().map(|said| SummaryRow::new(key, said))));
    if let Some(review_by) = content.review_by {
        rows.push(SummaryRow::new(say("library.review-by"), times::date(review_by)));
    }
    rows
}

fn themes(themes: &[String]) -> Markup {
    html! {
        ul class="govuk-list" {
            @for theme in themes {
                @let others = address("/practice-examples", &[("theme", theme.as_str())]);
                li { a class="govuk-link" href=(others) { (words(theme)) } }
            }
        }
    }
}

/// How to cite it: to be read, and in a field from which it is copied with the keyboard as well.
fn citing(citation: &str) -> Markup {
    let copy = Details {
        summary_text: say("library.copy-citation").to_owned(),
        classes: Some("app-no-print".to_owned()),
        ..Details::default()
    };
    html! {
        h2 class="govuk-heading-m" { (say("library.cite")) }
        p class="govuk-body" { (citation) }
        (copy.around(&html! {
            div class="govuk-form-group" {
                label class="govuk-label" for="citation" { (say("library.citation")) }
                div class="govuk-hint" id="citation-hint" { (say("library.citation-hint")) }
                textarea class="govuk-textarea" id="citation" rows="4" readonly aria-describedby="citation-hint" { (citation) }
            }
        }))
    }
}

/// How to hear of more, and how to keep this one.
fn keeping() -> Markup {
    html! {
        div class="app-no-print" {
            h2 class="govuk-heading-m" { (say("library.keep")) }
            p class="govuk-body" { (say("library.follow")) }
            ul class="govuk-list govuk-list--bullet" {
                li { a class="govuk-link" href="/practice-examples.atom" { (say("library.atom")) } }
                li { a class="govuk-link" href="/practice-examples.json" { (say("library.json-feed")) } }
            }
            p class="govuk-body" { (say("library.print")) }
        }
    }
}
