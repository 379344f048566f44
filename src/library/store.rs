//! Typed functions over the tables of the library. Private to the feature.

use chrono::{DateTime, Utc};
use surrealdb::types::{RecordId, SurrealValue};

use super::model::{Content, Example, Key, State, Version};
use crate::{
    app::App,
    db::Changes,
    error::{Error, Result, Revision},
    http::paging::Paging,
    id::{ExampleId, Id, OrganisationId},
};

#[derive(Clone, SurrealValue)]
struct Row {
    id: ExampleId,
    organisation: OrganisationId,
    key: String,
    state: String,
    revision: Revision,
    version: i64,
    draft: String,
    published: Option<String>,
    card: String,
    withdrawn_because: Option<String>,
    written_by_publisher: bool,
    /// Not there while nobody has.
    edited: Option<bool>,
    sort_key: String,
    created_at: DateTime<Utc>,
    published_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

/// What a list shows of an example. Made when it is published, so that a list reads no long texts.
#[derive(Clone, SurrealValue)]
pub struct Card {
    pub card: String,
    pub sort_key: String,
}

/// A change for the index and the feeds to follow.
#[derive(Clone, SurrealValue)]
pub struct LibraryChange {
    pub example: ExampleId,
    pub sort_key: String,
}

#[derive(SurrealValue)]
struct VersionRow {
    example: ExampleId,
    number: i64,
    content: String,
    published_at: DateTime<Utc>,
}

#[derive(SurrealValue)]
struct Changed {
    id: ExampleId,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<Example> {
        let state = match (self.state.as_str(), self.withdrawn_because) {
            ("published", _) => State::Published,
            ("withdrawn", because) => State::Withdrawn { because: because.unwrap_or_default() },
            _ => State::Draft,
        };
        Ok(Example {
            id: self.id,
            organisation: self.organisation,
            key: Key::parse(&self.key).ok(),
            state,
            revision: self.revision,
            version: self.version,
            draft: content(&self.draft)?,
            published: self.published.as_deref().map(content).transpose()?,
            edited: self.edited == Some(true),
            created_at: self.created_at,
            published_at: self.published_at,
            updated_at: self.updated_at,
        })
    }
}

fn content(text: &str) -> Result<Content> {
    serde_json::from_str(text).map_err(|_| Error::internal("an example that does not read"))
}

fn json(content: &Content) -> Result<String> {
    serde_json::to_string(content).map_err(|_| Error::internal("an example that has no JSON form"))
}

fn row(example: &Example) -> Result<Row> {
    Ok(Row {
        id: example.id,
        organisation: example.organisation,
        key: example.key.as_ref().map(|key| key.as_str().to_owned()).unwrap_or_default(),
        state: example.state.name().to_owned(),
        revision: example.revision,
        version: example.version,
        draft: json(&example.draft)?,
        published: example.published.as_ref().map(json).transpose()?,
        card: super::finding::card(example)?,
        withdrawn_because: match &example.state {
            State::Withdrawn { because } => Some(because.clone()),
            _ => None,
        },
        written_by_publisher: example.draft.summarises.is_none(),
        edited: example.edited.then_some(true),
        sort_key: example.id.to_string(),
        created_at: example.created_at,
        published_at: example.published_at,
        updated_at: example.updated_at,
    })
}

fn key_record(organisation: OrganisationId, key: &Key) -> RecordId {
    RecordId::new("practice_example_key", format!("{organisation}|{}", key.as_str()))
}

fn log(app: &App, tx: Changes, example: &Example) -> Changes {
    #[derive(SurrealValue)]
    struct Entry {
        feed: String,
        example: ExampleId,
        sort_key: String,
    }
    let key = app.clock.new_id::<uuid::Uuid>().to_string();
    let entry = Entry { feed: "library".to_owned(), example: example.id, sort_key: key.clone() };
    tx.create(RecordId::new("library_change", key), entry)
}

fn add_version(tx: Changes, example: &Example) -> Result<Changes> {
    let Some(published) = &example.published else { return Ok(tx) };
    let row =
        VersionRow { example: example.id, number: example.version, content: json(published)?, published_at: example.updated_at };
    Ok(tx.put(version_record(example.id, example.version), row))
}

fn version_record(example: ExampleId, number: i64) -> RecordId {
    RecordId::new("practice_example_version", format!("{example}|{number:06}"))
}

pub fn add(app: &App, tx: Changes, example: &Example) -> Result<Changes> {
    let tx = tx.create(example.id.record(), row(example)?);
    let tx = add_version(tx, example)?;
    Ok(if example.published.is_some() { log(app, tx, example) } else { tx })
}

pub fn save(app: &App, tx: Changes, example: &Example, seen: Revision) -> Result<Changes> {
    let tx = tx.replace(example.id.record(), seen, row(example)?);
    let published_now = example.published.as_ref() == Some(&example.draft) && example.state == State::Published;
    let tx = if published_now { add_version(tx, example)? } else { tx };
    let seen_by_the_world = published_now || matches!(example.state, State::Withdrawn { .. });
    Ok(if seen_by_the_world { log(app, tx, example) } else { tx })
}

pub fn claim_key(tx: Changes, organisation: OrganisationId, key: &Key, example: ExampleId) -> Changes {
    #[derive(SurrealValue)]
    struct Claim {
        example: ExampleId,
    }
    // Two first requests for one key at once: the second reads again and finds the first one's example.
    tx.with(
        "IF (SELECT VALUE id FROM ONLY $id) != NONE { THROW 'soundings:stale' }; CREATE ONLY $id CONTENT $row RETURN NONE",
        [("id", key_record(organisation, key).into_value()), ("row", Claim { example }.into_value())],
    )
}

pub async fn get(app: &App, id: ExampleId) -> Result<Example> {
    let row: Option<Row> = app.db.get(id).await?;
    row.ok_or(Error::NotFound)?.read()
}

pub async fn of_key(app: &App, organisation: OrganisationId, key: &Key) -> Result<Option<Example>> {
    let row: Option<Row> =
        app.db.run("SELECT * FROM (SELECT VALUE example FROM $id)").bind("id", key_record(organisation, key)).one().await?;
    row.map(Row::read).transpose()
}

/// One published version, however old.
pub async fn version(app: &App, example: ExampleId, number: i64) -> Result<Option<Version>> {
    let row: Option<VersionRow> =
        app.db.run("SELECT * OMIT id FROM $id").bind("id", version_record(example, number)).one().await?;
    row.map(|row| Ok(Version { number: row.number, content: content(&row.content)?, published_at: row.published_at })).transpose()
}

pub async fn cards(app: &App, paging: &Paging) -> Result<Vec<Card>> {
    if paging.limit <= 20 {
        return app
            .db
            .run(
                "SELECT card, sort_key FROM practice_example WHERE state = 'published' AND sort_key < $before
                 ORDER BY sort_key DESC LIMIT 21",
            )
            .bind("before", paging.before.clone())
            .all()
            .await;
    }
    app.db
        .run("SELECT card, sort_key FROM practice_example WHERE state = 'published' AND sort_key < $before ORDER BY sort_key DESC LIMIT 101")
        .bind("before", paging.before.clone())
        .all()
        .await
}

pub async fn drafts(app: &App, organisation: OrganisationId, paging: &Paging) -> Result<Vec<Card>> {
    app.db
        .run(
            "SELECT card, sort_key FROM practice_example WHERE organisation = $organisation AND state = 'draft' AND sort_key < $before
             ORDER BY sort_key DESC LIMIT 101",
        )
        .bind("organisation", organisation)
        .bind("before", paging.before.clone())
        .all()
        .await
}

/// The examples that changed last as the world sees them, newest change first, each once: for feeds.
pub async fn latest(app: &App, until: DateTime<Utc>) -> Result<Vec<ExampleId>> {
    let mut answers = app
        .db
        .run(
            "SELECT id, updated_at FROM practice_example WHERE state = 'published' AND updated_at < $until
                 ORDER BY updated_at DESC LIMIT 50;
             SELECT id, updated_at FROM practice_example WHERE state = 'withdrawn' AND updated_at < $until
                 ORDER BY updated_at DESC LIMIT 50",
        )
        .bind("until", until)
        .answers()
        .await?;
    let mut changed: Vec<Changed> = answers.rows(0)?;
    changed.extend(answers.rows::<Changed>(1)?);
    changed.sort_by_key(|changed| std::cmp::Reverse((changed.updated_at, changed.id)));
    Ok(changed.into_iter().map(|changed| changed.id).take(50).collect())
}

/// The newest entry of the change log: whoever knows it knows of every change.
pub async fn newest_change(app: &App) -> Result<Option<LibraryChange>> {
    app.db
        .run("SELECT example, sort_key FROM library_change WHERE feed = 'library' AND sort_key < 'g' ORDER BY sort_key DESC LIMIT 1")
        .one()
        .await
}

/// Changes after a place in the log, in order: for the index.
pub async fn changes_after(app: &App, place: &str) -> Result<Vec<LibraryChange>> {
    app.db
        .run("SELECT example, sort_key FROM library_change WHERE feed = 'library' AND sort_key > $place ORDER BY sort_key ASC LIMIT 500")
        .bind("place", place.to_owned())
        .all()
        .await
}
