//! Sharing: a snapshot for a named person until a day. Later edits stay private unless they are pushed; taking a share
//! back deletes the snapshot; a supervisor who stops being one loses every share at once.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use surrealdb::types::Bytes;

use super::{
    model::{Response, Share, Snapshot},
    store::{self, ShareRow},
};
use crate::{
    access::{self, Action, Actor, Object, Person},
    app::App,
    db::Changes,
    error::{Checks, Error, Result, Revision, fresh},
    http::paging::{Paging, Slice},
    id::{Id, PersonId, ReflectionId, RelationshipId, ResponseId, ShareId},
    once::Once,
    people::{self, model::Membership},
};

/// The longest a share lasts.
const LONGEST: Duration = Duration::days(366);
/// The longest response, in characters.
const RESPONSE: usize = 50_000;
/// The most shares of one reflection, and the most responses to one share: so that each of them is always shown.
const MOST: usize = 200;

/// With whom, until when, and a word to go with it.
#[derive(Clone, Debug)]
pub struct NewShare {
    /// With whom: a colleague.
    pub person: PersonId,
    /// Up to and including this day; a year at most.
    pub until: Option<NaiveDate>,
    /// A word to go with it.
    pub note: Option<String>,
}

/// A share with what it shows and what came back.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The share.
    pub share: Share,
    /// The name of whoever shared it.
    pub author_name: String,
    /// The name of whom it was shared with.
    pub reader_name: String,
    /// What it shows.
    pub snapshot: Snapshot,
    /// What the reader wrote back, newest first.
    pub responses: Vec<Response>,
}

/// Shares the reflection as it reads now with one person, until the day they agree on.
///
/// # Errors
/// `NotFound` for anybody but the author; `Invalid` for a person who is no colleague or a day that is not in the coming
/// year; `Conflict` when that person has stopped being the author's supervisor, when the share has ended as soon as it was
/// made, or when the reflection has 200 shares.
pub async fn share(app: &App, actor: &Actor, id: ReflectionId, once: &Once, input: NewShare) -> Result<Shared> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Share, Object::Reflection { author })?;
    let now = app.clock.now();
    let until = end_of(input.until, now);
    let mut checks = Checks::default();
    checks.ensure(until > now && until <= now + LONGEST, "/until", "out_of_range", "Choose a day in the coming year.");
    checks.optional("/note", input.note.as_deref(), 5_000);
    checks.ensure(input.person != author, "/person_id", "yourself", "This is your own reflection: you can read it already.");
    checks.done()?;
    let key = app.vault.key_of(&app.db, author.uuid()).await?;
    let share: ShareId = app.clock.new_id();
    let (person, key, input) = (actor.person()?, &key, &input);
    let made = app
        .db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<ShareId>(app, actor).await? {
                return tx.returning(earlier);
            }
            let fence = people::relationships::fence(app, author).await?;
            let (own, theirs) = common_ground(app, person, input.person).await?;
            let relationship = supervision(app, author, input.person).await?;
            if store::count_shares(app, id).await? >= MOST {
                return Err(Error::Conflict("This reflection has 200 shares: take one back first.".to_owned()));
            }
            let reflection = store::get(app, key, id).await?;
            let snapshot = Snapshot { content: reflection.content, note: input.note.clone() };
            let row = ShareRow {
                id: share,
                reflection: id,
                author,
                reader: input.person,
                author_membership: own.id,
                reader_membership: theirs.id,
                relationship,
                until,
                sealed: key.seal_json(&app.clock, store::snapshot_place(&share.record(), 1), &snapshot)?,
                of_revision: reflection.revision,
                revision: 1,
                sort_key: share.to_string(),
                shared_at: now,
                updated_at: now,
            };
            let tx = store::add_share(tx.fence(&fence), row).audit(&app.clock, actor, "reflection.share", share.record());
            once.note(app, actor, tx, share).returning(share)
        })
        .await?;
    // It may have gone in the same moment, with the supervision it hung on, or long before somebody asks a second time.
    let gone = || Error::Conflict("This share was made and has ended since.".to_owned());
    read(app, made).await.map_err(|cause| if matches!(cause, Error::NotFound) { gone() } else { cause })
}

/// The last moment of a day; without a day, a year from now.
fn end_of(day: Option<NaiveDate>, now: DateTime<Utc>) -> DateTime<Utc> {
    let next = day.and_then(|day| day.succ_opt());
    next.map_or(now + LONGEST, |next| next.and_time(NaiveTime::MIN).and_utc())
}

/// An organisation in which both are members: nothing is shared beyond one.
async fn common_ground(app: &App, author: &Person, reader: PersonId) -> Result<(Membership, Membership)> {
    for standing in &author.standings {
        let own = people::memberships::active(app, standing.organisation, author.id).await;
        let theirs = people::memberships::active(app, standing.organisation, reader).await;
        if let (Ok(own), Ok(theirs)) = (own, theirs) {
            return Ok((own, theirs));
        }
    }
    Err(Error::invalid("/person_id", "no_colleague", "Choose a colleague: somebody in an organisation you both belong to."))
}

/// The supervision that a share hangs on, if the reader is the author's supervisor.
async fn supervision(app: &App, author: PersonId, reader: PersonId) -> Result<Option<RelationshipId>> {
    match people::relationships::latest(app, author, reader).await? {
        None => Ok(None),
        Some(relationship) if relationship.current() => Ok(Some(relationship.id)),
        // The author may still think that this is their supervisor; they are not, and see nothing more.
        Some(_) => Err(Error::Conflict("This person was your supervisor and is not any more, so nothing was shared.".to_owned())),
    }
}

/// The shares of a reflection, open or not, newest first, as its author sees them.
///
/// # Errors
/// `NotFound` for anybody but the author.
pub async fn list(app: &App, actor: &Actor, id: ReflectionId) -> Result<Vec<(Share, String)>> {
    let author = store::author(app, id).await?;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let mut shares = Vec::new();
    for share in of_reflection(app, id).await? {
        let name = people::memberships::name_of(app, share.reader).await?;
        shares.push((share, name));
    }
    Ok(shares)
}

pub(super) async fn of_reflection(app: &App, id: ReflectionId) -> Result<Vec<Share>> {
    store::shares_of(app, id).await
}

/// What the caller shares with one person who can read it now, newest first: the latest hundred. What they wrote back is
/// with each one, not in the list.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn list_with(app: &App, actor: &Actor, reader: PersonId) -> Result<Vec<Shared>> {
    let author = actor.person()?.id;
    access::check(actor, Action::Read, Object::Reflection { author })?;
    let mut items = Vec::new();
    for share in store::shared_between(app, author, reader, app.clock.now()).await? {
        match without_responses(app, share).await {
            Ok(shared) => items.push(shared),
            // Withdrawn while this list was being read.
            Err(Error::NotFound) => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(items)
}

/// A share as its author sees it, with the responses.
///
/// # Errors
/// `NotFound` for anybody but the author.
pub async fn get(app: &App, actor: &Actor, reflection: ReflectionId, id: ShareId) -> Result<Shared> {
    let share = store::share(app, id).await?;
    access::check(actor, Action::Read, Object::Reflection { author: share.author })?;
    if share.reflection != reflection {
        return Err(Error::NotFound);
    }
    read(app, id).await
}

/// Pushes the reflection as it reads now into a share, or changes its last day or its note.
///
/// # Errors
/// `NotFound` for anybody but the author; `Stale` when the share changed meanwhile; `Conflict` when it has ended.
pub async fn update(
    app: &App,
    actor: &Actor,
    (reflection, id): (ReflectionId, ShareId),
    seen: Revision,
    input: ShareUpdate,
) -> Result<Shared> {
    let share = store::share(app, id).await?;
    access::check(actor, Action::Change, facts(app, &share))?;
    if share.reflection != reflection {
        return Err(Error::NotFound);
    }
    let now = app.clock.now();
    let until = input.until.map(|day| end_of(Some(day), now));
    let mut checks = Checks::default();
    let in_range = until.is_none_or(|until| until > now && until <= now + LONGEST);
    checks.ensure(in_range, "/until", "out_of_range", "Choose a day in the coming year.");
    checks.optional("/note", input.note.as_deref(), 5_000);
    checks.done()?;
    let key = app.vault.key_of(&app.db, share.author.uuid()).await?;
    let (key, input) = (&key, &input);
    app.db
        .transact(&app.clock, |tx| async move {
            let fence = people::relationships::fence(app, share.author).await?;
            let present = store::share(app, id).await?;
            fresh(seen, present.revision)?;
            if !present.open(now) {
                return Err(Error::Conflict("This share has ended: share the reflection again.".to_owned()));
            }
            let row = store::share_row(app, id).await?;
            let mut snapshot = store::snapshot(app, key, id).await?;
            let mut of_revision = row.of_revision;
            if input.push {
                let reflection = store::get(app, key, reflection).await?;
                of_revision = reflection.revision;
                snapshot.content = reflection.content;
            }
            if input.note.is_some() {
                snapshot.note.clone_from(&input.note);
            }
            let revision = row.revision + 1;
            let sealed: Bytes = key.seal_json(&app.clock, store::snapshot_place(&id.record(), revision), &snapshot)?;
            let row = ShareRow { sealed, of_revision, revision, until: until.unwrap_or(row.until), updated_at: now, ..row };
            store::save_share(tx.fence(&fence), row).audit(&app.clock, actor, "share.update", id.record()).returning(())
        })
        .await?;
    read(app, id).await
}

/// What to change about a share.
#[derive(Clone, Debug, Default)]
pub struct ShareUpdate {
    /// Replace the snapshot with the reflection as it reads now.
    pub push: bool,
    /// Up to and including this day.
    pub until: Option<NaiveDate>,
    /// Another word to go with it.
    pub note: Option<String>,
}

/// Takes a share back: the snapshot and the responses are deleted.
///
/// # Errors
/// `NotFound` for anybody but the author.
pub async fn withdraw(app: &App, actor: &Actor, reflection: ReflectionId, id: ShareId) -> Result<()> {
    let share = store::share(app, id).await?;
    access::check(actor, Action::Withdraw, facts(app, &share))?;
    if share.reflection != reflection {
        return Err(Error::NotFound);
    }
    app.db
        .transact(&app.clock, |tx| async move {
            let fence = people::relationships::fence(app, share.author).await?;
            let tx = store::response_records(app, id).await?.into_iter().fold(tx.fence(&fence), Changes::delete);
            tx.delete(id.record()).audit(&app.clock, actor, "share.withdraw", id.record()).returning(())
        })
        .await
}

/// What was shared with the caller and is open now, newest first. What they wrote back is with each one, not in the list.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn list_received(app: &App, actor: &Actor, paging: &Paging) -> Result<Slice<Shared>> {
    let reader = actor.person()?.id;
    access::check(actor, Action::Read, Object::Share { author: reader, with: reader, open: true })?;
    let shares = store::shared_with(app, reader, app.clock.now(), paging).await?;
    let slice = paging.slice(shares, |share| share.id.to_string());
    let mut items = Vec::with_capacity(slice.items.len());
    for share in slice.items {
        match without_responses(app, share).await {
            Ok(shared) => items.push(shared),
            // Withdrawn while this page was being read.
            Err(Error::NotFound) => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(Slice { items, last: slice.last })
}

/// Reads what was shared with the caller.
///
/// # Errors
/// `NotFound` when it was not, or is not any more.
pub async fn get_received(app: &App, actor: &Actor, id: ShareId) -> Result<Shared> {
    let share = store::share(app, id).await?;
    access::check(actor, Action::Read, facts(app, &share))?;
    // Its author finds it under the reflection.
    if share.reader != actor.person()?.id {
        return Err(Error::NotFound);
    }
    read(app, id).await
}

/// Responds to what was shared with the caller; the author sees it.
///
/// # Errors
/// `NotFound` when it was not shared with the caller, or is not any more; `Invalid` for an empty response; `Conflict` when
/// the share has 200 responses.
pub async fn respond(app: &App, actor: &Actor, id: ShareId, once: &Once, body: &str) -> Result<Response> {
    let by = actor.person()?.id;
    let share = store::share(app, id).await?;
    access::check(actor, Action::Answer, facts(app, &share)).map_err(hidden)?;
    let mut checks = Checks::default();
    checks.text("/body", body, RESPONSE);
    checks.done()?;
    // What is said about somebody's reflection is theirs to erase: it is sealed with their key.
    let key = app.vault.key_of(&app.db, share.author.uuid()).await?;
    let response = Response { id: app.clock.new_id(), by, body: body.to_owned(), written_at: app.clock.now() };
    let (key, made) = (&key, &response);
    app.db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<ResponseId>(app, actor).await? {
                return tx.returning(store::response(app, key, earlier).await?);
            }
            let fence = people::relationships::fence(app, share.author).await?;
            let live = store::share(app, id).await?;
            access::check(actor, Action::Answer, facts(app, &live)).map_err(hidden)?;
            if store::response_records(app, id).await?.len() >= MOST {
                return Err(Error::Conflict("You have responded 200 times to this: talk to its author.".to_owned()));
            }
            let tx = store::add_response(app, tx.fence(&fence), key, id, made)?;
            let tx = tx.audit(&app.clock, actor, "share.respond", id.record());
            once.note(app, actor, tx, made.id).returning(made.clone())
        })
        .await
}

/// Hangs what a worker shares with their supervisor already on the supervision that begins: it ends with it. Called in the
/// transaction that begins it, under the fence of the worker's relationships.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn hang_on(
    app: &App,
    tx: Changes,
    relationship: RelationshipId,
    (supervisor, worker): (PersonId, PersonId),
) -> Result<Changes> {
    let shares = store::shares_on_nothing(app, worker, supervisor, app.clock.now()).await?;
    Ok(shares.into_iter().fold(tx, |tx, share| store::hang_share(tx, share, relationship)))
}

/// Deletes every snapshot that hangs on a supervision which is ending, and what was written back to it. Called in the transaction that ends it.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn close_with(app: &App, tx: Changes, relationship: RelationshipId, supervisor: PersonId) -> Result<Changes> {
    let mut tx = tx;
    for share in store::shares_on(app, relationship, supervisor).await? {
        tx = store::response_records(app, share).await?.into_iter().fold(tx, Changes::delete);
        tx = tx.delete(share.record());
    }
    Ok(tx)
}

/// The share with that id, if the caller may read it now: for agendas.
///
/// # Errors
/// `NotFound` otherwise.
pub async fn readable(app: &App, actor: &Actor, id: ShareId) -> Result<Share> {
    let share = store::share(app, id).await?;
    access::check(actor, Action::Read, facts(app, &share)).map_err(hidden)?;
    Ok(share)
}

fn facts(app: &App, share: &Share) -> Object {
    Object::Share { author: share.author, with: share.reader, open: share.open(app.clock.now()) }
}

/// A share that one cannot do something with is one that does not exist: its author is not to be told apart from nobody.
fn hidden(refused: Error) -> Error {
    match refused {
        Error::Forbidden(text) if !text.contains("scope") => Error::NotFound,
        other => other,
    }
}

async fn read(app: &App, id: ShareId) -> Result<Shared> {
    let shared = without_responses(app, store::share(app, id).await?).await?;
    let key = app.vault.key_of(&app.db, shared.share.author.uuid()).await?;
    Ok(Shared { responses: store::responses(app, &key, id).await?, ..shared })
}

async fn without_responses(app: &App, share: Share) -> Result<Shared> {
    let key = app.vault.key_of(&app.db, share.author.uuid()).await?;
    Ok(Shared {
        author_name: people::memberships::name_of(app, share.author).await?,
        reader_name: people::memberships::name_of(app, share.reader).await?,
        snapshot: store::snapshot(app, &key, share.id).await?,
        responses: Vec::new(),
        share,
    })
}
