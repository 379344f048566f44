//! Invitations: who is asked to join, as what.

use chrono::{DateTime, Utc};
use surrealdb::types::RecordId;

use crate::{
    db::{Changes, Db},
    error::{Error, Result},
    http::paging::Paging,
    id::{Id, InvitationId, OrganisationId},
    people::model::Invitation,
};

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

pub async fn old_invitations(db: &Db, before: DateTime<Utc>) -> Result<Vec<RecordId>> {
    db.run("SELECT VALUE id FROM invitation WHERE expires_at < $before LIMIT 500").bind("before", before).all().await
}
