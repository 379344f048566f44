//! Writing: the statements of one transaction, and the fences that hold rules across records.

use std::fmt::Write as _;

use surrealdb::types::{RecordId, SurrealValue, Value, Variables};

use super::{Db, outcome::STALE};
use crate::{
    error::{Result, Revision},
    id::{Id, OperationId},
};

/// What a transaction will write: statements and their values, under one operation id.
#[derive(Debug)]
pub struct Changes {
    operation: OperationId,
    /// What stands for the operation in the audit.
    entry: Option<Value>,
    count: usize,
    text: String,
    vars: Variables,
}

impl Changes {
    pub(super) fn new(operation: OperationId) -> Self {
        Self { operation, entry: None, count: 0, text: String::new(), vars: Variables::new() }
    }

    /// The id under which this change is known to the audit.
    #[must_use]
    pub const fn operation(&self) -> OperationId {
        self.operation
    }

    /// Creates a record. A record of that id that is there already refuses the whole transaction.
    #[must_use]
    pub fn create(self, id: impl Into<RecordId>, row: impl SurrealValue) -> Self {
        self.with("CREATE ONLY $id CONTENT $row RETURN NONE", [("id", id.into().into_value()), ("row", row.into_value())])
    }

    /// Goes on only if a record's revision is still the one that was read.
    #[must_use]
    pub fn expect(self, id: RecordId, seen: Revision) -> Self {
        self.with(
            "IF (SELECT VALUE revision FROM ONLY $id) != $seen { THROW $stale }",
            [("id", id.into_value()), ("seen", seen.into_value()), ("stale", STALE.into_value())],
        )
    }

    /// Replaces a record, if its revision is still the one that was read.
    #[must_use]
    pub fn replace(self, id: impl Into<RecordId>, seen: Revision, row: impl SurrealValue) -> Self {
        let id = id.into();
        self.expect(id.clone(), seen)
            .with("UPDATE ONLY $id CONTENT $row RETURN NONE", [("id", id.into_value()), ("row", row.into_value())])
    }

    /// Creates or replaces a record, whatever was there.
    #[must_use]
    pub fn put(self, id: impl Into<RecordId>, row: impl SurrealValue) -> Self {
        self.with("UPSERT ONLY $id CONTENT $row RETURN NONE", [("id", id.into().into_value()), ("row", row.into_value())])
    }

    /// Deletes a record; nothing happens if it is gone.
    #[must_use]
    pub fn delete(self, id: impl Into<RecordId>) -> Self {
        self.with("DELETE $id RETURN NONE", [("id", id.into().into_value())])
    }

    /// Stands in the way of every other transaction that holds the same fence: of two that read before either wrote,
    /// one commits and the other reads again. This is what keeps a rule that spans records.
    #[must_use]
    pub fn fence(self, fence: &Fence) -> Self {
        self.with(
            "IF ((SELECT VALUE n FROM ONLY $id) ?? 0) != $seen { THROW $stale }; UPSERT ONLY $id SET n = $seen + 1 RETURN NONE",
            [("id", fence.id.clone().into_value()), ("seen", fence.seen.into_value()), ("stale", STALE.into_value())],
        )
    }

    /// Adds a statement of the caller's own; its `$names` are its own too.
    #[must_use]
    pub fn with<const N: usize>(mut self, text: &'static str, vars: [(&'static str, Value); N]) -> Self {
        let mut text = text.to_owned();
        for (name, value) in vars {
            let own = format!("{name}_{}", self.count);
            text = rename(&text, name, &own);
            self.vars.insert(own, value);
        }
        self.count += 1;
        let _infallible = writeln!(self.text, "{text};");
        self
    }

    /// Names the audit entry that stands for this operation. Called by `audit.rs`.
    #[must_use]
    pub fn audited(mut self, entry: impl SurrealValue) -> Self {
        self.entry = Some(entry.into_value());
        self
    }

    /// Ends a read-decide-write closure: commit these changes and answer with the value.
    ///
    /// # Errors
    /// Never; a `Result` so that it can be the closure's last line.
    pub fn returning<T>(self, value: T) -> Result<(Self, T)> {
        Ok((self, value))
    }

    /// The text of the transaction. First of all it leaves its mark, the audit entry or a bare one: by this a commit of
    /// unknown outcome is told from one that never was, and one that arrives late makes a second try fail at once.
    pub(super) fn finish(mut self) -> (String, Variables) {
        let (mark, creation) = match self.entry {
            Some(entry) => {
                self.vars.insert("entry".to_owned(), entry);
                (self.operation.record(), "CREATE ONLY $mark CONTENT $entry RETURN NONE")
            }
            None => (RecordId::new("operation", self.operation.to_string()), "CREATE ONLY $mark RETURN NONE"),
        };
        self.vars.insert("mark".to_owned(), mark.into_value());
        (format!("BEGIN;\n{creation};\n{}COMMIT;", self.text), self.vars)
    }
}

/// A named number that changes with every transaction that relies on it.
#[derive(Clone, Debug)]
pub struct Fence {
    id: RecordId,
    seen: i64,
}

impl Fence {
    /// Reads the fence for a rule about one thing. Read it first, then what the rule is about.
    ///
    /// # Errors
    /// As [`Query::all`](super::Query::all).
    pub async fn read(db: &Db, rule: &'static str, thing: impl Id) -> Result<Self> {
        Self::named(db, format!("{rule}:{thing}")).await
    }

    /// Reads the fence for a rule about the whole service.
    ///
    /// # Errors
    /// As [`Fence::read`].
    pub async fn of_the_service(db: &Db, rule: &'static str) -> Result<Self> {
        Self::named(db, rule.to_owned()).await
    }

    async fn named(db: &Db, name: String) -> Result<Self> {
        let id = RecordId::new("fence", name);
        let seen = db.run("SELECT VALUE n FROM $id").bind("id", id.clone()).one().await?.unwrap_or(0);
        Ok(Self { id, seen })
    }
}

/// Gives a bound name its own spelling, so that statements can be joined without their names meeting.
fn rename(text: &str, name: &str, own: &str) -> String {
    let mut renamed = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, after) = rest.split_at(at + 1);
        renamed.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (found, tail) = after.split_at(end);
        renamed.push_str(if found == name { own } else { found });
        rest = tail;
    }
    renamed.push_str(rest);
    renamed
}
