//! The library: practice examples that authorities publish and everyone reads, finds, follows and cites (003-17, 004-5).
//!
//! * this file: write, revise, publish, withdraw, read
//! * [`finding`]: lists, search, and keeping the index in step
//! * [`feeds`]: Atom and JSON Feed, with tombstones; citations
//! * [`pages`]: the library for people
//! * [`shelf`]: the examples shipped in `content/`
//!
//! Review by a second person joins at [`model::Example::may_publish`]: what is there now lets an editor publish alone.

pub mod api;
pub mod feeds;
pub mod finding;
pub mod model;
pub mod pages;
pub mod shelf;
mod store;

use model::{Content, Example, Key, Version};

use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    error::{Checks, Error, Result, Revision, fresh},
    id::{ExampleId, Id, OrganisationId},
    once::Once,
    people,
};

/// A page of versions is full at so many bytes.
const PAGE: usize = 1_000_000;

/// Writes a practice example: a draft, or published at once if it asks for that.
///
/// # Errors
/// `NotFound` for anyone who does not write for that organisation; `Invalid` with every violation.
pub async fn write(
    app: &App,
    actor: &Actor,
    organisation: OrganisationId,
    once: &Once,
    (content, publish): (Content, bool),
) -> Result<Example> {
    allowed_to_write(actor, organisation, publish)?;
    content.check()?;
    people::organisations::named(app, organisation).await?;
    let (id, now): (ExampleId, _) = (app.clock.new_id(), app.clock.now());
    let example = Example::draft(id, organisation, None, content, now);
    let example = &example;
    let made = app
        .db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<ExampleId>(app, actor).await? {
                return tx.returning(store::get(app, earlier).await?);
            }
            let example = if publish { example.clone().publish(now)? } else { example.clone() };
            let tx = store::add(app, tx, &example)?.audit(&app.clock, actor, "example.write", id.record());
            once.note(app, actor, tx, id).returning(example)
        })
        .await?;
    finding::follow(app, &made);
    Ok(made)
}

/// Creates or revises an example under the publisher's own key: the same text twice changes nothing.
///
/// # Errors
/// `NotFound` for anyone who does not write for that organisation; `Invalid` with every violation; `Gone` when the example
/// under that key was withdrawn; `Conflict` while an editor's changes to its draft are not published.
pub async fn put(
    app: &App,
    actor: &Actor,
    (organisation, key): (OrganisationId, &str),
    (content, publish): (Content, bool),
) -> Result<(Example, Put)> {
    allowed_to_write(actor, organisation, publish)?;
    let mut checks = Checks::default();
    let key = checks.parsed("key", Key::parse(key));
    content.violations(&mut checks);
    checks.done()?;
    let key = key.ok_or(Error::NotFound)?;
    people::organisations::named(app, organisation).await?;
    let new: ExampleId = app.clock.new_id();
    let (key, content) = (&key, &content);
    let (example, put) = app
        .db
        .transact(&app.clock, |tx| async move {
            let now = app.clock.now();
            let Some(before) = store::of_key(app, organisation, key).await? else {
                let draft = Example::draft(new, organisation, Some(key.clone()), content.clone(), now);
                let example = if publish { draft.publish(now)? } else { draft };
                let tx = store::claim_key(store::add(app, tx, &example)?, organisation, key, new);
                return tx.audit(&app.clock, actor, "example.put", new.record()).returning((example, Put::Created));
            };
            let seen = before.revision;
            let after = before.clone().put(content.clone(), publish, now)?;
            if after == before {
                return tx.returning((before, Put::Unchanged));
            }
            let tx = store::save(app, tx, &after, seen)?;
            tx.audit(&app.clock, actor, "example.put", after.id.record()).returning((after, Put::Revised))
        })
        .await?;
    finding::follow(app, &example);
    Ok((example, put))
}

/// What a machine publisher's request did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// The key was new.
    Created,
    /// The text changed.
    Revised,
    /// The text was there already.
    Unchanged,
}

fn allowed_to_write(actor: &Actor, organisation: OrganisationId, publish: bool) -> Result<()> {
    let object = Object::Example { organisation, public: false };
    access::check(actor, Action::Create, object)?;
    if publish { access::check(actor, Action::Publish, object) } else { Ok(()) }
}

/// An example as the world reads it; its writers may ask for the draft instead.
///
/// # Errors
/// `NotFound` for a draft that is not the caller's to see; `Gone` for one that was withdrawn.
pub async fn get(app: &App, actor: &Actor, id: ExampleId, view: View) -> Result<Example> {
    let example = store::get(app, id).await?;
    match view {
        View::Published if example.published.is_some() => {
            access::check(actor, Action::Read, example.facts())?;
            example.unless_withdrawn()
        }
        // The draft, and an example that has never been published, are its writers' only.
        View::Published | View::Draft => {
            let unpublished = Object::Example { organisation: example.organisation, public: false };
            access::check(actor, Action::Read, unpublished)?;
            Ok(example)
        }
    }
}

/// Which text of an example is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// What the world reads.
    Published,
    /// What is being worked on.
    Draft,
}

/// Revises the draft of an example. The world goes on reading what was published.
///
/// # Errors
/// `NotFound` or `Forbidden` for anyone who does not write for that organisation; `Stale`; `Invalid`; `Gone`.
pub async fn revise(app: &App, actor: &Actor, id: ExampleId, seen: Revision, change: model::Change) -> Result<Example> {
    let example = store::get(app, id).await?;
    access::check(actor, Action::Change, example.facts())?;
    let change = &change;
    app.db
        .transact(&app.clock, |tx| async move {
            let before = store::get(app, id).await?.unless_withdrawn()?;
            fresh(seen, before.revision)?;
            let after = before.revise(change.clone(), app.clock.now())?;
            store::save(app, tx, &after, seen)?.audit(&app.clock, actor, "example.revise", id.record()).returning(after)
        })
        .await
}

/// Publishes the draft: the first version, or the next one.
///
/// # Errors
/// `NotFound` or `Forbidden` for anyone who does not publish for that organisation; `Stale`; `Gone`.
pub async fn publish(app: &App, actor: &Actor, id: ExampleId, seen: Revision) -> Result<Example> {
    let example = store::get(app, id).await?;
    access::check(actor, Action::Publish, example.facts())?;
    let example = app
        .db
        .transact(&app.clock, |tx| async move {
            let before = store::get(app, id).await?.unless_withdrawn()?;
            fresh(seen, before.revision)?;
            if before.published.as_ref() == Some(&before.draft) {
                return tx.returning(before);
            }
            let after = before.publish(app.clock.now())?;
            store::save(app, tx, &after, seen)?.audit(&app.clock, actor, "example.publish", id.record()).returning(after)
        })
        .await?;
    finding::follow(app, &example);
    Ok(example)
}

/// Withdraws an example: a tombstone with the reason stays under its permanent address.
///
/// # Errors
/// `NotFound` or `Forbidden` for anyone who does not publish for that organisation; `Stale`; `Invalid` without a reason;
/// `Conflict` for one that was never published (delete the draft by leaving it).
pub async fn withdraw(app: &App, actor: &Actor, id: ExampleId, seen: Revision, reason: &str) -> Result<()> {
    let example = store::get(app, id).await?;
    access::check(actor, Action::Withdraw, example.facts())?;
    let mut checks = Checks::default();
    checks.text("?reason", reason, 1_000);
    checks.done()?;
    let example = app
        .db
        .transact(&app.clock, |tx| async move {
            let before = store::get(app, id).await?.unless_withdrawn()?;
            fresh(seen, before.revision)?;
            let after = before.withdraw(reason, app.clock.now())?;
            store::save(app, tx, &after, seen)?.audit(&app.clock, actor, "example.withdraw", id.record()).returning(after)
        })
        .await?;
    finding::follow(app, &example);
    Ok(())
}

/// A page of the published versions of an example before one of them, newest first: at most so many, and fewer when their
/// texts are long. With the number of the last one, if there are more.
///
/// # Errors
/// As [`get`].
pub async fn versions(
    app: &App,
    actor: &Actor,
    id: ExampleId,
    (before, limit): (i64, usize),
) -> Result<(Vec<Version>, Option<i64>)> {
    let example = get(app, actor, id, View::Published).await?;
    let newest = example.version.min(before.saturating_sub(1));
    let (mut versions, mut last, mut bytes) = (Vec::new(), newest + 1, 0);
    // Versions are numbered from 1 without gaps.
    for number in (1..=newest).rev().take(limit) {
        if bytes >= PAGE {
            break;
        }
        last = number;
        if let Some(version) = store::version(app, id, number).await? {
            bytes += version.content.size();
            versions.push(version);
        }
    }
    Ok((versions, (last > 1).then_some(last)))
}

/// One published version, however old, with the number of the newest.
///
/// # Errors
/// As [`get`]; `NotFound` for a number that never was.
pub async fn version(app: &App, actor: &Actor, id: ExampleId, number: i64) -> Result<(Version, i64)> {
    let newest = get(app, actor, id, View::Published).await?.version;
    Ok((store::version(app, id, number).await?.ok_or(Error::NotFound)?, newest))
}
