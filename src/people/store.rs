//! Typed functions over the tables of people. Private to the feature.

use chrono::{DateTime, Utc};
use surrealdb::types::{RecordId, SurrealValue};

use super::model::{Account, Email, Invitation, Membership, Organisation, Relationship, ServiceClient};
use crate::{
    access::Role,
    db::{Changes, Db},
    error::{Error, Result},
    http::paging::Paging,
    id::{Id, InvitationId, MembershipId, OrganisationId, PersonId, ServiceClientId, SessionId},
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

fn credential_record(fingerprint: &str) -> RecordId {
    RecordId::new("credential", fingerprint)
}

fn link_record(fingerprint: &str) -> RecordId {
    RecordId::new("link", fingerprint)
}

fn email_record(email: &Email) -> RecordId {
    RecordId::new("email_claim", email.as_str())
}

fn membership_record(organisation: OrganisationId, person: PersonId) -> RecordId {
    RecordId::new("membership_claim", format!("{organisation}|{person}"))
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

pub async fn old_invitations(db: &Db, before: DateTime<Utc>) -> Result<Vec<RecordId>> {
    db.run("SELECT VALUE id FROM invitation WHERE expires_at < $before LIMIT 500").bind("before", before).all().await
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

pub async fn setup_links(db: &Db) -> Result<Vec<RecordId>> {
    db.run("SELECT VALUE id FROM link WHERE purpose = 'setup' LIMIT 10").all().await
}

pub async fn invitation_of_link(db: &Db, fingerprint: &str) -> Result<Option<Invitation>> {
    db.run("SELECT * FROM (SELECT VALUE target FROM $id WHERE purpose = 'invitation')")
        .bind("id", link_record(fingerprint))
        .one()
        .await
}

pub async fn person_of_email(db: &Db, email: &Email) -> Result<Option<Account>> {
    db.run("SELECT * FROM (SELECT VALUE person FROM $id)").bind("id", email_record(email)).one().await
}

pub async fn account(db: &Db, id: PersonId) -> Result<Account> {
    db.get(id).await?.ok_or(Error::NotFound)
}

pub fn add_person(tx: Changes, account: &Account, email: &Email) -> Changes {
    #[derive(SurrealValue)]
    struct Claim {
        person: PersonId,
    }
    tx.create(email_record(email), Claim { person: account.id }).create(account.id.record(), account.clone())
}

pub fn save_person(tx: Changes, account: &Account, seen: i64) -> Changes {
    tx.replace(account.id.record(), seen, account.clone())
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

pub fn add_invitation(tx: Changes, invitation: &Invitation) -> Changes {
    tx.create(invitation.id.record(), invitation.clone())
}

pub fn save_invitation(tx: Changes, invitation: &Invitation, seen: i64) -> Changes {
    tx.replace(invitation.id.record(), seen, invitation.clone())
}

pub async fn invitation(db: &Db, organisation: OrganisationId, id: InvitationId) -> Result<Invitation> {
    let found: Option<Invitation> = db.get(id).await?;
    found.filter(|invitation| invitation.organisation == organisation).ok_or(Error::NotFound)
}

pub async fn open_invitations_for(db: &Db, organisation: OrganisationId, email: &str) -> Result<Vec<Invitation>> {
    db.run("SELECT * FROM invitation WHERE organisation = $organisation AND state = 'open' AND email = $email")
        .bind("organisation", organisation)
        .bind("email", email.to_owned())
        .all()
        .await
}

pub async fn open_invitations(
    db: &Db,
    organisation: OrganisationId,
    now: DateTime<Utc>,
    paging: &Paging,
) -> Result<Vec<Invitation>> {
    db.run(
        "SELECT * FROM invitation WHERE organisation = $organisation AND state = 'open' AND sort_key < $before AND expires_at > $now
         ORDER BY sort_key DESC LIMIT 101",
    )
    .bind("organisation", organisation)
    .bind("before", paging.before.clone())
    .bind("now", now)
    .all()
    .await
}

pub fn add_client(tx: Changes, client: &ServiceClient) -> Changes {
    tx.create(client.id.record(), client.clone())
}

pub fn save_client(tx: Changes, client: &ServiceClient, seen: i64) -> Changes {
    tx.replace(client.id.record(), seen, client.clone())
}

pub async fn client(db: &Db, id: ServiceClientId) -> Result<Option<ServiceClient>> {
    db.get(id).await
}

pub async fn clients(db: &Db, organisation: OrganisationId, paging: &Paging) -> Result<Vec<ServiceClient>> {
    db.run(
        "SELECT * FROM service_client WHERE organisation = $organisation AND state = 'active' AND sort_key < $before
         ORDER BY sort_key DESC LIMIT 101",
    )
    .bind("organisation", organisation)
    .bind("before", paging.before.clone())
    .all()
    .await
}

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

/// The handle of a session as an id.
pub fn session_id(handle: &str) -> Option<SessionId> {
    uuid::Uuid::try_parse(handle).ok().map(SessionId::from)
}
