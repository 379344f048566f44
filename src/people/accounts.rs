//! Accounts: signing in and out, sessions, the password, and who one is.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{
    codes, credentials,
    model::{Account, Email, Membership, check_password},
    secrets,
    store::{self, Belonging, Credential},
};
use crate::{
    access::{self, Action, Actor, Object, Role, Scope},
    app::App,
    error::{Error, Result},
    id::{Id, PersonId, SessionId},
    limits::{Kind, Whence},
};

/// Who somebody is, to themselves.
#[derive(Clone, Debug)]
pub struct Me {
    /// Their account.
    pub account: Account,
    /// Where they belong and as what.
    pub belongings: Vec<Belonging>,
    /// Their roles that wait until they sign in with codes: until then these open nothing.
    pub waiting: Vec<Role>,
    /// What this credential may be used for.
    pub scopes: Vec<Scope>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// When they signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A session just begun, with the secret for the cookie.
#[derive(Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Whose.
    pub person: PersonId,
    /// The secret for the cookie.
    pub secret: String,
    /// Whether a role of theirs waits until they have set codes up.
    pub waits: bool,
}

impl SignedIn {
    /// How long its cookie lasts.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        (self.session.expires_at - self.session.created_at).num_seconds()
    }
}

/// Who the caller is.
///
/// # Errors
/// `Forbidden` for service clients and without the scope.
pub async fn me(app: &App, actor: &Actor) -> Result<Me> {
    let person = actor.person()?;
    access::check(actor, Action::Read, Object::Account(person.id))?;
    let account = store::account(&app.db, person.id).await?;
    let belongings = store::belongings(&app.db, person.id).await?;
    let roles = belongings.iter().flat_map(|place| place.roles.iter().copied());
    let waiting = codes::waiting(app, account.codes_since, roles);
    Ok(Me { account, belongings, waiting, scopes: person.scopes.clone() })
}

/// Signs a person in: with a code as well, if they have codes.
///
/// # Errors
/// `Invalid` for a wrong address or password, without saying which, and then for a code that is missing or wrong: whoever
/// hears of the code has given the right password. `TooMany` after ten guesses in five minutes from there.
pub async fn sign_in(app: &App, from: Whence, email: &str, password: &str, code: Option<&str>) -> Result<SignedIn> {
    let wrong = || Error::invalid("/password", "wrong", "The address or the password is wrong, or the account is closed.");
    let email = Email::parse(email).map_err(|_| wrong())?;
    app.limits.count_guess(email.as_str(), from)?;
    let account = store::person_of_email(&app.db, &email).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let right = secrets::verify_password(app, password, hash).await?;
    if !right {
        app.limits.note_wrong_guess(from);
    }
    let account = account.filter(|_| right).ok_or_else(wrong)?;
    let places = store::memberships_of(&app.db, account.id).await?;
    if places.is_empty() {
        return Err(wrong());
    }
    let code = codes::given(app, &account, code)?;
    let signed = begin(app, &account, &places, code).await;
    if code.is_some() && matches!(signed, Err(Error::Invalid(_))) {
        app.limits.note_wrong_guess(from);
    }
    signed
}

async fn begin(app: &App, account: &Account, places: &[Membership], code: Option<&str>) -> Result<SignedIn> {
    let settings = &app.config;
    let roles: Vec<Role> = places.iter().flat_map(|place| place.roles.iter().copied()).collect();
    let (idle, hours) = if roles.contains(&Role::Administrator) {
        (settings.admin_session_idle_minutes, settings.admin_session_hours)
    } else {
        (settings.session_idle_minutes, settings.session_hours)
    };
    let now = app.clock.now();
    let id: SessionId = app.clock.new_id();
    let secret = secrets::make(&app.clock, "ses");
    let fingerprint = secrets::fingerprint(&secret).unwrap_or_default();
    let credential = Credential {
        handle: id.to_string(),
        kind: "session".to_owned(),
        owner: account.id.record(),
        epoch: account.epoch,
        scopes: Scope::every().into_iter().map(|scope| scope.name().to_owned()).collect(),
        name: String::new(),
        created_at: now,
        seen_at: now,
        idle_minutes: i64::from(idle),
        expires_at: now + Duration::hours(i64::from(hours)),
        confirmed_at: None,
    };
    let (credential, fingerprint) = (&credential, &fingerprint);
    app.db
        .transact(&app.clock, |tx| async move {
            let tx = match code {
                Some(code) => codes::use_up(app, tx, account.id, code).await?,
                None => tx,
            };
            store::add_credential(tx, fingerprint, credential.clone())
                .audit(&app.clock, &Actor::Service, "session.begin", account.id.record())
                .returning(())
        })
        .await?;
    let session = session(credential, id.uuid()).ok_or_else(|| Error::internal("a session without id"))?;
    let waits = !codes::waiting(app, account.codes_since, roles.into_iter()).is_empty();
    Ok(SignedIn { session, person: account.id, secret, waits })
}

/// The caller's sessions, newest first.
///
/// # Errors
/// `Forbidden` without the scope.
pub async fn list_sessions(app: &App, actor: &Actor) -> Result<Vec<Session>> {
    let person = actor.person()?;
    access::check(actor, Action::Read, Object::Account(person.id))?;
    let now = app.clock.now();
    let kept = store::credentials_of(&app.db, person.id.record(), "session").await?;
    let works = |kept: &&Credential| credentials::works(kept, person.credential.epoch, now);
    Ok(kept.iter().filter(works).filter_map(|kept| session(kept, person.credential.id)).collect())
}

/// Ends a session of the caller's: this one, or one left open elsewhere.
///
/// # Errors
/// `NotFound` when they have no such session.
pub async fn end_session(app: &App, actor: &Actor, id: SessionId) -> Result<()> {
    credentials::revoke(app, actor, "session", id.uuid()).await
}

/// Signs the caller out of the session that asks.
///
/// # Errors
/// `NotFound` when they came with a token.
pub async fn sign_out(app: &App, actor: &Actor) -> Result<()> {
    let id = actor.person()?.credential.id;
    end_session(app, actor, SessionId::from(id)).await
}

/// Confirms that it is still the caller who sits before the session that asks: for ten minutes it will do for what is
/// weighty.
///
/// # Errors
/// `Invalid` when the password is wrong; `NotFound` when they came with a token; `TooMany` after ten guesses.
pub async fn confirm(app: &App, actor: &Actor, password: &str) -> Result<()> {
    let person = actor.person()?;
    access::check(actor, Action::Change, Object::Account(person.id))?;
    let account = check_guess(app, person.id, ("/password", password)).await?;
    app.db
        .transact(&app.clock, |tx| async move {
            let asking = store::credential_of(&app.db, person.id.record(), "session", person.credential.id).await?;
            store::confirm_credential(tx, asking.ok_or(Error::NotFound)?, app.clock.now())
                .audit(&app.clock, actor, "session.confirm", account.id.record())
                .returning(())
        })
        .await
}

/// The account of somebody who is signed in, if this is its password.
async fn check_guess(app: &App, person: PersonId, (pointer, password): (&str, &str)) -> Result<Account> {
    let account = store::account(&app.db, person).await?;
    // By the person, not by the address: what strangers guess elsewhere must not stand in the way.
    app.limits.count(Kind::SignIn, &person.to_string())?;
    if secrets::verify_password(app, password, Some(account.password.clone())).await? {
        return Ok(account);
    }
    Err(Error::invalid(pointer, "wrong", "This is not your present password."))
}

/// Changes the caller's password. Every session and token stops, this one too: sign in with the new one.
///
/// # Errors
/// `Invalid` when the present password is wrong or the new one is too short or too easy to guess.
pub async fn change_password(app: &App, actor: &Actor, present: &str, new: &str) -> Result<()> {
    let person = actor.person()?;
    access::check(actor, Action::Change, Object::Account(person.id))?;
    let known = check_guess(app, person.id, ("/present", present)).await?;
    check_password(new, &[&known.email, &known.name]).map_err(|(code, detail)| Error::invalid("/new", code, detail))?;
    let hash = secrets::hash_password(app, new).await?;
    let (hash, known) = (&hash, &known);
    app.db
        .transact(&app.clock, |tx| async move {
            let account = store::account(&app.db, person.id).await?;
            // Of two who knew the same old password, the one who comes second does not know the present one.
            if account.password != known.password {
                return Err(Error::Unauthenticated);
            }
            let seen = account.revision;
            let changed = Account { password: hash.clone(), epoch: account.epoch + 1, revision: seen + 1, ..account };
            store::save_person(tx, &changed, seen).audit(&app.clock, actor, "password.change", person.id.record()).returning(())
        })
        .await
}

/// Makes an account outright: for the demonstration, which has no invitations to click on.
///
/// # Errors
/// As accepting an invitation.
pub async fn register(app: &App, name: &str, email: &str, password: &str) -> Result<PersonId> {
    let email = Email::parse(email).map_err(|(code, detail)| Error::invalid("/email", code, detail))?;
    let hash = secrets::hash_password(app, password).await?;
    let id: PersonId = app.clock.new_id();
    let account = new_account(app, id, name, &email, hash);
    let (account, email) = (&account, &email);
    app.db
        .transact(&app.clock, |tx| {
            let (tx, _key) = app.vault.new_key(&app.clock, tx, id.uuid());
            let tx = store::add_person(tx, account, email);
            std::future::ready(tx.audit(&app.clock, &Actor::Service, "person.register", id.record()).returning(id))
        })
        .await
}

pub(super) fn new_account(app: &App, id: PersonId, name: &str, email: &Email, password: String) -> Account {
    Account {
        id,
        name: name.to_owned(),
        email: email.as_str().to_owned(),
        password,
        epoch: 1,
        codes_since: None,
        revision: 1,
        created_at: app.clock.now(),
    }
}

fn session(kept: &Credential, asking: Uuid) -> Option<Session> {
    let id = store::session_id(&kept.handle)?;
    Some(Session {
        id,
        created_at: kept.created_at,
        seen_at: kept.seen_at,
        expires_at: kept.expires_at,
        current: id.uuid() == asking,
    })
}
