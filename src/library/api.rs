//! JSON edge of the library.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi, Tags,
    param::{Path, Query},
    payload::{Json, PlainText},
    types::{MaybeUndefined, ToJSON},
};

use super::{
    Put, View, feeds,
    finding::{self, Card, Looking},
    model::{self, Content},
};
use crate::{
    app::App,
    error::{Error, Result, Revision},
    http::{
        answer::{Done, Found, IfMatch, Made, etag, found, made, next_link},
        auth::{Auth, MaybeAuth},
        operation::IdempotencyKey,
        paging::{self, Paging},
    },
    id::{ExampleId, OrganisationId},
    people::{self, api::OrganisationName},
    reflections::api::SourceLink,
};

/// Areas of the contract.
#[derive(Tags)]
enum Tag {
    /// Practice examples: published by authorities, read by everyone.
    Library,
}

/// The operations.
pub struct Api;

/// How far a way of working has got.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename_all = "snake_case")]
enum Maturity {
    /// An idea.
    Idea,
    /// Being tried.
    BeingTried,
    /// Repeated elsewhere.
    RepeatedElsewhere,
    /// Well evidenced.
    WellEvidenced,
}

impl From<Maturity> for model::Maturity {
    fn from(from: Maturity) -> Self {
        match from {
            Maturity::Idea => Self::Idea,
            Maturity::BeingTried => Self::BeingTried,
            Maturity::RepeatedElsewhere => Self::RepeatedElsewhere,
            Maturity::WellEvidenced => Self::WellEvidenced,
        }
    }
}

impl From<model::Maturity> for Maturity {
    fn from(from: model::Maturity) -> Self {
        match from {
            model::Maturity::Idea => Self::Idea,
            model::Maturity::BeingTried => Self::BeingTried,
            model::Maturity::RepeatedElsewhere => Self::RepeatedElsewhere,
            model::Maturity::WellEvidenced => Self::WellEvidenced,
        }
    }
}

/// The strands of evidence.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename_all = "snake_case")]
enum EvidenceKind {
    /// Research.
    Research,
    /// What children and families say.
    FamilyFeedback,
    /// What was seen to change.
    ObservedEffect,
}

/// One strand of evidence.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Evidence {
    /// Which strand.
    kind: EvidenceKind,
    /// What was found.
    text: String,
    /// Who says so.
    source: Option<String>,
}

impl From<Evidence> for model::Evidence {
    fn from(from: Evidence) -> Self {
        let kind = match from.kind {
            EvidenceKind::Research => model::EvidenceKind::Research,
            EvidenceKind::FamilyFeedback => model::EvidenceKind::FamilyFeedback,
            EvidenceKind::ObservedEffect => model::EvidenceKind::ObservedEffect,
        };
        Self { kind, text: from.text, source: from.source }
    }
}

impl From<model::Evidence> for Evidence {
    fn from(from: model::Evidence) -> Self {
        let kind = match from.kind {
            model::EvidenceKind::Research => EvidenceKind::Research,
            model::EvidenceKind::FamilyFeedback => EvidenceKind::FamilyFeedback,
            model::EvidenceKind::ObservedEffect => EvidenceKind::ObservedEffect,
        };
        Self { kind, text: from.text, source: from.source }
    }
}

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

/// Where an example stands.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename_all = "snake_case")]
enum State {
    /// Not seen by the world.
    Draft,
    /// Read by everyone.
    Published,
    /// Withdrawn: a tombstone stands in its place.
    Withdrawn,
}

fn state(name: &str) -> State {
    match name {
        "published" => State::Published,
        "withdrawn" => State::Withdrawn,
        _ => State::Draft,
    }
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

/// A practice example.
#[derive(Debug, Object)]
struct PracticeExample {
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

/// Where words were found: HTML with `<b>` around each.
#[derive(Debug, Object)]
struct Highlight {
    /// `title`, `summary` or `text`.
    field: String,
    /// The piece of text, safe to show.
    html: String,
}

/// A practice example in a list: without its long texts.
#[derive(Debug, Object)]
struct ExampleCard {
    /// Its permanent id.
    id: ExampleId,
    /// Whose it is.
    organisation: OrganisationName,
    /// The publisher's own key.
    key: Option<String>,
    /// Where it stands.
    state: State,
    /// Its version.
    version: i64,
    /// Its permanent address.
    url: String,
    /// What it is called.
    title: String,
    /// What it is.
    summary: String,
    /// What it is about.
    themes: Vec<String>,
    /// How far it has got.
    maturity: Option<Maturity>,
    /// Whose work it summarises; that authority did not write it.
    summarises: Option<String>,
    /// When it was first published.
    published_at: Option<DateTime<Utc>>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
    /// Where the words stand, when words were looked for.
    highlights: Vec<Highlight>,
}

fn card(app: &App, card: Card, organisation: String, highlights: Vec<(&'static str, String)>) -> ExampleCard {
    ExampleCard {
        url: feeds::permanent_url(app, card.id),
        id: card.id,
        organisation: OrganisationName { id: card.organisation, name: organisation },
        key: card.key,
        state: state(&card.state),
        version: card.version,
        title: card.title,
        summary: card.summary,
        themes: card.themes,
        maturity: card.maturity.map(Maturity::from),
        summarises: card.summarises,
        published_at: card.published_at,
        updated_at: card.updated_at,
        highlights: highlights.into_iter().map(|(field, html)| Highlight { field: field.to_owned(), html }).collect(),
    }
}

/// A value with how many of the found examples have it.
#[derive(Debug, Object)]
struct Count {
    /// The value, to filter by.
    value: String,
    /// How many.
    count: u64,
}

fn counts(counts: Vec<(String, u64)>) -> Vec<Count> {
    counts.into_iter().map(|(value, count)| Count { value, count }).collect()
}

/// What the found examples have in common.
#[derive(Debug, Default, Object)]
struct Facets {
    /// By theme.
    themes: Vec<Count>,
    /// By organisation id.
    organisations: Vec<Count>,
    /// By maturity.
    maturities: Vec<Count>,
}

/// A page of examples.
#[derive(Debug, Object)]
struct ExamplePage {
    /// Best first; without words, newest first.
    items: Vec<ExampleCard>,
    /// The cursor of the next page; null on the last one.
    next: Option<String>,
    /// Counts over everything found, when something was looked for.
    facets: Option<Facets>,
}

/// A page of examples with a link to the next.
#[derive(ApiResponse)]
enum Examples {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Json<ExamplePage>,
        /// The address of the next page (RFC 8288).
        #[oai(header = "Link")]
        Option<String>,
    ),
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
    /// Newest first.
    items: Vec<VersionItem>,
}

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

const LIST: &str = "practice-examples";
const SEARCH: &str = "practice-examples?";
const DRAFTS: &str = "practice-example-drafts";
const KEEP: &str = "public, max-age=60";

async fn full(app: &App, example: model::Example, view: View) -> Result<(PracticeExample, Revision)> {
    let organisation = people::organisations::named(app, example.organisation).await?.name;
    let revision = example.revision;
    Ok((show(app, example, organisation, view), revision))
}

async fn cards(app: &App, found: Vec<(Card, Vec<(&'static str, String)>)>) -> Result<Vec<ExampleCard>> {
    let mut names: std::collections::HashMap<OrganisationId, String> = std::collections::HashMap::new();
    let mut cards = Vec::with_capacity(found.len());
    for (one, highlights) in found {
        let name = match names.get(&one.organisation) {
            Some(name) => name.clone(),
            None => {
                let name = people::organisations::named(app, one.organisation).await?.name;
                names.insert(one.organisation, name.clone());
                name
            }
        };
        cards.push(card(app, one, name, highlights));
    }
    Ok(cards)
}

/// A search goes on by how many it has shown; its cursor is good for these words and filters only.
async fn search(app: &Arc<App>, looking: Looking, limit: Option<u32>, cursor: Option<&str>) -> Result<ExamplePage> {
    let limit = paging::limit(limit)?;
    let list = format!("{SEARCH}{looking:?}");
    let offset = match cursor {
        None => 0,
        Some(cursor) => {
            let bytes = paging::open(&app.vault, &list, cursor)?;
            bytes.as_slice().try_into().map(u32::from_be_bytes).unwrap_or_default()
        }
    };
    let found = finding::find(app, &looking, (usize::try_from(offset).unwrap_or(0), limit)).await?;
    let next = found.more.then(|| {
        let place = offset.saturating_add(u32::try_from(limit).unwrap_or(0));
        paging::sign(&app.vault, &list, &place.to_be_bytes())
    });
    let facets =
        Facets { themes: counts(found.themes), organisations: counts(found.organisations), maturities: counts(found.maturities) };
    let hits = found.hits.into_iter().map(|hit| (hit.card, hit.highlights)).collect();
    Ok(ExamplePage { items: cards(app, hits).await?, next, facets: Some(facets) })
}

#[OpenApi]
impl Api {
    /// Find practice examples: search by words, filter, or list the newest.
    #[oai(path = "/practice-examples", method = "get", operation_id = "list_examples", tag = "Tag::Library")]
    #[expect(clippy::too_many_arguments, reason = "one for each query parameter of the contract")]
    async fn list_examples(
        &self,
        _auth: MaybeAuth,
        app: Data<&Arc<App>>,
        request: &Request,
        /// Words, all of which must be there; "quotation marks" keep them together.
        q: Query<Option<String>>,
        /// Only with this theme, such as early-help.
        theme: Query<Option<String>>,
        /// Only of this organisation.
        organisation: Query<Option<OrganisationId>>,
        /// Only of this maturity.
        maturity: Query<Option<Maturity>>,
        /// At most so many: 1 to 100, 20 unless said.
        limit: Query<Option<u32>>,
        /// Where to go on, from `next` of the page before.
        cursor: Query<Option<String>>,
    ) -> poem::Result<Examples> {
        let looking = Looking {
            q: q.0.filter(|q| !q.trim().is_empty()),
            theme: theme.0,
            organisation: organisation.0,
            maturity: maturity.0.map(Into::into),
        };
        let page = if looking.for_anything() {
            let paging = Paging::read(&app.vault, LIST, limit.0, cursor.0.as_deref())?;
            let page = finding::list(&app, &paging).await?;
            let next = page.last.and_then(|last| uuid::Uuid::try_parse(&last).ok());
            let next = next.map(|last| paging::sign(&app.vault, LIST, last.as_bytes()));
            let items = cards(&app, page.items.into_iter().map(|card| (card, Vec::new())).collect()).await?;
            ExamplePage { items, next, facets: None }
        } else {
            search(&app, looking, limit.0, cursor.0.as_deref()).await?
        };
        let link = page.next.as_deref().map(|cursor| next_link(request, cursor));
        Ok(Examples::Ok(Json(page), link))
    }

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
        let example = super::write(&app, &auth.0, organisation.0, &key.0, body.0.parts()).await?;
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
        let (example, put) = super::put(&app, &auth.0, (organisation.0, &key), body.0.parts()).await?;
        let location = format!("/api/v1/practice-examples/{}", example.id);
        let (example, revision) = full(&app, example, View::Draft).await?;
        Ok(match put {
            Put::Created => PutAnswer::Created(Json(example), etag(revision), location),
            Put::Revised | Put::Unchanged => PutAnswer::Kept(Json(example), etag(revision)),
        })
    }

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
        let example = super::get(&app, &auth.0, example.0, view).await?;
        let reading = feeds::reading(&example);
        let (mut example, revision) = full(&app, example, view).await?;
        if view == View::Published {
            example.html = Some(app.markdown.render(&reading).await?);
        }
        Ok(found(example, revision))
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
        let example = super::revise(&app, &auth.0, example.0, seen.0, body.0.into()).await?;
        let (example, revision) = full(&app, example, View::Draft).await?;
        Ok(found(example, revision))
    }

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
        let example = super::publish(&app, &auth.0, example.0, seen.0).await?;
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
        super::withdraw(&app, &auth.0, example.0, seen.0, &reason).await?;
        Ok(Done::NoContent)
    }

    /// List the published versions of an example.
    #[oai(path = "/practice-examples/:example/versions", method = "get", operation_id = "list_versions", tag = "Tag::Library")]
    async fn list_versions(
        &self,
        auth: MaybeAuth,
        app: Data<&Arc<App>>,
        example: Path<ExampleId>,
    ) -> poem::Result<Json<Versions>> {
        let versions = super::versions(&app, &auth.0, example.0).await?;
        Ok(Json(Versions { items: versions.into_iter().map(VersionItem::from).collect() }))
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
        let version = super::version(&app, &auth.0, example.0, number.0).await?;
        Ok(found(version.into(), number.0))
    }

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

    /// See how a text in Markdown will look. Nothing is kept.
    #[oai(path = "/markdown/preview", method = "post", operation_id = "preview_markdown", tag = "Tag::Library")]
    async fn preview_markdown(&self, _auth: Auth, app: Data<&Arc<App>>, body: Json<Markdown>) -> poem::Result<Json<Rendered>> {
        Ok(Json(Rendered { html: app.markdown.preview(&body.markdown).await? }))
    }
}
