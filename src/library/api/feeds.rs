//! Following and citing: Atom and JSON Feed, with tombstones; citations.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::Path,
    payload::{Json, PlainText},
};

use super::Tag;
use crate::{app::App, http::auth::MaybeAuth, id::ExampleId, library::feeds};

const KEEP: &str = "public, max-age=60";

/// The operations for those who follow or cite the library.
pub struct FeedsApi;

/// How to cite an example.
#[derive(Debug, Object)]
struct Citation {
    /// As text.
    text: String,
    /// The permanent address.
    url: String,
    /// Which version is cited.
    version: i64,
}

/// An Atom feed.
#[derive(ApiResponse)]
enum Atom {
    /// The feed.
    #[oai(status = 200, content_type = "application/atom+xml")]
    Ok(
        PlainText<String>,
        /// How long it may be kept.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

/// A JSON feed.
#[derive(ApiResponse)]
enum JsonFeed {
    /// The feed.
    #[oai(status = 200, content_type = "application/feed+json")]
    Ok(
        Json<serde_json::Value>,
        /// How long it may be kept.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

#[OpenApi]
impl FeedsApi {
    /// How do I cite this example?
    #[oai(path = "/practice-examples/:example/citation", method = "get", operation_id = "get_citation", tag = "Tag::Library")]
    async fn get_citation(
        &self,
        auth: MaybeAuth,
        app: Data<&Arc<App>>,
        example: Path<ExampleId>,
    ) -> poem::Result<Json<Citation>> {
        let citation = feeds::cite(&app, &auth.0, example.0).await?;
        Ok(Json(Citation { text: citation.text, url: citation.url, version: citation.version }))
    }

    /// Follow the library: the latest changes as Atom, with tombstones.
    #[oai(path = "/practice-examples.atom", method = "get", operation_id = "get_atom_feed", tag = "Tag::Library")]
    async fn get_atom_feed(&self, _auth: MaybeAuth, app: Data<&Arc<App>>) -> poem::Result<Atom> {
        Ok(Atom::Ok(PlainText(feeds::atom(&app).await?), KEEP.to_owned()))
    }

    /// Follow the library: the latest changes as JSON Feed, with tombstones.
    #[oai(path = "/practice-examples.json", method = "get", operation_id = "get_json_feed", tag = "Tag::Library")]
    async fn get_json_feed(&self, _auth: MaybeAuth, app: Data<&Arc<App>>) -> poem::Result<JsonFeed> {
        Ok(JsonFeed::Ok(Json(feeds::json(&app).await?), KEEP.to_owned()))
    }
}
