//! A practice example: where it stands, and what may become of it.

use chrono::{DateTime, Utc};

use super::{Change, Content};
use crate::{
    access::Object,
    error::{Error, Result, Revision},
    id::{ExampleId, OrganisationId},
};

/// A publisher's own name for an example: letters, digits, `.`, `_`, `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Reads a key.
    ///
    /// # Errors
    /// A code and a sentence.
    pub fn parse(raw: &str) -> std::result::Result<Self, (&'static str, String)> {
        let fits =
            (1..=100).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if fits {
            Ok(Self(raw.to_owned()))
        } else {
            Err(("malformed", "Use 1 to 100 letters, digits, dots, hyphens and underscores.".to_owned()))
        }
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where an example stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Never published.
    Draft,
    /// The world reads it.
    Published,
    /// A tombstone stands in its place.
    Withdrawn {
        /// Why, in the publisher's words.
        because: String,
    },
}

impl State {
    /// The name on the wire and in the store.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// A practice example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its permanent id.
    pub id: ExampleId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The publisher's own key, if it has one.
    pub key: Option<Key>,
    /// Where it stands.
    pub state: State,
    /// Its revision: one more with every change of any kind.
    pub revision: Revision,
    /// Its version: one more with every publication; 0 before the first.
    pub version: i64,
    /// The text being worked on.
    pub draft: Content,
    /// The text the world reads.
    pub published: Option<Content>,
    /// Whether the draft holds changes by hand that are not published: a machine's next text would replace them.
    pub edited: bool,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was first published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

const EDITED: &str = "Somebody has changed the draft of this example, and not published it: putting this text would lose \
    theirs. Ask them to publish the draft, or to change it to this text or back to what is published. Then put yours again.";

/// One published version.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number.
    pub number: i64,
    /// What it says.
    pub content: Content,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

impl Example {
    /// A new draft.
    #[must_use]
    pub const fn draft(
        id: ExampleId,
        organisation: OrganisationId,
        key: Option<Key>,
        draft: Content,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            organisation,
            key,
            state: State::Draft,
            revision: 1,
            version: 0,
            draft,
            published: None,
            edited: false,
            created_at: now,
            published_at: None,
            updated_at: now,
        }
    }

    /// The facts that the policy needs.
    #[must_use]
    pub const fn facts(&self) -> Object {
        Object::Example {
            organisation: self.organisation,
            public: self.published.is_some() || matches!(self.state, State::Withdrawn { .. }),
        }
    }

    /// The example, unless it was withdrawn.
    ///
    /// # Errors
    /// `Gone` with the publisher's reason.
    pub fn unless_withdrawn(self) -> Result<Self> {
        match &self.state {
            State::Withdrawn { because } => Err(Error::Gone(format!("This example was withdrawn. The reason given: {because}"))),
            _ => Ok(self),
        }
    }

    /// The example with its draft changed.
    ///
    /// # Errors
    /// `Invalid` with every violation.
    pub fn revise(self, change: Change, now: DateTime<Utc>) -> Result<Self> {
        let draft = change.apply(&self.draft)?;
        draft.check()?;
        // What the world reads already cannot be lost.
        let edited = (self.edited || draft != self.draft) && self.published.as_ref() != Some(&draft);
        // The world is not told when a published example is being worked on.
        let updated_at = if self.published.is_some() { self.updated_at } else { now };
        Ok(Self { draft, edited, revision: self.revision + 1, updated_at, ..self })
    }

    /// Whether this text may go out now. Review by a second person will be asked for here.
    ///
    /// # Errors
    /// `Gone` when it was withdrawn; `Invalid` when the text breaks a rule.
    pub fn may_publish(&self) -> Result<()> {
        if let State::Withdrawn { because } = &self.state {
            return Err(Error::Gone(format!("This example was withdrawn. The reason given: {because}")));
        }
        self.draft.check()
    }

    /// The example with its draft published as the next version.
    ///
    /// # Errors
    /// As [`Example::may_publish`]; `Invalid` when a part of it can say who somebody is.
    pub fn publish(self, now: DateTime<Utc>) -> Result<Self> {
        self.may_publish()?;
        self.draft.names_nobody()?;
        let fresh_draft = self.version == 0 && self.revision == 1 && self.published.is_none() && self.created_at == now;
        Ok(Self {
            state: State::Published,
            version: self.version + 1,
            // A draft that is published as it is created is one change, not two.
            revision: if fresh_draft { 1 } else { self.revision + 1 },
            published: Some(self.draft.clone()),
            edited: false,
            published_at: self.published_at.or(Some(now)),
            updated_at: now,
            ..self
        })
    }

    /// The example as a machine publisher wants it; the same example when nothing changes.
    ///
    /// # Errors
    /// `Gone` when it was withdrawn; `Conflict` when it would replace what somebody has typed and not published.
    pub fn put(self, content: Content, publish: bool, now: DateTime<Utc>) -> Result<Self> {
        let this = self.unless_withdrawn()?;
        let changed = this.draft != content;
        let out = publish && this.published.as_ref() != Some(&content);
        // Also when the world reads this already and an editor is at work on the next one: their draft stays theirs.
        if !out && (!changed || publish && this.edited) {
            return Ok(this);
        }
        if changed && this.edited {
            return Err(Error::Conflict(EDITED.to_owned()));
        }
        let revision = this.revision + 1;
        let updated_at = if this.published.is_some() { this.updated_at } else { now };
        let this = Self { draft: content, edited: false, updated_at, ..this };
        let this = if out { this.publish(now)? } else { this };
        Ok(Self { revision, ..this })
    }

    /// The example as a tombstone: nothing of its text is shown any more.
    ///
    /// # Errors
    /// `Conflict` when it was never published.
    pub fn withdraw(self, because: &str, now: DateTime<Utc>) -> Result<Self> {
        if self.published.is_none() {
            return Err(Error::Conflict("This was never published, so there is nothing to withdraw.".to_owned()));
        }
        let state = State::Withdrawn { because: because.trim().to_owned() };
        Ok(Self { state, revision: self.revision + 1, updated_at: now, ..self })
    }
}
