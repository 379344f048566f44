//! Who did what to what, and when: written in the transaction that does it, without a word of content.

use chrono::{DateTime, Utc};
use surrealdb::types::{RecordId, SurrealValue};

use crate::{access::Actor, clock::Clock, db::Changes};

/// One entry of the audit.
#[derive(Clone, Debug, SurrealValue)]
struct Entry {
    at: DateTime<Utc>,
    actor: String,
    action: String,
    subject: RecordId,
}

impl Changes {
    /// Writes down that the actor did this to that.
    #[must_use]
    pub fn audit(self, clock: &Clock, actor: &Actor, action: &str, subject: impl Into<RecordId>) -> Self {
        let entry = Entry { at: clock.now(), actor: actor.name(), action: action.to_owned(), subject: subject.into() };
        self.audited(entry)
    }
}
