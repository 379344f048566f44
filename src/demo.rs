//! The demonstration: two invented authorities, people in every role, and the library from `content/`. On loopback only.

use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path, sync::Arc};

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Actor, Credential, Person, Role, Scope, Standing},
    app::App,
    error::Result,
    id::{OrganisationId, PersonId},
    library::{self, shelf},
    once::Once,
    people::{
        clients::{self, NewClient},
        credentials::{self, NewToken},
        model::OrganisationKind,
        organisations::{self, NewOrganisation},
    },
    reflections::{self, model::Content, sharing},
    supervision::{
        agenda,
        agreements::{self, NewAgreement},
        model::{Slot, Terms},
        sessions,
    },
};

/// Everybody's password in the demonstration.
pub const PASSWORD: &str = "a walk along the river";

/// Everything that lets somebody into the demonstration.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Credentials {
    /// Where the service is.
    pub base_url: String,
    /// The people.
    pub people: Vec<PersonCredentials>,
    /// The systems.
    pub service_clients: Vec<ClientCredentials>,
}

/// What lets a person in.
#[derive(Debug, Serialize, Deserialize)]
pub struct PersonCredentials {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// A token with every scope.
    pub token: String,
    /// Where they are a member.
    pub organisation_id: OrganisationId,
    /// As what.
    pub roles: Vec<Role>,
}

/// What lets a system in.
#[derive(Debug, Serialize, Deserialize)]
pub struct ClientCredentials {
    /// For whom it acts.
    pub organisation_id: OrganisationId,
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// What it may do.
    pub scopes: Vec<String>,
}

const NORTHMOOR: [(&str, &str, &[Role]); 7] = [
    ("Amina Yusuf", "worker1@northmoor.example", &[Role::Practitioner]),
    ("Tom Pritchard", "worker2@northmoor.example", &[Role::Practitioner]),
    ("Ruth Okafor", "supervisor@northmoor.example", &[Role::Supervisor, Role::Practitioner]),
    ("Helen Marsh", "psw@northmoor.example", &[Role::PrincipalSocialWorker]),
    ("Daniel Reeve", "editor@northmoor.example", &[Role::Editor]),
    ("Priya Nair", "admin@northmoor.example", &[Role::Administrator]),
    ("George Bell", "governance@northmoor.example", &[Role::InformationGovernance]),
];

const EASTVALE: [(&str, &str, &[Role]); 3] = [
    ("Mei Chen", "worker@eastvale.example", &[Role::Practitioner]),
    ("Carys Evans", "supervisor@eastvale.example", &[Role::Supervisor, Role::PracticeEducator]),
    ("Ibrahim Khan", "admin@eastvale.example", &[Role::Administrator, Role::Editor]),
];

/// Fills an empty store; leaves a filled one as it is.
///
/// # Errors
/// One line for the person at the command line.
pub async fn fill(app: &Arc<App>) -> std::result::Result<(), String> {
    let kept = app.config.data.join("demo-credentials.json");
    if organisations::host(app).await.is_ok() {
        return if kept.exists() {
            Ok(())
        } else {
            Err(format!(
                "{} holds a store that is not a demonstration, or one that was not finished: choose another folder",
                app.config.data.display()
            ))
        };
    }
    let credentials = invent(app).await.map_err(|cause| format!("the demonstration could not be made: {cause}"))?;
    save(&kept, &credentials)
}

/// Writes everybody's credentials to the file that was asked for.
///
/// # Errors
/// One line for the person at the command line.
pub fn write_credentials(app: &App, base_url: &str, to: Option<&Path>) -> std::result::Result<(), String> {
    let Some(to) = to else { return Ok(()) };
    let kept = app.config.data.join("demo-credentials.json");
    let text = std::fs::read_to_string(&kept).map_err(|cause| format!("cannot read {}: {cause}", kept.display()))?;
    let mut credentials: Credentials = serde_json::from_str(&text).map_err(|_| format!("{} does not read", kept.display()))?;
    base_url.clone_into(&mut credentials.base_url);
    save(to, &credentials)
}

/// Writes credentials to a file that only its owner can read.
///
/// # Errors
/// One line for the person at the command line.
pub fn save(to: &Path, credentials: &Credentials) -> std::result::Result<(), String> {
    let text = serde_json::to_string_pretty(credentials).map_err(|cause| cause.to_string())?;
    let file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(to);
    file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(|cause| format!("cannot write {}: {cause}", to.display()))
}

async fn invent(app: &Arc<App>) -> Result<Credentials> {
    let mut all = Credentials::default();
    let northmoor = authority(app, "Northmoor Council", &NORTHMOOR, &mut all).await?;
    let eastvale = authority(app, "Eastvale Council", &EASTVALE, &mut all).await?;
    let clients = [
        ("Northmoor website", northmoor.id, ["library:publish", "library:read"].as_slice()),
        ("Eastvale reader", eastvale.id, &["library:read"]),
    ];
    for (name, organisation_id, scopes) in clients {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let input = NewClient { name: name.to_owned(), scopes: scopes.clone() };
        let (client, client_secret) = clients::provide(app, organisation_id, input).await?;
        all.service_clients.push(ClientCredentials { organisation_id, client_id: client.id.to_string(), client_secret, scopes });
    }
    let [worker1, worker2, supervisor, _, editor, ..] = northmoor.people.as_slice() else { return Ok(all) };
    supervise(app, &northmoor, (supervisor, worker1)).await?;
    supervise(app, &northmoor, (supervisor, worker2)).await?;
    if let [worker, supervisor, ..] = eastvale.people.as_slice() {
        supervise(app, &eastvale, (supervisor, worker)).await?;
    }
    for (key, content) in shelf::shipped().map_err(crate::error::Error::Internal)? {
        library::put(app, editor, (northmoor.id, &key), (content, true)).await?;
    }
    Ok(all)
}

struct Authority {
    id: OrganisationId,
    people: Vec<Actor>,
}

async fn authority(app: &Arc<App>, name: &str, people: &[(&str, &str, &[Role])], all: &mut Credentials) -> Result<Authority> {
    let input = NewOrganisation { name: name.to_owned(), kind: OrganisationKind::LocalAuthority };
    let organisation = organisations::found(app, input).await?;
    let mut actors = Vec::new();
    for (name, email, roles) in people {
        let person = organisations::admit(app, organisation.id, (name, email, PASSWORD), roles).await?;
        let actor = acting(app, person, organisation.id, organisation.hosts, roles);
        let input = NewToken {
            name: "Demonstration".to_owned(),
            scopes: Scope::ALL.iter().map(|(_, name)| (*name).to_owned()).collect(),
            expires_at: app.clock.now() + Duration::days(365),
        };
        let (_, token) = credentials::create_token(app, &actor, &Once::default(), input).await?;
        all.people.push(PersonCredentials {
            name: (*name).to_owned(),
            email: (*email).to_owned(),
            password: PASSWORD.to_owned(),
            token,
            organisation_id: organisation.id,
            roles: roles.to_vec(),
        });
        actors.push(actor);
    }
    Ok(Authority { id: organisation.id, people: actors })
}

/// A person just made, acting for themselves.
pub(crate) fn acting(app: &App, id: PersonId, organisation: OrganisationId, hosts: bool, roles: &[Role]) -> Actor {
    let standings = vec![Standing { organisation, roles: roles.to_vec(), hosts }];
    Actor::Person(Person { id, standings, scopes: Scope::every(), credential: Credential::fresh(app.clock.new_id()) })
}

async fn supervise(app: &Arc<App>, authority: &Authority, (supervisor, worker): (&Actor, &Actor)) -> Result<()> {
    let once = Once::default();
    let terms = Terms {
        purpose: Some("A place to think about the work and about the families, before deciding.".to_owned()),
        frequency: Some("Every four weeks, and when something cannot wait.".to_owned()),
        recording: Some(
            "We write the note together at the end. Decisions about a child go on the child’s record, not here.".to_owned(),
        ),
        limits_of_confidentiality: Some(
            "What puts a child or a colleague at risk cannot stay between us. We tell each other first.".to_owned(),
        ),
        how_we_disagree: Some(
            "We write both views down. If it matters, we ask the principal social worker to join us.".to_owned(),
        ),
    };
    let input =
        NewAgreement { organisation: authority.id, supervisor: supervisor.person()?.id, worker: worker.person()?.id, terms };
    let agreement = agreements::propose(app, supervisor, &once, input).await?;
    let agreement = agreements::accept(app, supervisor, agreement.id, agreement.revision).await?;
    let agreement = agreements::accept(app, worker, agreement.id, agreement.revision).await?;
    let share = reflect(app, worker, supervisor.person()?.id).await?;
    let slot = Slot { starts_at: app.clock.now() + Duration::days(6), minutes: 90, place: Some("Room 3, Moor House".to_owned()) };
    let session = sessions::plan(app, supervisor, agreement.id, &once, slot).await?;
    let brings = agenda::NewItem { text: Some("The visit I keep thinking about.".to_owned()), share: Some(share) };
    agenda::add(app, worker, session.id, &once, brings).await?;
    let asks = agenda::NewItem { text: Some("How are you sleeping, and what would help?".to_owned()), share: None };
    agenda::add(app, supervisor, session.id, &once, asks).await?;
    Ok(())
}

async fn reflect(app: &Arc<App>, worker: &Actor, supervisor: PersonId) -> Result<crate::id::ShareId> {
    let once = Once::default();
    let first = Content {
        body: "I went in with a plan and left it in the car. She wanted to talk about the school run, so we did. By the end I knew more than my questions would have told me.".to_owned(),
        title: Some("The school run".to_owned()),
        tags: vec!["home visits".to_owned(), "listening".to_owned()],
        ..Content::default()
    };
    reflections::write(app, worker, &once, first).await?;
    let second = Content {
        body: "He answered every question before the children could. I noticed, and I said nothing. Was I being careful, or was I avoiding something?".to_owned(),
        title: Some("Who gets to speak".to_owned()),
        tags: vec!["home visits".to_owned()],
        prompt_set: Some("social-ggrraaacceeesss".to_owned()),
        unease: Some("How quiet the older child was.".to_owned()),
        unknowns: vec!["What mornings are like.".to_owned(), "Who else comes to the house.".to_owned()],
        hypotheses: vec!["He is frightened of us.".to_owned(), "They are frightened of him.".to_owned(), "It was an ordinary bad day.".to_owned()],
        ..Content::default()
    };
    let second = reflections::write(app, worker, &once, second).await?;
    let input = sharing::NewShare { person: supervisor, until: None, note: Some("Can we start with this one?".to_owned()) };
    Ok(sharing::share(app, worker, second.id, &once, input).await?.share.id)
}
