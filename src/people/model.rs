//! Types and rules of people and organisations. Pure: no database, no HTTP, no clock.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use surrealdb::types::SurrealValue;

use crate::{
    access::{Object, Role, Scope},
    error::{Checks, Error, Result, Revision},
    id::{InvitationId, MembershipId, OrganisationId, PersonId, RelationshipId, ServiceClientId},
};

/// The longest name of a person or an organisation, in characters.
pub const LONGEST_NAME: usize = 200;
/// How long an invitation stands.
pub const INVITATION_LASTS: Duration = Duration::days(14);
/// The longest a personal access token lasts.
pub const TOKEN_LASTS: Duration = Duration::days(366);

/// What kind of body an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// A council with social services duties.
    LocalAuthority,
    /// A charity or community body.
    Voluntary,
    /// A health body.
    Health,
    /// A police force.
    Police,
    /// A school, college or their trust.
    Education,
    /// An inspectorate.
    Inspectorate,
    /// A professional body.
    ProfessionalBody,
    /// A university or other training provider.
    TrainingProvider,
}

/// An organisation.
#[derive(Clone, Debug, SurrealValue)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its kind, by its name on the wire.
    #[surreal(wrap)]
    pub kind: OrganisationKind,
    /// Whether it runs this installation.
    pub hosts: bool,
    /// Its revision.
    pub revision: Revision,
    /// Since when it is here.
    pub created_at: DateTime<Utc>,
}

/// A person with an account.
#[derive(Clone, Debug, SurrealValue)]
pub struct Account {
    /// Their id.
    pub id: PersonId,
    /// Their name, as they wish to be called.
    pub name: String,
    /// Their address, in lower case.
    pub email: String,
    /// The Argon2id hash of their password.
    pub password: String,
    /// Goes up when everything that lets them in must stop working.
    pub epoch: i64,
    /// Since when they sign in with codes from an authenticator app as well.
    pub codes_since: Option<DateTime<Utc>>,
    /// Their revision.
    pub revision: Revision,
    /// Since when they have an account.
    pub created_at: DateTime<Utc>,
}

/// A person's place in an organisation.
#[derive(Clone, Debug, SurrealValue)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Where.
    pub organisation: OrganisationId,
    /// Who.
    pub person: PersonId,
    /// As what.
    #[surreal(wrap)]
    pub roles: Vec<Role>,
    /// `active`, then `ended` for good.
    pub state: String,
    /// The id as text.
    pub sort_key: String,
    /// Its revision.
    pub revision: Revision,
    /// Since when.
    pub started_at: DateTime<Utc>,
    /// Until when.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Membership {
    /// A new active membership.
    #[must_use]
    pub fn start(id: MembershipId, organisation: OrganisationId, person: PersonId, roles: Vec<Role>, now: DateTime<Utc>) -> Self {
        let state = "active".to_owned();
        Self { id, organisation, person, roles, state, sort_key: id.to_string(), revision: 1, started_at: now, ended_at: None }
    }

    /// Whether the person is a member now.
    #[must_use]
    pub fn active(&self) -> bool {
        self.state == "active"
    }

    /// Whether this is an active administrator.
    #[must_use]
    pub fn administers(&self) -> bool {
        self.active() && self.roles.contains(&Role::Administrator)
    }

    /// Whether this is an active member who may supervise.
    #[must_use]
    pub fn may_supervise(&self) -> bool {
        let able = [Role::Supervisor, Role::PracticeEducator, Role::PrincipalSocialWorker];
        self.active() && self.roles.iter().any(|role| able.contains(role))
    }

    /// The same membership with other roles.
    ///
    /// # Errors
    /// `Conflict` when it has ended.
    pub fn with_roles(self, roles: Vec<Role>) -> Result<Self> {
        if !self.active() {
            return Err(Error::Conflict("This membership has ended.".to_owned()));
        }
        Ok(Self { roles, revision: self.revision + 1, ..self })
    }

    /// The membership as it ends.
    ///
    /// # Errors
    /// `Conflict` when it has ended before.
    pub fn end(self, now: DateTime<Utc>) -> Result<Self> {
        if !self.active() {
            return Err(Error::Conflict("This membership has ended.".to_owned()));
        }
        Ok(Self { state: "ended".to_owned(), ended_at: Some(now), revision: self.revision + 1, ..self })
    }
}

/// An invitation to an organisation.
#[derive(Clone, Debug, SurrealValue)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Where to.
    pub organisation: OrganisationId,
    /// For whom: an address in lower case.
    pub email: String,
    /// Their name, as the administrator wrote it.
    pub name: String,
    /// As what.
    #[surreal(wrap)]
    pub roles: Vec<Role>,
    /// `open`, `accepted` or `withdrawn`.
    pub state: String,
    /// The id as text.
    pub sort_key: String,
    /// Its revision.
    pub revision: Revision,
    /// Until when it can be accepted.
    pub expires_at: DateTime<Utc>,
}

impl Invitation {
    /// The invitation with another state.
    ///
    /// # Errors
    /// `Conflict` when it is not open any more.
    pub fn close(self, state: &str, now: DateTime<Utc>) -> Result<Self> {
        if self.state != "open" || self.expires_at <= now {
            return Err(Error::Conflict(
                "This invitation has been used, withdrawn or has run out: ask for a new one.".to_owned(),
            ));
        }
        Ok(Self { state: state.to_owned(), revision: self.revision + 1, ..self })
    }

    /// The invitation taken back, whether or not it has run out.
    #[must_use]
    pub fn withdraw(self) -> Self {
        Self { state: "withdrawn".to_owned(), revision: self.revision + 1, ..self }
    }
}

/// Another system that acts for an organisation.
#[derive(Clone, Debug, SurrealValue)]
pub struct ServiceClient {
    /// Its id: the `client_id`.
    pub id: ServiceClientId,
    /// For whom it acts.
    pub organisation: OrganisationId,
    /// What people call it.
    pub name: String,
    /// The SHA-256 of its secret.
    pub secret: String,
    /// The most it may ask for.
    pub scopes: Vec<String>,
    /// `active` or `revoked`.
    pub state: String,
    /// Goes up when its tokens must stop working.
    pub epoch: i64,
    /// The id as text.
    pub sort_key: String,
    /// Its revision.
    pub revision: Revision,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// Who supervises whom.
#[derive(Clone, Debug, SurrealValue)]
pub struct Relationship {
    /// Its id.
    pub id: RelationshipId,
    /// Where.
    pub organisation: OrganisationId,
    /// The supervisor.
    pub supervisor: PersonId,
    /// The worker.
    pub worker: PersonId,
    /// `current`, then `ended` for good.
    pub state: String,
    /// The id as text.
    pub sort_key: String,
    /// Its revision.
    pub revision: Revision,
    /// Since when.
    pub started_at: DateTime<Utc>,
    /// Until when.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Relationship {
    /// Whether it lasts.
    #[must_use]
    pub fn current(&self) -> bool {
        self.state == "current"
    }

    /// The relationship as it ends.
    #[must_use]
    pub fn end(self, now: DateTime<Utc>) -> Self {
        Self { state: "ended".to_owned(), ended_at: Some(now), revision: self.revision + 1, ..self }
    }
}

/// An address for signing in: trimmed, in lower case, plausible (the invitation proves it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address.
    ///
    /// # Errors
    /// A code and a sentence.
    pub fn parse(raw: &str) -> std::result::Result<Self, (&'static str, String)> {
        let email = raw.trim().to_lowercase();
        let plausible = email.len() <= 254
            && email
                .split_once('@')
                .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
            && email.chars().all(|c| !c.is_whitespace() && !c.is_control());
        if plausible { Ok(Self(email)) } else { Err(("malformed", "Write an address such as name@council.example.".to_owned())) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a new password (security.md: length over rules; common words and words of the person's own refused).
///
/// # Errors
/// A code and a sentence.
pub fn check_password(password: &str, own_words: &[&str]) -> std::result::Result<(), (&'static str, String)> {
    let length = password.chars().count();
    if length < 12 {
        return Err(("too_short", "Use 12 characters or more: three or four unrelated words are easy to remember.".to_owned()));
    }
    if length > 200 {
        return Err(("too_long", "Keep this to 200 characters.".to_owned()));
    }
    let words: Vec<&str> = own_words.iter().flat_map(|word| word.split(['@', '.', ' '])).filter(|w| w.len() > 2).collect();
    let known: Vec<&str> = words.into_iter().chain(["soundings", "social", "worker", "council"]).collect();
    // Guessing costs grow steeply with length, and the estimate's cost too: a hundred characters tell enough.
    let head: String = password.chars().take(100).collect();
    if zxcvbn::zxcvbn(&head, &known).score() < zxcvbn::Score::Three {
        return Err(("guessable", "This is too easy to guess: add an unrelated word or two.".to_owned()));
    }
    Ok(())
}

/// Checks roles given to a member.
pub fn check_roles(checks: &mut Checks, pointer: &str, roles: &[Role]) {
    checks.ensure(!roles.is_empty(), pointer, "required", "Choose at least one role.");
    let mut seen = roles.to_vec();
    seen.sort();
    seen.dedup();
    checks.ensure(seen.len() == roles.len(), pointer, "repeated", "Name each role once.");
}

/// More scopes than there will ever be.
const MOST_SCOPES: usize = 50;

/// Reads the scopes that a new credential is to have.
pub fn check_scopes(checks: &mut Checks, pointer: &str, names: &[String], most: &[Scope]) -> Vec<Scope> {
    checks.ensure(!names.is_empty(), pointer, "required", "Choose at least one scope.");
    checks.ensure(names.len() <= MOST_SCOPES, pointer, "too_many", "There are not so many scopes: name each once.");
    let mut scopes: Vec<Scope> = Vec::new();
    for (at, name) in names.iter().enumerate().take(MOST_SCOPES) {
        let scope = Scope::parse(name).filter(|scope| most.contains(scope));
        checks.ensure(scope.is_some(), &format!("{pointer}/{at}"), "unknown", "There is no such scope here.");
        scopes.extend(scope);
    }
    scopes.sort();
    scopes.dedup();
    scopes
}

impl Organisation {
    /// The facts that the policy needs.
    #[must_use]
    pub const fn facts(&self) -> Object {
        Object::Organisation(self.id)
    }
}
