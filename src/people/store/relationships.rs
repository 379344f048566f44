//! Relationships: who supervises whom.

use crate::{
    db::{Changes, Db},
    error::Result,
    id::{Id, OrganisationId, PersonId},
    people::model::Relationship,
};

pub fn add_relationship(tx: Changes, relationship: &Relationship) -> Changes {
    tx.create(relationship.id.record(), relationship.clone())
}

pub fn save_relationship(tx: Changes, relationship: &Relationship, seen: i64) -> Changes {
    tx.replace(relationship.id.record(), seen, relationship.clone())
}

pub async fn latest_relationship(db: &Db, worker: PersonId, supervisor: PersonId) -> Result<Option<Relationship>> {
    db.run("SELECT * FROM relationship WHERE worker = $worker AND supervisor = $supervisor ORDER BY sort_key DESC LIMIT 1")
        .bind("worker", worker)
        .bind("supervisor", supervisor)
        .one()
        .await
}

pub async fn relationships_of(db: &Db, person: PersonId, organisation: OrganisationId) -> Result<Vec<Relationship>> {
    let mut answers = db
        .run(
            "SELECT * FROM relationship WHERE worker = $person;
             SELECT * FROM relationship WHERE supervisor = $person AND state = 'current'",
        )
        .bind("person", person)
        .answers()
        .await?;
    let mut both: Vec<Relationship> = answers.rows(0)?;
    both.extend(answers.rows::<Relationship>(1)?);
    both.retain(|relationship| relationship.organisation == organisation && relationship.current());
    Ok(both)
}
