//! What one means to return to.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

use super::{Tag, reflections::Reflection};
use crate::{
    app::App,
    http::{answer::Done, auth::Auth},
    id::ReflectionId,
    reflections::returning,
};

/// The operations on what one means to return to.
pub struct ReturningApi;

/// A list that is never long.
#[derive(Debug, Object)]
struct ToReturnTo {
    /// The reflections, the newest mark first.
    items: Vec<Reflection>,
}

#[OpenApi]
impl ReturningApi {
    /// List the reflections that I mean to return to.
    #[oai(path = "/me/returning", method = "get", operation_id = "list_returning", tag = "Tag::Reflections")]
    async fn list_returning(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<Json<ToReturnTo>> {
        let marked = returning::list(&app, &auth.0).await?;
        Ok(Json(ToReturnTo { items: marked.into_iter().map(Reflection::from).collect() }))
    }

    /// Mark one of my reflections to return to. Nobody else can see the mark.
    #[oai(path = "/me/returning/:reflection", method = "put", operation_id = "mark_reflection", tag = "Tag::Reflections")]
    async fn mark_reflection(&self, auth: Auth, app: Data<&Arc<App>>, reflection: Path<ReflectionId>) -> poem::Result<Done> {
        returning::mark(&app, &auth.0, reflection.0).await?;
        Ok(Done::NoContent)
    }

    /// Take the mark away again.
    #[oai(path = "/me/returning/:reflection", method = "delete", operation_id = "unmark_reflection", tag = "Tag::Reflections")]
    async fn unmark_reflection(&self, auth: Auth, app: Data<&Arc<App>>, reflection: Path<ReflectionId>) -> poem::Result<Done> {
        returning::unmark(&app, &auth.0, reflection.0).await?;
        Ok(Done::NoContent)
    }
}
