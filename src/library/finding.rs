//! Finding examples: lists from the store, search from the index, and keeping the index in step with the change log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    model::{Content, Example, Maturity, State},
    store,
};
use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    error::{Error, Result},
    http::paging::{self, Paging, Slice},
    id::{ExampleId, OrganisationId},
    markdown::to_plain_text,
    search::{Counts, Document, Wanted},
};

/// What a list shows of an example.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Card {
    /// Its permanent id.
    pub id: ExampleId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The publisher's own key.
    pub key: Option<String>,
    /// Where it stands.
    pub state: String,
    /// Its version.
    pub version: i64,
    /// What it is called.
    pub title: String,
    /// What it is.
    pub summary: String,
    /// What it is about.
    pub themes: Vec<String>,
    /// How far it has got.
    pub maturity: Option<Maturity>,
    /// Whose work it summarises.
    pub summarises: Option<String>,
    /// When it was first published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What somebody looks for.
#[derive(Clone, Debug, Default)]
pub struct Looking {
    /// Words.
    pub q: Option<String>,
    /// Only with this theme.
    pub theme: Option<String>,
    /// Only of this organisation.
    pub organisation: Option<OrganisationId>,
    /// Only of this maturity.
    pub maturity: Option<Maturity>,
}

impl Looking {
    /// Whether anything narrows the list.
    #[must_use]
    pub const fn for_anything(&self) -> bool {
        self.q.is_none() && self.theme.is_none() && self.organisation.is_none() && self.maturity.is_none()
    }
}

/// A found example with where the words stand in it.
#[derive(Clone, Debug)]
pub struct FoundCard {
    /// The example.
    pub card: Card,
    /// Field and HTML with `<b>` around each word found.
    pub highlights: Vec<(&'static str, String)>,
}

/// What the found examples have in common.
#[derive(Clone, Debug)]
pub struct Facets {
    /// How many have each theme.
    pub themes: Counts,
    /// How many are of each organisation.
    pub organisations: Counts,
    /// How many are of each maturity.
    pub maturities: Counts,
}

/// A page of the library.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// Best first; without words, newest first.
    pub hits: Vec<FoundCard>,
    /// The cursor of the next page, if there is one: good for what was looked for and nothing else.
    pub next: Option<String>,
    /// Counts over everything found, when something was looked for.
    pub facets: Option<Facets>,
}

/// The name of the plain list, and the start of a search's name, in cursors.
const LIST: &str = "practice-examples";
const SEARCH: &str = "practice-examples?";

/// A page of the library: found by words and filters, or the newest.
///
/// # Errors
/// `Invalid` for a cursor of another list; `Busy` or `Internal` when the store or the index does not answer.
pub async fn page(app: &std::sync::Arc<App>, looking: &Looking, limit: usize, cursor: Option<&str>) -> Result<Shelf> {
    if looking.for_anything() { list(app, limit, cursor).await } else { find(app, looking, limit, cursor).await }
}

/// The published examples, newest first.
async fn list(app: &App, limit: usize, cursor: Option<&str>) -> Result<Shelf> {
    let paging = Paging::from(&app.vault, LIST, limit, cursor)?;
    let slice = slice(store::cards(app, &paging).await?, &paging)?;
    let next = slice.last.and_then(|last| uuid::Uuid::try_parse(&last).ok());
    let next = next.map(|last| paging::sign(&app.vault, LIST, last.as_bytes()));
    let hits = slice.items.into_iter().map(|card| FoundCard { card, highlights: Vec::new() }).collect();
    Ok(Shelf { hits, next, facets: None })
}

/// The drafts of an organisation, newest first.
///
/// # Errors
/// `NotFound` for anyone who does not write for it.
pub async fn list_drafts(app: &App, actor: &Actor, organisation: OrganisationId, paging: &Paging) -> Result<Slice<Card>> {
    access::check(actor, Action::Read, Object::Example { organisation, public: false })?;
    slice(store::drafts(app, organisation, paging).await?, paging)
}

fn slice(cards: Vec<store::Card>, paging: &Paging) -> Result<Slice<Card>> {
    let slice = paging.slice(cards, |card| card.sort_key.clone());
    let items = slice.items.iter().map(|card| read_card(&card.card)).collect::<Result<_>>()?;
    Ok(Slice { items, last: slice.last })
}

/// Published examples that have all the words and pass the filters. A search goes on by how many it has shown.
async fn find(app: &std::sync::Arc<App>, looking: &Looking, limit: usize, cursor: Option<&str>) -> Result<Shelf> {
    let list = format!("{SEARCH}{looking:?}");
    let shown = match cursor {
        None => 0,
        Some(cursor) => {
            paging::open(&app.vault, &list, cursor)?.as_slice().try_into().map(u32::from_be_bytes).unwrap_or_default()
        }
    };
    let wanted = Wanted {
        text: looking.q.clone(),
        theme: looking.theme.clone(),
        organisation: looking.organisation.map(|id| id.to_string()),
        maturity: looking.maturity.map(|maturity| maturity.name().to_owned()),
        offset: usize::try_from(shown).unwrap_or(0),
        limit,
    };
    let searching = std::sync::Arc::clone(app);
    let found = tokio::task::spawn_blocking(move || searching.search.find(&wanted)).await;
    let found = found.map_err(|_| Error::internal("searching stopped"))??;
    let next = found.more.then(|| {
        let place = shown.saturating_add(u32::try_from(limit).unwrap_or(0));
        paging::sign(&app.vault, &list, &place.to_be_bytes())
    });
    let read = |hit: crate::search::Hit| Ok(FoundCard { card: read_card(&hit.card)?, highlights: hit.highlights });
    Ok(Shelf {
        hits: found.hits.into_iter().map(read).collect::<Result<_>>()?,
        next,
        facets: Some(Facets { themes: found.themes, organisations: found.organisations, maturities: found.maturities }),
    })
}

/// The card of an example: of what the world reads, or of its draft while there is nothing else.
pub(super) fn card(example: &Example) -> Result<String> {
    let content = example.published.as_ref().unwrap_or(&example.draft);
    let card = Card {
        id: example.id,
        organisation: example.organisation,
        key: example.key.as_ref().map(|key| key.as_str().to_owned()),
        state: example.state.name().to_owned(),
        version: example.version,
        title: content.title.clone(),
        summary: content.summary.clone(),
        themes: content.themes.clone(),
        maturity: content.maturity,
        summarises: content.summarises.clone(),
        published_at: example.published_at,
        updated_at: example.updated_at,
    };
    serde_json::to_string(&card).map_err(|_| Error::internal("a card that has no JSON form"))
}

fn read_card(card: &str) -> Result<Card> {
    serde_json::from_str(card).map_err(|_| Error::internal("a card that does not read"))
}

/// Tells the index of a change that has just been committed, so that the next search sees it. The change stands, whatever
/// becomes of that: the change log makes good what the index does not take, and what a crash between the two would lose.
pub(super) fn follow(app: &App, example: &Example) {
    if let Err(cause) = index(app, example) {
        tracing::warn!(example = %example.id, %cause, "the search index did not take a change: it follows later");
    }
}

fn index(app: &App, example: &Example) -> Result<()> {
    match (&example.state, &example.published) {
        (State::Published, Some(content)) => app.search.put(&Document {
            id: example.id.to_string(),
            title: content.title.clone(),
            summary: content.summary.clone(),
            body: body(content),
            themes: content.themes.clone(),
            organisation: example.organisation.to_string(),
            maturity: content.maturity.map(|maturity| maturity.name().to_owned()).unwrap_or_default(),
            published: example.published_at.map_or(0, |at| at.timestamp_millis()),
            card: card(example)?,
        }),
        (State::Withdrawn { .. }, _) => app.search.remove(&example.id.to_string()),
        _ => Ok(()),
    }
}

/// Everything that an example says beside its title and its summary, as plain text.
fn body(content: &Content) -> String {
    let mut body = String::new();
    for (_, text) in content.narratives() {
        body.push_str(&to_plain_text(text));
        body.push('\n');
    }
    let evidence = content.evidence.iter().map(|evidence| &evidence.text);
    for text in content.reached.iter().chain(evidence).chain(&content.summarises) {
        body.push_str(text);
        body.push('\n');
    }
    body
}

/// Follows the change log from where the index stopped, and makes it durable. A scheduled job, and the first thing at
/// start. Looks two minutes back each time, because a change that began earlier may be committed later; once the log has
/// rested for ten minutes it is settled, and what is before is not looked at again. What cannot be followed now is followed
/// the next time.
///
/// # Errors
/// `Busy` or `Internal` when the store or the index does not answer.
pub async fn catch_up(app: &App) -> Result<usize> {
    let began = app.clock.now();
    let mut place = two_minutes_before(&app.search.position().unwrap_or_default()).max(app.search.settled().unwrap_or_default());
    let mut followed = app.search.begin(&place);
    loop {
        let changes = store::changes_after(app, &place).await?;
        let full = changes.len() == 500;
        for change in changes {
            place.clone_from(&change.sort_key);
            if !app.search.has_followed(&change.sort_key) {
                read_again(app, change.example).await?;
                followed.note(change.sort_key);
            }
        }
        if !full {
            break;
        }
    }
    let count = followed.count();
    if count > 0 {
        app.search.commit(Some(followed))?;
    }
    app.search.followed_to_the_end(began, app.clock.now());
    Ok(count)
}

/// An example that has changed again is followed as it is now: the log says that it changed, not how.
async fn read_again(app: &App, id: ExampleId) -> Result<()> {
    match store::get(app, id).await {
        Ok(example) => index(app, &example),
        Err(Error::NotFound) => app.search.remove(&id.to_string()),
        Err(cause) => Err(cause),
    }
}

/// Forgets the index and builds it again from the store.
///
/// # Errors
/// As [`catch_up`].
pub async fn reindex(app: &App) -> Result<usize> {
    app.search.clear()?;
    catch_up(app).await
}

/// The id that the log would have given two minutes before this one (the first 48 bits of a UUIDv7 are milliseconds).
fn two_minutes_before(place: &str) -> String {
    let Ok(uuid) = uuid::Uuid::try_parse(place) else { return String::new() };
    let millis = uuid.as_u128() >> 80;
    uuid::Uuid::from_u128(millis.saturating_sub(120_000) << 80).to_string()
}
