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
    http::paging::{Paging, Slice},
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

/// A page of what was found.
#[derive(Clone, Debug)]
pub struct FoundPage {
    /// Best first; without words, newest first.
    pub hits: Vec<FoundCard>,
    /// Whether there are more.
    pub more: bool,
    /// How many have each theme.
    pub themes: Counts,
    /// How many are of each organisation.
    pub organisations: Counts,
    /// How many are of each maturity.
    pub maturities: Counts,
}

/// The published examples, newest first.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn list(app: &App, paging: &Paging) -> Result<Slice<Card>> {
    slice(store::cards(app, paging).await?, paging)
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

/// Finds published examples.
///
/// # Errors
/// `Internal` when the index cannot be read.
pub async fn find(app: &std::sync::Arc<App>, looking: &Looking, (offset, limit): (usize, usize)) -> Result<FoundPage> {
    let wanted = Wanted {
        text: looking.q.clone(),
        theme: looking.theme.clone(),
        organisation: looking.organisation.map(|id| id.to_string()),
        maturity: looking.maturity.map(|maturity| maturity.name().to_owned()),
        offset,
        limit,
    };
    let searching = std::sync::Arc::clone(app);
    let found = tokio::task::spawn_blocking(move || searching.search.find(&wanted)).await;
    let found = found.map_err(|_| Error::internal("searching stopped"))??;
    let hits = found
        .hits
        .into_iter()
        .map(|hit| Ok(FoundCard { card: read_card(&hit.card)?, highlights: hit.highlights }))
        .collect::<Result<_>>()?;
    Ok(FoundPage {
        hits,
        more: found.more,
        themes: found.themes,
        organisations: found.organisations,
        maturities: found.maturities,
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
