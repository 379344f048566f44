//! One example.

use std::sync::Arc;

use maud::{Markup, PreEscaped, html};
use poem::{
    Request, Response, handler,
    web::{Data, Path},
};

use super::{date, day, page, stage, to_the_api, words};
use crate::{
    app::App,
    error::{Error, Result},
    http::{
        auth::Recognised,
        components::{InsetText, SummaryList, SummaryRow},
        edge::accepts_html,
    },
    id::ExampleId,
    library::{
        self, View, feeds,
        model::{Content, EvidenceKind, Example},
    },
    people,
};

#[handler]
pub async fn read(
    request: &Request,
    Data(app): Data<&Arc<App>>,
    caller: Recognised,
    Path(example): Path<String>,
) -> poem::Result<Response> {
    let id: ExampleId = example.parse().map_err(|_| Error::NotFound)?;
    if !accepts_html(request) {
        return Ok(to_the_api(&format!("/practice-examples/{id}"), request));
    }
    let example = library::get(app, &caller.0, id, View::Published).await?;
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
pub async fn reading(app: &App, content: &Content) -> Result<Markup> {
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
