//! Sessions: planned under an agreement, moved and cancelled with a reason. Nothing written for one is lost by moving it.

use chrono::{DateTime, Utc};

use super::{
    agreements,
    model::{Agreement, Session, SessionState, Slot, time_key},
    store,
};
use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    error::{Error, Result, Revision, fresh},
    http::paging::MOST,
    id::{AgreementId, Id, SupervisionSessionId},
    once::Once,
    people,
};

/// Plans a session.
///
/// # Errors
/// `NotFound` for anybody but the two; `Conflict` when the agreement is not in force; `Invalid` with every violation.
pub async fn plan(app: &App, actor: &Actor, agreement: AgreementId, once: &Once, slot: Slot) -> Result<Session> {
    let under = agreements::get(app, actor, agreement).await?;
    slot.check()?;
    in_force(&under)?;
    let facts = Object::Session { supervisor: under.supervisor, worker: under.worker, lasting: true };
    access::check(actor, Action::Create, facts)?;
    let session = Session {
        id: app.clock.new_id(),
        agreement,
        supervisor: under.supervisor,
        worker: under.worker,
        slot,
        state: SessionState::Planned,
        moves: Vec::new(),
        revision: 1,
        updated_at: app.clock.now(),
    };
    let key = app.vault.key_of(&app.db, agreement.uuid()).await?;
    let (made, key) = (&session, &key);
    app.db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<SupervisionSessionId>(app, actor).await? {
                return tx.returning(store::session(app, earlier).await?);
            }
            // Supervision may be ending at this moment: then nothing is planned under it.
            let fence = people::relationships::fence(app, made.worker).await?;
            in_force(&store::agreement(app, agreement).await?)?;
            let tx =
                store::add_session(app, tx.fence(&fence), key, made)?.audit(&app.clock, actor, "session.plan", made.id.record());
            once.note(app, actor, tx, made.id).returning(made.clone())
        })
        .await
}

fn in_force(under: &Agreement) -> Result<()> {
    if under.lasting() {
        return Ok(());
    }
    Err(Error::Conflict("Both sides accept the agreement first; then sessions can be planned.".to_owned()))
}

/// The caller's sessions that begin in a stretch of time, in order; without one, from today on.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn list(app: &App, actor: &Actor, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Result<Vec<Session>> {
    let person = actor.person()?.id;
    access::check(actor, Action::Read, Object::Session { supervisor: person, worker: person, lasting: true })?;
    let from = from.unwrap_or_else(|| app.clock.now() - chrono::Duration::hours(12));
    store::sessions(app, person, time_key(from), to.map_or_else(|| "9".to_owned(), time_key)).await
}

/// The sessions under an agreement of the caller's, also one that has ended: 100 of those that begin before a time, the latest
/// first, and whether there are earlier ones.
///
/// # Errors
/// `NotFound` for anybody but the two.
pub async fn list_under(
    app: &App,
    actor: &Actor,
    agreement: AgreementId,
    before: Option<DateTime<Utc>>,
) -> Result<(Vec<Session>, bool)> {
    let under = agreements::get(app, actor, agreement).await?;
    access::check(actor, Action::Read, Object::Session { supervisor: under.supervisor, worker: under.worker, lasting: true })?;
    let before = before.map_or_else(|| "9".to_owned(), time_key);
    let mut found = store::sessions_under(app, (under.worker, agreement), before).await?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    Ok((found, more))
}

/// A session of the caller's.
///
/// # Errors
/// `NotFound` for anybody but the two.
pub async fn get(app: &App, actor: &Actor, id: SupervisionSessionId) -> Result<Session> {
    let session = store::session(app, id).await?;
    access::check(actor, Action::Read, session.facts(true))?;
    Ok(session)
}

/// Moves a session.
///
/// # Errors
/// `NotFound` for anybody but the two; `Forbidden` when supervision has ended; `Stale`; `Conflict` when it was cancelled or
/// has been moved 100 times; `Invalid` with every violation.
pub async fn shift(
    app: &App,
    actor: &Actor,
    id: SupervisionSessionId,
    seen: Revision,
    (slot, reason): (Slot, String),
) -> Result<Session> {
    let by = actor.person()?.id;
    let (slot, reason) = (&slot, &reason);
    save(app, actor, (id, Action::Change, "session.move"), seen, |session| {
        session.shift(slot.clone(), (by, reason), app.clock.now())
    })
    .await
}

/// Cancels a session, also one that was still planned when supervision ended.
///
/// # Errors
/// `NotFound` for anybody but the two; `Stale`; `Conflict` when it was cancelled; `Invalid` without a reason.
pub async fn cancel(app: &App, actor: &Actor, id: SupervisionSessionId, seen: Revision, reason: &str) -> Result<Session> {
    save(app, actor, (id, Action::End, "session.cancel"), seen, |session| session.cancel(reason, app.clock.now())).await
}

async fn save(
    app: &App,
    actor: &Actor,
    (id, action, name): (SupervisionSessionId, Action, &'static str),
    seen: Revision,
    change: impl Fn(Session) -> Result<Session>,
) -> Result<Session> {
    let session = store::session(app, id).await?;
    let under = store::agreement(app, session.agreement).await?;
    access::check(actor, action, session.facts(under.lasting()))?;
    let key = app.vault.key_of(&app.db, under.id.uuid()).await?;
    let (key, change) = (&key, &change);
    app.db
        .transact(&app.clock, |tx| async move {
            let before = store::session(app, id).await?;
            fresh(seen, before.revision)?;
            let after = change(before)?;
            store::save_session(app, tx, key, &after)?.audit(&app.clock, actor, name, id.record()).returning(after)
        })
        .await
}
