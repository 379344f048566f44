//! The published versions of a practice example.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

use super::Tag;
use crate::{
    app::App,
    http::{
        answer::{Found, found},
        auth::MaybeAuth,
    },
    id::ExampleId,
    library::{self, model},
};

/// The operations on the versions of an example.
pub struct VersionsApi;

/// A published version.
#[derive(Debug, Object)]
struct VersionItem {
    /// Its number.
    version: i64,
    /// When it was published.
    published_at: DateTime<Utc>,
    /// What it is called.
    title: String,
    /// What it is.
    summary: String,
    /// What it was like for the child.
    childs_experience: Option<String>,
    /// Where, when, for whom.
    context: Option<String>,
    /// What they did.
    what_we_did: Option<String>,
    /// What difference it made.
    difference_made: Option<String>,
    /// What did not work.
    what_did_not_work: Option<String>,
    /// What it took.
    what_it_took: Option<String>,
}

impl From<model::Version> for VersionItem {
    fn from(from: model::Version) -> Self {
        let content = from.content;
        Self {
            version: from.number,
            published_at: from.published_at,
            title: content.title,
            summary: content.summary,
            childs_experience: content.childs_experience,
            context: content.context,
            what_we_did: content.what_we_did,
            difference_made: content.difference_made,
            what_did_not_work: content.what_did_not_work,
            what_it_took: content.what_it_took,
        }
    }
}

/// The published versions of an example.
#[derive(Debug, Object)]
struct Versions {
    /// Newest first.
    items: Vec<VersionItem>,
}

#[OpenApi]
impl VersionsApi {
    /// List the published versions of an example.
    #[oai(path = "/practice-examples/:example/versions", method = "get", operation_id = "list_versions", tag = "Tag::Library")]
    async fn list_versions(
        &self,
        auth: MaybeAuth,
        app: Data<&Arc<App>>,
        example: Path<ExampleId>,
    ) -> poem::Result<Json<Versions>> {
        let versions = library::versions(&app, &auth.0, example.0).await?;
        Ok(Json(Versions { items: versions.into_iter().map(VersionItem::from).collect() }))
    }

    /// Read one published version.
    #[oai(
        path = "/practice-examples/:example/versions/:number",
        method = "get",
        operation_id = "get_version",
        tag = "Tag::Library"
    )]
    async fn get_version(
        &self,
        auth: MaybeAuth,
        app: Data<&Arc<App>>,
        example: Path<ExampleId>,
        number: Path<i64>,
    ) -> poem::Result<Found<VersionItem>> {
        let version = library::version(&app, &auth.0, example.0, number.0).await?;
        Ok(found(version.into(), number.0))
    }
}
