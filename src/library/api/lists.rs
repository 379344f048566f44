//! Lists of practice examples: found by words and filters, or the newest.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, param::Query, payload::Json};

use super::{Maturity, State, Tag, state};
use crate::{
    app::App,
    error::{Error, Result},
    http::{answer::next_link, auth::MaybeAuth, paging},
    id::{ExampleId, OrganisationId},
    library::{
        feeds,
        finding::{self, Card, Looking},
    },
    people::{self, api::OrganisationName},
};

/// The operation that finds examples.
pub struct ListsApi;

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
pub(super) struct ExampleCard {
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

/// A value with how many of the found examples have it.
#[derive(Debug, Object)]
struct Count {
    /// The value, to filter by.
    value: String,
    /// How many.
    count: u64,
}

/// What the found examples have in common.
#[derive(Debug, Default, Object)]
pub(super) struct Facets {
    /// By theme.
    themes: Vec<Count>,
    /// By organisation id.
    organisations: Vec<Count>,
    /// By maturity.
    maturities: Vec<Count>,
}

/// A page of examples.
#[derive(Debug, Object)]
pub(super) struct ExamplePage {
    /// Best first; without words, newest first.
    pub(super) items: Vec<ExampleCard>,
    /// The cursor of the next page; null on the last one.
    pub(super) next: Option<String>,
    /// Counts over everything found, when something was looked for.
    pub(super) facets: Option<Facets>,
}

/// A page of examples with a link to the next.
#[derive(ApiResponse)]
pub(super) enum Examples {
    /// The page.
    #[oai(status = 200)]
    Ok(
        Json<ExamplePage>,
        /// The address of the next page (RFC 8288).
        #[oai(header = "Link")]
        Option<String>,
    ),
}

#[OpenApi]
impl ListsApi {
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
        let shelf = finding::page(&app, &looking, paging::limit(limit.0)?, cursor.0.as_deref()).await?;
        let facets = shelf.facets.map(|facets| Facets {
            themes: counts(facets.themes),
            organisations: counts(facets.organisations),
            maturities: counts(facets.maturities),
        });
        let hits = shelf.hits.into_iter().map(|hit| (hit.card, hit.highlights)).collect();
        let page = ExamplePage { items: cards(&app, hits).await?, next: shelf.next, facets };
        let link = page.next.as_deref().map(|cursor| next_link(request, cursor));
        Ok(Examples::Ok(Json(page), link))
    }
}

fn counts(counts: Vec<(String, u64)>) -> Vec<Count> {
    counts.into_iter().map(|(value, count)| Count { value, count }).collect()
}

/// What was found as cards, each with the name of its organisation.
pub(super) async fn cards(app: &App, found: Vec<(Card, Vec<(&'static str, String)>)>) -> Result<Vec<ExampleCard>> {
    let names = people::organisations::names(app, found.iter().map(|(card, _)| card.organisation)).await?;
    let named = |organisation| names.get(&organisation).cloned().ok_or(Error::NotFound);
    found.into_iter().map(|(one, highlights)| Ok(card(app, named(one.organisation)?, one, highlights))).collect()
}

fn card(app: &App, organisation: String, card: Card, highlights: Vec<(&'static str, String)>) -> ExampleCard {
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
