//! Who can read a reflection now and why, and who could lawfully obtain it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

use super::Tag;
use crate::{
    app::App,
    http::auth::Auth,
    id::{PersonId, ReflectionId},
    reflections::{self, model},
};

/// The operation on the audience of a reflection.
pub struct AudienceApi;

/// Somebody who can read a reflection now.
#[derive(Debug, Object)]
struct Reader {
    /// Who.
    person_id: PersonId,
    /// Their name.
    name: String,
    /// Why, in plain words.
    because: String,
    /// Until when, if it ends.
    until: Option<DateTime<Utc>>,
}

/// Who can read a reflection now and why, and who could lawfully obtain it.
#[derive(Debug, Object)]
struct Audience {
    /// Who can open it now.
    can_read_now: Vec<Reader>,
    /// Who could lawfully obtain it later.
    could_lawfully_obtain: Vec<String>,
    /// Who cannot, though one might think so.
    cannot_read: Vec<String>,
}

impl From<model::Audience> for Audience {
    fn from(from: model::Audience) -> Self {
        let reader = |r: model::Reader| Reader { person_id: r.person, name: r.name, because: r.because, until: r.until };
        Self {
            can_read_now: from.now.into_iter().map(reader).collect(),
            could_lawfully_obtain: from.lawful.into_iter().map(str::to_owned).collect(),
            cannot_read: from.never.into_iter().map(str::to_owned).collect(),
        }
    }
}

#[OpenApi]
impl AudienceApi {
    /// Who can read this now and why, and who could lawfully obtain it?
    #[oai(path = "/reflections/:reflection/audience", method = "get", operation_id = "get_audience", tag = "Tag::Reflections")]
    async fn get_audience(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Json<Audience>> {
        Ok(Json(reflections::audience(&app, &auth.0, reflection.0).await?.into()))
    }
}
