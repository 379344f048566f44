//! Who supervises whom. Supervision begins and ends it; reflections hang shares on it. Both go through the same fence, so
//! that a share can't slip past the end of a relationship.

use super::{model::Relationship, store};
use crate::{
    app::App,
    db::{Changes, Fence},
    error::{Error, Result},
    id::{OrganisationId, PersonId, RelationshipId},
};

/// The fence between sharing with a supervisor and the end of the supervision. Read it before anything else.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn fence(app: &App, worker: PersonId) -> Result<Fence> {
    Fence::read(&app.db, "relationships", worker).await
}

/// The latest relationship between the two, current or ended.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn latest(app: &App, worker: PersonId, supervisor: PersonId) -> Result<Option<Relationship>> {
    store::latest_relationship(&app.db, worker, supervisor).await
}

/// Begins a relationship.
#[must_use]
pub fn begin(
    app: &App,
    tx: Changes,
    id: RelationshipId,
    organisation: OrganisationId,
    (supervisor, worker): (PersonId, PersonId),
) -> Changes {
    let relationship = Relationship {
        id,
        organisation,
        supervisor,
        worker,
        state: "current".to_owned(),
        sort_key: id.to_string(),
        revision: 1,
        started_at: app.clock.now(),
        ended_at: None,
    };
    store::add_relationship(tx, &relationship)
}

/// A relationship.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn get(app: &App, id: RelationshipId) -> Result<Relationship> {
    app.db.get(id).await?.ok_or(Error::NotFound)
}

/// Ends a relationship, if it still lasts.
#[must_use]
pub fn end(app: &App, tx: Changes, relationship: Relationship) -> Changes {
    if !relationship.current() {
        return tx;
    }
    let seen = relationship.revision;
    store::save_relationship(tx, &relationship.end(app.clock.now()), seen)
}
