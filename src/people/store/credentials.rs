//! Credentials: what lets a person or another system in, and for how long.

use chrono::{DateTime, Utc};
use surrealdb::types::{RecordId, SurrealValue, Value};

use crate::{
    access::Role,
    db::{Changes, Db},
    error::Result,
    id::{OrganisationId, SessionId},
};

/// A credential as it is kept.
#[derive(Clone, Debug, SurrealValue)]
pub struct Credential {
    /// Its public id.
    pub handle: String,
    /// `session`, `token` or `access`.
    pub kind: String,
    /// The person or service client it stands for.
    pub owner: RecordId,
    /// The owner's epoch when it was made.
    pub epoch: i64,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// What its owner calls it.
    pub name: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
    /// How long it may rest; 0 for as long as it lasts.
    pub idle_minutes: i64,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// When the owner of a session last gave their password, after signing in.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// A credential with what its owner is now.
#[derive(Clone, Debug, SurrealValue)]
pub struct Known {
    #[surreal(flatten)]
    pub kept: Credential,
    /// Nothing when it is gone.
    pub holder: Option<Holder>,
    /// Of a person: where they are active. `migrations/0009_standing.surql` says how it is kept.
    pub places: Option<Vec<Place>>,
}

/// What a credential stands for, as it is now.
#[derive(Clone, Debug, SurrealValue)]
pub struct Holder {
    pub epoch: i64,
    /// Of a person: since when they sign in with codes as well.
    pub codes_since: Option<DateTime<Utc>>,
    /// Of a service client: whose it is.
    pub organisation: Option<OrganisationId>,
    /// Of a service client.
    pub state: Option<String>,
}

/// An active place in an organisation, as the policy needs it.
#[derive(Clone, Debug, SurrealValue)]
pub struct Place {
    pub organisation: OrganisationId,
    #[surreal(wrap)]
    pub roles: Vec<Role>,
    pub hosts: bool,
}

fn credential_record(fingerprint: &str) -> RecordId {
    RecordId::new("credential", fingerprint)
}

/// The credential with that fingerprint, and what its owner is now. Each request asks this: one look.
pub async fn recognise(db: &Db, fingerprint: &str) -> Result<Option<Known>> {
    db.run(
        "SELECT *, owner.{epoch, codes_since, organisation, state} AS holder,
             type::record('standing', record::id(owner)).places AS places
         FROM $id",
    )
    .bind("id", credential_record(fingerprint))
    .one()
    .await
}

pub fn add_credential(tx: Changes, fingerprint: &str, credential: Credential) -> Changes {
    tx.create(credential_record(fingerprint), credential)
}

pub fn touch_credential(tx: Changes, fingerprint: &str, now: DateTime<Utc>) -> Changes {
    tx.with(
        "UPDATE $id SET seen_at = $now RETURN NONE",
        [("id", credential_record(fingerprint).into_value()), ("now", now.into_value())],
    )
}

pub fn confirm_credential(tx: Changes, record: RecordId, now: DateTime<Utc>) -> Changes {
    tx.with("UPDATE $id SET confirmed_at = $now RETURN NONE", [("id", record.into_value()), ("now", now.into_value())])
}

/// Takes one credential along into its owner's next epoch.
pub fn carry_over(tx: Changes, record: RecordId, epoch: i64) -> Changes {
    tx.with("UPDATE $id SET epoch = $epoch RETURN NONE", [("id", record.into_value()), ("epoch", epoch.into_value())])
}

pub async fn credentials_of(db: &Db, owner: RecordId, kind: &'static str) -> Result<Vec<Credential>> {
    db.run("SELECT * FROM credential WHERE owner = $owner AND kind = $kind ORDER BY handle DESC LIMIT 200")
        .bind("owner", owner)
        .bind("kind", kind)
        .all()
        .await
}

pub async fn credential_of(db: &Db, owner: RecordId, kind: &'static str, handle: uuid::Uuid) -> Result<Option<RecordId>> {
    db.run("SELECT VALUE id FROM credential WHERE owner = $owner AND kind = $kind AND handle = $handle")
        .bind("owner", owner)
        .bind("kind", kind)
        .bind("handle", handle.to_string())
        .one()
        .await
}

pub async fn expired_credentials(db: &Db, now: DateTime<Utc>) -> Result<Vec<RecordId>> {
    db.run("SELECT VALUE id FROM credential WHERE expires_at < $now LIMIT 500").bind("now", now).all().await
}

pub async fn expired_keys(db: &Db, now: DateTime<Utc>) -> Result<Vec<RecordId>> {
    db.run("SELECT VALUE id FROM once WHERE expires_at < $now LIMIT 500").bind("now", now).all().await
}

/// The handle of a session as an id.
pub fn session_id(handle: &str) -> Option<SessionId> {
    uuid::Uuid::try_parse(handle).ok().map(SessionId::from)
}
