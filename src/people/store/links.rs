//! Links: secrets that work once, for setup and invitations. Only their fingerprints are kept.

use chrono::{DateTime, Utc};
use surrealdb::types::{RecordId, SurrealValue};

use crate::{
    db::{Changes, Db},
    error::Result,
    people::model::Invitation,
};

fn link_record(fingerprint: &str) -> RecordId {
    RecordId::new("link", fingerprint)
}

pub fn add_link(tx: Changes, fingerprint: &str, purpose: &str, target: Option<RecordId>) -> Changes {
    #[derive(SurrealValue)]
    struct Link {
        target: Option<RecordId>,
        purpose: String,
    }
    tx.create(link_record(fingerprint), Link { target, purpose: purpose.to_owned() })
}

pub fn use_link(tx: Changes, fingerprint: &str) -> Changes {
    tx.with(
        "IF (SELECT VALUE id FROM ONLY $id) = NONE { THROW 'soundings:stale' }; DELETE $id RETURN NONE",
        [("id", link_record(fingerprint).into_value())],
    )
}

pub async fn link_exists(db: &Db, fingerprint: &str, purpose: &'static str) -> Result<bool> {
    let found: Option<RecordId> = db
        .run("SELECT VALUE id FROM $id WHERE purpose = $purpose")
        .bind("id", link_record(fingerprint))
        .bind("purpose", purpose)
        .one()
        .await?;
    Ok(found.is_some())
}

/// The links with which setup can be done, to be removed when it is.
pub async fn setup_links(db: &Db) -> Result<Vec<RecordId>> {
    db.run("SELECT VALUE id FROM link WHERE purpose = 'setup' LIMIT 10").all().await
}

pub async fn invitation_of_link(db: &Db, fingerprint: &str) -> Result<Option<Invitation>> {
    db.run("SELECT * FROM (SELECT VALUE target FROM $id WHERE purpose = 'invitation')")
        .bind("id", link_record(fingerprint))
        .one()
        .await
}

pub async fn links_of_old_invitations(db: &Db, before: DateTime<Utc>) -> Result<Vec<RecordId>> {
    db.run(
        "SELECT VALUE id FROM link
         WHERE purpose = 'invitation' AND (target.expires_at = NONE OR target.expires_at < $before) LIMIT 500",
    )
    .bind("before", before)
    .all()
    .await
}
