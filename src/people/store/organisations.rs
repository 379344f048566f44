//! Organisations: the first one, and further ones.

use surrealdb::types::{RecordId, SurrealValue};

use crate::{
    db::{Changes, Db},
    error::Result,
    id::{Id, OrganisationId},
    people::model::Organisation,
};

/// An organisation's id and name.
#[derive(SurrealValue)]
pub struct NamedRow {
    pub id: OrganisationId,
    pub name: String,
}

pub async fn any_organisation(db: &Db) -> Result<bool> {
    let found: Option<RecordId> = db.run("SELECT VALUE id FROM organisation LIMIT 1").one().await?;
    Ok(found.is_some())
}

pub async fn host(db: &Db) -> Result<Option<Organisation>> {
    db.run("SELECT * FROM organisation WHERE hosts = true LIMIT 1").one().await
}

/// Organisations with their names, as many as there are.
pub async fn organisation_names(db: &Db, ids: Vec<OrganisationId>) -> Result<Vec<NamedRow>> {
    db.run("SELECT id, name FROM $ids").bind("ids", ids).all().await
}

pub fn add_organisation(tx: Changes, organisation: &Organisation) -> Changes {
    tx.create(organisation.id.record(), organisation.clone())
}

pub fn save_organisation(tx: Changes, organisation: &Organisation, seen: i64) -> Changes {
    tx.replace(organisation.id.record(), seen, organisation.clone())
}
