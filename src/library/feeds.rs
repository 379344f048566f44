//! Following and citing: Atom (RFC 4287) with tombstones (RFC 6721), JSON Feed 1.1, and citations.

use std::fmt::Write as _;

use atom_syndication::{
    Content as AtomContent, Entry, Feed, FixedDateTime, Generator, Link, Person, Text,
    extension::{Extension, ExtensionMap},
};
use chrono::{DateTime, Utc};

use super::{
    model::{Example, State},
    store,
};
use crate::{access::Actor, app::App, error::Result, id::ExampleId, people};

/// The most entries in a feed.
const LONGEST: usize = 50;
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

/// The latest changes to the library.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn following(app: &App) -> Result<Following> {
    let mut seen: Vec<ExampleId> = Vec::new();
    let mut following = Following { published: Vec::new(), withdrawn: Vec::new(), updated_at: DateTime::UNIX_EPOCH };
    for change in store::latest_changes(app).await? {
        if seen.contains(&change.example) || seen.len() >= LONGEST {
            continue;
        }
        seen.push(change.example);
        let example = store::get(app, change.example).await?;
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

/// The latest changes as an Atom feed.
///
/// # Errors
/// As [`following`].
pub async fn atom(app: &App) -> Result<String> {
    let following = following(app).await?;
    let base = app.config.public_url();
    let link = |href: String, rel: &str, kind: &str| Link {
        href,
        rel: rel.to_owned(),
        mime_type: Some(kind.to_owned()),
        ..Link::default()
    };
    let mut entries = Vec::new();
    for (example, organisation) in &following.published {
        let Some(content) = &example.published else { continue };
        let url = permanent_url(app, example.id);
        let html = app.markdown.render(&reading(example)).await.unwrap_or_default();
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
            content: Some(AtomContent { content_type: Some("html".to_owned()), value: Some(html), ..AtomContent::default() }),
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
    Ok(feed.to_string())
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
    let following = following(app).await?;
    let base = app.config.public_url();
    let mut items = Vec::new();
    for (example, organisation) in &following.published {
        let Some(content) = &example.published else { continue };
        items.push(serde_json::json!({
            "id": urn(example.id),
            "url": permanent_url(app, example.id),
            "title": content.title,
            "summary": content.summary,
            "content_html": app.markdown.render(&reading(example)).await.unwrap_or_default(),
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
    Ok(serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "home_page_url": format!("{base}/practice-examples"),
        "feed_url": format!("{base}/practice-examples.json"),
        "items": items,
        "_soundings": { "withdrawn": withdrawn },
    }))
}

/// A published example as one Markdown text: the child's experience first (003-17), and what did not work as plainly as
/// the rest.
#[must_use]
pub fn reading(example: &Example) -> String {
    let Some(content) = &example.published else { return String::new() };
    let mut text = format!("{}\n\n", content.summary);
    if let Some(whose) = &content.summarises {
        let _infallible = write!(text, "*A summary of published work by {whose}, which did not write it.*\n\n");
    }
    let headings = [
        ("The child’s experience", &content.childs_experience),
        ("Context", &content.context),
        ("What we did", &content.what_we_did),
        ("What difference it made", &content.difference_made),
        ("What did not work", &content.what_did_not_work),
        ("What it took", &content.what_it_took),
        ("Who it reached", &content.reached),
    ];
    for (heading, part) in headings {
        if let Some(part) = part {
            let _infallible = write!(text, "## {heading}\n\n{part}\n\n");
        }
    }
    text
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
