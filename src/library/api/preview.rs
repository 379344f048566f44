//! How a text in Markdown will look.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::{Object, OpenApi, payload::Json};

use super::Tag;
use crate::{app::App, http::auth::Auth};

/// The operation that shows a text as it will look.
pub struct PreviewApi;

/// A text in Markdown.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Markdown {
    /// The text; at most 200,000 bytes.
    markdown: String,
}

/// A text as HTML.
#[derive(Debug, Object)]
struct Rendered {
    /// HTML that is safe to put into a page.
    html: String,
}

#[OpenApi]
impl PreviewApi {
    /// See how a text in Markdown will look. Nothing is kept.
    #[oai(path = "/markdown/preview", method = "post", operation_id = "preview_markdown", tag = "Tag::Library")]
    async fn preview_markdown(&self, _auth: Auth, app: Data<&Arc<App>>, body: Json<Markdown>) -> poem::Result<Json<Rendered>> {
        Ok(Json(Rendered { html: app.markdown.preview(&body.markdown).await? }))
    }
}
