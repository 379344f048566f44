//! JSON edge of people. One file for each noun, its shapes beside its operations.
//!
//! * this file: all of them together, and what several share: the areas of the contract, and roles
//! * `accounts`: who I am, how I sign in and out, my password
//! * `codes`: six digits from an authenticator app beside the password
//! * `tokens`: personal access tokens
//! * `organisations`: first-run setup, organisations
//! * `members`: colleagues, members, their roles
//! * `invitations`: sent, taken back, accepted
//! * `clients`: service clients, and their access tokens by OAuth 2.0

mod accounts;
mod clients;
mod codes;
mod invitations;
mod members;
mod organisations;
mod tokens;

use poem_openapi::{Enum, Tags};

use accounts::AccountsApi;
pub use accounts::OrganisationName;
use clients::ClientsApi;
use codes::CodesApi;
use invitations::InvitationsApi;
use members::MembersApi;
use organisations::OrganisationsApi;
use tokens::TokensApi;

use crate::access::Role;

/// The operations of all the nouns.
pub type Api = (AccountsApi, CodesApi, TokensApi, OrganisationsApi, MembersApi, InvitationsApi, ClientsApi);

/// The operations of all the nouns, to be mounted. A path stands with all its methods in one of them.
pub const API: Api = (AccountsApi, CodesApi, TokensApi, OrganisationsApi, MembersApi, InvitationsApi, ClientsApi);

/// Areas of the contract.
#[derive(Tags)]
enum Tag {
    /// Who I am, how I sign in, and what else may act for me.
    Account,
    /// Organisations, their members, and other systems that act for them.
    People,
}

/// What a person does in an organisation.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename = "Role", rename_all = "snake_case")]
pub enum RoleName {
    /// Works with children and families; writes reflections.
    Practitioner,
    /// Supervises practitioners.
    Supervisor,
    /// Teaches and assesses students on placement.
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

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Practitioner => Self::Practitioner,
            Role::Supervisor => Self::Supervisor,
            Role::PracticeEducator => Self::PracticeEducator,
            Role::PrincipalSocialWorker => Self::PrincipalSocialWorker,
            Role::Editor => Self::Editor,
            Role::Administrator => Self::Administrator,
            Role::InformationGovernance => Self::InformationGovernance,
        }
    }
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Practitioner => Self::Practitioner,
            RoleName::Supervisor => Self::Supervisor,
            RoleName::PracticeEducator => Self::PracticeEducator,
            RoleName::PrincipalSocialWorker => Self::PrincipalSocialWorker,
            RoleName::Editor => Self::Editor,
            RoleName::Administrator => Self::Administrator,
            RoleName::InformationGovernance => Self::InformationGovernance,
        }
    }
}

fn names(roles: &[Role]) -> Vec<RoleName> {
    roles.iter().copied().map(RoleName::from).collect()
}

fn roles(names: &[RoleName]) -> Vec<Role> {
    names.iter().copied().map(Role::from).collect()
}
