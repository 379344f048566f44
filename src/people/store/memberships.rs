//! Memberships: who belongs where, as what.

use chrono::{DateTime, Utc};
use surrealdb::types::{RecordId, SurrealValue};

use crate::{
    access::Role,
    db::{Changes, Db},
    error::Result,
    http::paging::Paging,
    id::{Id, MembershipId, OrganisationId, PersonId},
    people::model::Membership,
};

/// A member with their name and address.
#[derive(Clone, Debug, SurrealValue)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// As what.
    #[surreal(wrap)]
    pub roles: Vec<Role>,
    /// The membership's id as text.
    pub sort_key: String,
    /// The membership's revision.
    pub revision: i64,
    /// Since when.
    pub started_at: DateTime<Utc>,
}

/// A membership with its organisation's name.
#[derive(Clone, Debug, SurrealValue)]
pub struct Belonging {
    /// Where.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// As what.
    #[surreal(wrap)]
    pub roles: Vec<Role>,
}

fn membership_record(organisation: OrganisationId, person: PersonId) -> RecordId {
    RecordId::new("membership_claim", format!("{organisation}|{person}"))
}

pub async fn belongings(db: &Db, person: PersonId) -> Result<Vec<Belonging>> {
    db.run(
        "SELECT organisation, organisation.name AS organisation_name, roles FROM membership
         WHERE person = $person AND state = 'active'",
    )
    .bind("person", person)
    .all()
    .await
}

pub async fn membership(db: &Db, organisation: OrganisationId, person: PersonId) -> Result<Option<Membership>> {
    db.run("SELECT * FROM (SELECT VALUE membership FROM $id)").bind("id", membership_record(organisation, person)).one().await
}

pub async fn memberships_of(db: &Db, person: PersonId) -> Result<Vec<Membership>> {
    db.run("SELECT * FROM membership WHERE person = $person AND state = 'active'").bind("person", person).all().await
}

pub async fn active_members(db: &Db, organisation: OrganisationId) -> Result<Vec<Membership>> {
    db.run("SELECT * FROM membership WHERE organisation = $organisation AND state = 'active'")
        .bind("organisation", organisation)
        .all()
        .await
}

pub async fn members(db: &Db, organisation: OrganisationId, paging: &Paging) -> Result<Vec<Member>> {
    db.run(
        "SELECT person, person.name AS name, person.email AS email, roles, sort_key, revision, started_at FROM membership
         WHERE organisation = $organisation AND state = 'active' AND sort_key < $before ORDER BY sort_key DESC LIMIT 101",
    )
    .bind("organisation", organisation)
    .bind("before", paging.before.clone())
    .all()
    .await
}

pub fn add_membership(tx: Changes, membership: &Membership) -> Changes {
    #[derive(SurrealValue)]
    struct Claim {
        membership: MembershipId,
    }
    // A former member's claim is taken over; the ended membership itself stays as it was.
    tx.put(membership_record(membership.organisation, membership.person), Claim { membership: membership.id })
        .create(membership.id.record(), membership.clone())
}

pub fn save_membership(tx: Changes, membership: &Membership, seen: i64) -> Changes {
    tx.replace(membership.id.record(), seen, membership.clone())
}
