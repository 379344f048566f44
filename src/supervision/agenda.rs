//! The agenda of a session: what either side wants to talk about, and reflections the worker has shared with the
//! supervisor. An item can be taken off by whoever added it.

use super::{
    model::{AgendaItem, Session},
    store,
};
use crate::{
    access::{self, Action, Actor},
    app::App,
    error::{Checks, Error, Result},
    id::{AgendaItemId, Id, ShareId, SupervisionSessionId},
    once::Once,
    people, reflections,
};

/// The most items on one agenda: so that each of them is always shown.
const MOST: usize = 200;

/// Something to put on the agenda: words, a share, or both.
#[derive(Clone, Debug, Default)]
pub struct NewItem {
    /// What to talk about.
    pub text: Option<String>,
    /// A share of the worker's with the supervisor.
    pub share: Option<ShareId>,
}

/// The agenda, oldest item first.
///
/// # Errors
/// `NotFound` for anybody but the two.
pub async fn read(app: &App, actor: &Actor, id: SupervisionSessionId) -> Result<Vec<AgendaItem>> {
    let session = store::session(app, id).await?;
    access::check(actor, Action::Read, session.facts(true))?;
    let key = app.vault.key_of(&app.db, session.agreement.uuid()).await?;
    let mut items = store::items(app, &key, id).await?;
    for item in &mut items {
        // A share that was taken back leaves the agenda with it; what was said about it stays.
        if let Some(share) = item.share
            && reflections::sharing::readable(app, actor, share).await.is_err()
        {
            item.share = None;
        }
    }
    items.retain(|item| item.text.is_some() || item.share.is_some());
    Ok(items)
}

/// Adds an item.
///
/// # Errors
/// `NotFound` for anybody but the two; `Forbidden` when supervision has ended; `Invalid` for an empty item, or a share that
/// is not the worker's with this supervisor; `Conflict` when there are 200 items.
pub async fn add(app: &App, actor: &Actor, id: SupervisionSessionId, once: &Once, input: NewItem) -> Result<AgendaItem> {
    let session = store::session(app, id).await?;
    may_add(app, actor, &session).await?;
    let mut checks = Checks::default();
    checks.optional("/text", input.text.as_deref(), 5_000);
    let said = input.text.as_deref().is_some_and(|text| !text.trim().is_empty());
    checks.ensure(said || input.share.is_some(), "/text", "required", "Write what to talk about, or name a share.");
    checks.done()?;
    let by = actor.person()?.id;
    let item = AgendaItem { id: app.clock.new_id(), by, text: input.text, share: input.share, added_at: app.clock.now() };
    let key = app.vault.key_of(&app.db, session.agreement.uuid()).await?;
    let (made, key, session) = (&item, &key, &session);
    app.db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<AgendaItemId>(app, actor).await? {
                let items = store::items(app, key, id).await?;
                return tx.returning(items.into_iter().find(|item| item.id == earlier).ok_or(Error::NotFound)?);
            }
            // Supervision may be ending, or the share be taken back, at this moment: then nothing is added.
            let fence = people::relationships::fence(app, session.worker).await?;
            may_add(app, actor, session).await?;
            fits(app, actor, session, made.share).await?;
            if store::count_items(app, id).await? >= MOST {
                return Err(Error::Conflict("This agenda has 200 items: take one off first.".to_owned()));
            }
            let tx =
                store::add_item(app, tx.fence(&fence), key, id, made)?.audit(&app.clock, actor, "agenda.add", made.id.record());
            once.note(app, actor, tx, made.id).returning(made.clone())
        })
        .await
}

/// Either side adds to an agenda, and takes off, while supervision lasts.
async fn may_add(app: &App, actor: &Actor, session: &Session) -> Result<()> {
    let under = store::agreement(app, session.agreement).await?;
    access::check(actor, Action::Add, session.facts(under.lasting()))
}

/// Only the worker brings a reflection, and only one that this supervisor may read.
async fn fits(app: &App, actor: &Actor, session: &Session, share: Option<ShareId>) -> Result<()> {
    let Some(share) = share else { return Ok(()) };
    let wrong = || Error::invalid("/share_id", "not_shared", "Name one of your own shares with this supervisor.");
    let share = reflections::sharing::readable(app, actor, share).await.map_err(|_| wrong())?;
    let fits = share.author == session.worker && share.reader == session.supervisor && actor.person()?.id == session.worker;
    if fits && share.open(app.clock.now()) { Ok(()) } else { Err(wrong()) }
}

/// Takes an item off.
///
/// # Errors
/// `NotFound` for anybody but the two; `Forbidden` for an item the other side added.
pub async fn remove(app: &App, actor: &Actor, session: SupervisionSessionId, id: AgendaItemId) -> Result<()> {
    let item = read(app, actor, session).await?.into_iter().find(|item| item.id == id).ok_or(Error::NotFound)?;
    may_add(app, actor, &store::session(app, session).await?).await?;
    if item.by != actor.person()?.id {
        return Err(Error::Forbidden("The other side added this: ask them to take it off.".to_owned()));
    }
    app.db
        .transact(&app.clock, |tx| {
            std::future::ready(tx.delete(id.record()).audit(&app.clock, actor, "agenda.remove", id.record()).returning(()))
        })
        .await
}
