//! JSON edge of accounts: who I am, how I sign in and out, my password.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, param::Path, payload::Json};

use super::{RoleName, Tag, names};
use crate::{
    app::App,
    http::{
        answer::Done,
        auth::{Auth, MaybeAuth, cookie},
    },
    id::{OrganisationId, PersonId, SessionId},
    limits::Whence,
    people::accounts,
};

/// The operations on accounts.
pub struct AccountsApi;

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
    /// The roles that open nothing until the caller has set up an authenticator app (`PUT /me/codes`).
    roles_waiting: Vec<RoleName>,
    /// What the credential of this request may be used for.
    scopes: Vec<String>,
}

/// An address and a password, and a code where the account has an authenticator app.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct SignIn {
    /// The address of the account.
    email: String,
    /// Its password.
    password: String,
    /// What the authenticator app shows now, or a recovery code. Without it such an account is answered `/code`, `required`.
    code: Option<String>,
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

/// The password, given again.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Confirmation {
    /// The password of the account.
    password: String,
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

#[OpenApi]
impl AccountsApi {
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
            roles_waiting: names(&me.waiting),
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
    async fn sign_in(&self, _auth: MaybeAuth, app: Data<&Arc<App>>, from: Whence, body: Json<SignIn>) -> poem::Result<Signed> {
        let signed = accounts::sign_in(&app, from, &body.email, &body.password, body.code.as_deref()).await?;
        let seconds = signed.seconds();
        let location = format!("/api/v1/sessions/{}", signed.session.id);
        Ok(Signed::In(Json(signed.session.into()), cookie(app.config.https(), &signed.secret, seconds), location))
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
        Ok(SignedOut::Out(cookie(app.config.https(), "", 0)))
    }

    /// Confirm that it is still me: for ten minutes this session may make tokens, change who belongs, and the like.
    #[oai(path = "/sessions/current/confirmation", method = "put", operation_id = "confirm_session", tag = "Tag::Account")]
    async fn confirm_session(&self, auth: Auth, app: Data<&Arc<App>>, body: Json<Confirmation>) -> poem::Result<Done> {
        accounts::confirm(&app, &auth.0, &body.password).await?;
        Ok(Done::NoContent)
    }

    /// End one of my sessions, such as one left open elsewhere.
    #[oai(path = "/sessions/:session", method = "delete", operation_id = "end_session", tag = "Tag::Account")]
    async fn end_session(&self, auth: Auth, app: Data<&Arc<App>>, session: Path<SessionId>) -> poem::Result<Done> {
        accounts::end_session(&app, &auth.0, session.0).await?;
        Ok(Done::NoContent)
    }
}
