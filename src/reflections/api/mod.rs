//! JSON edge of reflections. One file for each noun, its shapes beside its operations.
//!
//! * this file: all of them together, and what several share: the areas of the contract, a person's name, a response
//! * `reflections`: one's own: write, list, read, revise, delete
//! * `revisions`: how one of them read before
//! * `drafts`: the working copy that is kept while one types
//! * `audience`: who can read one now and why, and who could lawfully obtain it
//! * `shares`: snapshots for a named person, as their author sees them
//! * `received`: what was shared with the caller, and what they write back
//! * `prompts`: prompt sets, shipped and one's own
//! * `returning`: what one means to return to

mod audience;
mod drafts;
mod prompts;
mod received;
mod reflections;
mod returning;
mod revisions;
mod shares;

use chrono::{DateTime, Utc};
use poem_openapi::{Object, Tags};

use audience::AudienceApi;
use drafts::DraftsApi;
use prompts::PromptsApi;
pub use prompts::SourceLink;
use received::ReceivedApi;
use reflections::ReflectionsApi;
use returning::ReturningApi;
use revisions::RevisionsApi;
use shares::SharesApi;

use super::model;
use crate::id::{PersonId, ResponseId};

/// The operations of all the nouns.
pub type Api = (ReflectionsApi, RevisionsApi, DraftsApi, ReturningApi, AudienceApi, SharesApi, ReceivedApi, PromptsApi);

/// The operations of all the nouns, to be mounted. A path stands with all its methods in one of them.
pub const API: Api = (ReflectionsApi, RevisionsApi, DraftsApi, ReturningApi, AudienceApi, SharesApi, ReceivedApi, PromptsApi);

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
