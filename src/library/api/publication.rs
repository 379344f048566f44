//! The publication of a practice example: publish it, withdraw it.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    Tag,
    examples::{PracticeExample, full},
};
use crate::{
    app::App,
    http::{
        answer::{Done, Found, IfMatch, found},
        auth::Auth,
    },
    id::ExampleId,
    library::{self, View},
};

/// The operations on the publication of an example.
pub struct PublicationApi;

#[OpenApi]
impl PublicationApi {
    /// Publish the draft: the first version, or the next one.
    #[oai(
        path = "/practice-examples/:example/publication",
        method = "put",
        operation_id = "publish_example",
        tag = "Tag::Library"
    )]
    async fn publish_example(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        example: Path<ExampleId>,
    ) -> poem::Result<Found<PracticeExample>> {
        let example = library::publish(&app, &auth.0, example.0, seen.0).await?;
        let (example, revision) = full(&app, example, View::Published).await?;
        Ok(found(example, revision))
    }

    /// Withdraw an example. A tombstone with the reason stays under its address.
    #[oai(
        path = "/practice-examples/:example/publication",
        method = "delete",
        operation_id = "withdraw_example",
        tag = "Tag::Library"
    )]
    async fn withdraw_example(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        example: Path<ExampleId>,
        /// Why, for those who come looking.
        reason: Query<String>,
    ) -> poem::Result<Done> {
        library::withdraw(&app, &auth.0, example.0, seen.0, &reason).await?;
        Ok(Done::NoContent)
    }
}
