//! Invitations: open until they are accepted, withdrawn or run out. Accepting one makes the membership.

use super::{
    accounts, memberships,
    model::{Email, INVITATION_LASTS, Invitation, LONGEST_NAME, Membership, check_password, check_roles},
    organisations, secrets, store,
};
use crate::{
    access::{self, Action, Actor, Object, Role},
    app::App,
    db::Changes,
    error::{Checks, Error, Result},
    http::paging::{Paging, Slice},
    id::{Id, InvitationId, MembershipId, OrganisationId, PersonId},
    limits::Whence,
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
pub(super) async fn close_invitations(app: &App, mut tx: Changes, organisation: OrganisationId, email: &str) -> Result<Changes> {
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

/// What somebody is invited to, as they see it before they accept.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The organisation.
    pub organisation_name: String,
    /// The address that was invited.
    pub email: String,
    /// Their name, as the administrator wrote it.
    pub name: String,
}

/// What an invitation's link offers.
///
/// # Errors
/// `NotFound` for a link that is none or was used; `Conflict` when it was withdrawn or has run out.
pub async fn offered(app: &App, secret: &str) -> Result<Offered> {
    let fingerprint = secrets::fingerprint(secret).ok_or(Error::NotFound)?;
    let invitation = store::invitation_of_link(&app.db, &fingerprint).await?.ok_or(Error::NotFound)?;
    let organisation = organisations::named(app, invitation.organisation).await?;
    let open = invitation.close("accepted", app.clock.now())?;
    Ok(Offered { organisation_name: organisation.name, email: open.email, name: open.name })
}

/// Accepts an invitation: makes the account (or finds the one with that address, whose password it then takes) and the
/// membership. Whoever had an account signs in anew: their sessions and tokens were not made for what they may do now.
///
/// # Errors
/// `NotFound` for a link that is none or was used; `Conflict` when it was withdrawn or has run out; `Invalid` for the password.
pub async fn accept(app: &App, from: Whence, secret: &str, (name, password): (Option<&str>, &str)) -> Result<PersonId> {
    let fingerprint = secrets::fingerprint(secret).ok_or(Error::NotFound)?;
    let invitation = store::invitation_of_link(&app.db, &fingerprint).await?.ok_or(Error::NotFound)?;
    let email = Email::parse(&invitation.email).map_err(|_| Error::NotFound)?;
    let name = name.map_or_else(|| invitation.name.clone(), |name| name.trim().to_owned());
    let mut checks = Checks::default();
    checks.text("/name", &name, LONGEST_NAME);
    checks.done()?;
    let hash = match store::person_of_email(&app.db, &email).await? {
        Some(account) => {
            app.limits.count_guess(email.as_str(), from)?;
            if !secrets::verify_password(app, password, Some(account.password)).await? {
                app.limits.note_wrong_guess(from);
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
            let fence = memberships::fence(app, invitation.organisation).await?;
            let (seen, organisation, roles) = (invitation.revision, invitation.organisation, invitation.roles.clone());
            let closed = invitation.close("accepted", app.clock.now())?;
            let known = store::person_of_email(&app.db, email).await?.map(|account| account.id);
            let (tx, person) = match (known, hash) {
                (Some(person), None) => (memberships::bump_epoch(app, tx, person).await?, person),
                (Some(_), Some(_)) => {
                    return Err(Error::Conflict("An account with this address has just been made: use its password.".to_owned()));
                }
                (None, Some(hash)) => {
                    let (tx, _key) = app.vault.new_key(&app.clock, tx, new.uuid());
                    (store::add_person(tx, &accounts::new_account(app, new, name, email, hash.clone()), email), new)
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
