//! Kinds of organisation and roles as forms offer them: by their names on the wire, with the words for people.

use crate::{
    access::Role,
    error::{Error, Result},
    http::words::say,
    people::model::OrganisationKind,
};

const KINDS: [(&str, OrganisationKind, &str); 8] = [
    ("local_authority", OrganisationKind::LocalAuthority, "people.local-authority"),
    ("voluntary", OrganisationKind::Voluntary, "people.voluntary"),
    ("health", OrganisationKind::Health, "people.health"),
    ("police", OrganisationKind::Police, "people.police"),
    ("education", OrganisationKind::Education, "people.education"),
    ("inspectorate", OrganisationKind::Inspectorate, "people.inspectorate"),
    ("professional_body", OrganisationKind::ProfessionalBody, "people.professional-body"),
    ("training_provider", OrganisationKind::TrainingProvider, "people.training-provider"),
];

const ROLES: [(&str, Role, &str); 7] = [
    ("practitioner", Role::Practitioner, "people.practitioner"),
    ("supervisor", Role::Supervisor, "people.supervisor"),
    ("practice_educator", Role::PracticeEducator, "people.practice-educator"),
    ("principal_social_worker", Role::PrincipalSocialWorker, "people.principal-social-worker"),
    ("editor", Role::Editor, "people.editor"),
    ("administrator", Role::Administrator, "people.administrator"),
    ("information_governance", Role::InformationGovernance, "people.information-governance"),
];

/// Every kind, to choose from.
pub fn all() -> Vec<(String, String)> {
    KINDS.iter().map(|(name, _, words)| ((*name).to_owned(), say(words).to_owned())).collect()
}

/// The kind that was chosen.
///
/// # Errors
/// `Invalid` when none was.
pub fn parse(name: &str) -> Result<OrganisationKind> {
    let found = KINDS.iter().find(|(known, ..)| *known == name).map(|(_, kind, _)| *kind);
    found.ok_or_else(|| Error::invalid("/kind", "required", say("people.choose-kind")))
}

/// Every role, to choose from.
pub fn roles() -> Vec<(String, String)> {
    ROLES.iter().map(|(name, _, words)| ((*name).to_owned(), say(words).to_owned())).collect()
}

/// The roles that were chosen. What is none of them was not on the form.
pub fn chosen(names: &[String]) -> Vec<Role> {
    ROLES.iter().filter(|(known, ..)| names.iter().any(|name| name == known)).map(|(_, role, _)| *role).collect()
}

/// What a role is called.
pub fn role(role: Role) -> &'static str {
    ROLES.iter().find(|(_, known, _)| *known == role).map_or("", |(_, _, words)| say(words))
}

/// Somebody's roles, in words.
#[must_use]
pub fn roles_in_words(roles: &[Role]) -> String {
    roles.iter().map(|known| role(*known)).collect::<Vec<_>>().join(", ")
}

/// The name of a role on the wire.
pub fn role_name(role: Role) -> &'static str {
    ROLES.iter().find(|(_, known, _)| *known == role).map_or("", |(name, ..)| name)
}
