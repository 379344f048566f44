//! JSON edge of reflections.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    Object, OpenApi, Tags,
    param::{Header, Path, Query},
    payload::Json,
    types::MaybeUndefined,
};

use super::{drafts, model, prompts, sharing};
use crate::{
    app::App,
    content,
    error::Revision,
    http::{
        answer::{Done, Found, IfMatch, Listed, Made, found, listed, made, seen_if_any},
        auth::Auth,
        operation::IdempotencyKey,
        paging::Paging,
    },
    id::{PersonId, ReflectionId, RelationshipId, ResponseId, ShareId},
};

/// Areas of the contract.
#[derive(Tags)]
enum Tag {
    /// One's own writing: its author's and nobody else's.
    Reflections,
    /// Snapshots for a named person, until a day.
    Sharing,
    /// Questions to think with, each to be answered or not.
    Prompts,
}

/// The operations.
pub struct Api;

/// A new reflection. Only the body is needed.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields, example)]
struct NewReflection {
    /// The reflection itself, in Markdown; at most 200,000 bytes.
    #[oai(default)]
    body: String,
    /// A title.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// The slug of the prompt set that was beside it.
    prompt_set: Option<String>,
    /// Tags of one's own.
    tags: Option<Vec<String>>,
    /// What bothers me.
    unease: Option<String>,
    /// What I do not know.
    unknowns: Option<Vec<String>>,
    /// Rival explanations, held open.
    hypotheses: Option<Vec<String>>,
}

impl poem_openapi::types::Example for NewReflection {
    fn example() -> Self {
        Self {
            body: "I went in with a plan and left it in the car.".to_owned(),
            title: Some("Second visit".to_owned()),
            occurred_on: NaiveDate::from_ymd_opt(2026, 11, 20),
            prompt_set: None,
            tags: Some(vec!["home visits".to_owned()]),
            unease: Some("The quiet.".to_owned()),
            unknowns: None,
            hypotheses: None,
        }
    }
}

impl From<NewReflection> for model::Content {
    fn from(from: NewReflection) -> Self {
        Self {
            body: from.body,
            title: from.title,
            occurred_on: from.occurred_on,
            prompt_set: from.prompt_set,
            tags: from.tags.unwrap_or_default(),
            unease: from.unease,
            unknowns: from.unknowns.unwrap_or_default(),
            hypotheses: from.hypotheses.unwrap_or_default(),
        }
    }
}

/// A change to a reflection (JSON Merge Patch): what is left out stays, what is null goes.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct ReflectionChange {
    /// The reflection itself.
    body: Option<String>,
    /// The title.
    title: MaybeUndefined<String>,
    /// When it happened.
    occurred_on: MaybeUndefined<NaiveDate>,
    /// The prompt set.
    prompt_set: MaybeUndefined<String>,
    /// The tags, all of them.
    tags: MaybeUndefined<Vec<String>>,
    /// What bothers me.
    unease: MaybeUndefined<String>,
    /// What I do not know, all of it.
    unknowns: MaybeUndefined<Vec<String>>,
    /// Rival explanations, all of them.
    hypotheses: MaybeUndefined<Vec<String>>,
}

/// What a merge patch says of a field: nothing, gone, or a value.
fn patch<T>(field: MaybeUndefined<T>) -> Option<Option<T>> {
    match field {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

impl From<ReflectionChange> for model::Change {
    fn from(from: ReflectionChange) -> Self {
        Self {
            body: from.body,
            title: patch(from.title),
            occurred_on: patch(from.occurred_on),
            prompt_set: patch(from.prompt_set),
            tags: patch(from.tags),
            unease: patch(from.unease),
            unknowns: patch(from.unknowns),
            hypotheses: patch(from.hypotheses),
        }
    }
}

/// One's own reflection.
#[derive(Debug, Object)]
struct Reflection {
    /// Its id.
    id: ReflectionId,
    /// Its revision: 1 when written, one more with each change.
    revision: Revision,
    /// The reflection itself, in Markdown.
    body: String,
    /// Its title.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// The prompt set that was beside it.
    prompt_set: Option<String>,
    /// Its tags.
    tags: Vec<String>,
    /// What bothers me.
    unease: Option<String>,
    /// What I do not know.
    unknowns: Vec<String>,
    /// Rival explanations.
    hypotheses: Vec<String>,
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// When it was last revised.
    updated_at: DateTime<Utc>,
}

impl From<model::Reflection> for Reflection {
    fn from(from: model::Reflection) -> Self {
        let content = from.content;
        Self {
            id: from.id,
            revision: from.revision,
            body: content.body,
            title: content.title,
            occurred_on: content.occurred_on,
            prompt_set: content.prompt_set,
            tags: content.tags,
            unease: content.unease,
            unknowns: content.unknowns,
            hypotheses: content.hypotheses,
            created_at: from.created_at,
            updated_at: from.updated_at,
        }
    }
}

/// One revision of a reflection.
#[derive(Debug, Object)]
struct ReflectionRevision {
    /// Its number.
    revision: Revision,
    /// The reflection itself, in Markdown.
    body: String,
    /// Its title.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// Its tags.
    tags: Vec<String>,
    /// What bothers me.
    unease: Option<String>,
    /// What I do not know.
    unknowns: Vec<String>,
    /// Rival explanations.
    hypotheses: Vec<String>,
    /// When it was written.
    written_at: DateTime<Utc>,
}

impl From<model::Revised> for ReflectionRevision {
    fn from(from: model::Revised) -> Self {
        let content = from.content;
        Self {
            revision: from.number,
            body: content.body,
            title: content.title,
            occurred_on: content.occurred_on,
            tags: content.tags,
            unease: content.unease,
            unknowns: content.unknowns,
            hypotheses: content.hypotheses,
            written_at: from.written_at,
        }
    }
}

/// The revisions of a reflection.
#[derive(Debug, Object)]
struct ReflectionRevisions {
    /// The revisions, newest first.
    items: Vec<ReflectionRevision>,
}

/// What is being typed. Nothing is required of it.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewWorkingCopy {
    /// The text so far.
    body: String,
    /// The title so far.
    title: Option<String>,
    /// The revision of the reflection that is being edited.
    based_on: Revision,
}

/// What was being typed.
#[derive(Debug, Object)]
struct WorkingCopy {
    /// The text so far.
    body: String,
    /// The title so far.
    title: Option<String>,
    /// The revision of the reflection that is being edited.
    based_on: Revision,
    /// The working copy's own revision.
    revision: Revision,
    /// When it was last kept.
    saved_at: DateTime<Utc>,
}

impl From<drafts::WorkingCopy> for WorkingCopy {
    fn from(from: drafts::WorkingCopy) -> Self {
        let content = from.content;
        Self {
            body: content.body,
            title: content.title,
            based_on: from.based_on,
            revision: from.revision,
            saved_at: from.saved_at,
        }
    }
}

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

/// With whom to share, until when, and a word to go with it.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewShare {
    /// A colleague: see `/organisations/{organisation}/colleagues`.
    person_id: PersonId,
    /// Up to and including this day; within a year. Without it a year, or less if the supervision ends.
    until: Option<NaiveDate>,
    /// A word to go with it.
    note: Option<String>,
}

/// A change to a share.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct ShareChange {
    /// Replace the snapshot with the reflection as it reads now.
    #[oai(default)]
    push: bool,
    /// Up to and including this day.
    until: Option<NaiveDate>,
    /// Another word to go with it.
    note: Option<String>,
}

/// A person's id and name.
#[derive(Debug, Object)]
struct PersonName {
    /// Who.
    id: PersonId,
    /// Their name.
    name: String,
}

/// What somebody wrote back.
#[derive(Debug, Object)]
struct Response {
    /// Its id.
    id: ResponseId,
    /// Who wrote it.
    by: PersonId,
    /// What they wrote, in Markdown.
    body: String,
    /// When.
    written_at: DateTime<Utc>,
}

impl From<model::Response> for Response {
    fn from(from: model::Response) -> Self {
        Self { id: from.id, by: from.by, body: from.body, written_at: from.written_at }
    }
}

/// A response.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewResponse {
    /// What to write back, in Markdown.
    body: String,
}

/// A share as its author sees it.
#[derive(Debug, Object)]
struct Share {
    /// Its id.
    id: ShareId,
    /// Of which reflection.
    reflection_id: ReflectionId,
    /// With whom.
    person: PersonName,
    /// Until when.
    until: DateTime<Utc>,
    /// Whether its reader can open it now.
    open: bool,
    /// The supervision it hangs on and ends with, if any.
    relationship_id: Option<RelationshipId>,
    /// Which revision of the reflection was shared.
    of_revision: Revision,
    /// The share's own revision.
    revision: Revision,
    /// When it was shared.
    shared_at: DateTime<Utc>,
    /// The word that goes with it; not in lists.
    note: Option<String>,
    /// What came back, newest first; not in lists.
    responses: Vec<Response>,
}

impl Share {
    fn show(share: &model::Share, reader: String, now: DateTime<Utc>) -> Self {
        Self {
            id: share.id,
            reflection_id: share.reflection,
            person: PersonName { id: share.reader, name: reader },
            until: share.until,
            open: share.open(now),
            relationship_id: share.relationship,
            of_revision: share.of_revision,
            revision: share.revision,
            shared_at: share.shared_at,
            note: None,
            responses: Vec::new(),
        }
    }

    fn full(from: sharing::Shared, now: DateTime<Utc>) -> Self {
        Self {
            note: from.snapshot.note,
            responses: from.responses.into_iter().map(Response::from).collect(),
            ..Self::show(&from.share, from.reader_name, now)
        }
    }
}

/// The shares of a reflection.
#[derive(Debug, Object)]
struct Shares {
    /// The shares, newest first.
    items: Vec<Share>,
}

/// What was shared with the caller.
#[derive(Debug, Object)]
struct Received {
    /// The share's id.
    id: ShareId,
    /// Of which reflection.
    reflection_id: ReflectionId,
    /// Who shared it.
    from: PersonName,
    /// Until when it can be read.
    until: DateTime<Utc>,
    /// The text as it was, in Markdown.
    body: String,
    /// Its title.
    title: Option<String>,
    /// When what it is about happened.
    occurred_on: Option<NaiveDate>,
    /// What bothers its author.
    unease: Option<String>,
    /// What its author does not know.
    unknowns: Vec<String>,
    /// Rival explanations.
    hypotheses: Vec<String>,
    /// A word from its author.
    note: Option<String>,
    /// When it was shared.
    shared_at: DateTime<Utc>,
    /// When its author last pushed an update.
    updated_at: DateTime<Utc>,
    /// The share's revision.
    revision: Revision,
    /// What the caller wrote back, newest first.
    responses: Vec<Response>,
}

impl From<sharing::Shared> for Received {
    fn from(from: sharing::Shared) -> Self {
        let (share, content) = (from.share, from.snapshot.content);
        Self {
            id: share.id,
            reflection_id: share.reflection,
            from: PersonName { id: share.author, name: from.author_name },
            until: share.until,
            body: content.body,
            title: content.title,
            occurred_on: content.occurred_on,
            unease: content.unease,
            unknowns: content.unknowns,
            hypotheses: content.hypotheses,
            note: from.snapshot.note,
            shared_at: share.shared_at,
            updated_at: share.updated_at,
            revision: share.revision,
            responses: from.responses.into_iter().map(Response::from).collect(),
        }
    }
}

/// Where a fact comes from.
#[derive(Debug, Object)]
#[oai(rename = "Source")]
pub struct SourceLink {
    /// Title, author, publisher, year.
    title: String,
    /// Where it can be read.
    url: Option<String>,
}

impl From<content::Source> for SourceLink {
    fn from(from: content::Source) -> Self {
        Self { title: from.title, url: from.url }
    }
}

impl From<SourceLink> for content::Source {
    fn from(from: SourceLink) -> Self {
        Self { title: from.title, url: from.url }
    }
}

/// One step of a prompt set.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct PromptStep {
    /// What it is called.
    title: String,
    /// Questions, each to be answered or not.
    questions: Vec<String>,
}

/// A prompt set.
#[derive(Debug, Object)]
struct PromptSet {
    /// The name in its address.
    slug: String,
    /// Its title.
    title: String,
    /// What it is, and when people find it useful.
    summary: String,
    /// Whose model it is.
    origin: Option<String>,
    /// What it is and is not for, in Markdown.
    introduction: String,
    /// The steps.
    steps: Vec<PromptStep>,
    /// Where to read more.
    sources: Vec<SourceLink>,
    /// The slug it was forked from.
    forked_from: Option<String>,
    /// Whether it ships with the service.
    shipped: bool,
    /// Its revision.
    revision: Revision,
}

impl From<prompts::PromptSet> for PromptSet {
    fn from(from: prompts::PromptSet) -> Self {
        let text = from.text;
        let step = |step: prompts::Step| PromptStep { title: step.title, questions: step.questions };
        Self {
            slug: from.slug,
            title: text.title,
            summary: text.summary,
            origin: text.origin,
            introduction: text.introduction,
            steps: text.steps.into_iter().map(step).collect(),
            sources: text.sources.into_iter().map(SourceLink::from).collect(),
            forked_from: from.forked_from,
            shipped: from.shipped,
            revision: from.revision,
        }
    }
}

/// A prompt set of one's own.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewPromptSet {
    /// Its title.
    title: String,
    /// What it is, and when it is useful.
    summary: String,
    /// What it is and is not for, in Markdown.
    introduction: Option<String>,
    /// The steps.
    steps: Vec<PromptStep>,
    /// The slug of the one it comes from; kept for good.
    forked_from: Option<String>,
}

impl From<NewPromptSet> for prompts::PromptText {
    fn from(from: NewPromptSet) -> Self {
        let step = |step: PromptStep| prompts::Step { title: step.title, questions: step.questions };
        Self {
            title: from.title,
            summary: from.summary,
            origin: None,
            sources: Vec::new(),
            introduction: from.introduction.unwrap_or_default(),
            steps: from.steps.into_iter().map(step).collect(),
        }
    }
}

/// Prompt sets.
#[derive(Debug, Object)]
struct PromptSets {
    /// The shipped ones, then the caller's own.
    items: Vec<PromptSet>,
}

const REFLECTIONS: &str = "reflections";
const RECEIVED: &str = "shared-with-me";

fn show(reflection: model::Reflection) -> Found<Reflection> {
    let revision = reflection.revision;
    found(reflection.into(), revision)
}

#[OpenApi]
impl Api {
    /// Write a reflection. Only the body is needed.
    #[oai(path = "/reflections", method = "post", operation_id = "write_reflection", tag = "Tag::Reflections")]
    async fn write_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        body: Json<NewReflection>,
    ) -> poem::Result<Made<Reflection>> {
        let reflection = super::write(&app, &auth.0, &key.0, body.0.into()).await?;
        let (revision, location) = (reflection.revision, format!("/reflections/{}", reflection.id));
        Ok(made(reflection.into(), revision, &location))
    }

    /// List my reflections, newest first.
    #[oai(path = "/reflections", method = "get", operation_id = "list_reflections", tag = "Tag::Reflections")]
    #[expect(clippy::too_many_arguments, reason = "one for each query parameter of the contract")]
    async fn list_reflections(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        /// Only with this tag.
        tag: Query<Option<String>>,
        /// Only of this day or later.
        from: Query<Option<NaiveDate>>,
        /// Only of this day or earlier.
        to: Query<Option<NaiveDate>>,
        /// Only with all these words.
        q: Query<Option<String>>,
        /// At most so many: 1 to 100, 20 unless said.
        limit: Query<Option<u32>>,
        /// Where to go on, from `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Reflection>> {
        let paging = Paging::read(&app.vault, REFLECTIONS, limit.0, cursor.0.as_deref())?;
        let filter = model::Filter::new(tag.0, from.0, to.0, q.0.as_deref());
        let slice = super::list(&app, &auth.0, &filter, &paging).await?;
        Ok(listed(slice.page(&app.vault, REFLECTIONS, Reflection::from), request))
    }

    /// Read one of my reflections.
    #[oai(path = "/reflections/:reflection", method = "get", operation_id = "get_reflection", tag = "Tag::Reflections")]
    async fn get_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Found<Reflection>> {
        Ok(show(super::get(&app, &auth.0, reflection.0).await?))
    }

    /// Revise one of my reflections. The earlier revision is kept.
    #[oai(path = "/reflections/:reflection", method = "patch", operation_id = "revise_reflection", tag = "Tag::Reflections")]
    async fn revise_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        reflection: Path<ReflectionId>,
        body: Json<ReflectionChange>,
    ) -> poem::Result<Found<Reflection>> {
        Ok(show(super::revise(&app, &auth.0, reflection.0, seen.0, body.0.into()).await?))
    }

    /// Delete one of my reflections, with its revisions, shares and responses. Nothing is kept.
    #[oai(path = "/reflections/:reflection", method = "delete", operation_id = "delete_reflection", tag = "Tag::Reflections")]
    async fn delete_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Done> {
        super::delete(&app, &auth.0, reflection.0, seen.0).await?;
        Ok(Done::NoContent)
    }

    /// List the revisions of one of my reflections.
    #[oai(path = "/reflections/:reflection/revisions", method = "get", operation_id = "list_revisions", tag = "Tag::Reflections")]
    async fn list_revisions(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Json<ReflectionRevisions>> {
        let revisions = super::list_revisions(&app, &auth.0, reflection.0).await?;
        Ok(Json(ReflectionRevisions { items: revisions.into_iter().map(ReflectionRevision::from).collect() }))
    }

    /// Read one revision of one of my reflections.
    #[oai(
        path = "/reflections/:reflection/revisions/:number",
        method = "get",
        operation_id = "get_revision",
        tag = "Tag::Reflections"
    )]
    async fn get_revision(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
        number: Path<i64>,
    ) -> poem::Result<Found<ReflectionRevision>> {
        let revised = super::get_revision(&app, &auth.0, reflection.0, number.0).await?;
        Ok(found(revised.into(), number.0))
    }

    /// Read what is being typed and not yet saved.
    #[oai(
        path = "/reflections/:reflection/working-copy",
        method = "get",
        operation_id = "get_working_copy",
        tag = "Tag::Reflections"
    )]
    async fn get_working_copy(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Found<WorkingCopy>> {
        let copy = drafts::get(&app, &auth.0, reflection.0).await?;
        let revision = copy.revision;
        Ok(found(copy.into(), revision))
    }

    /// Keep what is being typed. After the first time, send the ETag of the working copy in If-Match.
    #[oai(
        path = "/reflections/:reflection/working-copy",
        method = "put",
        operation_id = "keep_working_copy",
        tag = "Tag::Reflections"
    )]
    async fn keep_working_copy(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
        #[oai(name = "If-Match")] seen: Header<Option<String>>,
        body: Json<NewWorkingCopy>,
    ) -> poem::Result<Found<WorkingCopy>> {
        let content = model::Content { body: body.0.body, title: body.0.title, ..model::Content::default() };
        let seen = seen_if_any(seen.0.as_deref())?;
        let copy = drafts::keep(&app, &auth.0, reflection.0, seen, (content, body.0.based_on)).await?;
        let revision = copy.revision;
        Ok(found(copy.into(), revision))
    }

    /// Throw away what is being typed.
    #[oai(
        path = "/reflections/:reflection/working-copy",
        method = "delete",
        operation_id = "discard_working_copy",
        tag = "Tag::Reflections"
    )]
    async fn discard_working_copy(&self, auth: Auth, app: Data<&Arc<App>>, reflection: Path<ReflectionId>) -> poem::Result<Done> {
        drafts::discard(&app, &auth.0, reflection.0).await?;
        Ok(Done::NoContent)
    }

    /// Who can read this now and why, and who could lawfully obtain it?
    #[oai(path = "/reflections/:reflection/audience", method = "get", operation_id = "get_audience", tag = "Tag::Reflections")]
    async fn get_audience(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
    ) -> poem::Result<Json<Audience>> {
        Ok(Json(super::audience(&app, &auth.0, reflection.0).await?.into()))
    }

    /// Share a snapshot of one of my reflections with a colleague, until a day.
    #[oai(path = "/reflections/:reflection/shares", method = "post", operation_id = "share_reflection", tag = "Tag::Sharing")]
    async fn share_reflection(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        reflection: Path<ReflectionId>,
        body: Json<NewShare>,
    ) -> poem::Result<Made<Share>> {
        let input = sharing::NewShare { person: body.person_id, until: body.until, note: body.0.note };
        let shared = sharing::share(&app, &auth.0, reflection.0, &key.0, input).await?;
        let (revision, location) = (shared.share.revision, format!("/reflections/{}/shares/{}", reflection.0, shared.share.id));
        Ok(made(Share::full(shared, app.clock.now()), revision, &location))
    }

    /// List the shares of one of my reflections.
    #[oai(path = "/reflections/:reflection/shares", method = "get", operation_id = "list_shares", tag = "Tag::Sharing")]
    async fn list_shares(&self, auth: Auth, app: Data<&Arc<App>>, reflection: Path<ReflectionId>) -> poem::Result<Json<Shares>> {
        let shares = sharing::list(&app, &auth.0, reflection.0).await?;
        let now = app.clock.now();
        Ok(Json(Shares { items: shares.into_iter().map(|(share, name)| Share::show(&share, name, now)).collect() }))
    }

    /// Read one of my shares, with what came back.
    #[oai(path = "/reflections/:reflection/shares/:share", method = "get", operation_id = "get_share", tag = "Tag::Sharing")]
    async fn get_share(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
        share: Path<ShareId>,
    ) -> poem::Result<Found<Share>> {
        let shared = sharing::get(&app, &auth.0, reflection.0, share.0).await?;
        let revision = shared.share.revision;
        Ok(found(Share::full(shared, app.clock.now()), revision))
    }

    /// Push an update into a share, or change its last day or its note.
    #[oai(path = "/reflections/:reflection/shares/:share", method = "patch", operation_id = "update_share", tag = "Tag::Sharing")]
    async fn update_share(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        reflection: Path<ReflectionId>,
        share: Path<ShareId>,
        body: Json<ShareChange>,
    ) -> poem::Result<Found<Share>> {
        let input = sharing::ShareUpdate { push: body.push, until: body.until, note: body.0.note };
        let shared = sharing::update(&app, &auth.0, (reflection.0, share.0), seen.0, input).await?;
        let revision = shared.share.revision;
        Ok(found(Share::full(shared, app.clock.now()), revision))
    }

    /// Take a share back: the snapshot and the responses are deleted.
    #[oai(
        path = "/reflections/:reflection/shares/:share",
        method = "delete",
        operation_id = "withdraw_share",
        tag = "Tag::Sharing"
    )]
    async fn withdraw_share(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        reflection: Path<ReflectionId>,
        share: Path<ShareId>,
    ) -> poem::Result<Done> {
        sharing::withdraw(&app, &auth.0, reflection.0, share.0).await?;
        Ok(Done::NoContent)
    }

    /// List what was shared with me and is open now.
    #[oai(path = "/shared-with-me", method = "get", operation_id = "list_received", tag = "Tag::Sharing")]
    async fn list_received(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Received>> {
        let paging = Paging::read(&app.vault, RECEIVED, limit.0, cursor.0.as_deref())?;
        let slice = sharing::list_received(&app, &auth.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, RECEIVED, Received::from), request))
    }

    /// Read what was shared with me.
    #[oai(path = "/shared-with-me/:share", method = "get", operation_id = "get_received", tag = "Tag::Sharing")]
    async fn get_received(&self, auth: Auth, app: Data<&Arc<App>>, share: Path<ShareId>) -> poem::Result<Found<Received>> {
        let shared = sharing::get_received(&app, &auth.0, share.0).await?;
        let revision = shared.share.revision;
        Ok(found(shared.into(), revision))
    }

    /// Respond to what was shared with me. Its author sees it.
    #[oai(path = "/shared-with-me/:share/responses", method = "post", operation_id = "respond", tag = "Tag::Sharing")]
    async fn respond(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        share: Path<ShareId>,
        body: Json<NewResponse>,
    ) -> poem::Result<Made<Response>> {
        let response = sharing::respond(&app, &auth.0, share.0, &key.0, &body.body).await?;
        Ok(made(response.into(), 1, &format!("/shared-with-me/{}", share.0)))
    }

    /// List prompt sets: the shipped ones and my own.
    #[oai(path = "/prompt-sets", method = "get", operation_id = "list_prompt_sets", tag = "Tag::Prompts")]
    async fn list_prompt_sets(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<Json<PromptSets>> {
        let sets = prompts::list(&app, &auth.0).await?;
        Ok(Json(PromptSets { items: sets.into_iter().map(PromptSet::from).collect() }))
    }

    /// Make a prompt set of my own, or fork one.
    #[oai(path = "/prompt-sets", method = "post", operation_id = "create_prompt_set", tag = "Tag::Prompts")]
    async fn create_prompt_set(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        body: Json<NewPromptSet>,
    ) -> poem::Result<Made<PromptSet>> {
        let parent = body.forked_from.clone();
        let set = prompts::create(&app, &auth.0, &key.0, parent, body.0.into()).await?;
        let (revision, location) = (set.revision, format!("/prompt-sets/{}", set.slug));
        Ok(made(set.into(), revision, &location))
    }

    /// Read a prompt set.
    #[oai(path = "/prompt-sets/:slug", method = "get", operation_id = "get_prompt_set", tag = "Tag::Prompts")]
    async fn get_prompt_set(&self, auth: Auth, app: Data<&Arc<App>>, slug: Path<String>) -> poem::Result<Found<PromptSet>> {
        let set = prompts::get(&app, &auth.0, &slug).await?;
        let revision = set.revision;
        Ok(found(set.into(), revision))
    }

    /// Change a prompt set of my own.
    #[oai(path = "/prompt-sets/:slug", method = "put", operation_id = "change_prompt_set", tag = "Tag::Prompts")]
    async fn change_prompt_set(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        slug: Path<String>,
        body: Json<NewPromptSet>,
    ) -> poem::Result<Found<PromptSet>> {
        let set = prompts::change(&app, &auth.0, &slug, seen.0, body.0.into()).await?;
        let revision = set.revision;
        Ok(found(set.into(), revision))
    }

    /// Delete a prompt set of my own.
    #[oai(path = "/prompt-sets/:slug", method = "delete", operation_id = "delete_prompt_set", tag = "Tag::Prompts")]
    async fn delete_prompt_set(&self, auth: Auth, app: Data<&Arc<App>>, slug: Path<String>) -> poem::Result<Done> {
        prompts::delete(&app, &auth.0, &slug).await?;
        Ok(Done::NoContent)
    }
}
