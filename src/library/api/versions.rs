//! The published versions of a practice example.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
};

use super::Tag;
use crate::{
    app::App,
    error::Result,
    http::{
        answer::{Found, found, next_link},
        auth::MaybeAuth,
        paging,
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
    /// The versions of this page, newest first: fewer than asked for when they are long.
    items: Vec<VersionItem>,
    /// The cursor of the next page; null on the last one.
    next: Option<String>,
}

/// A page of versions with a link to the next.
#[derive(ApiResponse)]
enum VersionPage {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Json<Versions>,
        /// The address of the next page (RFC 8288).
        #[oai(header = "Link")]
        Option<String>,
    ),
}

#[OpenApi]
impl VersionsApi {
    /// List the published versions of an example, newest first.
    #[oai(path = "/practice-examples/:example/versions", method = "get", operation_id = "list_versions", tag = "Tag::Library")]
    async fn list_versions(
        &self,
        auth: MaybeAuth,
        app: Data<&Arc<App>>,
        request: &Request,
        example: Path<ExampleId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<VersionPage> {
        // A cursor is good for the versions of one example only.
        let list = format!("versions/{}", example.0);
        let page = (before(&app, &list, cursor.0.as_deref())?, paging::limit(limit.0)?);
        let (versions, last) = library::versions(&app, &auth.0, example.0, page).await?;
        let next = last.map(|last| paging::sign(&app.vault, &list, &last.to_be_bytes()));
        let link = next.as_deref().map(|cursor| next_link(request, cursor));
        let items = versions.into_iter().map(VersionItem::from).collect();
        Ok(VersionPage::Ok(Json(Versions { items, next }), link))
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
        let (version, _) = library::version(&app, &auth.0, example.0, number.0).await?;
        Ok(found(version.into(), number.0))
    }
}

/// Before which version a page goes on; all of them come before the first page ends.
fn before(app: &App, list: &str, cursor: Option<&str>) -> Result<i64> {
    let Some(cursor) = cursor else { return Ok(i64::MAX) };
    let place = paging::open(&app.vault, list, cursor)?;
    Ok(place.as_slice().try_into().map(i64::from_be_bytes).unwrap_or_default())
}
