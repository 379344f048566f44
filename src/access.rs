//! Who may do what: the whole policy on one page. Pure: features hand in plain facts, and nothing is remembered.
//!
//! Read [`permits`] aloud. An administrator does not appear in the arms of reflections, shares or supervision, and what
//! is not written down is refused.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    id::{Id, OrganisationId, PersonId, ServiceClientId},
};
use Action::{Accept, Add, Answer, Change, Create, Delete, End, Host, Invite, Manage, Oversee, Publish, Read, Share, Withdraw};

/// What a person does in an organisation. Roles are data with scoped permissions (004-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works with children and families; writes reflections.
    Practitioner,
    /// Supervises practitioners.
    Supervisor,
    /// Teaches and assesses students on placement; may supervise them.
    PracticeEducator,
    /// Leads practice and carries the front line's view to management.
    PrincipalSocialWorker,
    /// Writes and publishes practice examples.
    Editor,
    /// Invites people and sets roles; reads nobody's writing.
    Administrator,
    /// Answers lawful requests, applies retention; browses nothing.
    InformationGovernance,
}

impl Role {
    /// Whether it opens so much that a password alone is not enough for it.
    #[must_use]
    pub const fn needs_codes(self) -> bool {
        matches!(self, Self::Administrator | Self::Editor | Self::InformationGovernance)
    }
}

/// What a credential may be used for: it narrows what its holder may do and never widens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// `account:read`: who am I.
    AccountRead,
    /// `account:write`: tokens, sessions, password.
    AccountWrite,
    /// `people:read`: colleagues and members.
    PeopleRead,
    /// `people:write`: invitations, roles, service clients.
    PeopleWrite,
    /// `reflections:read`: one's own and what is shared with one.
    ReflectionsRead,
    /// `reflections:write`: write, share, respond.
    ReflectionsWrite,
    /// `supervision:read`: agreements, sessions, agendas.
    SupervisionRead,
    /// `supervision:write`: agree, plan, move, add.
    SupervisionWrite,
    /// `library:read`: drafts of one's own organisation.
    LibraryRead,
    /// `library:write`: write and revise examples.
    LibraryWrite,
    /// `library:publish`: publish and withdraw them.
    LibraryPublish,
    /// `backups:write`: ask the service for a backup.
    BackupsWrite,
}

impl Scope {
    /// Every scope, with its name on the wire.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::AccountRead, "account:read"),
        (Self::AccountWrite, "account:write"),
        (Self::PeopleRead, "people:read"),
        (Self::PeopleWrite, "people:write"),
        (Self::ReflectionsRead, "reflections:read"),
        (Self::ReflectionsWrite, "reflections:write"),
        (Self::SupervisionRead, "supervision:read"),
        (Self::SupervisionWrite, "supervision:write"),
        (Self::LibraryRead, "library:read"),
        (Self::LibraryWrite, "library:write"),
        (Self::LibraryPublish, "library:publish"),
        (Self::BackupsWrite, "backups:write"),
    ];
    /// What a service client may be given: nothing that touches a person's writing.
    pub const FOR_CLIENTS: [Self; 3] = [Self::LibraryRead, Self::LibraryWrite, Self::LibraryPublish];

    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(scope, _)| *scope == self).map_or("", |(_, name)| name)
    }

    /// The scope of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(scope, _)| *scope)
    }

    /// Every scope there is: what a signed-in session has.
    #[must_use]
    pub fn every() -> Vec<Self> {
        Self::ALL.iter().map(|(scope, _)| *scope).collect()
    }
}

/// Who is asking.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Nobody signed in.
    Anonymous,
    /// A person.
    Person(Person),
    /// Another system, for its organisation.
    Client(Client),
    /// The service itself: the command line and scheduled jobs. It passes no check.
    Service,
}

/// A person who is asking.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Where they are an active member, and as what.
    pub standings: Vec<Standing>,
    /// What this credential may be used for.
    pub scopes: Vec<Scope>,
    /// What they came with.
    pub credential: Credential,
}

/// What a person came with.
#[derive(Clone, Copy, Debug)]
pub struct Credential {
    /// Its public id.
    pub id: Uuid,
    /// Its owner's epoch: what is made with it ends with it when the epoch goes up.
    pub epoch: i64,
    /// Until when a token made with it may last at most: a token hands on no more time than it has. `None` for a session.
    pub ends: Option<DateTime<Utc>>,
    /// After how many minutes without a request it ends; `None` for what may rest as long as it lasts.
    pub rests: Option<i64>,
    /// Whether it will do for what is weighty: a session whose owner gave their password in the last ten minutes, or a
    /// token, which narrows what it may do by its scopes instead.
    pub confirmed: bool,
}

impl Credential {
    /// What somebody has who has just got an account and signed in.
    #[must_use]
    pub const fn fresh(id: Uuid) -> Self {
        Self { id, epoch: 1, ends: None, rests: None, confirmed: true }
    }
}

/// A person's active place in an organisation.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Their roles in it.
    pub roles: Vec<Role>,
    /// Whether that organisation runs this service.
    pub hosts: bool,
}

/// A system that is asking.
#[derive(Clone, Debug)]
pub struct Client {
    /// Which.
    pub id: ServiceClientId,
    /// For whom it acts.
    pub organisation: OrganisationId,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See it.
    Read,
    /// Make a new one.
    Create,
    /// Change its text or its time.
    Change,
    /// Delete it for good.
    Delete,
    /// Let a named person read it.
    Share,
    /// Take back a share, or a published text.
    Withdraw,
    /// Respond to what was shared.
    Answer,
    /// Agree to it as it reads now.
    Accept,
    /// End it.
    End,
    /// Add to an agenda.
    Add,
    /// Make a text public.
    Publish,
    /// See who its members are, with their addresses, and who is invited.
    Oversee,
    /// Invite people to an organisation.
    Invite,
    /// Change roles, end memberships, keep service clients.
    Manage,
    /// Run the machine: backups.
    Host,
}

/// What it is done to: the facts that the policy needs, and no more.
#[derive(Clone, Copy, Debug)]
pub enum Object {
    /// One's own account: sessions, tokens, password.
    Account(PersonId),
    /// A reflection, its revisions, working copy and audience.
    Reflection {
        /// Who wrote it.
        author: PersonId,
    },
    /// A shared snapshot and its responses.
    Share {
        /// Who shared it.
        author: PersonId,
        /// Whom it was shared with.
        with: PersonId,
        /// Whether its day has not passed, its relationship lasts and its reader is still a member.
        open: bool,
    },
    /// Shipped prompt sets (no owner) and people's own.
    PromptSet(Option<PersonId>),
    /// A supervision agreement.
    Agreement {
        /// The supervisor's side.
        supervisor: PersonId,
        /// The worker's side.
        worker: PersonId,
    },
    /// A supervision session and its agenda.
    Session {
        /// The supervisor's side.
        supervisor: PersonId,
        /// The worker's side.
        worker: PersonId,
        /// Whether the agreement behind it lasts.
        lasting: bool,
    },
    /// A practice example.
    Example {
        /// Whose it is.
        organisation: OrganisationId,
        /// Whether it has ever been published (a withdrawn one leaves a tombstone).
        public: bool,
    },
    /// An organisation, its members, invitations and service clients.
    Organisation(OrganisationId),
    /// This installation.
    Installation,
}

/// Refuses unless the actor may do this.
///
/// # Errors
/// `NotFound` when the actor may not even know that the object exists; `Forbidden` when they may see it but not do this,
/// or when their credential lacks the scope; `Unconfirmed` when this is weighty and their session has not heard their
/// password for ten minutes.
pub fn check(actor: &Actor, action: Action, object: Object) -> Result<()> {
    if !permits(actor, action, object) {
        let visible = permits(actor, Read, object);
        return Err(if visible { Error::Forbidden("You may read this but not do that.".to_owned()) } else { Error::NotFound });
    }
    match needed(action, object) {
        Some(scope) if !actor.has(scope) => Err(Error::Forbidden(format!("This credential lacks the scope {}.", scope.name()))),
        _ if weighty(action, object) && !actor.confirmed() => Err(Error::Unconfirmed),
        _ => Ok(()),
    }
}

/// The policy.
#[must_use]
pub fn permits(actor: &Actor, action: Action, object: Object) -> bool {
    match (object, action) {
        (Object::Account(owner), Read | Create | Change | Delete) => actor.is(owner),

        (Object::Reflection { author }, Read | Create | Change | Delete | Share) => actor.is(author),
        (Object::Share { author, with, open }, Read) => actor.is(author) || (open && actor.is(with)),
        (Object::Share { author, .. }, Change | Withdraw) => actor.is(author),
        (Object::Share { with, open, .. }, Answer) => open && actor.is(with),
        (Object::PromptSet(None), Read) => matches!(actor, Actor::Person(_)),
        (Object::PromptSet(Some(owner)), Read | Create | Change | Delete) => actor.is(owner),

        (Object::Agreement { supervisor, worker }, Read | Create | Change | Accept | End) => {
            actor.is(supervisor) || actor.is(worker)
        }
        (Object::Session { supervisor, worker, .. }, Read | End) => actor.is(supervisor) || actor.is(worker),
        (Object::Session { supervisor, worker, lasting }, Create | Change | Add) => {
            lasting && (actor.is(supervisor) || actor.is(worker))
        }

        (Object::Example { public: true, .. }, Read) => true,
        (Object::Example { organisation, .. }, Read | Create | Change | Publish | Withdraw) => {
            actor.holds(Role::Editor, organisation) || actor.publishes_for(organisation)
        }

        (Object::Organisation(id), Read) => actor.belongs_to(id),
        (Object::Organisation(id), Oversee | Invite | Manage) => actor.holds(Role::Administrator, id),
        (Object::Installation, Host) => actor.hosts(),
        _ => false,
    }
}

/// What somebody at an unattended screen must not be able to do: make a token, decide who belongs and as what, copy
/// everything (security.md, settings).
const fn weighty(action: Action, object: Object) -> bool {
    matches!(
        (object, action),
        (Object::Account(_), Create) | (Object::Organisation(_), Invite | Manage) | (Object::Installation, _)
    )
}

/// The scope a credential needs for it; `None` where none is needed.
const fn needed(action: Action, object: Object) -> Option<Scope> {
    Some(match (object, action) {
        (Object::Account(_), Read) => Scope::AccountRead,
        (Object::Account(_), _) => Scope::AccountWrite,
        (Object::Reflection { .. } | Object::Share { .. } | Object::PromptSet(Some(_)), Read) => Scope::ReflectionsRead,
        (Object::Reflection { .. } | Object::Share { .. } | Object::PromptSet(Some(_)), _) => Scope::ReflectionsWrite,
        (Object::Agreement { .. } | Object::Session { .. }, Read) => Scope::SupervisionRead,
        (Object::Agreement { .. } | Object::Session { .. }, _) => Scope::SupervisionWrite,
        (Object::Example { public: true, .. }, Read) | (Object::PromptSet(None), _) => return None,
        (Object::Example { .. }, Read) => Scope::LibraryRead,
        (Object::Example { .. }, Publish | Withdraw) => Scope::LibraryPublish,
        (Object::Example { .. }, _) => Scope::LibraryWrite,
        (Object::Organisation(_), Read | Oversee) => Scope::PeopleRead,
        (Object::Organisation(_), _) => Scope::PeopleWrite,
        (Object::Installation, _) => Scope::BackupsWrite,
    })
}

impl Actor {
    /// The person asking.
    ///
    /// # Errors
    /// `Forbidden` when a system asks for what only people have; `Unauthenticated` when nobody does.
    pub fn person(&self) -> Result<&Person> {
        match self {
            Self::Person(person) => Ok(person),
            Self::Client(_) => Err(Error::Forbidden("This is for people, not for service clients.".to_owned())),
            Self::Anonymous | Self::Service => Err(Error::Unauthenticated),
        }
    }

    /// The actor as the audit and the log name it: a kind and an id, never a name or an address.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::Person(person) => format!("{}:{}", PersonId::TABLE, person.id),
            Self::Client(client) => format!("{}:{}", ServiceClientId::TABLE, client.id),
            Self::Service => "service".to_owned(),
        }
    }

    fn is(&self, person: PersonId) -> bool {
        matches!(self, Self::Person(asking) if asking.id == person)
    }

    /// Whether this is an active member of the organisation, or its service client.
    #[must_use]
    pub fn belongs_to(&self, organisation: OrganisationId) -> bool {
        match self {
            Self::Person(person) => person.standings.iter().any(|standing| standing.organisation == organisation),
            Self::Client(client) => client.organisation == organisation,
            Self::Anonymous | Self::Service => false,
        }
    }

    /// Whether this is a person with that role there.
    #[must_use]
    pub fn holds(&self, role: Role, organisation: OrganisationId) -> bool {
        matches!(self, Self::Person(person) if person
            .standings
            .iter()
            .any(|standing| standing.organisation == organisation && standing.roles.contains(&role)))
    }

    fn publishes_for(&self, organisation: OrganisationId) -> bool {
        matches!(self, Self::Client(client) if client.organisation == organisation)
    }

    fn hosts(&self) -> bool {
        matches!(self, Self::Person(person) if person
            .standings
            .iter()
            .any(|standing| standing.hosts && standing.roles.contains(&Role::Administrator)))
    }

    const fn confirmed(&self) -> bool {
        match self {
            Self::Person(person) => person.credential.confirmed,
            Self::Client(_) | Self::Anonymous | Self::Service => true,
        }
    }

    fn has(&self, scope: Scope) -> bool {
        let scopes = match self {
            Self::Person(person) => &person.scopes,
            Self::Client(client) => &client.scopes,
            Self::Anonymous | Self::Service => return false,
        };
        // Who may publish an example may write it: an authority's website needs one scope, not two.
        scopes.contains(&scope) || (scope == Scope::LibraryWrite && scopes.contains(&Scope::LibraryPublish))
    }
}
