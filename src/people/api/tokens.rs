//! JSON edge of personal access tokens.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};

use super::Tag;
use crate::{
    app::App,
    http::{
        answer::{Done, Made, made},
        auth::Auth,
        operation::IdempotencyKey,
    },
    id::TokenId,
    people::credentials,
};

/// The operations on personal access tokens.
pub struct TokensApi;

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

#[OpenApi]
impl TokensApi {
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
}
