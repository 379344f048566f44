//! Organisations: the first one, and further ones.

use surrealdb::types::RecordId;

use crate::{
    db::{Changes, Db},
    error::Result,
    id::Id,
    people::model::Organisation,
};

pub async fn any_organisation(db: &Db) -> Result<bool> {
    let found: Option<RecordId> = db.run("SELECT VALUE id FROM organisation LIMIT 1").one().await?;
    Ok(found.is_some())
}

pub async fn host(db: &Db) -> Result<Option<Organisation>> {
    db.run("SELECT * FROM organisation WHERE hosts = true LIMIT 1").one().await
}

pub fn add_organisation(tx: Changes, organisation: &Organisation) -> Changes {
    tx.create(organisation.id.record(), organisation.clone())
}

pub fn save_organisation(tx: Changes, organisation: &Organisation, seen: i64) -> Changes {
    tx.replace(organisation.id.record(), seen, organisation.clone())
}
