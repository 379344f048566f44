//! Agreements: what a supervisor and a worker agree, in their own words, accepted by both revision by revision. With the
//! first acceptance by both a supervision relationship begins, and what was shared before hangs on it too; when the agreement
//! ends, it ends, and with it every share.

use super::{
    model::{Agreement, Standing, Terms, TermsChange},
    store,
};
use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    db::Changes,
    error::{Error, Result, Revision, fresh},
    http::paging::{Paging, Slice},
    id::{AgreementId, Id, OrganisationId, PersonId, RelationshipId},
    once::Once,
    people, reflections,
};

/// Who is to agree, and on what.
#[derive(Clone, Debug)]
pub struct NewAgreement {
    /// Where both are members.
    pub organisation: OrganisationId,
    /// The supervisor.
    pub supervisor: PersonId,
    /// The worker.
    pub worker: PersonId,
    /// The terms as proposed.
    pub terms: Terms,
}

/// Proposes an agreement. Either side can; neither is bound until both accept.
///
/// # Errors
/// `Invalid` when the two are not members, are the same person, or the supervisor has no such role; `NotFound` when the
/// caller is neither of them; `Conflict` when there is an agreement between the two.
pub async fn propose(app: &App, actor: &Actor, once: &Once, input: NewAgreement) -> Result<Agreement> {
    let (supervisor, worker) = (input.supervisor, input.worker);
    access::check(actor, Action::Create, Object::Agreement { supervisor, worker })?;
    input.terms.check()?;
    if supervisor == worker {
        return Err(Error::invalid("/worker_id", "same", "Name two different people."));
    }
    may_supervise(app, input.organisation, (supervisor, worker)).await?;
    let id: AgreementId = app.clock.new_id();
    let now = app.clock.now();
    let agreement = Agreement {
        id,
        organisation: input.organisation,
        supervisor,
        worker,
        standing: Standing::Proposed,
        terms: input.terms,
        revision: 1,
        text_revision: 1,
        accepted_by_supervisor: None,
        accepted_by_worker: None,
        created_at: now,
        updated_at: now,
    };
    let made = &agreement;
    app.db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<AgreementId>(app, actor).await? {
                return tx.returning(store::agreement(app, earlier).await?);
            }
            let fence = people::relationships::fence(app, worker).await?;
            let tx = make_room(app, tx.fence(&fence), (supervisor, worker)).await?;
            let (tx, key) = app.vault.new_key(&app.clock, tx, id.uuid());
            let tx = store::add_agreement(app, tx, &key, made)?.audit(&app.clock, actor, "agreement.propose", id.record());
            once.note(app, actor, tx, id).returning(made.clone())
        })
        .await
}

/// Ends what has lapsed between the two; while anything lives, there is no room for another agreement.
async fn make_room(app: &App, mut tx: Changes, (supervisor, worker): (PersonId, PersonId)) -> Result<Changes> {
    for id in store::living_between(app, supervisor, worker).await? {
        let before = store::agreement(app, id).await?;
        let Standing::Lapsed(relationship) = before.standing else {
            return Err(Error::Conflict("There is an agreement between you: change that one, or end it first.".to_owned()));
        };
        let key = app.vault.key_of(&app.db, id.uuid()).await?;
        tx = store::save_agreement(app, tx, &key, &before.end(app.clock.now())?)?;
        tx = reflections::sharing::close_with(app, tx, relationship, supervisor).await?;
    }
    Ok(tx)
}

async fn may_supervise(app: &App, organisation: OrganisationId, (supervisor, worker): (PersonId, PersonId)) -> Result<()> {
    let member = |pointer: &'static str| move |_| Error::invalid(pointer, "no_member", "Name a member of that organisation.");
    let supervisor = people::memberships::active(app, organisation, supervisor).await.map_err(member("/supervisor_id"))?;
    people::memberships::active(app, organisation, worker).await.map_err(member("/worker_id"))?;
    if supervisor.may_supervise() {
        return Ok(());
    }
    Err(Error::invalid("/supervisor_id", "no_supervisor", "Name a supervisor, practice educator or principal social worker."))
}

/// The caller's agreements on either side, newest first.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn list(app: &App, actor: &Actor, paging: &Paging) -> Result<Slice<Agreement>> {
    let person = actor.person()?.id;
    access::check(actor, Action::Read, Object::Agreement { supervisor: person, worker: person })?;
    let agreements = store::agreements(app, person, paging).await?;
    Ok(paging.slice(agreements, |agreement| agreement.id.to_string()))
}

/// An agreement of the caller's.
///
/// # Errors
/// `NotFound` for anybody but the two.
pub async fn get(app: &App, actor: &Actor, id: AgreementId) -> Result<Agreement> {
    let agreement = store::agreement(app, id).await?;
    access::check(actor, Action::Read, agreement.facts())?;
    Ok(agreement)
}

/// Changes the terms. Both have to accept them anew; supervision goes on meanwhile.
///
/// # Errors
/// `NotFound` for anybody but the two; `Stale`; `Conflict` when it has ended.
pub async fn change(app: &App, actor: &Actor, id: AgreementId, seen: Revision, change: TermsChange) -> Result<Agreement> {
    let change = &change;
    save(app, actor, (id, Action::Change, "agreement.change"), seen, |agreement| {
        agreement.change(change.clone(), app.clock.now())
    })
    .await
}

/// Accepts the agreement as it reads now, for the caller's side. Once both have, supervision begins.
///
/// # Errors
/// `NotFound` for anybody but the two; `Stale` when it was changed since the caller read it; `Conflict` when it has ended.
pub async fn accept(app: &App, actor: &Actor, id: AgreementId, seen: Revision) -> Result<Agreement> {
    let relationship: RelationshipId = app.clock.new_id();
    let person = actor.person()?.id;
    save(app, actor, (id, Action::Accept, "agreement.accept"), seen, |agreement| {
        let side = agreement.side(person);
        agreement.accept(side, relationship, app.clock.now())
    })
    .await
}

/// Ends the agreement, the supervision and every share that hung on it, in one transaction.
///
/// # Errors
/// `NotFound` for anybody but the two; `Stale`; `Conflict` when it has ended before.
pub async fn end(app: &App, actor: &Actor, id: AgreementId, seen: Revision) -> Result<Agreement> {
    save(app, actor, (id, Action::End, "agreement.end"), seen, |agreement| agreement.end(app.clock.now())).await
}

/// Saves a change of an agreement, and begins or ends the relationship with it.
async fn save(
    app: &App,
    actor: &Actor,
    (id, action, name): (AgreementId, Action, &'static str),
    seen: Revision,
    change: impl Fn(Agreement) -> Result<Agreement>,
) -> Result<Agreement> {
    let agreement = store::agreement(app, id).await?;
    access::check(actor, action, agreement.facts())?;
    let key = app.vault.key_of(&app.db, id.uuid()).await?;
    let (key, change, worker) = (&key, &change, agreement.worker);
    app.db
        .transact(&app.clock, |tx| async move {
            let fence = people::relationships::fence(app, worker).await?;
            let before = store::agreement(app, id).await?;
            fresh(seen, before.revision)?;
            let standing = before.standing;
            let after = change(before)?;
            let mut tx = store::save_agreement(app, tx.fence(&fence), key, &after)?;
            match (standing, after.standing) {
                (Standing::Proposed, Standing::InForce(relationship)) => {
                    let sides = (after.supervisor, after.worker);
                    tx = tx.fence(&people::memberships::fence(app, after.organisation).await?);
                    may_supervise(app, after.organisation, sides).await?;
                    tx = people::relationships::begin(app, tx, relationship, after.organisation, sides);
                    tx = reflections::sharing::hang_on(app, tx, relationship, sides).await?;
                }
                (Standing::InForce(relationship) | Standing::Lapsed(relationship), Standing::Ended) => {
                    let ending = people::relationships::get(app, relationship).await?;
                    tx = people::relationships::end(app, tx, ending);
                    tx = reflections::sharing::close_with(app, tx, relationship, after.supervisor).await?;
                }
                _ => {}
            }
            tx.audit(&app.clock, actor, name, id.record()).returning(after)
        })
        .await
}
