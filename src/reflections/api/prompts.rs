//! Prompt sets: the shipped ones and one's own.

use std::sync::Arc;

use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

use super::Tag;
use crate::{
    app::App,
    content,
    error::Revision,
    http::{
        answer::{Done, Found, IfMatch, Made, found, made},
        auth::Auth,
        operation::IdempotencyKey,
    },
    reflections::prompts,
};

/// The operations on prompt sets.
pub struct PromptsApi;

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

#[OpenApi]
impl PromptsApi {
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
    async fn delete_prompt_set(&self, auth: Auth, app: Data<&Arc<App>>, seen: IfMatch, slug: Path<String>) -> poem::Result<Done> {
        prompts::delete(&app, &auth.0, &slug, seen.0).await?;
        Ok(Done::NoContent)
    }
}
