//! Types and rules of supervision. Pure: no database, no HTTP, no clock.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::Object,
    error::{Checks, Error, Result, Revision},
    id::{AgendaItemId, AgreementId, OrganisationId, PersonId, RelationshipId, ShareId, SupervisionSessionId},
};

/// The most often a session is moved: why it was moved each time is kept with it.
const MOVES: usize = 100;

/// What both sides agree, in their own words. No part is required and none has a least length (N2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What supervision is for.
    pub purpose: Option<String>,
    /// How often.
    pub frequency: Option<String>,
    /// What is written down, where, and who sees it.
    pub recording: Option<String>,
    /// What cannot stay between the two.
    pub limits_of_confidentiality: Option<String>,
    /// What happens when they disagree.
    pub how_we_disagree: Option<String>,
}

impl Terms {
    /// Checks what was written.
    ///
    /// # Errors
    /// `Invalid` with every violation.
    pub fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        for (pointer, text) in [
            ("/purpose", &self.purpose),
            ("/frequency", &self.frequency),
            ("/recording", &self.recording),
            ("/limits_of_confidentiality", &self.limits_of_confidentiality),
            ("/how_we_disagree", &self.how_we_disagree),
        ] {
            checks.optional(pointer, text.as_deref(), 20_000);
        }
        checks.done()
    }
}

/// A change to the terms: what is `None` stays, what is `Some(None)` goes (RFC 7396).
#[derive(Clone, Debug, Default)]
pub struct TermsChange {
    /// What supervision is for.
    pub purpose: Option<Option<String>>,
    /// How often.
    pub frequency: Option<Option<String>>,
    /// What is written down.
    pub recording: Option<Option<String>>,
    /// What cannot stay between the two.
    pub limits_of_confidentiality: Option<Option<String>>,
    /// What happens when they disagree.
    pub how_we_disagree: Option<Option<String>>,
}

/// Which side of an agreement somebody is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The supervisor.
    Supervisor,
    /// The worker.
    Worker,
}

/// Where an agreement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Waits for acceptance by both.
    Proposed,
    /// Accepted by both once; the supervision goes on while a revision waits for acceptance.
    InForce(RelationshipId),
    /// The relationship has ended by itself, when one of the two left or may not supervise any more.
    Lapsed(RelationshipId),
    /// Ended; the relationship with it.
    Ended,
}

/// A supervision agreement.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// Where.
    pub organisation: OrganisationId,
    /// The supervisor.
    pub supervisor: PersonId,
    /// The worker.
    pub worker: PersonId,
    /// Where it stands.
    pub standing: Standing,
    /// The terms.
    pub terms: Terms,
    /// One more with every change of any kind.
    pub revision: Revision,
    /// One more with every change of the terms: what is accepted.
    pub text_revision: Revision,
    /// The text revision the supervisor accepted.
    pub accepted_by_supervisor: Option<Revision>,
    /// The text revision the worker accepted.
    pub accepted_by_worker: Option<Revision>,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Agreement {
    /// The facts that the policy needs.
    #[must_use]
    pub const fn facts(&self) -> Object {
        Object::Agreement { supervisor: self.supervisor, worker: self.worker }
    }

    /// Which side a person is on.
    #[must_use]
    pub fn side(&self, person: PersonId) -> Side {
        if person == self.supervisor { Side::Supervisor } else { Side::Worker }
    }

    /// Whether both have accepted the terms as they read now.
    #[must_use]
    pub fn accepted_by_both(&self) -> bool {
        self.accepted_by_supervisor == Some(self.text_revision) && self.accepted_by_worker == Some(self.text_revision)
    }

    /// Whether supervision goes on under it.
    #[must_use]
    pub const fn lasting(&self) -> bool {
        matches!(self.standing, Standing::InForce(_))
    }

    /// Whether its supervision has ended without anybody ending the agreement.
    #[must_use]
    pub const fn lapsed(&self) -> bool {
        matches!(self.standing, Standing::Lapsed(_))
    }

    fn unless_ended(self) -> Result<Self> {
        match self.standing {
            Standing::Proposed | Standing::InForce(_) => Ok(self),
            Standing::Lapsed(_) | Standing::Ended => Err(Error::Conflict("This agreement has ended.".to_owned())),
        }
    }

    /// The agreement with other terms, which both have to accept anew.
    ///
    /// # Errors
    /// `Conflict` when it has ended; `Invalid` with every violation.
    pub fn change(self, change: TermsChange, now: DateTime<Utc>) -> Result<Self> {
        let this = self.unless_ended()?;
        let before = this.terms;
        let terms = Terms {
            purpose: change.purpose.unwrap_or(before.purpose),
            frequency: change.frequency.unwrap_or(before.frequency),
            recording: change.recording.unwrap_or(before.recording),
            limits_of_confidentiality: change.limits_of_confidentiality.unwrap_or(before.limits_of_confidentiality),
            how_we_disagree: change.how_we_disagree.unwrap_or(before.how_we_disagree),
        };
        terms.check()?;
        Ok(Self { terms, revision: this.revision + 1, text_revision: this.text_revision + 1, updated_at: now, ..this })
    }

    /// The agreement accepted by one side as it reads now; in force once both have.
    ///
    /// # Errors
    /// `Conflict` when it has ended.
    pub fn accept(self, side: Side, relationship: RelationshipId, now: DateTime<Utc>) -> Result<Self> {
        let mut this = self.unless_ended()?;
        match side {
            Side::Supervisor => this.accepted_by_supervisor = Some(this.text_revision),
            Side::Worker => this.accepted_by_worker = Some(this.text_revision),
        }
        if this.accepted_by_both() && this.standing == Standing::Proposed {
            this.standing = Standing::InForce(relationship);
        }
        Ok(Self { revision: this.revision + 1, updated_at: now, ..this })
    }

    /// The agreement as it ends. One that lapsed is laid to rest: nothing of what was shared under it is kept.
    ///
    /// # Errors
    /// `Conflict` when it was ended before.
    pub fn end(self, now: DateTime<Utc>) -> Result<Self> {
        let this = if self.lapsed() { self } else { self.unless_ended()? };
        Ok(Self { standing: Standing::Ended, revision: this.revision + 1, updated_at: now, ..this })
    }
}

/// When and where a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// How long it takes: 5 to 480 minutes.
    pub minutes: i64,
    /// Where: a room, or a call.
    pub place: Option<String>,
}

impl Slot {
    /// Checks a time and place.
    ///
    /// # Errors
    /// `Invalid` with every violation.
    pub fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        checks.ensure((5..=480).contains(&self.minutes), "/minutes", "out_of_range", "Plan 5 to 480 minutes.");
        checks.optional("/place", self.place.as_deref(), 300);
        let year = chrono::Datelike::year(&self.starts_at);
        checks.ensure((2000..=2200).contains(&year), "/starts_at", "out_of_range", "Choose a date in this century.");
        checks.done()
    }
}

/// Whether a session stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// It is to take place.
    Planned,
    /// It will not.
    Cancelled {
        /// Why.
        reason: String,
    },
}

/// What is sealed of a session: where, and why it was moved or cancelled.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SessionText {
    /// Where.
    #[serde(default)]
    pub place: Option<String>,
    /// Why it was moved, each time, oldest first.
    #[serde(default)]
    pub moves: Vec<Move>,
    /// Why it was cancelled.
    #[serde(default)]
    pub cancelled_because: Option<String>,
}

/// A move of a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Move {
    /// When it was to begin before.
    pub from: DateTime<Utc>,
    /// Who moved it.
    pub by: PersonId,
    /// Why.
    pub reason: String,
}

/// A supervision session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SupervisionSessionId,
    /// Under which agreement.
    pub agreement: AgreementId,
    /// The supervisor.
    pub supervisor: PersonId,
    /// The worker.
    pub worker: PersonId,
    /// When and where.
    pub slot: Slot,
    /// Whether it stands.
    pub state: SessionState,
    /// How often and why it was moved.
    pub moves: Vec<Move>,
    /// Its revision.
    pub revision: Revision,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Session {
    /// The facts that the policy needs.
    #[must_use]
    pub const fn facts(&self, lasting: bool) -> Object {
        Object::Session { supervisor: self.supervisor, worker: self.worker, lasting }
    }

    fn unless_cancelled(self) -> Result<Self> {
        match self.state {
            SessionState::Planned => Ok(self),
            SessionState::Cancelled { .. } => Err(Error::Conflict("This session was cancelled.".to_owned())),
        }
    }

    /// The session at another time or place. Nothing written for it is lost.
    ///
    /// # Errors
    /// `Conflict` when it was cancelled or has been moved 100 times; `Invalid` with every violation.
    pub fn shift(self, slot: Slot, (by, reason): (PersonId, &str), now: DateTime<Utc>) -> Result<Self> {
        let this = self.unless_cancelled()?;
        if this.moves.len() >= MOVES {
            return Err(Error::Conflict("This session was moved 100 times: cancel it and plan a new one.".to_owned()));
        }
        slot.check()?;
        reason_given(reason)?;
        let mut moves = this.moves;
        moves.push(Move { from: this.slot.starts_at, by, reason: reason.trim().to_owned() });
        Ok(Self { slot, moves, revision: this.revision + 1, updated_at: now, ..this })
    }

    /// The session cancelled.
    ///
    /// # Errors
    /// `Conflict` when it was cancelled before; `Invalid` without a reason.
    pub fn cancel(self, reason: &str, now: DateTime<Utc>) -> Result<Self> {
        let this = self.unless_cancelled()?;
        reason_given(reason)?;
        let state = SessionState::Cancelled { reason: reason.trim().to_owned() };
        Ok(Self { state, revision: this.revision + 1, updated_at: now, ..this })
    }

    /// The sort key of its time.
    #[must_use]
    pub fn time_key(&self) -> String {
        time_key(self.slot.starts_at)
    }
}

/// A time as text that sorts as the time does.
#[must_use]
pub fn time_key(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

fn reason_given(reason: &str) -> Result<()> {
    let mut checks = Checks::default();
    checks.text("/reason", reason, 1_000);
    checks.done()
}

/// Something to talk about.
#[derive(Clone, Debug)]
pub struct AgendaItem {
    /// Its id.
    pub id: AgendaItemId,
    /// Who added it.
    pub by: PersonId,
    /// What to talk about.
    pub text: Option<String>,
    /// A share of the worker's with the supervisor.
    pub share: Option<ShareId>,
    /// When it was added.
    pub added_at: DateTime<Utc>,
}
