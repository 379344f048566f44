//! One practice example: read it, revise its draft.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    payload::Json,
    types::{MaybeUndefined, ToJSON},
};

use super::{Evidence, Maturity, State, Tag, state};
use crate::{
    app::App,
    error::{Error, Result, Revision},
    http::{
        answer::{Found, IfMatch, found},
        auth::{Auth, MaybeAuth},
    },
    id::ExampleId,
    library::{self, View, feeds, model},
    people::{self, api::OrganisationName},
    reflections::api::SourceLink,
};

/// The operations on one example.
pub struct ExamplesApi;

/// A practice example.
#[derive(Debug, Object)]
pub(super) struct PracticeExample {
    /// Its permanent id.
    id: ExampleId,
    /// Whose it is.
    organisation: OrganisationName,
    /// The publisher's own key.
    key: Option<String>,
    /// Where it stands.
    state: State,
    /// Its version: one more with every publication; 0 before the first.
    version: i64,
    /// Its revision, as in the ETag.
    revision: Revision,
    /// Its permanent address.
    url: String,
    /// What it is called.
    title: String,
    /// What it is.
    summary: String,
    /// What it was like for the child, in Markdown.
    childs_experience: Option<String>,
    /// Where, when, for whom, in Markdown.
    context: Option<String>,
    /// What they did, in Markdown.
    what_we_did: Option<String>,
    /// What difference it made, and who says so, in Markdown.
    difference_made: Option<String>,
    /// What did not work, in Markdown.
    what_did_not_work: Option<String>,
    /// What it took, in Markdown.
    what_it_took: Option<String>,
    /// Who it reached.
    reached: Option<String>,
    /// Evidence.
    evidence: Vec<Evidence>,
    /// What it is about.
    themes: Vec<String>,
    /// How far it has got.
    maturity: Option<Maturity>,
    /// Where its facts come from.
    sources: Vec<SourceLink>,
    /// Whom to ask.
    contact: Option<String>,
    /// Under what licence it can be used.
    licence: Option<String>,
    /// When it should be looked at again.
    review_by: Option<NaiveDate>,
    /// Whose work it summarises; that authority did not write it.
    summarises: Option<String>,
    /// When it was first published.
    published_at: Option<DateTime<Utc>>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
    /// The whole text as HTML that is safe to show; only where one example is read.
    #[oai(skip_serializing_if_is_none)]
    html: Option<String>,
}

/// A change to a draft (JSON Merge Patch): what is left out stays, what is null goes.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct ExampleChange {
    /// What it is called.
    #[oai(skip_serializing_if_is_none)]
    title: Option<String>,
    /// What it is, in a few sentences.
    #[oai(skip_serializing_if_is_none)]
    summary: Option<String>,
    /// What it was like for the child.
    childs_experience: MaybeUndefined<String>,
    /// Where, when, for whom.
    context: MaybeUndefined<String>,
    /// What you did.
    what_we_did: MaybeUndefined<String>,
    /// What difference it made, and who says so.
    difference_made: MaybeUndefined<String>,
    /// What did not work.
    what_did_not_work: MaybeUndefined<String>,
    /// What it took.
    what_it_took: MaybeUndefined<String>,
    /// Who it reached.
    reached: MaybeUndefined<String>,
    /// Evidence, all of it.
    evidence: MaybeUndefined<Vec<Evidence>>,
    /// Themes, all of them.
    themes: MaybeUndefined<Vec<String>>,
    /// How far it has got.
    maturity: MaybeUndefined<Maturity>,
    /// Sources, all of them.
    sources: MaybeUndefined<Vec<SourceLink>>,
    /// Whom to ask.
    contact: MaybeUndefined<String>,
    /// Under what licence.
    licence: MaybeUndefined<String>,
    /// When it should be looked at again.
    review_by: MaybeUndefined<NaiveDate>,
    /// Whose work it summarises.
    summarises: MaybeUndefined<String>,
}

impl From<ExampleChange> for model::Change {
    fn from(from: ExampleChange) -> Self {
        match from.to_json() {
            Some(serde_json::Value::Object(members)) => Self(members.into_iter().collect()),
            _ => Self::default(),
        }
    }
}

#[OpenApi]
impl ExamplesApi {
    /// Read a practice example.
    #[oai(path = "/practice-examples/:example", method = "get", operation_id = "get_example", tag = "Tag::Library")]
    async fn get_example(
        &self,
        auth: MaybeAuth,
        app: Data<&Arc<App>>,
        example: Path<ExampleId>,
        /// `draft` for the text being worked on, if you write for its organisation.
        view: Query<Option<String>>,
    ) -> poem::Result<Found<PracticeExample>> {
        let view = match view.0.as_deref() {
            None | Some("published") => View::Published,
            Some("draft") => View::Draft,
            Some(_) => return Err(Error::invalid("?view", "unknown", "Ask for published or draft.").into()),
        };
        let example = library::get(&app, &auth.0, example.0, view).await?;
        let html = match view {
            // A text that cannot be rendered now is still there to be read.
            View::Published => feeds::html(&app, &example).await.ok(),
            View::Draft => None,
        };
        let (example, revision) = full(&app, example, view).await?;
        Ok(found(PracticeExample { html, ..example }, revision))
    }

    /// Revise the draft of an example. The world goes on reading what was published.
    #[oai(path = "/practice-examples/:example", method = "patch", operation_id = "revise_example", tag = "Tag::Library")]
    async fn revise_example(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        example: Path<ExampleId>,
        body: Json<ExampleChange>,
    ) -> poem::Result<Found<PracticeExample>> {
        let example = library::revise(&app, &auth.0, example.0, seen.0, body.0.into()).await?;
        let (example, revision) = full(&app, example, View::Draft).await?;
        Ok(found(example, revision))
    }
}

/// An example with the name of its organisation, and its revision.
pub(super) async fn full(app: &App, example: model::Example, view: View) -> Result<(PracticeExample, Revision)> {
    let organisation = people::organisations::named(app, example.organisation).await?.name;
    let revision = example.revision;
    Ok((show(app, example, organisation, view), revision))
}

fn show(app: &App, example: model::Example, organisation: String, view: View) -> PracticeExample {
    let url = feeds::permanent_url(app, example.id);
    let content = match view {
        View::Draft => example.draft,
        View::Published => example.published.unwrap_or(example.draft),
    };
    PracticeExample {
        id: example.id,
        organisation: OrganisationName { id: example.organisation, name: organisation },
        key: example.key.map(|key| key.as_str().to_owned()),
        state: state(example.state.name()),
        version: example.version,
        revision: example.revision,
        url,
        title: content.title,
        summary: content.summary,
        childs_experience: content.childs_experience,
        context: content.context,
        what_we_did: content.what_we_did,
        difference_made: content.difference_made,
        what_did_not_work: content.what_did_not_work,
        what_it_took: content.what_it_took,
        reached: content.reached,
        evidence: content.evidence.into_iter().map(Evidence::from).collect(),
        themes: content.themes,
        maturity: content.maturity.map(Maturity::from),
        sources: content.sources.into_iter().map(SourceLink::from).collect(),
        contact: content.contact,
        licence: content.licence,
        review_by: content.review_by,
        summarises: content.summarises,
        published_at: example.published_at,
        updated_at: example.updated_at,
        html: None,
    }
}
