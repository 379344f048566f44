//! Following and citing: Atom (RFC 4287) with tombstones (RFC 6721), JSON Feed 1.1, and citations.

use std::sync::Arc;

use atom_syndication::{
    Content as AtomContent, Entry, Feed, FixedDateTime, Generator, Link, Person, Text,
    extension::{Extension, ExtensionMap},
};
use chrono::{DateTime, Duration, Utc};

use super::{
    model::{Example, State},
    store,
};
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    id::ExampleId,
    people,
};

/// So many bytes of whole texts are in a feed, the newest first. What is older has its summary and its address there.
const WHOLE_TEXTS: usize = 4_000_000;
/// Who the feed is by when an entry names no one else.
const TITLE: &str = "Soundings: practice examples";

/// What a feed tells: examples as they are now, and those that were withdrawn.
#[derive(Debug)]
pub struct Following {
    /// Published examples with the name of whose they are, latest change first.
    pub published: Vec<(Example, String)>,
    /// Withdrawn ones.
    pub withdrawn: Vec<Example>,
    /// When the newest of them changed.
    pub updated_at: DateTime<Utc>,
}

/// The fifty examples that changed last, as they are now.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn following(app: &App) -> Result<Following> {
    let mut following = Following { published: Vec::new(), withdrawn: Vec::new(), updated_at: DateTime::UNIX_EPOCH };
    // A replica's clock may be a little ahead of this one.
    for id in store::latest(app, app.clock.now() + Duration::days(1)).await? {
        let example = store::get(app, id).await?;
        following.updated_at = following.updated_at.max(example.updated_at);
        match example.state {
            State::Withdrawn { .. } => following.withdrawn.push(example),
            State::Published => {
                let name = people::organisations::named(app, example.organisation).await?.name;
                following.published.push((example, name));
            }
            State::Draft => {}
        }
    }
    Ok(following)
}

/// The permanent address of an example.
#[must_use]
pub fn permanent_url(app: &App, id: ExampleId) -> String {
    format!("{}/practice-examples/{id}", app.config.public_url())
}

/// A feed as it was made last, until the library changes, and for a minute at most: organisations change their names too.
async fn kept(app: &App, kind: &'static str, make: impl Future<Output = Result<String>>) -> Result<Arc<str>> {
    let newest = store::newest_change(app).await?.map(|change| change.sort_key).unwrap_or_default();
    let minute = app.clock.now().timestamp() / 60;
    app.markdown.documents.get_or_make(&format!("{kind} {newest} {minute}"), make).await
}

/// What the world reads of an example, as HTML that is safe to show.
///
/// # Errors
/// As [`crate::markdown::Renderer::render`].
pub async fn html(app: &App, example: &Example) -> Result<String> {
    match &example.published {
        None => Ok(String::new()),
        Some(content) => app.markdown.render(&content.reading()).await,
    }
}

/// The same for a feed, while there is room in it.
async fn whole(app: &App, example: &Example, room: &mut usize) -> Result<Option<String>> {
    match html(app, example).await {
        Ok(html) if html.len() <= *room => {
            *room -= html.len();
            Ok(Some(html))
        }
        Ok(_) | Err(Error::Invalid(_)) => Ok(None),
        Err(cause) => Err(cause),
    }
}

/// The latest changes as an Atom feed.
///
/// # Errors
/// As [`following`].
pub async fn atom(app: &App) -> Result<String> {
    Ok(kept(app, "atom", make_atom(app)).await?.to_string())
}

async fn make_atom(app: &App) -> Result<String> {
    let following = following(app).await?;
    let base = app.config.public_url();
    let link = |href: String, rel: &str, kind: &str| Link {
        href,
        rel: rel.to_owned(),
        mime_type: Some(kind.to_owned()),
        ..Link::default()
    };
    let (mut entries, mut room) = (Vec::new(), WHOLE_TEXTS);
    for (example, organisation) in &following.published {
        let Some(content) = &example.published else { continue };
        let url = permanent_url(app, example.id);
        let html = whole(app, example, &mut room).await?;
        entries.push(Entry {
            id: urn(example.id),
            title: Text::plain(content.title.clone()),
            updated: FixedDateTime::from(example.updated_at),
            published: example.published_at.map(FixedDateTime::from),
            authors: vec![Person { name: organisation.clone(), ..Person::default() }],
            categories: content
                .themes
                .iter()
                .map(|theme| atom_syndication::Category { term: theme.clone(), ..Default::default() })
                .collect(),
            summary: Some(Text::plain(content.summary.clone())),
            content: html.map(|html| AtomContent {
                content_type: Some("html".to_owned()),
                value: Some(html),
                ..AtomContent::default()
            }),
            links: vec![link(url, "alternate", "text/html")],
            ..Entry::default()
        });
    }
    let mut feed = Feed {
        id: format!("{base}/practice-examples.atom"),
        title: Text::plain(TITLE),
        updated: FixedDateTime::from(following.updated_at),
        authors: vec![Person { name: "Soundings".to_owned(), ..Person::default() }],
        generator: Some(Generator { value: "Soundings".to_owned(), ..Generator::default() }),
        links: vec![
            link(format!("{base}/practice-examples.atom"), "self", "application/atom+xml"),
            link(format!("{base}/practice-examples"), "alternate", "text/html"),
        ],
        entries,
        ..Feed::default()
    };
    if !following.withdrawn.is_empty() {
        feed.namespaces.insert("at".to_owned(), "http://purl.org/atompub/tombstones/1.0".to_owned());
        feed.extensions = tombstones(&following.withdrawn);
    }
    Ok(feed.to_string().chars().filter(|c| in_xml(*c)).collect())
}

/// What may stand in an XML 1.0 document (its section 2.2). One other character makes a feed unreadable for everyone.
const fn in_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

fn tombstones(withdrawn: &[Example]) -> ExtensionMap {
    let stones = withdrawn.iter().map(|example| Extension {
        name: "at:deleted-entry".to_owned(),
        attrs: [("ref".to_owned(), urn(example.id)), ("when".to_owned(), example.updated_at.to_rfc3339())].into(),
        ..Extension::default()
    });
    ExtensionMap::from([("at".to_owned(), [("deleted-entry".to_owned(), stones.collect())].into())])
}

fn urn(id: ExampleId) -> String {
    format!("urn:uuid:{id}")
}

/// The latest changes as a JSON Feed. Withdrawn examples are named under `_soundings`, where the format lets a publisher
/// put what is its own.
///
/// # Errors
/// As [`following`].
pub async fn json(app: &App) -> Result<serde_json::Value> {
    let text = kept(app, "json", make_json(app)).await?;
    serde_json::from_str(&text).map_err(|_| Error::internal("a feed that does not read"))
}

async fn make_json(app: &App) -> Result<String> {
    let following = following(app).await?;
    let base = app.config.public_url();
    let (mut items, mut room) = (Vec::new(), WHOLE_TEXTS);
    for (example, organisation) in &following.published {
        let Some(content) = &example.published else { continue };
        let (kind, text) = match whole(app, example, &mut room).await? {
            Some(html) => ("content_html", html),
            None => ("content_text", content.summary.clone()),
        };
        items.push(serde_json::json!({
            "id": urn(example.id),
            "url": permanent_url(app, example.id),
            "title": content.title,
            "summary": content.summary,
            kind: text,
            "date_published": example.published_at,
            "date_modified": example.updated_at,
            "authors": [{ "name": organisation }],
            "tags": content.themes,
        }));
    }
    let withdrawn: Vec<_> = following
        .withdrawn
        .iter()
        .map(|example| serde_json::json!({ "id": urn(example.id), "withdrawn_at": example.updated_at }))
        .collect();
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "home_page_url": format!("{base}/practice-examples"),
        "feed_url": format!("{base}/practice-examples.json"),
        "items": items,
        "_soundings": { "withdrawn": withdrawn },
    });
    Ok(feed.to_string())
}

/// How to cite an example.
#[derive(Debug)]
pub struct Citation {
    /// As text.
    pub text: String,
    /// The permanent address.
    pub url: String,
    /// Which version is cited.
    pub version: i64,
}

/// How to cite an example as it reads now.
///
/// # Errors
/// As [`super::get`].
pub async fn cite(app: &App, actor: &Actor, id: ExampleId) -> Result<Citation> {
    let example = super::get(app, actor, id, super::View::Published).await?;
    let organisation = people::organisations::named(app, example.organisation).await?.name;
    let url = permanent_url(app, id);
    let title = &example.published.as_ref().unwrap_or(&example.draft).title;
    let year = example.published_at.unwrap_or(example.created_at).format("%Y");
    let text = format!("{organisation} ({year}) {title}. Version {}. Soundings. Available at: {url}", example.version);
    Ok(Citation { text, url, version: example.version })
}
