//! Service clients: other systems that act for an organisation, by OAuth 2.0 client credentials (RFC 6749 section 4.4).

use chrono::Duration;
use uuid::Uuid;

use super::{
    model::{ServiceClient, check_scopes},
    secrets,
    store::{self, Credential},
};
use crate::{
    access::{self, Action, Actor, Object, Scope},
    app::App,
    error::{Checks, Error, Result},
    http::paging::{Paging, Slice},
    id::{Id, OrganisationId, ServiceClientId},
    limits::Kind,
    once::Once,
};

/// How long an access token of a service client lasts.
const ACCESS_LASTS: Duration = Duration::minutes(30);

/// What a new service client is to be.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// What to call it.
    pub name: String,
    /// The most it may ask for.
    pub scopes: Vec<String>,
}

/// An access token for a service client.
#[derive(Debug)]
pub struct Access {
    /// The token.
    pub token: String,
    /// How long it lasts.
    pub lasts: Duration,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
}

/// Makes a service client. Its secret is in the answer and nowhere else.
///
/// # Errors
/// `Forbidden` for members who are not administrators; `Invalid` with every violation.
pub async fn create(
    app: &App,
    actor: &Actor,
    organisation: OrganisationId,
    once: &Once,
    input: NewClient,
) -> Result<(ServiceClient, String)> {
    access::check(actor, Action::Manage, Object::Organisation(organisation))?;
    let (client, secret) = prepare(app, organisation, &input)?;
    let made = &client;
    app.db
        .transact(&app.clock, |tx| async move {
            if once.earlier::<ServiceClientId>(app, actor).await?.is_some() {
                return Err(Error::Conflict(
                    "This key made a client already. Its secret was shown once and is not kept.".to_owned(),
                ));
            }
            let tx = store::add_client(tx, made).audit(&app.clock, actor, "client.create", made.id.record());
            once.note(app, actor, tx, made.id).returning(())
        })
        .await?;
    Ok((client, secret))
}

/// Makes one outright: for the demonstration.
///
/// # Errors
/// As [`create`].
pub async fn provide(app: &App, organisation: OrganisationId, input: NewClient) -> Result<(ServiceClient, String)> {
    let (client, secret) = prepare(app, organisation, &input)?;
    let made = &client;
    app.db
        .transact(&app.clock, |tx| {
            let tx = store::add_client(tx, made).audit(&app.clock, &Actor::Service, "client.create", made.id.record());
            std::future::ready(tx.returning(()))
        })
        .await?;
    Ok((client, secret))
}

fn prepare(app: &App, organisation: OrganisationId, input: &NewClient) -> Result<(ServiceClient, String)> {
    let mut checks = Checks::default();
    checks.text("/name", &input.name, 100);
    let scopes = check_scopes(&mut checks, "/scopes", &input.scopes, &Scope::FOR_CLIENTS);
    checks.done()?;
    let id: ServiceClientId = app.clock.new_id();
    let secret = secrets::make(&app.clock, "cli");
    let client = ServiceClient {
        id,
        organisation,
        name: input.name.trim().to_owned(),
        secret: secrets::fingerprint(&secret).unwrap_or_default(),
        scopes: scopes.iter().map(|scope| scope.name().to_owned()).collect(),
        state: "active".to_owned(),
        epoch: 1,
        sort_key: id.to_string(),
        revision: 1,
        created_at: app.clock.now(),
    };
    Ok((client, secret))
}

/// The active service clients of an organisation, newest first.
///
/// # Errors
/// `Forbidden` for members who are not administrators.
pub async fn list(app: &App, actor: &Actor, organisation: OrganisationId, paging: &Paging) -> Result<Slice<ServiceClient>> {
    access::check(actor, Action::Oversee, Object::Organisation(organisation))?;
    let rows = store::clients(&app.db, organisation, paging).await?;
    Ok(paging.slice(rows, |row| row.sort_key.clone()))
}

/// An active service client.
///
/// # Errors
/// `Forbidden` for members who are not administrators; `NotFound` when the organisation has no such client.
pub async fn get(app: &App, actor: &Actor, organisation: OrganisationId, id: ServiceClientId) -> Result<ServiceClient> {
    access::check(actor, Action::Oversee, Object::Organisation(organisation))?;
    let client = store::client(&app.db, id).await?.filter(|client| client.organisation == organisation);
    client.filter(|client| client.state == "active").ok_or(Error::NotFound)
}

/// Revokes a service client: its tokens stop at the next request.
///
/// # Errors
/// `NotFound` when the organisation has no such client.
pub async fn revoke(app: &App, actor: &Actor, organisation: OrganisationId, id: ServiceClientId) -> Result<()> {
    access::check(actor, Action::Manage, Object::Organisation(organisation))?;
    app.db
        .transact(&app.clock, |tx| async move {
            let client = store::client(&app.db, id).await?.filter(|client| client.organisation == organisation);
            let client = client.filter(|client| client.state == "active").ok_or(Error::NotFound)?;
            let seen = client.revision;
            let revoked = ServiceClient { state: "revoked".to_owned(), epoch: client.epoch + 1, revision: seen + 1, ..client };
            store::save_client(tx, &revoked, seen).audit(&app.clock, actor, "client.revoke", id.record()).returning(())
        })
        .await
}

/// Issues an access token for a client's own credentials.
///
/// # Errors
/// `Unauthenticated` for a wrong id or secret; `Invalid` for a scope it was not given; `TooMany` after ten tries.
pub async fn issue(app: &App, client_id: &str, secret: &str, wanted: Option<&str>) -> Result<Access> {
    let id = Uuid::try_parse(client_id).map(ServiceClientId::from).map_err(|_| Error::Unauthenticated)?;
    let client = store::client(&app.db, id).await?.filter(|client| client.state == "active").ok_or(Error::Unauthenticated)?;
    if secrets::fingerprint(secret).is_none_or(|fingerprint| fingerprint != client.secret) {
        app.limits.count(Kind::SignIn, &id.to_string())?;
        return Err(Error::Unauthenticated);
    }
    let given: Vec<Scope> = client.scopes.iter().filter_map(|name| Scope::parse(name)).collect();
    let scopes = match wanted.map(str::trim).filter(|wanted| !wanted.is_empty()) {
        None => given,
        Some(wanted) => {
            let wanted: Vec<String> = wanted.split_whitespace().map(str::to_owned).collect();
            let mut checks = Checks::default();
            let scopes = check_scopes(&mut checks, "/scope", &wanted, &given);
            checks.done()?;
            scopes
        }
    };
    let token = secrets::make(&app.clock, "svc");
    let fingerprint = secrets::fingerprint(&token).unwrap_or_default();
    let now = app.clock.now();
    let credential = Credential {
        handle: app.clock.new_id::<Uuid>().to_string(),
        kind: "access".to_owned(),
        owner: id.record(),
        epoch: client.epoch,
        scopes: scopes.iter().map(|scope| scope.name().to_owned()).collect(),
        name: String::new(),
        created_at: now,
        seen_at: now,
        idle_minutes: 0,
        expires_at: now + ACCESS_LASTS,
        confirmed_at: None,
    };
    let (fingerprint, credential) = (&fingerprint, &credential);
    app.db
        .transact(&app.clock, |tx| std::future::ready(store::add_credential(tx, fingerprint, credential.clone()).returning(())))
        .await?;
    Ok(Access { token, lasts: ACCESS_LASTS, scopes })
}
