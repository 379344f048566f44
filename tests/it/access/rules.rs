//! The policy by itself: what [`permits`] says of every action and object.

use soundings::{
    access::{Action, Actor, Client, Credential, Object, Person, Role, Scope, Standing, permits},
    id::{OrganisationId, PersonId, ServiceClientId},
};
use uuid::Uuid;

const ACTIONS: [Action; 15] = [
    Action::Read,
    Action::Create,
    Action::Change,
    Action::Delete,
    Action::Share,
    Action::Withdraw,
    Action::Answer,
    Action::Accept,
    Action::End,
    Action::Add,
    Action::Publish,
    Action::Oversee,
    Action::Invite,
    Action::Manage,
    Action::Host,
];

fn some<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

/// Somebody with every scope and these roles in the organisation that hosts the installation.
fn person(id: PersonId, roles: &[Role]) -> Actor {
    let standings = vec![Standing { organisation: some(100), roles: roles.to_vec(), hosts: true }];
    Actor::Person(Person { id, standings, scopes: Scope::every(), credential: Credential::fresh(Uuid::nil()) })
}

/// What two people write to and about each other.
fn private(author: PersonId, with: PersonId) -> Vec<Object> {
    let mut objects = vec![
        Object::Account(author),
        Object::Reflection { author },
        Object::PromptSet(Some(author)),
        Object::Agreement { supervisor: with, worker: author },
    ];
    for lasts in [true, false] {
        objects.push(Object::Share { author, with, open: lasts });
        objects.push(Object::Session { supervisor: with, worker: author, lasting: lasts });
    }
    objects
}

fn granted(actor: &Actor, objects: &[Object]) -> Vec<(Action, Object)> {
    let pairs = objects.iter().flat_map(|object| ACTIONS.map(|action| (action, *object)));
    pairs.filter(|(action, object)| permits(actor, *action, *object)).collect()
}

#[test]
fn no_role_opens_what_two_others_write() {
    let (author, with) = (some(1), some(2));
    let objects = private(author, with);
    let every = [
        Role::Practitioner,
        Role::Supervisor,
        Role::PracticeEducator,
        Role::PrincipalSocialWorker,
        Role::Editor,
        Role::Administrator,
        Role::InformationGovernance,
    ];
    assert_eq!(granted(&person(some(3), &every), &objects).len(), 0);
    assert!(granted(&person(author, &[]), &objects).len() > 10, "the author needs no role");
}

#[test]
fn an_administrator_is_in_no_arm_of_reflections_shares_and_supervision() {
    let own: PersonId = some(3);
    let plain = granted(&person(own, &[Role::Practitioner]), &private(own, some(2)));
    let administrator = granted(&person(own, &[Role::Practitioner, Role::Administrator]), &private(own, some(2)));
    assert_eq!(plain.len(), administrator.len(), "the role adds nothing to one's own things either");
    assert!(!plain.is_empty());
    let organisation = Object::Organisation(some(100));
    assert!(permits(&person(own, &[Role::Administrator]), Action::Manage, organisation), "it is for this");
}

#[test]
fn a_system_touches_nothing_that_a_person_wrote() {
    let organisation: OrganisationId = some(100);
    let id: ServiceClientId = some(1);
    let system = Actor::Client(Client { id, organisation, scopes: Scope::every() });
    // Even when its id is the same number as the author's.
    assert_eq!(granted(&system, &private(some(1), some(2))).len(), 0);
    assert!(permits(&system, Action::Publish, Object::Example { organisation, public: false }), "it is for this");
}

#[test]
fn a_share_that_is_over_is_its_authors_only() {
    let (author, with): (PersonId, PersonId) = (some(1), some(2));
    let over = Object::Share { author, with, open: false };
    assert_eq!(granted(&person(with, &[Role::Supervisor]), &[over]).len(), 0);
    assert!(permits(&person(author, &[]), Action::Read, over));
    assert!(permits(&person(with, &[]), Action::Read, Object::Share { author, with, open: true }));
}

#[test]
fn strangers_read_what_is_published_and_nothing_else() {
    let organisation: OrganisationId = some(100);
    let mut objects = private(some(1), some(2));
    objects.extend([Object::PromptSet(None), Object::Organisation(organisation), Object::Installation]);
    objects.extend([false, true].map(|public| Object::Example { organisation, public }));
    for stranger in [Actor::Anonymous, Actor::Service] {
        let granted = granted(&stranger, &objects);
        assert_eq!(granted.len(), 1, "{granted:?}");
        assert!(matches!(granted[0], (Action::Read, Object::Example { public: true, .. })));
    }
}
