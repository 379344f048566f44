//! JSON edge of the library. One file for each noun, its shapes beside its operations.
//!
//! * this file: all of them together, and what several share: the area of the contract, maturity, evidence, state
//! * `lists`: search, filter, or the newest
//! * `publishers`: what an organisation writes, also under its own keys; its drafts
//! * `examples`: read one, revise its draft
//! * `publication`: publish and withdraw
//! * `versions`: what was published, version by version
//! * `feeds`: Atom and JSON Feed, with tombstones; citations
//! * `preview`: how a text in Markdown will look

mod examples;
mod feeds;
mod lists;
mod preview;
mod publication;
mod publishers;
mod versions;

use poem_openapi::{Enum, Object, Tags};

use examples::ExamplesApi;
use feeds::FeedsApi;
use lists::ListsApi;
use preview::PreviewApi;
use publication::PublicationApi;
use publishers::PublishersApi;
use versions::VersionsApi;

use super::model;

/// The operations of all the nouns.
pub type Api = (ListsApi, PublishersApi, ExamplesApi, PublicationApi, VersionsApi, FeedsApi, PreviewApi);

/// The operations of all the nouns, to be mounted. A path stands with all its methods in one of them.
pub const API: Api = (ListsApi, PublishersApi, ExamplesApi, PublicationApi, VersionsApi, FeedsApi, PreviewApi);

/// Areas of the contract.
#[derive(Tags)]
enum Tag {
    /// Practice examples: published by authorities, read by everyone.
    Library,
}

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
