//! JSON edge of service clients, and of the access tokens that they ask for.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::{Request, web::Data};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    payload::{Form, Json},
};

use super::Tag;
use crate::{
    app::App,
    error::Error,
    http::{
        answer::{Done, Listed, Made, listed, made},
        auth::{Auth, ClientAuth, MaybeAuth},
        operation::IdempotencyKey,
        paging::Paging,
    },
    id::{OrganisationId, ServiceClientId},
    people::{clients, model},
};

/// The operations on service clients.
pub struct ClientsApi;

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

const CLIENTS: &str = "service-clients";

#[OpenApi]
impl ClientsApi {
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
}
