//! JSON edge of people.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi, Tags,
    param::{Path, Query},
    payload::{Form, Json},
};

use super::{accounts, clients, credentials, memberships, model, organisations};
use crate::{
    access::Role,
    app::App,
    error::Error,
    http::{
        answer::{Done, Found, IfMatch, Listed, Made, found, listed, made},
        auth::{Auth, ClientAuth, MaybeAuth, cookie_name},
        operation::IdempotencyKey,
        paging::Paging,
    },
    id::{InvitationId, OrganisationId, PersonId, ServiceClientId, SessionId, TokenId},
};

/// Areas of the contract.
#[derive(Tags)]
enum Tag {
    /// Who I am, how I sign in, and what else may act for me.
    Account,
    /// Organisations, their members, and other systems that act for them.
    People,
}

/// The operations.
pub struct Api;

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

/// What kind of body an organisation is.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename_all = "snake_case")]
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

impl From<OrganisationKind> for model::OrganisationKind {
    fn from(kind: OrganisationKind) -> Self {
        match kind {
            OrganisationKind::LocalAuthority => Self::LocalAuthority,
            OrganisationKind::Voluntary => Self::Voluntary,
            OrganisationKind::Health => Self::Health,
            OrganisationKind::Police => Self::Police,
            OrganisationKind::Education => Self::Education,
            OrganisationKind::Inspectorate => Self::Inspectorate,
            OrganisationKind::ProfessionalBody => Self::ProfessionalBody,
            OrganisationKind::TrainingProvider => Self::TrainingProvider,
        }
    }
}

impl From<model::OrganisationKind> for OrganisationKind {
    fn from(kind: model::OrganisationKind) -> Self {
        match kind {
            model::OrganisationKind::LocalAuthority => Self::LocalAuthority,
            model::OrganisationKind::Voluntary => Self::Voluntary,
            model::OrganisationKind::Health => Self::Health,
            model::OrganisationKind::Police => Self::Police,
            model::OrganisationKind::Education => Self::Education,
            model::OrganisationKind::Inspectorate => Self::Inspectorate,
            model::OrganisationKind::ProfessionalBody => Self::ProfessionalBody,
            model::OrganisationKind::TrainingProvider => Self::TrainingProvider,
        }
    }
}

/// An organisation's id and name.
#[derive(Debug, Object)]
pub struct OrganisationName {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
}

/// A place in an organisation.
#[derive(Debug, Object)]
struct Membership {
    /// Where.
    organisation: OrganisationName,
    /// As what.
    roles: Vec<RoleName>,
}

/// Who the caller is.
#[derive(Debug, Object)]
struct Me {
    /// The person's id.
    id: PersonId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// Where they belong.
    memberships: Vec<Membership>,
    /// What the credential of this request may be used for.
    scopes: Vec<String>,
}

/// An address and a password.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct SignIn {
    /// The address of the account.
    email: String,
    /// Its password.
    password: String,
}

/// A signed-in session.
#[derive(Debug, Object)]
struct Session {
    /// Its id.
    id: SessionId,
    /// When it began.
    created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    seen_at: DateTime<Utc>,
    /// When it ends in any case; it ends earlier after a rest.
    expires_at: DateTime<Utc>,
    /// Whether it is the session of this request.
    current: bool,
}

impl From<accounts::Session> for Session {
    fn from(from: accounts::Session) -> Self {
        Self {
            id: from.id,
            created_at: from.created_at,
            seen_at: from.seen_at,
            expires_at: from.expires_at,
            current: from.current,
        }
    }
}

/// A list that is never long.
#[derive(Debug, Object)]
struct Sessions {
    /// The sessions, newest first.
    items: Vec<Session>,
}

/// A session just begun.
#[derive(ApiResponse)]
enum Signed {
    /// You are signed in: the cookie is the session.
    #[oai(status = 201)]
    In(
        Json<Session>,
        /// The session cookie.
        #[oai(header = "Set-Cookie")]
        String,
        /// Where the session can be ended.
        #[oai(header = "Location")]
        String,
    ),
}

/// You are signed out.
#[derive(ApiResponse)]
enum SignedOut {
    /// The cookie is taken back.
    #[oai(status = 204)]
    Out(
        /// The emptied cookie.
        #[oai(header = "Set-Cookie")]
        String,
    ),
}

fn cookie(app: &App, value: &str, seconds: i64) -> String {
    let secure = if app.config.https() { "; Secure" } else { "" };
    let name = cookie_name(app.config.https());
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

/// A new password with the present one.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct PasswordChange {
    /// The present password.
    present: String,
    /// The new one: 12 characters or more.
    new: String,
}

/// A personal access token, without its secret.
#[derive(Debug, Object)]
struct Token {
    /// Its id.
    id: TokenId,
    /// What its owner calls it.
    name: String,
    /// What it may be used for.
    scopes: Vec<String>,
    /// Since when.
    created_at: DateTime<Utc>,
    /// Until when.
    expires_at: DateTime<Utc>,
    /// The token itself: only in the answer that creates it, and never again.
    #[oai(skip_serializing_if_is_none)]
    token: Option<String>,
}

impl Token {
    fn show(from: credentials::Token, token: Option<String>) -> Self {
        Self {
            id: from.id,
            name: from.name,
            scopes: from.scopes,
            created_at: from.created_at,
            expires_at: from.expires_at,
            token,
        }
    }
}

/// The tokens of a person.
#[derive(Debug, Object)]
struct Tokens {
    /// The tokens, newest first.
    items: Vec<Token>,
}

/// What a new token is to be.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewToken {
    /// What to call it.
    name: String,
    /// What it may be used for, such as `reflections:read`.
    scopes: Vec<String>,
    /// Until when; within a year.
    expires_at: DateTime<Utc>,
}

/// An organisation.
#[derive(Debug, Object)]
struct Organisation {
    /// Its id.
    id: OrganisationId,
    /// Its name.
    name: String,
    /// Its kind.
    kind: OrganisationKind,
    /// Its revision.
    revision: i64,
}

impl From<model::Organisation> for Organisation {
    fn from(from: model::Organisation) -> Self {
        Self { id: from.id, name: from.name, kind: from.kind.into(), revision: from.revision }
    }
}

/// What a new organisation is to be.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewOrganisation {
    /// Its name.
    name: String,
    /// Its kind.
    kind: OrganisationKind,
}

/// A change to an organisation.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct OrganisationChange {
    /// Its new name.
    name: String,
}

/// First-run setup.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Setup {
    /// The organisation that runs this installation.
    organisation: NewOrganisation,
    /// The first administrator's name.
    name: String,
    /// Their address.
    email: String,
    /// Their password: 12 characters or more.
    password: String,
}

/// What setup waits for.
#[derive(Debug, Object)]
struct SetupOffer {
    /// Whether this address still sets the service up.
    ready: bool,
    /// What to do.
    next: String,
}

/// A colleague: somebody to share with or to agree supervision with.
#[derive(Debug, Object)]
struct Colleague {
    /// The person's id.
    person_id: PersonId,
    /// Their name.
    name: String,
    /// Their roles.
    roles: Vec<RoleName>,
}

impl From<super::Member> for Colleague {
    fn from(from: super::Member) -> Self {
        Self { person_id: from.person, name: from.name, roles: names(&from.roles) }
    }
}

/// A member as administrators see them.
#[derive(Debug, Object)]
struct Member {
    /// The person's id.
    person_id: PersonId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// Their roles.
    roles: Vec<RoleName>,
    /// Since when.
    started_at: DateTime<Utc>,
    /// The membership's revision.
    revision: i64,
}

impl From<super::Member> for Member {
    fn from(from: super::Member) -> Self {
        Self {
            person_id: from.person,
            name: from.name,
            email: from.email,
            roles: names(&from.roles),
            started_at: from.started_at,
            revision: from.revision,
        }
    }
}

/// A member's new roles.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct MemberChange {
    /// All the roles they are to have.
    roles: Vec<RoleName>,
}

/// An invitation.
#[derive(Debug, Object)]
struct Invitation {
    /// Its id.
    id: InvitationId,
    /// For whom.
    email: String,
    /// Their name.
    name: String,
    /// As what.
    roles: Vec<RoleName>,
    /// Until when it can be accepted.
    expires_at: DateTime<Utc>,
    /// The secret of the link: only in the answer that creates it. It is accepted at `/invitations/{link}/acceptance`.
    #[oai(skip_serializing_if_is_none)]
    secret: Option<String>,
}

impl Invitation {
    fn show(from: model::Invitation, secret: Option<String>) -> Self {
        let roles = names(&from.roles);
        Self { id: from.id, email: from.email, name: from.name, roles, expires_at: from.expires_at, secret }
    }
}

/// Whom to invite.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewInvitation {
    /// Their address.
    email: String,
    /// Their name.
    name: String,
    /// Their roles.
    roles: Vec<RoleName>,
}

/// Accepting an invitation.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Acceptance {
    /// How you wish to be called; without it, the name in the invitation.
    name: Option<String>,
    /// A new password of 12 characters or more; if you have an account with this address, its password.
    password: String,
}

/// Whose account accepted.
#[derive(Debug, Object)]
struct Accepted {
    /// The person's id.
    person_id: PersonId,
}

/// A service client.
#[derive(Debug, Object)]
struct ServiceClient {
    /// Its id: the `client_id`.
    id: ServiceClientId,
    /// What people call it.
    name: String,
    /// The most it may ask for.
    scopes: Vec<String>,
    /// Since when.
    created_at: DateTime<Utc>,
    /// The `client_secret`: only in the answer that creates it.
    #[oai(skip_serializing_if_is_none)]
    client_secret: Option<String>,
}

impl ServiceClient {
    fn show(from: model::ServiceClient, client_secret: Option<String>) -> Self {
        Self { id: from.id, name: from.name, scopes: from.scopes, created_at: from.created_at, client_secret }
    }
}

/// What a new service client is to be.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewServiceClient {
    /// What to call it.
    name: String,
    /// The most it may ask for: `library:read`, `library:write`, `library:publish`.
    scopes: Vec<String>,
}

/// A request for an access token (RFC 6749 section 4.4.2).
#[derive(Debug, serde::Deserialize, Object)]
struct TokenRequest {
    /// `client_credentials`.
    grant_type: String,
    /// The client's id, unless it is in the Authorization header (RFC 6749 section 2.3.1).
    client_id: Option<String>,
    /// Its secret, unless it is in the Authorization header.
    client_secret: Option<String>,
    /// The scopes wanted, separated by spaces; all that it has if empty.
    scope: Option<String>,
}

/// An access token (RFC 6749 section 5.1).
#[derive(Debug, Object)]
struct AccessToken {
    /// The token, for the Authorization header.
    access_token: String,
    /// `Bearer`.
    token_type: String,
    /// How many seconds it lasts.
    expires_in: i64,
    /// Its scopes, separated by spaces.
    scope: String,
}

const COLLEAGUES: &str = "colleagues";
const MEMBERS: &str = "members";
const INVITATIONS: &str = "invitations";
const CLIENTS: &str = "service-clients";

#[OpenApi]
impl Api {
    /// Who am I, and what may I do?
    #[oai(path = "/me", method = "get", operation_id = "get_me", tag = "Tag::Account")]
    async fn get_me(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<Json<Me>> {
        let me = accounts::me(&app, &auth.0).await?;
        let memberships = me.belongings.into_iter().map(|place| Membership {
            organisation: OrganisationName { id: place.organisation, name: place.organisation_name },
            roles: names(&place.roles),
        });
        Ok(Json(Me {
            id: me.account.id,
            name: me.account.name,
            email: me.account.email,
            memberships: memberships.collect(),
            scopes: me.scopes.into_iter().map(|scope| scope.name().to_owned()).collect(),
        }))
    }

    /// Change my password. Every session and token stops.
    #[oai(path = "/me/password", method = "put", operation_id = "change_password", tag = "Tag::Account")]
    async fn change_password(&self, auth: Auth, app: Data<&Arc<App>>, body: Json<PasswordChange>) -> poem::Result<Done> {
        accounts::change_password(&app, &auth.0, &body.present, &body.new).await?;
        Ok(Done::NoContent)
    }

    /// Sign in: the answer's cookie is the session.
    #[oai(path = "/sessions", method = "post", operation_id = "sign_in", tag = "Tag::Account")]
    async fn sign_in(&self, _auth: MaybeAuth, app: Data<&Arc<App>>, body: Json<SignIn>) -> poem::Result<Signed> {
        let signed = accounts::sign_in(&app, &body.email, &body.password).await?;
        let seconds = (signed.session.expires_at - signed.session.created_at).num_seconds();
        let location = format!("/api/v1/sessions/{}", signed.session.id);
        Ok(Signed::In(Json(signed.session.into()), cookie(&app, &signed.secret, seconds), location))
    }

    /// List my sessions.
    #[oai(path = "/sessions", method = "get", operation_id = "list_sessions", tag = "Tag::Account")]
    async fn list_sessions(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<Json<Sessions>> {
        let sessions = accounts::list_sessions(&app, &auth.0).await?;
        Ok(Json(Sessions { items: sessions.into_iter().map(Session::from).collect() }))
    }

    /// Sign out of this session.
    #[oai(path = "/sessions/current", method = "delete", operation_id = "sign_out", tag = "Tag::Account")]
    async fn sign_out(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<SignedOut> {
        accounts::sign_out(&app, &auth.0).await?;
        Ok(SignedOut::Out(cookie(&app, "", 0)))
    }

    /// End one of my sessions, such as one left open elsewhere.
    #[oai(path = "/sessions/:session", method = "delete", operation_id = "end_session", tag = "Tag::Account")]
    async fn end_session(&self, auth: Auth, app: Data<&Arc<App>>, session: Path<SessionId>) -> poem::Result<Done> {
        accounts::end_session(&app, &auth.0, session.0).await?;
        Ok(Done::NoContent)
    }

    /// List my personal access tokens.
    #[oai(path = "/tokens", method = "get", operation_id = "list_tokens", tag = "Tag::Account")]
    async fn list_tokens(&self, auth: Auth, app: Data<&Arc<App>>) -> poem::Result<Json<Tokens>> {
        let tokens = credentials::list_tokens(&app, &auth.0).await?;
        Ok(Json(Tokens { items: tokens.into_iter().map(|token| Token::show(token, None)).collect() }))
    }

    /// Create a personal access token. It is shown once.
    #[oai(path = "/tokens", method = "post", operation_id = "create_token", tag = "Tag::Account")]
    async fn create_token(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        body: Json<NewToken>,
    ) -> poem::Result<Made<Token>> {
        let input = credentials::NewToken { name: body.0.name, scopes: body.0.scopes, expires_at: body.0.expires_at };
        let (token, secret) = credentials::create_token(&app, &auth.0, &key.0, input).await?;
        let location = format!("/tokens/{}", token.id);
        Ok(made(Token::show(token, Some(secret)), 1, &location))
    }

    /// Revoke one of my personal access tokens.
    #[oai(path = "/tokens/:id", method = "delete", operation_id = "revoke_token", tag = "Tag::Account")]
    async fn revoke_token(&self, auth: Auth, app: Data<&Arc<App>>, id: Path<TokenId>) -> poem::Result<Done> {
        credentials::revoke_token(&app, &auth.0, id.0).await?;
        Ok(Done::NoContent)
    }

    /// Get an access token for a service client (OAuth 2.0 client credentials).
    #[oai(path = "/oauth/token", method = "post", operation_id = "create_access_token", tag = "Tag::Account")]
    async fn create_access_token(
        &self,
        _auth: MaybeAuth,
        app: Data<&Arc<App>>,
        basic: ClientAuth,
        body: Form<TokenRequest>,
    ) -> poem::Result<Json<AccessToken>> {
        let request = body.0;
        if request.grant_type != "client_credentials" {
            return Err(Error::invalid("/grant_type", "unsupported", "Only client_credentials is supported.").into());
        }
        let own = request.client_id.zip(request.client_secret);
        let (id, secret) = basic.0.or(own).ok_or(Error::Unauthenticated)?;
        let access = clients::issue(&app, &id, &secret, request.scope.as_deref()).await?;
        let scopes: Vec<&str> = access.scopes.into_iter().map(crate::access::Scope::name).collect();
        Ok(Json(AccessToken {
            access_token: access.token,
            token_type: "Bearer".to_owned(),
            expires_in: access.lasts.num_seconds(),
            scope: scopes.join(" "),
        }))
    }

    /// Does this setup address still work?
    #[oai(path = "/setup/:link", method = "get", operation_id = "get_setup", tag = "Tag::People")]
    async fn get_setup(&self, _auth: MaybeAuth, app: Data<&Arc<App>>, link: Path<String>) -> poem::Result<Json<SetupOffer>> {
        organisations::check_setup(&app, &link).await?;
        let next = "PUT organisation, name, email and password to this same address.".to_owned();
        Ok(Json(SetupOffer { ready: true, next }))
    }

    /// Set the service up, once: the first organisation and its first administrator.
    #[oai(path = "/setup/:link", method = "put", operation_id = "set_up", tag = "Tag::People")]
    async fn set_up(
        &self,
        _auth: MaybeAuth,
        app: Data<&Arc<App>>,
        link: Path<String>,
        body: Json<Setup>,
    ) -> poem::Result<Json<Organisation>> {
        let Setup { organisation, name, email, password } = body.0;
        let organisation = organisations::NewOrganisation { name: organisation.name, kind: organisation.kind.into() };
        let input = organisations::Setup { organisation, name, email, password };
        let (organisation, _) = organisations::set_up(&app, &link, input).await?;
        Ok(Json(organisation.into()))
    }

    /// Add an organisation to the installation.
    #[oai(path = "/organisations", method = "post", operation_id = "create_organisation", tag = "Tag::People")]
    async fn create_organisation(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        body: Json<NewOrganisation>,
    ) -> poem::Result<Made<Organisation>> {
        let input = organisations::NewOrganisation { name: body.0.name, kind: body.0.kind.into() };
        let organisation = organisations::create(&app, &auth.0, &key.0, input).await?;
        let (revision, location) = (organisation.revision, format!("/organisations/{}", organisation.id));
        Ok(made(organisation.into(), revision, &location))
    }

    /// Read an organisation I belong to.
    #[oai(path = "/organisations/:organisation", method = "get", operation_id = "get_organisation", tag = "Tag::People")]
    async fn get_organisation(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        organisation: Path<OrganisationId>,
    ) -> poem::Result<Found<Organisation>> {
        let organisation = organisations::get(&app, &auth.0, organisation.0).await?;
        let revision = organisation.revision;
        Ok(found(organisation.into(), revision))
    }

    /// Rename an organisation.
    #[oai(path = "/organisations/:organisation", method = "patch", operation_id = "rename_organisation", tag = "Tag::People")]
    async fn rename_organisation(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        organisation: Path<OrganisationId>,
        body: Json<OrganisationChange>,
    ) -> poem::Result<Found<Organisation>> {
        let organisation = organisations::rename(&app, &auth.0, organisation.0, seen.0, &body.name).await?;
        let revision = organisation.revision;
        Ok(found(organisation.into(), revision))
    }

    /// List my colleagues in an organisation: whom I can share with.
    #[oai(
        path = "/organisations/:organisation/colleagues",
        method = "get",
        operation_id = "list_colleagues",
        tag = "Tag::People"
    )]
    async fn list_colleagues(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        organisation: Path<OrganisationId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Colleague>> {
        let paging = Paging::read(&app.vault, COLLEAGUES, limit.0, cursor.0.as_deref())?;
        let slice = memberships::list_colleagues(&app, &auth.0, organisation.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, COLLEAGUES, Colleague::from), request))
    }

    /// List the members of an organisation.
    #[oai(path = "/organisations/:organisation/members", method = "get", operation_id = "list_members", tag = "Tag::People")]
    async fn list_members(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        organisation: Path<OrganisationId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Member>> {
        let paging = Paging::read(&app.vault, MEMBERS, limit.0, cursor.0.as_deref())?;
        let slice = memberships::list_members(&app, &auth.0, organisation.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, MEMBERS, Member::from), request))
    }

    /// Read a member.
    #[oai(
        path = "/organisations/:organisation/members/:person",
        method = "get",
        operation_id = "get_member",
        tag = "Tag::People"
    )]
    async fn get_member(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        organisation: Path<OrganisationId>,
        person: Path<PersonId>,
    ) -> poem::Result<Found<Member>> {
        let member = memberships::get_member(&app, &auth.0, organisation.0, person.0).await?;
        let revision = member.revision;
        Ok(found(member.into(), revision))
    }

    /// Set a member's roles. Their sessions and tokens start again.
    #[oai(
        path = "/organisations/:organisation/members/:person",
        method = "patch",
        operation_id = "set_roles",
        tag = "Tag::People"
    )]
    async fn set_roles(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        organisation: Path<OrganisationId>,
        person: Path<PersonId>,
        body: Json<MemberChange>,
    ) -> poem::Result<Found<Member>> {
        let member = memberships::set_roles(&app, &auth.0, (organisation.0, person.0), seen.0, roles(&body.roles)).await?;
        let revision = member.revision;
        Ok(found(member.into(), revision))
    }

    /// End a membership: everything that lets the person in stops at once, and what was shared ends.
    #[oai(
        path = "/organisations/:organisation/members/:person",
        method = "delete",
        operation_id = "end_membership",
        tag = "Tag::People"
    )]
    async fn end_membership(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        seen: IfMatch,
        organisation: Path<OrganisationId>,
        person: Path<PersonId>,
    ) -> poem::Result<Done> {
        memberships::end(&app, &auth.0, (organisation.0, person.0), seen.0).await?;
        Ok(Done::NoContent)
    }

    /// List open invitations.
    #[oai(
        path = "/organisations/:organisation/invitations",
        method = "get",
        operation_id = "list_invitations",
        tag = "Tag::People"
    )]
    async fn list_invitations(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        organisation: Path<OrganisationId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<Invitation>> {
        let paging = Paging::read(&app.vault, INVITATIONS, limit.0, cursor.0.as_deref())?;
        let slice = memberships::list_invitations(&app, &auth.0, organisation.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, INVITATIONS, |row| Invitation::show(row, None)), request))
    }

    /// Invite a person. The link's secret is shown once.
    #[oai(
        path = "/organisations/:organisation/invitations",
        method = "post",
        operation_id = "invite_person",
        tag = "Tag::People"
    )]
    async fn invite_person(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        organisation: Path<OrganisationId>,
        body: Json<NewInvitation>,
    ) -> poem::Result<Made<Invitation>> {
        let input = memberships::NewInvitation { roles: roles(&body.roles), email: body.0.email, name: body.0.name };
        let (invitation, secret) = memberships::invite(&app, &auth.0, organisation.0, &key.0, input).await?;
        let location = format!("/organisations/{}/invitations/{}", organisation.0, invitation.id);
        Ok(made(Invitation::show(invitation, Some(secret)), 1, &location))
    }

    /// Take an invitation back.
    #[oai(
        path = "/organisations/:organisation/invitations/:invitation",
        method = "delete",
        operation_id = "withdraw_invitation",
        tag = "Tag::People"
    )]
    async fn withdraw_invitation(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        organisation: Path<OrganisationId>,
        invitation: Path<InvitationId>,
    ) -> poem::Result<Done> {
        memberships::withdraw_invitation(&app, &auth.0, organisation.0, invitation.0).await?;
        Ok(Done::NoContent)
    }

    /// Accept an invitation with the secret of its link.
    #[oai(path = "/invitations/:link/acceptance", method = "put", operation_id = "accept_invitation", tag = "Tag::People")]
    async fn accept_invitation(
        &self,
        _auth: MaybeAuth,
        app: Data<&Arc<App>>,
        link: Path<String>,
        body: Json<Acceptance>,
    ) -> poem::Result<Json<Accepted>> {
        let person_id = memberships::accept(&app, &link, body.name.as_deref(), &body.password).await?;
        Ok(Json(Accepted { person_id }))
    }

    /// List the service clients of an organisation.
    #[oai(
        path = "/organisations/:organisation/service-clients",
        method = "get",
        operation_id = "list_service_clients",
        tag = "Tag::People"
    )]
    async fn list_service_clients(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        request: &Request,
        organisation: Path<OrganisationId>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> poem::Result<Listed<ServiceClient>> {
        let paging = Paging::read(&app.vault, CLIENTS, limit.0, cursor.0.as_deref())?;
        let slice = clients::list(&app, &auth.0, organisation.0, &paging).await?;
        Ok(listed(slice.page(&app.vault, CLIENTS, |row| ServiceClient::show(row, None)), request))
    }

    /// Create a service client. Its secret is shown once.
    #[oai(
        path = "/organisations/:organisation/service-clients",
        method = "post",
        operation_id = "create_service_client",
        tag = "Tag::People"
    )]
    async fn create_service_client(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        key: IdempotencyKey,
        organisation: Path<OrganisationId>,
        body: Json<NewServiceClient>,
    ) -> poem::Result<Made<ServiceClient>> {
        let input = clients::NewClient { name: body.0.name, scopes: body.0.scopes };
        let (client, secret) = clients::create(&app, &auth.0, organisation.0, &key.0, input).await?;
        let location = format!("/organisations/{}/service-clients/{}", organisation.0, client.id);
        Ok(made(ServiceClient::show(client, Some(secret)), 1, &location))
    }

    /// Revoke a service client: its tokens stop at the next request.
    #[oai(
        path = "/organisations/:organisation/service-clients/:client",
        method = "delete",
        operation_id = "revoke_service_client",
        tag = "Tag::People"
    )]
    async fn revoke_service_client(
        &self,
        auth: Auth,
        app: Data<&Arc<App>>,
        organisation: Path<OrganisationId>,
        client: Path<ServiceClientId>,
    ) -> poem::Result<Done> {
        clients::revoke(&app, &auth.0, organisation.0, client.0).await?;
        Ok(Done::NoContent)
    }
}
