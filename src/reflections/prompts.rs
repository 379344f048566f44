//! Prompt sets: questions from a model of reflection, beside the text if wanted and never in front of it. The shipped ones
//! are files; anybody can fork one and change it, and the fork keeps where it came from (000-7). None is mandatory.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use surrealdb::types::{Bytes, SurrealValue};

use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    content::{self, Source},
    db::Fence,
    error::{Checks, Error, Result, Revision, fresh},
    id::{Id, PersonId, PromptSetId},
    once::Once,
    vault::Place,
};

/// The most prompt sets of one's own: so that each of them is always listed.
const MOST: usize = 100;

#[derive(RustEmbed)]
#[folder = "content/prompt-sets/"]
struct Files;

/// A prompt set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptSet {
    /// The name in its address: a word for shipped ones, an id for one's own.
    pub slug: String,
    /// What it says.
    pub text: PromptText,
    /// The slug it was forked from.
    pub forked_from: Option<String>,
    /// Whether it ships with the service; otherwise it is the caller's own.
    pub shipped: bool,
    /// Its revision.
    pub revision: Revision,
}

/// What a prompt set says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptText {
    /// Its title.
    pub title: String,
    /// What it is, and when people find it useful.
    pub summary: String,
    /// Whose model it is.
    #[serde(default)]
    pub origin: Option<String>,
    /// Where to read more.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// What the model is and is not for, in Markdown.
    #[serde(default)]
    pub introduction: String,
    /// The steps, each with its questions.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// One step of a prompt set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it is called.
    pub title: String,
    /// Questions, each to be answered or not.
    pub questions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: String,
    summary: String,
    origin: String,
    #[serde(default)]
    sources: Vec<Source>,
}

static SHIPPED: LazyLock<Vec<PromptSet>> = LazyLock::new(|| shipped().unwrap_or_default());

/// The shipped prompt sets, by title.
///
/// # Errors
/// What is wrong with which file.
pub fn shipped() -> std::result::Result<Vec<PromptSet>, String> {
    let mut sets = Vec::new();
    for name in Files::iter().filter(|name| name.ends_with(".md")) {
        let file = Files::get(&name).ok_or_else(|| format!("{name} is missing"))?;
        let document =
            content::read::<FrontMatter>(&String::from_utf8_lossy(&file.data)).map_err(|why| format!("{name}: {why}"))?;
        let steps = document
            .sections
            .into_iter()
            .map(|section| {
                let questions = section.text.lines().filter_map(|line| line.trim().strip_prefix("- ")).map(str::to_owned);
                Step { title: section.title, questions: questions.collect() }
            })
            .collect();
        let head = document.head;
        let text = PromptText {
            title: head.title,
            summary: head.summary,
            origin: Some(head.origin),
            sources: head.sources,
            introduction: document.introduction,
            steps,
        };
        text.check().map_err(|cause| format!("{name}: {cause:?}"))?;
        sets.push(PromptSet {
            slug: name.trim_end_matches(".md").to_owned(),
            text,
            forked_from: None,
            shipped: true,
            revision: 1,
        });
    }
    sets.sort_by(|a, b| a.text.title.cmp(&b.text.title));
    Ok(sets)
}

impl PromptText {
    fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        checks.text("/title", &self.title, 200);
        checks.text("/summary", &self.summary, 1_000);
        checks.length("/introduction", &self.introduction, 20_000);
        checks.ensure(!self.steps.is_empty() && self.steps.len() <= 30, "/steps", "out_of_range", "Write 1 to 30 steps.");
        for (at, step) in self.steps.iter().enumerate().take(30) {
            checks.text(&format!("/steps/{at}/title"), &step.title, 200);
            let fits = !step.questions.is_empty() && step.questions.len() <= 20;
            checks.ensure(fits, &format!("/steps/{at}/questions"), "out_of_range", "Write 1 to 20 questions.");
            for (n, question) in step.questions.iter().enumerate().take(20) {
                checks.text(&format!("/steps/{at}/questions/{n}"), question, 1_000);
            }
        }
        checks.done()
    }
}

#[derive(Clone, SurrealValue)]
pub(super) struct Row {
    pub(super) id: PromptSetId,
    pub(super) owner: PersonId,
    pub(super) sealed: Bytes,
    pub(super) forked_from: String,
    pub(super) sort_key: String,
    pub(super) revision: Revision,
    pub(super) updated_at: DateTime<Utc>,
}

/// The shipped prompt sets, then the caller's own.
///
/// # Errors
/// `Forbidden` for service clients.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<PromptSet>> {
    access::check(actor, Action::Read, Object::PromptSet(None))?;
    let owner = actor.person()?.id;
    let mut sets = SHIPPED.clone();
    if access::check(actor, Action::Read, Object::PromptSet(Some(owner))).is_ok() {
        for row in super::store::prompt_sets(app, owner).await? {
            sets.push(open(app, row).await?);
        }
    }
    Ok(sets)
}

/// One prompt set: shipped, or the caller's own.
///
/// # Errors
/// `NotFound` when there is none, or it is somebody else's.
pub async fn get(app: &App, actor: &Actor, slug: &str) -> Result<PromptSet> {
    access::check(actor, Action::Read, Object::PromptSet(None))?;
    if let Some(set) = SHIPPED.iter().find(|set| set.slug == slug) {
        return Ok(set.clone());
    }
    let id = slug.parse::<PromptSetId>().map_err(|_| Error::NotFound)?;
    let row: Row = app.db.get(id).await?.ok_or(Error::NotFound)?;
    access::check(actor, Action::Read, Object::PromptSet(Some(row.owner)))?;
    open(app, row).await
}

/// Makes a prompt set of one's own, from another one or from nothing.
///
/// # Errors
/// `Invalid` with every violation, or when there is nothing to fork; `Conflict` when the caller has 100 of them.
pub async fn create(app: &App, actor: &Actor, once: &Once, forked_from: Option<String>, text: PromptText) -> Result<PromptSet> {
    let owner = actor.person()?.id;
    access::check(actor, Action::Create, Object::PromptSet(Some(owner)))?;
    text.check()?;
    if let Some(parent) = &forked_from {
        get(app, actor, parent).await.map_err(|_| Error::invalid("/forked_from", "unknown", "There is no such prompt set."))?;
    }
    let id: PromptSetId = app.clock.new_id();
    let key = app.vault.key_of(&app.db, owner.uuid()).await?;
    let sealed = key.seal_json(&app.clock, Place { record: &id.record(), field: "sealed", revision: 1 }, &text)?;
    let forked_from = forked_from.unwrap_or_default();
    let row = Row { id, owner, sealed, forked_from, sort_key: id.to_string(), revision: 1, updated_at: app.clock.now() };
    let row = &row;
    let made = app
        .db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<PromptSetId>(app, actor).await? {
                return tx.returning(earlier);
            }
            let fence = Fence::read(&app.db, "prompt_sets", owner).await?;
            if super::store::count_prompt_sets(app, owner).await? >= MOST {
                return Err(Error::Conflict("You have 100 prompt sets of your own: delete one first.".to_owned()));
            }
            let tx = tx.fence(&fence).create(id.record(), row.clone());
            let tx = tx.audit(&app.clock, actor, "prompt_set.create", id.record());
            once.note(app, actor, tx, id).returning(id)
        })
        .await?;
    get(app, actor, &made.to_string()).await
}

/// Changes a prompt set of one's own.
///
/// # Errors
/// `Forbidden` for shipped ones (fork them); `Stale` when it changed meanwhile.
pub async fn change(app: &App, actor: &Actor, slug: &str, seen: Revision, text: PromptText) -> Result<PromptSet> {
    let (id, owner) = own(app, actor, slug, Action::Change).await?;
    text.check()?;
    let key = app.vault.key_of(&app.db, owner.uuid()).await?;
    let (key, text) = (&key, &text);
    app.db
        .transact(&app.clock, |tx| async move {
            let row: Row = app.db.get(id).await?.ok_or(Error::NotFound)?;
            fresh(seen, row.revision)?;
            let revision = seen + 1;
            let sealed = key.seal_json(&app.clock, Place { record: &id.record(), field: "sealed", revision }, text)?;
            let row = Row { sealed, revision, updated_at: app.clock.now(), ..row };
            tx.replace(id.record(), seen, row).audit(&app.clock, actor, "prompt_set.change", id.record()).returning(())
        })
        .await?;
    get(app, actor, slug).await
}

/// Deletes a prompt set of one's own.
///
/// # Errors
/// `Forbidden` for shipped ones; `Stale` when it changed meanwhile.
pub async fn delete(app: &App, actor: &Actor, slug: &str, seen: Revision) -> Result<()> {
    let (id, _) = own(app, actor, slug, Action::Delete).await?;
    app.db
        .transact(&app.clock, |tx| async move {
            let row: Row = app.db.get(id).await?.ok_or(Error::NotFound)?;
            fresh(seen, row.revision)?;
            let tx = super::store::remove(tx, id.record(), seen);
            tx.audit(&app.clock, actor, "prompt_set.delete", id.record()).returning(())
        })
        .await
}

async fn own(app: &App, actor: &Actor, slug: &str, action: Action) -> Result<(PromptSetId, PersonId)> {
    if SHIPPED.iter().any(|set| set.slug == slug) {
        access::check(actor, Action::Read, Object::PromptSet(None))?;
        return Err(Error::Forbidden("Shipped prompt sets stay as they are: fork this one and change your own.".to_owned()));
    }
    let id = slug.parse::<PromptSetId>().map_err(|_| Error::NotFound)?;
    let row: Row = app.db.get(id).await?.ok_or(Error::NotFound)?;
    access::check(actor, action, Object::PromptSet(Some(row.owner)))?;
    Ok((id, row.owner))
}

/// Whether a reflection may name this prompt set.
pub(super) async fn check_known(app: &App, actor: &Actor, slug: Option<&str>) -> Result<()> {
    let Some(slug) = slug else { return Ok(()) };
    match get(app, actor, slug).await {
        Err(Error::NotFound) => Err(Error::invalid("/prompt_set", "unknown", "There is no such prompt set: see /prompt-sets.")),
        other => other.map(|_| ()),
    }
}

async fn open(app: &App, row: Row) -> Result<PromptSet> {
    let key = app.vault.key_of(&app.db, row.owner.uuid()).await?;
    let text = key.open_json(Place { record: &row.id.record(), field: "sealed", revision: row.revision }, &row.sealed)?;
    Ok(PromptSet {
        slug: row.id.to_string(),
        text,
        forked_from: Some(row.forked_from).filter(|parent| !parent.is_empty()),
        shipped: false,
        revision: row.revision,
    })
}
