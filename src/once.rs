//! Idempotency of what creates: the same key and request give the same resource, for 24 hours
//! (draft-ietf-httpapi-idempotency-key-header). The key is noted in the transaction that creates, so that neither a race
//! nor a crash makes two.

use chrono::{DateTime, Duration, Utc};
use surrealdb::types::{Bytes, RecordId, RecordIdKey, SurrealValue};
use uuid::Uuid;

use crate::{
    access::Actor,
    app::App,
    db::Changes,
    error::{Error, Result},
    id::Id,
};

/// A caller's key and a digest of the request it came with; nothing if the caller gave no key.
#[derive(Clone, Debug, Default)]
pub struct Once(Option<(String, [u8; 32])>);

#[derive(SurrealValue)]
struct Noted {
    fingerprint: Bytes,
    resource: RecordId,
    expires_at: DateTime<Utc>,
}

impl Once {
    /// A key with the digest of its request.
    #[must_use]
    pub const fn new(key: String, fingerprint: [u8; 32]) -> Self {
        Self(Some((key, fingerprint)))
    }

    /// The resource that this key has made already.
    ///
    /// # Errors
    /// `Invalid` when the key came with another request before.
    pub async fn earlier<T: Id + From<Uuid>>(&self, app: &App, actor: &Actor) -> Result<Option<T>> {
        let Some((key, fingerprint)) = &self.0 else { return Ok(None) };
        let noted: Option<Noted> = app.db.run("SELECT * FROM $id").bind("id", record(actor, key)).one().await?;
        let Some(noted) = noted.filter(|noted| noted.expires_at > app.clock.now()) else { return Ok(None) };
        if *noted.fingerprint != *fingerprint.as_slice() {
            return Err(reused());
        }
        match (noted.resource.table.as_str() == T::TABLE, noted.resource.key) {
            (true, RecordIdKey::String(key)) => Uuid::try_parse(&key).map(|id| Some(id.into())).map_err(|_| reused()),
            _ => Err(reused()),
        }
    }

    /// Notes the key with the change that makes the resource.
    #[must_use]
    pub fn note(&self, app: &App, actor: &Actor, tx: Changes, resource: impl Id) -> Changes {
        let Some((key, fingerprint)) = &self.0 else { return tx };
        let now = app.clock.now();
        let row = Noted {
            fingerprint: Bytes::from(fingerprint.to_vec()),
            resource: resource.record(),
            expires_at: now + Duration::hours(24),
        };
        tx.with(
            "IF (SELECT VALUE expires_at FROM ONLY $id) > $now { THROW 'soundings:stale' }; UPSERT ONLY $id CONTENT $row RETURN NONE",
            [("id", record(actor, key).into_value()), ("now", now.into_value()), ("row", row.into_value())],
        )
    }
}

fn record(actor: &Actor, key: &str) -> RecordId {
    RecordId::new("once", format!("{}|{key}", actor.name()))
}

fn reused() -> Error {
    Error::invalid("Idempotency-Key", "reused", "This key came with a different request before: use a new key for a new request.")
}
