//! JSON edge of the agenda of a session.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

use super::Tag;
use crate::{
    app::App,
    http::{
        answer::{Done, Made, made},
        auth::Auth,
        operation::IdempotencyKey,
    },
    id::{AgendaItemId, PersonId, ShareId, SupervisionSessionId},
    supervision::{agenda, model},
};

/// The operations on the agenda.
pub struct AgendaApi;

/// Something to put on the agenda: words, a share, or both.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewAgendaItem {
    /// What to talk about.
    text: Option<String>,
    /// One of the worker's own shares with this supervisor.
    share_id: Option<ShareId>,
}

/// Something on the agenda.
#[derive(Debug, Object)]
struct AgendaItem {
    /// Its id.
    id: AgendaItemId,
    /// Who added it.
    by: PersonId,
    /// What to talk about.
    text: Option<String>,
    /// A share of the worker's: the supervisor reads it under `/shared-with-me`.
    share_id: Option<ShareId>,
    /// When it was added.
    added_at: DateTime<Utc>,
}

impl From<model::AgendaItem> for AgendaItem {
    fn from(from: model::AgendaItem) -> Self {
        Self { id: from.id, by: from.by, text: from.text, share_id: from.share, added_at: from.added_at }
    }
}

/// What either side wants to talk about.
#[derive(Debug, Object)]
struct Agenda {
    /// The items, oldest first.
    items: Vec<AgendaItem>,
}

#[OpenApi]
impl AgendaApi {
    /// Read the agenda of a session.
    #[oai(path = "/supervision/sessions/:session/agenda", method = "get", operation_id = "get_agenda", tag = "Tag::Supervision")]
    async fn get_agenda(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        session: Path<SupervisionSessionId>,
    ) -> poem::Result<Json<Agenda>> {
        let items = agenda::read(&app, &auth.0, session.0).await?;
        Ok(Json(Agenda { items: items.into_iter().map(AgendaItem::from).collect() }))
    }

    /// Add something to the agenda.
    #[oai(
        path = "/supervision/sessions/:session/agenda",
        method = "post",
        operation_id = "add_agenda_item",
        tag = "Tag::Supervision"
    )]
    async fn add_agenda_item(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        session: Path<SupervisionSessionId>,
        body: Json<NewAgendaItem>,
    ) -> poem::Result<Made<AgendaItem>> {
        let input = agenda::NewItem { share: body.share_id, text: body.0.text };
        let item = agenda::add(&app, &auth.0, session.0, &key.0, input).await?;
        Ok(made(item.into(), 1, &format!("/supervision/sessions/{}/agenda", session.0)))
    }

    /// Take something I added off the agenda.
    #[oai(
        path = "/supervision/sessions/:session/agenda/:item",
        method = "delete",
        operation_id = "remove_agenda_item",
        tag = "Tag::Supervision"
    )]
    async fn remove_agenda_item(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        session: Path<SupervisionSessionId>,
        item: Path<AgendaItemId>,
    ) -> poem::Result<Done> {
        agenda::remove(&app, &auth.0, session.0, item.0).await?;
        Ok(Done::NoContent)
    }
}
