//! Credentials: what lets a person or another system in, and for how long.

use chrono::{DateTime, Utc};
use surrealdb::types::{RecordId, SurrealValue};

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
    pub handle: String,
    pub kind: String,
    pub owner: RecordId,
    pub epoch: i64,
    pub scopes: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub idle_minutes: i64,
    pub expires_at: DateTime<Utc>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub epoch_now: Option<i64>,
    pub client_of: Option<OrganisationId>,
    pub client_state: Option<String>,
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

/// The credential with that fingerprint, and the active places of its owner.
pub async fn recognise(db: &Db, fingerprint: &str) -> Result<Option<(Known, Vec<Place>)>> {
    let mut answers = db
        .run(
            "LET $who = (SELECT *, owner.epoch AS epoch_now, owner.organisation AS client_of, owner.state AS client_state FROM $id);
             RETURN $who;
             SELECT organisation, roles, organisation.hosts AS hosts FROM membership
                 WHERE person = $who[0].owner AND state = 'active'",
        )
        .bind("id", credential_record(fingerprint))
        .answers()
        .await?;
    let known: Vec<Known> = answers.rows(1)?;
    let places = answers.rows(2)?;
    Ok(known.into_iter().next().map(|known| (known, places)))
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
