//! Memberships: invited → active → ended. Two rules that span records are fenced: the last administrator of an
//! organisation stays, and a leaver's every credential, relationship and share ends in one transaction.

use std::collections::BTreeSet;

use surrealdb::types::RecordId;

use super::{
    model::{Account, Email, INVITATION_LASTS, Invitation, LONGEST_NAME, Membership, Relationship, check_password, check_roles},
    secrets,
    store::{self, Member},
};
use crate::{
    access::{self, Action, Actor, Object, Role},
    app::App,
    db::{Changes, Fence},
    error::{Checks, Error, Result, Revision, fresh},
    http::paging::{Paging, Slice},
    id::{Id, InvitationId, MembershipId, OrganisationId, PersonId},
    once::Once,
};

/// Whom to invite.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: Vec<Role>,
}

/// Invites a person. The secret of the link is in the answer and nowhere else.
///
/// # Errors
/// `Invalid` with every violation; `Conflict` when they are a member already.
pub async fn invite(
    app: &App,
    actor: &Actor,
    organisation: OrganisationId,
    once: &Once,
    input: NewInvitation,
) -> Result<(Invitation, String)> {
    access::check(actor, Action::Invite, Object::Organisation(organisation))?;
    let (invitation, secret) = prepare(app, organisation, &input)?;
    let fingerprint = secrets::fingerprint(&secret).unwrap_or_default();
    let (made, fingerprint) = (&invitation, &fingerprint);
    app.db
        .transact(&app.clock, |tx| async move {
            if once.earlier::<InvitationId>(app, actor).await?.is_some() {
                return Err(Error::Conflict(
                    "This key made an invitation already. Its link was shown once and is not kept.".to_owned(),
                ));
            }
            refuse_members(app, organisation, made).await?;
            // A new invitation takes the place of the one before it.
            let tx = close_invitations(app, tx, organisation, &made.email).await?;
            let tx = add(tx, made, fingerprint).audit(&app.clock, actor, "invitation.create", made.id.record());
            once.note(app, actor, tx, made.id).returning(())
        })
        .await?;
    Ok((invitation, secret))
}

/// Invites from the command line of the machine itself: into the first organisation, or a new one.
///
/// # Errors
/// As [`invite`].
pub async fn invite_from_host(app: &App, organisation: OrganisationId, input: NewInvitation) -> Result<(Invitation, String)> {
    let (invitation, secret) = prepare(app, organisation, &input)?;
    let fingerprint = secrets::fingerprint(&secret).unwrap_or_default();
    let (made, fingerprint) = (&invitation, &fingerprint);
    app.db
        .transact(&app.clock, |tx| async move {
            refuse_members(app, organisation, made).await?;
            let tx = close_invitations(app, tx, organisation, &made.email).await?;
            add(tx, made, fingerprint).audit(&app.clock, &Actor::Service, "invitation.create", made.id.record()).returning(())
        })
        .await?;
    Ok((invitation, secret))
}

fn prepare(app: &App, organisation: OrganisationId, input: &NewInvitation) -> Result<(Invitation, String)> {
    let mut checks = Checks::default();
    let email = checks.parsed("/email", Email::parse(&input.email));
    checks.text("/name", &input.name, LONGEST_NAME);
    check_roles(&mut checks, "/roles", &input.roles);
    checks.done()?;
    let id: InvitationId = app.clock.new_id();
    let invitation = Invitation {
        id,
        organisation,
        email: email.map(|email| email.as_str().to_owned()).unwrap_or_default(),
        name: input.name.trim().to_owned(),
        roles: input.roles.clone(),
        state: "open".to_owned(),
        sort_key: id.to_string(),
        revision: 1,
        expires_at: app.clock.now() + INVITATION_LASTS,
    };
    Ok((invitation, secrets::make(&app.clock, "inv")))
}

async fn refuse_members(app: &App, organisation: OrganisationId, invitation: &Invitation) -> Result<()> {
    let email = Email::parse(&invitation.email).map_err(|(code, detail)| Error::invalid("/email", code, detail))?;
    let Some(account) = store::person_of_email(&app.db, &email).await? else { return Ok(()) };
    match store::membership(&app.db, organisation, account.id).await? {
        Some(membership) if membership.active() => Err(Error::Conflict("This person is a member already.".to_owned())),
        _ => Ok(()),
    }
}

fn add(tx: Changes, invitation: &Invitation, fingerprint: &str) -> Changes {
    let tx = store::add_invitation(tx, invitation);
    store::add_link(tx, fingerprint, "invitation", Some(invitation.id.record()))
}

/// Withdraws what is open of somebody's invitations to an organisation.
async fn close_invitations(app: &App, mut tx: Changes, organisation: OrganisationId, email: &str) -> Result<Changes> {
    for invitation in store::open_invitations_for(&app.db, organisation, email).await? {
        let seen = invitation.revision;
        tx = store::save_invitation(tx, &invitation.withdraw(), seen);
    }
    Ok(tx)
}

/// The open invitations of an organisation, newest first.
///
/// # Errors
/// `NotFound` for anyone but its administrators.
pub async fn list_invitations(
    app: &App,
    actor: &Actor,
    organisation: OrganisationId,
    paging: &Paging,
) -> Result<Slice<Invitation>> {
    access::check(actor, Action::Oversee, Object::Organisation(organisation))?;
    let rows = store::open_invitations(&app.db, organisation, app.clock.now(), paging).await?;
    Ok(paging.slice(rows, |row| row.sort_key.clone()))
}

/// Takes an invitation back.
///
/// # Errors
/// `Conflict` when it has been used or has run out.
pub async fn withdraw_invitation(app: &App, actor: &Actor, organisation: OrganisationId, id: InvitationId) -> Result<()> {
    access::check(actor, Action::Invite, Object::Organisation(organisation))?;
    app.db
        .transact(&app.clock, |tx| async move {
            let invitation = store::invitation(&app.db, organisation, id).await?;
            let seen = invitation.revision;
            let closed = invitation.close("withdrawn", app.clock.now())?;
            store::save_invitation(tx, &closed, seen).audit(&app.clock, actor, "invitation.withdraw", id.record()).returning(())
        })
        .await
}

/// Accepts an invitation: makes the account (or finds the one with that address, whose password it then takes) and the
/// membership. Whoever had an account signs in anew: their sessions and tokens were not made for what they may do now.
///
/// # Errors
/// `NotFound` for a link that is none or was used; `Conflict` when it was withdrawn or has run out; `Invalid` for the password.
pub async fn accept(app: &App, secret: &str, name: Option<&str>, password: &str) -> Result<PersonId> {
    let fingerprint = secrets::fingerprint(secret).ok_or(Error::NotFound)?;
    let invitation = store::invitation_of_link(&app.db, &fingerprint).await?.ok_or(Error::NotFound)?;
    let email = Email::parse(&invitation.email).map_err(|_| Error::NotFound)?;
    let name = name.map_or_else(|| invitation.name.clone(), |name| name.trim().to_owned());
    let mut checks = Checks::default();
    checks.text("/name", &name, LONGEST_NAME);
    checks.done()?;
    let hash = match store::person_of_email(&app.db, &email).await? {
        Some(account) => {
            app.limits.count(crate::limits::Kind::SignIn, email.as_str())?;
            if !secrets::verify_password(app, password, Some(account.password)).await? {
                // A weak guess is refused as a weak new password is, so that it does not tell whether there is an account.
                new_password(password, &[email.as_str(), &name])?;
                let detail = "You have an account with this address: use its password.";
                return Err(Error::invalid("/password", "wrong", detail));
            }
            None
        }
        None => {
            new_password(password, &[email.as_str(), &name])?;
            Some(secrets::hash_password(app, password).await?)
        }
    };
    let (new, joined): (PersonId, MembershipId) = (app.clock.new_id(), app.clock.new_id());
    let (fingerprint, email, name, hash) = (&fingerprint, &email, &name, &hash);
    app.db
        .transact(&app.clock, |tx| async move {
            let invitation = store::invitation_of_link(&app.db, fingerprint).await?.ok_or(Error::NotFound)?;
            let fence = fence(app, invitation.organisation).await?;
            let (seen, organisation, roles) = (invitation.revision, invitation.organisation, invitation.roles.clone());
            let closed = invitation.close("accepted", app.clock.now())?;
            let known = store::person_of_email(&app.db, email).await?.map(|account| account.id);
            let (tx, person) = match (known, hash) {
                (Some(person), None) => (bump_epoch(app, tx, person).await?, person),
                (Some(_), Some(_)) => {
                    return Err(Error::Conflict("An account with this address has just been made: use its password.".to_owned()));
                }
                (None, Some(hash)) => {
                    let (tx, _key) = app.vault.new_key(&app.clock, tx, new.uuid());
                    (store::add_person(tx, &new_account(app, new, name, email, hash.clone()), email), new)
                }
                (None, None) => return Err(Error::Conflict("This account has just been closed.".to_owned())),
            };
            if store::membership(&app.db, organisation, person).await?.is_some_and(|membership| membership.active()) {
                return Err(Error::Conflict("You are a member already: sign in.".to_owned()));
            }
            let membership = Membership::start(joined, organisation, person, roles, app.clock.now());
            let tx = store::save_invitation(store::use_link(tx.fence(&fence), fingerprint), &closed, seen);
            store::add_membership(tx, &membership)
                .audit(&app.clock, &Actor::Service, "membership.start", membership.id.record())
                .returning(person)
        })
        .await
}

fn new_password(password: &str, own_words: &[&str]) -> Result<()> {
    check_password(password, own_words).map_err(|(code, detail)| Error::invalid("/password", code, detail))
}

pub(super) fn new_account(app: &App, id: PersonId, name: &str, email: &Email, password: String) -> Account {
    Account {
        id,
        name: name.to_owned(),
        email: email.as_str().to_owned(),
        password,
        epoch: 1,
        revision: 1,
        created_at: app.clock.now(),
    }
}

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
            let tx = close_invitations(app, tx, organisation, &email).await?;
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
        tx = tx.fence(&super::relationships::fence(app, worker).await?);
    }
    let relationships = store::relationships_of(&app.db, member.person, member.organisation).await?;
    for relationship in relationships.into_iter().filter(which) {
        tx = super::relationships::end(app, tx, relationship);
    }
    Ok(tx)
}

async fn bump_epoch(app: &App, tx: Changes, person: PersonId) -> Result<Changes> {
    let account = store::account(&app.db, person).await?;
    let seen = account.revision;
    let bumped = Account { epoch: account.epoch + 1, revision: seen + 1, ..account };
    Ok(store::save_person(tx, &bumped, seen))
}

/// The links with which setup can be done, to be removed when it is.
pub(super) async fn setup_links(app: &App) -> Result<Vec<RecordId>> {
    store::setup_links(&app.db).await
}
