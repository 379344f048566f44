//! Credentials: what lets a person or a system in, and the look at each request that decides whether it still does.

use chrono::{DateTime, Duration, Utc};
use surrealdb::types::RecordIdKey;
use uuid::Uuid;

use super::{
    codes, secrets,
    store::{self, Credential, Holder, Known, Place},
};
use crate::{
    access::{self, Action, Actor, Client, Object, Person, Scope, Standing},
    app::App,
    error::{Checks, Error, Result},
    http::auth::Presented,
    id::{Id, PersonId, ServiceClientId, TokenId},
    lease,
    once::Once,
    people::model::{TOKEN_LASTS, check_scopes},
};

/// A session is marked as used at most this often.
const TOUCH: Duration = Duration::minutes(1);

/// How long a session stays confirmed after its owner gave their password.
const CONFIRMED: Duration = Duration::minutes(10);

/// How long an invitation is kept after its last day. Until then its link says what became of it.
const INVITATION_KEPT: Duration = Duration::days(30);

/// Recognises who sends a request. Asked anew each time, so that nothing outlives the moment it is ended.
///
/// # Errors
/// `Unauthenticated` for a credential that is wrong, expired, revoked, or whose owner has left.
pub async fn recognise(app: &App, presented: &Presented) -> Result<Actor> {
    let secret = match presented {
        Presented::Nothing => return Ok(Actor::Anonymous),
        Presented::Unusable => return Err(Error::Unauthenticated),
        Presented::Bearer(secret) | Presented::Cookie(secret) => secret,
    };
    let fingerprint = secrets::fingerprint(secret).ok_or(Error::Unauthenticated)?;
    let Known { kept, holder, places } = store::recognise(&app.db, &fingerprint).await?.ok_or(Error::Unauthenticated)?;
    let holder = holder.ok_or(Error::Unauthenticated)?;
    let now = app.clock.now();
    let by_cookie = matches!(presented, Presented::Cookie(_));
    if !lasts(&kept, &holder, now) || by_cookie != (kept.kind == "session") {
        return Err(Error::Unauthenticated);
    }
    if kept.kind == "session" && now - kept.seen_at > TOUCH {
        let touch = |tx| std::future::ready(store::touch_credential(tx, &fingerprint, now).returning(()));
        // Whoever only reads is let in also when nothing can be written.
        let _best_effort = app.db.transact(&app.clock, touch).await;
    }
    let scopes: Vec<Scope> = kept.scopes.iter().filter_map(|name| Scope::parse(name)).collect();
    let RecordIdKey::String(owner) = &kept.owner.key else { return Err(Error::Unauthenticated) };
    let owner = Uuid::try_parse(owner).map_err(|_| Error::Unauthenticated)?;
    let places = places.unwrap_or_default();
    match holder.organisation {
        Some(organisation) => Ok(Actor::Client(Client { id: ServiceClientId::from(owner), organisation, scopes })),
        None if places.is_empty() => Err(Error::Unauthenticated),
        None => Ok(Actor::Person(Person {
            id: PersonId::from(owner),
            standings: places.into_iter().map(|place| standing(app, &holder, place)).collect(),
            scopes,
            credential: access::Credential {
                id: Uuid::try_parse(&kept.handle).map_err(|_| Error::Unauthenticated)?,
                epoch: kept.epoch,
                ends: (!by_cookie).then_some(kept.expires_at),
                rests: Some(kept.idle_minutes).filter(|minutes| *minutes > 0),
                confirmed: !by_cookie || now - kept.confirmed_at.unwrap_or(kept.created_at) <= CONFIRMED,
            },
        })),
    }
}

/// Where somebody stands. A role that waits for codes opens nothing yet, with whichever credential they come.
fn standing(app: &App, holder: &Holder, place: Place) -> Standing {
    let mut roles = place.roles;
    roles.retain(|role| !codes::waits(app, holder.codes_since, *role));
    Standing { organisation: place.organisation, roles, hosts: place.hosts }
}

fn lasts(kept: &Credential, holder: &Holder, now: DateTime<Utc>) -> bool {
    works(kept, holder.epoch, now) && holder.state.as_deref().is_none_or(|state| state == "active")
}

/// Whether a credential has neither run out, nor rested too long, nor been left behind by its owner's epoch.
pub(super) fn works(kept: &Credential, epoch: i64, now: DateTime<Utc>) -> bool {
    let rests_too_long = kept.idle_minutes > 0 && now - kept.seen_at > Duration::minutes(kept.idle_minutes);
    kept.expires_at > now && !rests_too_long && kept.epoch == epoch
}

/// A personal access token as its owner sees it.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// What a new token is to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What to call it.
    pub name: String,
    /// The names of its scopes.
    pub scopes: Vec<String>,
    /// Until when; a year at most.
    pub expires_at: DateTime<Utc>,
}

/// Makes a personal access token. The secret is in the answer and nowhere else.
///
/// # Errors
/// `Invalid` for an empty name, unknown scopes or scopes that the caller does not have, a date that is not in the coming
/// year, or one on which the token that asks has ended; `Conflict` when the same key made one before (its secret cannot be shown twice).
pub async fn create_token(app: &App, actor: &Actor, once: &Once, input: NewToken) -> Result<(Token, String)> {
    let person = actor.person()?;
    access::check(actor, Action::Create, Object::Account(person.id))?;
    let now = app.clock.now();
    let mut checks = Checks::default();
    checks.text("/name", &input.name, 100);
    // A token can't hand out more than it has itself.
    let scopes = check_scopes(&mut checks, "/scopes", &input.scopes, &person.scopes);
    let latest = person.credential.ends.map_or(now + TOKEN_LASTS, |ends| ends.min(now + TOKEN_LASTS));
    let in_time = input.expires_at > now && input.expires_at <= latest;
    let detail = "Choose a time in the coming year, and not after the end of the token that asks.";
    checks.ensure(in_time, "/expires_at", "out_of_range", detail);
    checks.done()?;
    let (id, secret) = (app.clock.new_id::<TokenId>(), secrets::make(&app.clock, "pat"));
    let fingerprint = secrets::fingerprint(&secret).unwrap_or_default();
    let (input, scopes, fingerprint) = (&input, &scopes, &fingerprint);
    let token = app
        .db
        .transact(&app.clock, |tx| async move {
            if once.earlier::<TokenId>(app, actor).await?.is_some() {
                return Err(Error::Conflict(
                    "This key made a token already. Its secret was shown once and is not kept.".to_owned(),
                ));
            }
            let credential = Credential {
                handle: id.to_string(),
                kind: "token".to_owned(),
                owner: person.id.record(),
                // Not the epoch of this moment: a password that is being changed now ends this token too.
                epoch: person.credential.epoch,
                scopes: scopes.iter().map(|scope| scope.name().to_owned()).collect(),
                name: input.name.trim().to_owned(),
                created_at: now,
                seen_at: now,
                idle_minutes: 0,
                expires_at: input.expires_at,
                confirmed_at: None,
            };
            let tx =
                store::add_credential(tx, fingerprint, credential.clone()).audit(&app.clock, actor, "token.create", id.record());
            once.note(app, actor, tx, id).returning(token(credential))
        })
        .await?;
    Ok((token.ok_or_else(|| Error::internal("a token without id"))?, secret))
}

/// The caller's personal access tokens, newest first.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn list_tokens(app: &App, actor: &Actor) -> Result<Vec<Token>> {
    let person = actor.person()?;
    access::check(actor, Action::Read, Object::Account(person.id))?;
    let kept = store::credentials_of(&app.db, person.id.record(), "token").await?;
    let works = |kept: &Credential| works(kept, person.credential.epoch, app.clock.now());
    Ok(kept.into_iter().filter(works).filter_map(token).collect())
}

/// Revokes a personal access token: it stops at the next request.
///
/// # Errors
/// `NotFound` when the caller has no such token.
pub async fn revoke_token(app: &App, actor: &Actor, id: TokenId) -> Result<()> {
    revoke(app, actor, "token", id.uuid()).await
}

/// Revokes a credential of the caller's own.
pub(super) async fn revoke(app: &App, actor: &Actor, kind: &'static str, handle: Uuid) -> Result<()> {
    let person = actor.person()?;
    access::check(actor, Action::Delete, Object::Account(person.id))?;
    app.db
        .transact(&app.clock, |tx| async move {
            let found = store::credential_of(&app.db, person.id.record(), kind, handle).await?.ok_or(Error::NotFound)?;
            tx.delete(found).audit(&app.clock, actor, "credential.revoke", person.id.record()).returning(())
        })
        .await
}

fn token(kept: Credential) -> Option<Token> {
    Some(Token {
        id: TokenId::from(Uuid::try_parse(&kept.handle).ok()?),
        name: kept.name,
        scopes: kept.scopes,
        created_at: kept.created_at,
        expires_at: kept.expires_at,
    })
}

/// Removes what has expired: credentials, idempotency keys, and in time the names and addresses in invitations, however they
/// ended. A scheduled job.
///
/// # Errors
/// `Busy` or `Internal` when the store does not answer.
pub async fn sweep(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let before = now - INVITATION_KEPT;
    let credentials = lease::sweep(app, move || store::expired_credentials(&app.db, now)).await?;
    let keys = lease::sweep(app, move || store::expired_keys(&app.db, now)).await?;
    // Links first: they are found by their invitation.
    let links = lease::sweep(app, move || store::links_of_old_invitations(&app.db, before)).await?;
    let invitations = lease::sweep(app, move || store::old_invitations(&app.db, before)).await?;
    Ok(credentials + keys + links + invitations)
}
