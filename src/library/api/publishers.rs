//! What an organisation writes: new examples, examples under its own keys, and its drafts.

use std::sync::Arc;

use chrono::NaiveDate;
use poem::{Request, web::Data};
use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
};

use super::{
    Evidence, Maturity, Tag,
    examples::{PracticeExample, full},
    lists::{ExamplePage, Examples, cards},
};
use crate::{
    app::App,
    http::{
        answer::{Made, etag, made, next_link},
        auth::Auth,
        operation::IdempotencyKey,
        paging::{self, Paging},
    },
    id::OrganisationId,
    library::{self, Put, View, finding, model::Content},
    reflections::api::SourceLink,
};

const DRAFTS: &str = "practice-example-drafts";

/// The operations on the examples of an organisation.
pub struct PublishersApi;

/// Where a new example is to stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
enum NewState {
    /// Not seen by the world.
    #[default]
    Draft,
    /// Read by everyone.
    Published,
}

/// A practice example. Only the title and the summary are needed.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields, example)]
struct NewExample {
    /// What it is called.
    #[oai(default)]
    title: String,
    /// What it is, in a few sentences.
    #[oai(default)]
    summary: String,
    /// What it was like for the child, in Markdown.
    childs_experience: Option<String>,
    /// Where, when, for whom, in Markdown.
    context: Option<String>,
    /// What you did, in Markdown.
    what_we_did: Option<String>,
    /// What difference it made, and who says so, in Markdown.
    difference_made: Option<String>,
    /// What did not work, in Markdown.
    what_did_not_work: Option<String>,
    /// What it cost, how long it took, what was stopped, in Markdown.
    what_it_took: Option<String>,
    /// Who it reached, and who not.
    reached: Option<String>,
    /// Research, feedback of children and families, observed effect.
    evidence: Option<Vec<Evidence>>,
    /// What it is about, such as `early-help`.
    themes: Option<Vec<String>>,
    /// How far it has got.
    maturity: Option<Maturity>,
    /// Where its facts come from.
    sources: Option<Vec<SourceLink>>,
    /// Whom to ask.
    contact: Option<String>,
    /// Under what licence it can be used.
    licence: Option<String>,
    /// When it should be looked at again.
    review_by: Option<NaiveDate>,
    /// Whose work it summarises, if that is not the publisher's own.
    summarises: Option<String>,
    /// `draft` unless said.
    state: Option<NewState>,
}

impl poem_openapi::types::Example for NewExample {
    fn example() -> Self {
        Self {
            title: "Duty visits in pairs".to_owned(),
            summary: "Two workers go out together on first visits, and talk in the car.".to_owned(),
            childs_experience: None,
            context: Some("A town team of nine, since March.".to_owned()),
            what_we_did: None,
            difference_made: None,
            what_did_not_work: Some("It needs a second car.".to_owned()),
            what_it_took: None,
            reached: None,
            evidence: None,
            themes: Some(vec!["early-help".to_owned()]),
            maturity: Some(Maturity::BeingTried),
            sources: None,
            contact: None,
            licence: Some("CC BY 4.0".to_owned()),
            review_by: None,
            summarises: None,
            state: Some(NewState::Draft),
        }
    }
}

impl NewExample {
    fn parts(self) -> (Content, bool) {
        let publish = self.state == Some(NewState::Published);
        let content = Content {
            title: self.title,
            summary: self.summary,
            childs_experience: self.childs_experience,
            context: self.context,
            what_we_did: self.what_we_did,
            difference_made: self.difference_made,
            what_did_not_work: self.what_did_not_work,
            what_it_took: self.what_it_took,
            reached: self.reached,
            evidence: self.evidence.unwrap_or_default().into_iter().map(Into::into).collect(),
            themes: self.themes.unwrap_or_default(),
            maturity: self.maturity.map(Into::into),
            sources: self.sources.unwrap_or_default().into_iter().map(Into::into).collect(),
            contact: self.contact,
            licence: self.licence,
            review_by: self.review_by,
            summarises: self.summarises,
        };
        (content, publish)
    }
}

/// What putting an example under a key did.
#[derive(ApiResponse)]
enum PutAnswer {
    /// It was there: revised, or unchanged if the text is the same.
    #[oai(status = 200)]
    Kept(
        Json<PracticeExample>,
        /// The revision.
        #[oai(header = "ETag")]
        String,
    ),
    /// It is new.
    #[oai(status = 201)]
    Created(
        Json<PracticeExample>,
        /// The revision.
        #[oai(header = "ETag")]
        String,
        /// Where it is.
        #[oai(header = "Location")]
        String,
    ),
}

#[OpenApi]
impl PublishersApi {
    /// Write a practice example for an organisation.
    #[oai(
        path = "/organisations/:organisation/practice-examples",
        method = "post",
        operation_id = "write_example",
        tag = "Tag::Library"
    )]
    async fn write_example(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        organisation: Path<OrganisationId>,
        body: Json<NewExample>,
    ) -> poem::Result<Made<PracticeExample>> {
        let example = library::write(&app, &auth.0, organisation.0, &key.0, body.0.parts()).await?;
        let location = format!("/practice-examples/{}", example.id);
        let (example, revision) = full(&app, example, View::Draft).await?;
        Ok(made(example, revision, &location))
    }

    /// List the drafts of an organisation.
    #[oai(
        path = "/organisations/:organisation/practice-examples",
        method = "get",
        operation_id = "list_drafts",
        tag = "Tag::Library"
    )]
    async fn list_drafts(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        organisation: Path<OrganisationId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Examples> {
        let paging = Paging::read(&app.vault, DRAFTS, limit.0, cursor.0.as_deref())?;
        let page = finding::list_drafts(&app, &auth.0, organisation.0, &paging).await?;
        let next = page.last.and_then(|last| uuid::Uuid::try_parse(&last).ok());
        let next = next.map(|last| paging::sign(&app.vault, DRAFTS, last.as_bytes()));
        let items = cards(&app, page.items.into_iter().map(|card| (card, Vec::new())).collect()).await?;
        let link = next.as_deref().map(|cursor| next_link(request, cursor));
        Ok(Examples::Ok(Json(ExamplePage { items, next, facets: None }), link))
    }

    /// Create or revise an example under the publisher's own key. The same text twice changes nothing.
    ///
    /// While somebody's changes to its draft are not published, another text is refused (409), so that theirs is not lost.
    #[oai(
        path = "/organisations/:organisation/practice-examples/:key",
        method = "put",
        operation_id = "put_example",
        tag = "Tag::Library"
    )]
    async fn put_example(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        organisation: Path<OrganisationId>,
        key: Path<String>,
        body: Json<NewExample>,
    ) -> poem::Result<PutAnswer> {
        let (content, publish) = body.0.parts();
        let view = if publish { View::Published } else { View::Draft };
        let (example, put) = library::put(&app, &auth.0, (organisation.0, &key), (content, publish)).await?;
        let location = format!("/api/v1/practice-examples/{}", example.id);
        let (example, revision) = full(&app, example, view).await?;
        Ok(match put {
            Put::Created => PutAnswer::Created(Json(example), etag(revision), location),
            Put::Revised | Put::Unchanged => PutAnswer::Kept(Json(example), etag(revision)),
        })
    }
}
