//! Memberships: invited → active → ended. Two rules that span records are fenced: the last administrator of an
//! organisation stays, and a leaver's every credential, relationship and share ends in one transaction.

use std::collections::BTreeSet;

use super::{
    invitations,
    model::{Account, Membership, Relationship, check_roles},
    relationships,
    store::{self, Member},
};
use crate::{
    access::{self, Action, Actor, Object, Role},
    app::App,
    db::{Changes, Fence},
    error::{Checks, Error, Result, Revision, fresh},
    http::paging::{FROM_THE_NEWEST, MOST, Paging, Slice},
    id::{Id, MembershipId, OrganisationId, PersonId},
};

/// Makes a membership outright: for setup and for the demonstration.
///
/// # Errors
/// `Conflict` when they are a member already.
pub async fn join(app: &App, organisation: OrganisationId, person: PersonId, roles: &[Role]) -> Result<MembershipId> {
    let id: MembershipId = app.clock.new_id();
    app.db
        .transact(&app.clock, |tx| async move {
            let fence = fence(app, organisation).await?;
            if store::membership(&app.db, organisation, person).await?.is_some_and(|membership| membership.active()) {
                return Err(Error::Conflict("This person is a member already.".to_owned()));
            }
            let membership = Membership::start(id, organisation, person, roles.to_vec(), app.clock.now());
            store::add_membership(tx.fence(&fence), &membership)
                .audit(&app.clock, &Actor::Service, "membership.start", id.record())
                .returning(id)
        })
        .await
}

/// The active members of an organisation with their addresses, newest first.
///
/// # Errors
/// `Forbidden` for members who are not administrators; `NotFound` for everyone else.
pub async fn list_members(app: &App, actor: &Actor, organisation: OrganisationId, paging: &Paging) -> Result<Slice<Member>> {
    access::check(actor, Action::Oversee, Object::Organisation(organisation))?;
    let rows = store::members(&app.db, organisation, paging).await?;
    Ok(paging.slice(rows, |row| row.sort_key.clone()))
}

/// Those of them whose name or address has these letters in it, newest first: at most 100, and whether that is everybody.
///
/// # Errors
/// As [`list_members`].
pub async fn find_members(app: &App, actor: &Actor, organisation: OrganisationId, letters: &str) -> Result<(Vec<Member>, bool)> {
    let letters = letters.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&letters);
    let (mut found, mut before) = (Vec::new(), Some(FROM_THE_NEWEST.to_owned()));
    while let Some(from) = before.take() {
        let slice = list_members(app, actor, organisation, &Paging { limit: MOST, before: from }).await?;
        found.extend(slice.items.into_iter().filter(|member| has(&member.name) || has(&member.email)));
        if found.len() > MOST {
            found.truncate(MOST);
            return Ok((found, false));
        }
        before = slice.last;
    }
    Ok((found, true))
}

/// The same people as their colleagues see them: the edge leaves the addresses out.
///
/// # Errors
/// `NotFound` for anyone who does not belong there.
pub async fn list_colleagues(app: &App, actor: &Actor, organisation: OrganisationId, paging: &Paging) -> Result<Slice<Member>> {
    access::check(actor, Action::Read, Object::Organisation(organisation))?;
    let rows = store::members(&app.db, organisation, paging).await?;
    Ok(paging.slice(rows, |row| row.sort_key.clone()))
}

/// One active member.
///
/// # Errors
/// As [`list_members`].
pub async fn get_member(app: &App, actor: &Actor, organisation: OrganisationId, person: PersonId) -> Result<Member> {
    access::check(actor, Action::Oversee, Object::Organisation(organisation))?;
    let membership = active(app, organisation, person).await?;
    let account = store::account(&app.db, person).await?;
    Ok(Member {
        person,
        name: account.name,
        email: account.email,
        roles: membership.roles,
        sort_key: membership.sort_key,
        revision: membership.revision,
        started_at: membership.started_at,
    })
}

/// The fence of an organisation's members: what rests on who is one and as what reads it first, and so does whatever
/// changes that.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn fence(app: &App, organisation: OrganisationId) -> Result<Fence> {
    Fence::read(&app.db, "administrators", organisation).await
}

/// Sets a member's roles. Whoever may not supervise any more has no supervision left, and reads no share that hung on it.
///
/// # Errors
/// `Conflict` when this would leave the organisation without an administrator; `Stale` when they changed meanwhile.
pub async fn set_roles(
    app: &App,
    actor: &Actor,
    (organisation, person): (OrganisationId, PersonId),
    seen: Revision,
    roles: Vec<Role>,
) -> Result<Member> {
    access::check(actor, Action::Manage, Object::Organisation(organisation))?;
    let mut checks = Checks::default();
    check_roles(&mut checks, "/roles", &roles);
    checks.done()?;
    let roles = &roles;
    app.db
        .transact(&app.clock, |tx| async move {
            let fence = fence(app, organisation).await?;
            let membership = active(app, organisation, person).await?;
            fresh(seen, membership.revision)?;
            let before = membership.clone();
            let changed = membership.with_roles(roles.clone())?;
            keeps_an_administrator(app, &before, &changed).await?;
            // What they may do changes: every session and token of theirs starts again.
            let mut tx = bump_epoch(app, tx, person).await?;
            if before.may_supervise() && !changed.may_supervise() {
                tx = end_relationships(app, tx, &changed, |relationship| relationship.supervisor == person).await?;
            }
            store::save_membership(tx.fence(&fence), &changed, seen)
                .audit(&app.clock, actor, "membership.roles", changed.id.record())
                .returning(())
        })
        .await?;
    get_member(app, actor, organisation, person).await
}

/// Ends a membership: at once the leaver's every credential, supervision relationship and share there is closed.
///
/// # Errors
/// `Conflict` for the last administrator; `Stale` when the membership changed meanwhile.
pub async fn end(app: &App, actor: &Actor, (organisation, person): (OrganisationId, PersonId), seen: Revision) -> Result<()> {
    access::check(actor, Action::Manage, Object::Organisation(organisation))?;
    app.db
        .transact(&app.clock, |tx| async move {
            let fence = fence(app, organisation).await?;
            let membership = active(app, organisation, person).await?;
            fresh(seen, membership.revision)?;
            let before = membership.clone();
            let ended = membership.end(app.clock.now())?;
            keeps_an_administrator(app, &before, &ended).await?;
            let tx = bump_epoch(app, tx, person).await?;
            let tx = end_relationships(app, tx, &ended, |_| true).await?;
            let email = store::account(&app.db, person).await?.email;
            let tx = invitations::close_invitations(app, tx, organisation, &email).await?;
            store::save_membership(tx.fence(&fence), &ended, seen)
                .audit(&app.clock, actor, "membership.end", ended.id.record())
                .returning(())
        })
        .await
}

/// The active membership of a person, for features that need to know it.
///
/// # Errors
/// `NotFound` when they are not a member there now.
pub async fn active(app: &App, organisation: OrganisationId, person: PersonId) -> Result<Membership> {
    store::membership(&app.db, organisation, person).await?.filter(Membership::active).ok_or(Error::NotFound)
}

/// A person's name, for those who may know it.
///
/// # Errors
/// `NotFound` when there is no such person.
pub async fn name_of(app: &App, person: PersonId) -> Result<String> {
    Ok(store::account(&app.db, person).await?.name)
}

async fn keeps_an_administrator(app: &App, before: &Membership, after: &Membership) -> Result<()> {
    if !before.administers() || after.administers() {
        return Ok(());
    }
    let members = store::active_members(&app.db, before.organisation).await?;
    if members.iter().any(|other| other.id != before.id && other.administers()) {
        return Ok(());
    }
    Err(Error::Conflict("An organisation needs an administrator: make somebody else one first.".to_owned()))
}

/// Ends a member's supervision there, as far as `which` says.
async fn end_relationships(
    app: &App,
    mut tx: Changes,
    member: &Membership,
    which: impl Fn(&Relationship) -> bool,
) -> Result<Changes> {
    let known = store::relationships_of(&app.db, member.person, member.organisation).await?;
    // What rests on a relationship reads its worker's fence: so each is taken, and then the relationships are read.
    let workers: BTreeSet<PersonId> = known.into_iter().map(|relationship| relationship.worker).collect();
    for worker in workers {
        tx = tx.fence(&relationships::fence(app, worker).await?);
    }
    let relationships = store::relationships_of(&app.db, member.person, member.organisation).await?;
    for relationship in relationships.into_iter().filter(which) {
        tx = relationships::end(app, tx, relationship);
    }
    Ok(tx)
}

pub(super) async fn bump_epoch(app: &App, tx: Changes, person: PersonId) -> Result<Changes> {
    let account = store::account(&app.db, person).await?;
    let seen = account.revision;
    let bumped = Account { epoch: account.epoch + 1, revision: seen + 1, ..account };
    Ok(store::save_person(tx, &bumped, seen))
}
