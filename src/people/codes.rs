//! Codes: six digits from an authenticator app beside the password, and recovery codes for the day on which the phone is
//! lost. Everybody may have them. Roles that open much wait until their holder has.
//!
//! Nothing here is done with a token. One that lies about in a script must not change how its owner gets in.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use surrealdb::types::Bytes;

use super::{
    authenticator::Secret,
    model::{Account, Email},
    store::{self, Codes},
};
use crate::{
    access::{self, Action, Actor, Object, Person, Role},
    app::App,
    config::Switch,
    db::Changes,
    error::{Error, Result},
    id::{Id, PersonId},
    limits::Kind,
    vault::{DataKey, Place},
};

/// How many recovery codes somebody has at first.
const RECOVERY_CODES: usize = 10;
/// One more than the largest number that makes a recovery code: 16 digits, so that it can be typed where digits are.
const RECOVERY_NUMBERS: u64 = 10_000_000_000_000_000;

/// Which of the two sealed secrets of a record.
const SECRET: &str = "secret";
const OFFERED: &str = "offered";

/// How somebody stands with codes.
#[derive(Clone, Debug)]
pub struct State {
    /// Whether they sign in with them.
    pub on: bool,
    /// The roles of theirs that need them here.
    pub required_for: Vec<Role>,
    /// How many recovery codes are left.
    pub recovery_left: usize,
}

/// A secret for an app to learn. It is shown until an app has shown that it knows it, and never again.
pub struct Offer {
    /// The secret in Base32, to type.
    pub secret: String,
    /// The same with whose it is, to scan or to open.
    pub uri: String,
}

impl Offer {
    fn of(app: &App, secret: &Secret, account: &Account) -> Self {
        Self { secret: secret.base32(), uri: secret.uri(&app.look.name, &account.email) }
    }
}

/// How the caller stands with codes.
///
/// # Errors
/// `Forbidden` for service clients and without the scope.
pub async fn state(app: &App, actor: &Actor) -> Result<State> {
    let person = actor.person()?;
    access::check(actor, Action::Read, Object::Account(person.id))?;
    let account = store::account(&app.db, person.id).await?;
    let kept = store::codes(&app.db, person.id).await?.unwrap_or_default();
    let required_for = required_for(app, person.id).await?;
    Ok(State { on: account.codes_since.is_some(), required_for, recovery_left: kept.recovery.len() })
}

/// Offers a secret for an app to learn, in the place of one offered before. An app that is in use goes on until the new one has
/// shown that it works.
///
/// # Errors
/// `Unconfirmed` when the session has not heard its owner's password for ten minutes; `Forbidden` with a token.
pub async fn begin(app: &App, actor: &Actor) -> Result<Offer> {
    let person = in_session(actor)?;
    let key = app.vault.key_of(&app.db, person.id.uuid()).await?;
    let secret = Secret::new(&app.clock);
    let (key, new) = (&key, &secret);
    let account = app
        .db
        .transact(&app.clock, |tx| async move {
            let account = store::account(&app.db, person.id).await?;
            let kept = store::codes(&app.db, person.id).await?.unwrap_or_default();
            let seen = kept.revision;
            let codes = Codes { offered: Some(sealed(app, key, (person.id, OFFERED), new)), revision: seen + 1, ..kept };
            let tx = store::save_codes(tx, person.id, &codes, seen);
            tx.audit(&app.clock, actor, "authenticator.offer", person.id.record()).returning(account)
        })
        .await?;
    Ok(Offer::of(app, &secret, &account))
}

/// The secret that is on offer, once more: for the form that asks for its first code and comes back.
///
/// # Errors
/// As [`begin`]; `Conflict` when none is on offer.
pub async fn offered(app: &App, actor: &Actor) -> Result<Offer> {
    let person = in_session(actor)?;
    let key = app.vault.key_of(&app.db, person.id.uuid()).await?;
    let account = store::account(&app.db, person.id).await?;
    let kept = store::codes(&app.db, person.id).await?.unwrap_or_default();
    let secret = opened(&key, (person.id, OFFERED), kept.offered.as_ref().ok_or_else(nothing_offered)?)?;
    Ok(Offer::of(app, &secret, &account))
}

/// Turns codes on with the first one of the app that was offered a secret. The answer is the recovery codes, which are shown
/// this once.
///
/// Every other session and every token ends: none of them was begun with a code, and a role that has waited for codes opens
/// now. This session goes on, because its owner has just given both.
///
/// # Errors
/// `Invalid` for a wrong code; `Conflict` when no secret is on offer; else as [`begin`].
pub async fn confirm(app: &App, actor: &Actor, code: &str) -> Result<Vec<String>> {
    let person = in_session(actor)?;
    let key = app.vault.key_of(&app.db, person.id.uuid()).await?;
    let recovery = new_recovery_codes(app);
    let (key, code, new) = (&key, &digits(code), &recovery);
    app.db
        .transact(&app.clock, |tx| async move {
            let account = store::account(&app.db, person.id).await?;
            let asking = store::credential_of(&app.db, person.id.record(), "session", person.credential.id).await?;
            // A session that has been ended meanwhile is not taken along.
            let asking = asking.filter(|_| account.epoch == person.credential.epoch).ok_or(Error::Unauthenticated)?;
            let kept = store::codes(&app.db, person.id).await?.unwrap_or_default();
            let secret = opened(key, (person.id, OFFERED), kept.offered.as_ref().ok_or_else(nothing_offered)?)?;
            let now = app.clock.now();
            let seen = kept.revision;
            let codes = Codes {
                secret: Some(sealed(app, key, (person.id, SECRET), &secret)),
                offered: None,
                last_step: secret.step_of(code, now)?.ok_or_else(wrong)?,
                recovery: digests(app, person.id, new),
                revision: seen + 1,
            };
            let (had, epoch) = (account.revision, account.epoch + 1);
            let account = Account { codes_since: Some(now), epoch, revision: had + 1, ..account };
            let tx = store::save_person(store::save_codes(tx, person.id, &codes, seen), &account, had);
            store::carry_over(tx, asking, epoch)
                .audit(&app.clock, actor, "authenticator.confirm", person.id.record())
                .returning(())
        })
        .await?;
    Ok(recovery)
}

/// Turns codes off: the password is enough again. Whoever has signed in stays signed in.
///
/// # Errors
/// `Conflict` while a role needs them; `NotFound` when they are off; else as [`begin`].
pub async fn turn_off(app: &App, actor: &Actor) -> Result<()> {
    let person = in_session(actor)?;
    app.db
        .transact(&app.clock, |tx| async move {
            if !required_for(app, person.id).await?.is_empty() {
                let why = "A role of yours needs codes, so they stay on. You can set up another app instead.";
                return Err(Error::Conflict(why.to_owned()));
            }
            let account = store::account(&app.db, person.id).await?;
            account.codes_since.ok_or(Error::NotFound)?;
            let kept = store::codes(&app.db, person.id).await?.unwrap_or_default();
            let (had, seen) = (account.revision, kept.revision);
            let account = Account { codes_since: None, revision: had + 1, ..account };
            let codes = Codes { last_step: kept.last_step, revision: seen + 1, ..Codes::default() };
            let tx = store::save_person(store::save_codes(tx, person.id, &codes, seen), &account, had);
            tx.audit(&app.clock, actor, "authenticator.remove", person.id.record()).returning(())
        })
        .await
}

/// Turns codes off for somebody who has lost their phone and their recovery codes: the way back that only whoever runs the
/// machine has. Their password stays, every session and token of theirs ends, and a role that needs codes waits for them again.
///
/// # Errors
/// `NotFound` when nobody here has the address; `Conflict` when they have no codes.
pub async fn take_away(app: &App, email: &str) -> Result<()> {
    let email = Email::parse(email).map_err(|_| Error::NotFound)?;
    let email = &email;
    app.db
        .transact(&app.clock, |tx| async move {
            let account = store::person_of_email(&app.db, email).await?.ok_or(Error::NotFound)?;
            if account.codes_since.is_none() {
                return Err(Error::Conflict("They sign in without codes.".to_owned()));
            }
            let kept = store::codes(&app.db, account.id).await?.unwrap_or_default();
            let (had, seen, epoch) = (account.revision, kept.revision, account.epoch + 1);
            let account = Account { codes_since: None, epoch, revision: had + 1, ..account };
            let codes = Codes { last_step: kept.last_step, revision: seen + 1, ..Codes::default() };
            let tx = store::save_person(store::save_codes(tx, account.id, &codes, seen), &account, had);
            tx.audit(&app.clock, &Actor::Service, "authenticator.take_away", account.id.record()).returning(())
        })
        .await
}

/// New recovery codes in the place of the old ones, shown this once.
///
/// # Errors
/// `NotFound` while codes are off; else as [`begin`].
pub async fn renew_recovery(app: &App, actor: &Actor) -> Result<Vec<String>> {
    let person = in_session(actor)?;
    let recovery = new_recovery_codes(app);
    let new = &recovery;
    app.db
        .transact(&app.clock, |tx| async move {
            let kept = store::codes(&app.db, person.id).await?.filter(|kept| kept.secret.is_some()).ok_or(Error::NotFound)?;
            let seen = kept.revision;
            let codes = Codes { recovery: digests(app, person.id, new), revision: seen + 1, ..kept };
            let tx = store::save_codes(tx, person.id, &codes, seen);
            tx.audit(&app.clock, actor, "recovery.renew", person.id.record()).returning(())
        })
        .await?;
    Ok(recovery)
}

/// The code with which somebody signs in who has given the right password; nothing while they have none.
///
/// It is counted before it is looked at, by its account and from wherever it comes: whoever guesses it knows the password.
///
/// # Errors
/// `Invalid` when there is none and there has to be; `TooMany` after ten in five minutes.
pub(super) fn given<'a>(app: &App, account: &Account, code: Option<&'a str>) -> Result<Option<&'a str>> {
    if account.codes_since.is_none() {
        return Ok(None);
    }
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
        return Err(Error::invalid("/code", "required", "Give the code from your authenticator app, or a recovery code."));
    };
    app.limits.count(Kind::SignIn, &format!("code of {}", account.id))?;
    Ok(Some(code))
}

/// Uses a code up, in the transaction that lets its owner in: an app's for good with all that came before it, a recovery code
/// by itself. Of two who come with the same one, the second finds it used.
///
/// # Errors
/// `Invalid` for one that is wrong, has run out or was used.
pub(super) async fn use_up(app: &App, tx: Changes, person: PersonId, code: &str) -> Result<Changes> {
    let kept = store::codes(&app.db, person).await?.unwrap_or_default();
    let key = app.vault.key_of(&app.db, person.uuid()).await?;
    let secret = opened(&key, (person, SECRET), kept.secret.as_ref().ok_or_else(wrong)?)?;
    let (code, seen) = (digits(code), kept.revision);
    let used = match secret.step_of(&code, app.clock.now())? {
        Some(step) if step > kept.last_step => Codes { last_step: step, revision: seen + 1, ..kept },
        Some(_) => return Err(wrong()),
        None => {
            let digest = digest(app, person, &code);
            let at = kept.recovery.iter().position(|known| *known == digest).ok_or_else(wrong)?;
            let mut left = kept;
            left.recovery.remove(at);
            Codes { revision: seen + 1, ..left }
        }
    };
    Ok(store::save_codes(tx, person, &used, seen))
}

/// Whether a role waits until its holder has codes: `since` says since when they have.
pub(super) fn waits(app: &App, since: Option<DateTime<Utc>>, role: Role) -> bool {
    app.config.require_codes == Switch::On && since.is_none() && role.needs_codes()
}

/// Which of somebody's roles wait, each once.
pub(super) fn waiting(app: &App, since: Option<DateTime<Utc>>, roles: impl Iterator<Item = Role>) -> Vec<Role> {
    let mut waiting: Vec<Role> = roles.filter(|role| waits(app, since, *role)).collect();
    waiting.sort_unstable();
    waiting.dedup();
    waiting
}

async fn required_for(app: &App, person: PersonId) -> Result<Vec<Role>> {
    let places = store::memberships_of(&app.db, person).await?;
    Ok(waiting(app, None, places.iter().flat_map(|place| place.roles.iter().copied())))
}

/// Whoever changes how they get in: in a session that has heard their password in the last ten minutes.
fn in_session(actor: &Actor) -> Result<&Person> {
    let person = actor.person()?;
    access::check(actor, Action::Create, Object::Account(person.id))?;
    if person.credential.ends.is_some() {
        let why = "A token cannot change how its owner signs in. Sign in, and do it in that session.";
        return Err(Error::Forbidden(why.to_owned()));
    }
    Ok(person)
}

fn sealed(app: &App, key: &DataKey, (person, field): (PersonId, &'static str), secret: &Secret) -> Bytes {
    key.seal(&app.clock, Place { record: &store::codes_record(person), field, revision: 0 }, secret.bytes())
}

fn opened(key: &DataKey, (person, field): (PersonId, &'static str), sealed: &Bytes) -> Result<Secret> {
    let bytes = key.open(Place { record: &store::codes_record(person), field, revision: 0 }, sealed)?;
    Ok(Secret::from_bytes(bytes))
}

fn new_recovery_codes(app: &App) -> Vec<String> {
    let one = || {
        let number = u64::from_be_bytes(app.clock.random()) % RECOVERY_NUMBERS;
        let part = |over: u64| number / over % 10_000;
        format!("{:04}-{:04}-{:04}-{:04}", part(1_000_000_000_000), part(100_000_000), part(10_000), part(1))
    };
    std::iter::repeat_with(one).take(RECOVERY_CODES).collect()
}

fn digests(app: &App, person: PersonId, codes: &[String]) -> Vec<String> {
    codes.iter().map(|code| digest(app, person, &digits(code))).collect()
}

/// What is kept of a recovery code. Keyed, because 53 bits alone could be tried one by one by whoever has the store.
fn digest(app: &App, person: PersonId, digits: &str) -> String {
    HEXLOWER.encode(&app.vault.digest("recovery code", format!("{person}|{digits}").as_bytes()))
}

/// A code without what people put between its digits.
fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

fn wrong() -> Error {
    let detail = "This code is wrong, or it has run out or been used. Wait for the next one, and type that.";
    Error::invalid("/code", "wrong", detail)
}

fn nothing_offered() -> Error {
    Error::Conflict("There is no app to confirm: begin anew.".to_owned())
}
