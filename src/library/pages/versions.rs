//! How an example read before.

use std::sync::Arc;

use maud::html;
use poem::{
    Response, handler,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{day, page, reading::reading};
use crate::{
    app::App,
    error::Error,
    http::{
        auth::Recognised,
        components::{InsetText, Pagination, PaginationLink},
        paging,
    },
    id::ExampleId,
    library,
};

#[handler]
pub async fn list(
    Data(app): Data<&Arc<App>>,
    caller: Recognised,
    Path(example): Path<String>,
    Query(asked): Query<Before>,
) -> poem::Result<Response> {
    let id: ExampleId = example.parse().map_err(|_| Error::NotFound)?;
    let before = asked.before.unwrap_or(i64::MAX);
    let (versions, last) = library::versions(app, &caller.0, id, (before, paging::DEFAULT_LIMIT)).await?;
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
pub async fn one(
    Data(app): Data<&Arc<App>>,
    caller: Recognised,
    Path((example, number)): Path<(String, i64)>,
) -> poem::Result<Response> {
    let id: ExampleId = example.parse().map_err(|_| Error::NotFound)?;
    let (version, newest) = library::version(app, &caller.0, id, number).await?;
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
