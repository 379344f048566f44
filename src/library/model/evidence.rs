//! What a practice example rests on, and how far it has got.

use serde::{Deserialize, Serialize};

/// One strand of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Which strand.
    pub kind: EvidenceKind,
    /// What was found.
    pub text: String,
    /// Who says so.
    #[serde(default)]
    pub source: Option<String>,
}

/// The three strands of evidence (003-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Research.
    Research,
    /// What children and families say.
    FamilyFeedback,
    /// What was seen to change.
    ObservedEffect,
}

/// How far a way of working has got (001-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Maturity {
    /// An idea.
    Idea,
    /// Being tried.
    BeingTried,
    /// Repeated elsewhere.
    RepeatedElsewhere,
    /// Well evidenced.
    WellEvidenced,
}

impl Maturity {
    /// Every maturity with its name on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Idea, "idea"),
        (Self::BeingTried, "being_tried"),
        (Self::RepeatedElsewhere, "repeated_elsewhere"),
        (Self::WellEvidenced, "well_evidenced"),
    ];

    /// Reads the name on the wire.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(maturity, _)| *maturity)
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(maturity, _)| *maturity == self).map_or("", |(_, name)| name)
    }
}
