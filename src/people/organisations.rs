//! Organisations: the first one at setup, further ones by the administrators of the one that hosts the service.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    accounts, memberships,
    model::{Email, LONGEST_NAME, Organisation, OrganisationKind, check_password},
    secrets, store,
};
use crate::{
    access::{self, Action, Actor, Object, Role},
    app::App,
    db::Fence,
    error::{Checks, Error, Result, Revision, fresh},
    id::{Id, OrganisationId, PersonId},
    once::Once,
};

/// What an organisation is called and is.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OrganisationKind,
}

/// The first organisation and its first administrator.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The organisation.
    pub organisation: NewOrganisation,
    /// The administrator's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
}

/// On an empty store: makes the single-use secret for the setup address. Earlier ones stop.
///
/// # Errors
/// `Conflict` when the service is set up.
pub async fn offer_setup(app: &App) -> Result<String> {
    let secret = secrets::make(&app.clock, "set");
    let fingerprint = secrets::fingerprint(&secret).unwrap_or_default();
    let fingerprint = &fingerprint;
    app.db
        .transact(&app.clock, |tx| async move {
            let fence = Fence::of_the_service(&app.db, "host").await?;
            if store::any_organisation(&app.db).await? {
                return Err(Error::Conflict("This service is set up.".to_owned()));
            }
            let earlier = store::setup_links(&app.db).await?;
            let tx = tx.fence(&fence);
            let tx = earlier.into_iter().fold(tx, crate::db::Changes::delete);
            store::add_link(tx, fingerprint, "setup", None).returning(())
        })
        .await?;
    Ok(secret)
}

/// Whether a setup secret still works.
///
/// # Errors
/// `NotFound` when it does not.
pub async fn check_setup(app: &App, secret: &str) -> Result<()> {
    let fingerprint = secrets::fingerprint(secret).ok_or(Error::NotFound)?;
    if store::link_exists(&app.db, &fingerprint, "setup").await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Sets the service up: the organisation that hosts it and its first administrator, once.
///
/// # Errors
/// `NotFound` for a secret that does not work (any more); `Invalid` with every violation.
pub async fn set_up(app: &App, secret: &str, input: Setup) -> Result<(Organisation, PersonId)> {
    check_setup(app, secret).await?;
    let fingerprint = secrets::fingerprint(secret).ok_or(Error::NotFound)?;
    let mut checks = Checks::default();
    checks.text("/organisation/name", &input.organisation.name, LONGEST_NAME);
    checks.text("/name", &input.name, LONGEST_NAME);
    let email = checks.parsed("/email", Email::parse(&input.email));
    checks.parsed("/password", check_password(&input.password, &[&input.email, &input.name]));
    checks.done()?;
    let email = email.ok_or(Error::NotFound)?;
    let hash = secrets::hash_password(app, &input.password).await?;
    let organisation = prepare(app, &input.organisation, true);
    let (person, membership) = (app.clock.new_id::<PersonId>(), app.clock.new_id());
    let account = accounts::new_account(app, person, input.name.trim(), &email, hash);
    let (fingerprint, email, made, account) = (&fingerprint, &email, &organisation, &account);
    app.db
        .transact(&app.clock, |tx| async move {
            let fence = Fence::of_the_service(&app.db, "host").await?;
            if store::any_organisation(&app.db).await? || !store::link_exists(&app.db, fingerprint, "setup").await? {
                return Err(Error::NotFound);
            }
            let (tx, _key) = app.vault.new_key(&app.clock, tx.fence(&fence), person.uuid());
            let tx = store::add_person(store::add_organisation(store::use_link(tx, fingerprint), made), account, email);
            let roles = vec![Role::Administrator];
            let membership = super::model::Membership::start(membership, made.id, person, roles, app.clock.now());
            store::add_membership(tx, &membership)
                .audit(&app.clock, &Actor::Service, "service.setup", made.id.record())
                .returning(())
        })
        .await?;
    Ok((organisation, person))
}

/// Adds an organisation to the installation.
///
/// # Errors
/// `NotFound` for anyone but administrators of the host; `Invalid` for the name.
pub async fn create(app: &App, actor: &Actor, once: &Once, input: NewOrganisation) -> Result<Organisation> {
    access::check(actor, Action::Host, Object::Installation)?;
    let mut checks = Checks::default();
    checks.text("/name", &input.name, LONGEST_NAME);
    checks.done()?;
    let made = prepare(app, &input, false);
    let (made, person) = (&made, actor.person()?.id);
    let membership = app.clock.new_id();
    app.db
        .transact(&app.clock, |tx| async move {
            if let Some(earlier) = once.earlier::<OrganisationId>(app, actor).await? {
                let earlier: Option<Organisation> = app.db.get(earlier).await?;
                return tx.returning(earlier.ok_or(Error::NotFound)?);
            }
            // Whoever adds it administers it until they have invited somebody of its own.
            let roles = vec![Role::Administrator];
            let membership = super::model::Membership::start(membership, made.id, person, roles, app.clock.now());
            let tx = store::add_membership(store::add_organisation(tx, made), &membership);
            let tx = tx.audit(&app.clock, actor, "organisation.create", made.id.record());
            once.note(app, actor, tx, made.id).returning(made.clone())
        })
        .await
}

/// Makes an organisation outright: for the demonstration and the command line.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn found(app: &App, input: NewOrganisation) -> Result<Organisation> {
    let made = prepare(app, &input, false);
    let made = &made;
    app.db
        .transact(&app.clock, |tx| async move {
            let fence = Fence::of_the_service(&app.db, "host").await?;
            let hosts = store::host(&app.db).await?.is_none();
            let made = Organisation { hosts, ..made.clone() };
            store::add_organisation(tx.fence(&fence), &made)
                .audit(&app.clock, &Actor::Service, "organisation.create", made.id.record())
                .returning(made.clone())
        })
        .await
}

/// The organisation that hosts the installation.
///
/// # Errors
/// `NotFound` before setup.
pub async fn host(app: &App) -> Result<Organisation> {
    store::host(&app.db).await?.ok_or(Error::NotFound)
}

/// An organisation one belongs to.
///
/// # Errors
/// `NotFound` for anyone who does not.
pub async fn get(app: &App, actor: &Actor, id: OrganisationId) -> Result<Organisation> {
    access::check(actor, Action::Read, Object::Organisation(id))?;
    named(app, id).await
}

/// An organisation's name and kind, which are public wherever it publishes.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn named(app: &App, id: OrganisationId) -> Result<Organisation> {
    app.db.get(id).await?.ok_or(Error::NotFound)
}

/// The organisations that the caller administers, by their names.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn administered(app: &App, actor: &Actor) -> Result<Vec<Organisation>> {
    let overseen = |id: &OrganisationId| access::check(actor, Action::Oversee, Object::Organisation(*id)).is_ok();
    let places = actor.person()?.standings.iter().map(|standing| standing.organisation);
    let places: Vec<OrganisationId> = places.filter(overseen).collect();
    let mut administered = Vec::new();
    for id in places {
        administered.push(named(app, id).await?);
    }
    administered.sort_by_cached_key(|organisation: &Organisation| organisation.name.clone());
    if administered.is_empty() { Err(Error::NotFound) } else { Ok(administered) }
}

/// The names of several organisations, in one look. One that there is not is not among them.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn names(app: &App, ids: impl Iterator<Item = OrganisationId> + Send) -> Result<BTreeMap<OrganisationId, String>> {
    let ids: BTreeSet<OrganisationId> = ids.collect();
    let named = store::organisation_names(&app.db, ids.into_iter().collect()).await?;
    Ok(named.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Renames an organisation.
///
/// # Errors
/// `Forbidden` for members who are not administrators; `Stale` when it changed meanwhile.
pub async fn rename(app: &App, actor: &Actor, id: OrganisationId, seen: Revision, name: &str) -> Result<Organisation> {
    access::check(actor, Action::Manage, Object::Organisation(id))?;
    let mut checks = Checks::default();
    checks.text("/name", name, LONGEST_NAME);
    checks.done()?;
    app.db
        .transact(&app.clock, |tx| async move {
            let organisation = named(app, id).await?;
            fresh(seen, organisation.revision)?;
            let renamed = Organisation { name: name.trim().to_owned(), revision: seen + 1, ..organisation };
            store::save_organisation(tx, &renamed, seen)
                .audit(&app.clock, actor, "organisation.rename", id.record())
                .returning(renamed.clone())
        })
        .await
}

fn prepare(app: &App, input: &NewOrganisation, hosts: bool) -> Organisation {
    Organisation {
        id: app.clock.new_id(),
        name: input.name.trim().to_owned(),
        kind: input.kind,
        hosts,
        revision: 1,
        created_at: app.clock.now(),
    }
}

/// Makes an account with a membership outright: for the demonstration.
///
/// # Errors
/// As [`accounts::register`].
pub async fn admit(
    app: &App,
    organisation: OrganisationId,
    (name, email, password): (&str, &str, &str),
    roles: &[Role],
) -> Result<PersonId> {
    let person = accounts::register(app, name, email, password).await?;
    memberships::join(app, organisation, person, roles).await?;
    Ok(person)
}
