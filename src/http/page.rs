//! Who looks at a page, as its handlers hear of them.

use std::sync::Arc;

use data_encoding::BASE32_NOPAD;
use poem::{FromRequest, Request, RequestBody};

use super::auth::Recognised;
use crate::{
    access::{Actor, Role},
    app::App,
    error::{Error, Result},
    id::OrganisationId,
};

/// Somebody in front of a browser, signed in or not.
#[derive(Clone)]
pub struct Reader {
    /// The service.
    pub app: Arc<App>,
    /// Who it is.
    pub actor: Actor,
    token: String,
}

/// The mark of a request whose own form signed its sender in, or confirmed who they are.
#[derive(Clone, Copy, Debug)]
pub struct SignedInHere;

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("actor", &self.actor).finish_non_exhaustive()
    }
}

impl Reader {
    /// Somebody, with the secret that their forms carry: made from their session, so that no other site and no other session
    /// can know it.
    #[must_use]
    pub fn new(app: &Arc<App>, actor: Actor) -> Self {
        let token = match &actor {
            Actor::Person(person) => BASE32_NOPAD.encode(&app.vault.digest("form", person.credential.id.as_bytes())),
            _ => String::new(),
        };
        Self { app: Arc::clone(app), actor, token }
    }

    /// Whether they are signed in.
    #[must_use]
    pub const fn signed_in(&self) -> bool {
        matches!(self.actor, Actor::Person(_))
    }

    /// The secret of their forms.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Whose form it is: so that what one person typed is not saved as another's.
    #[must_use]
    pub fn whose(&self) -> String {
        match &self.actor {
            Actor::Person(person) => person.id.to_string(),
            _ => String::new(),
        }
    }

    /// Where they have a role.
    #[must_use]
    pub fn places(&self, role: Role) -> Vec<OrganisationId> {
        match &self.actor {
            Actor::Person(person) => {
                let with = person.standings.iter().filter(|standing| standing.roles.contains(&role));
                with.map(|standing| standing.organisation).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl<'a> FromRequest<'a> for Reader {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(read(request)?)
    }
}

/// Somebody who is signed in. Whoever is not is led to the page for that.
#[derive(Clone, Debug)]
pub struct Member(pub Reader);

impl<'a> FromRequest<'a> for Member {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let reader = read(request)?;
        if reader.signed_in() { Ok(Self(reader)) } else { Err(Error::Unauthenticated.into()) }
    }
}

fn read(request: &Request) -> Result<Reader> {
    let app = request.data::<Arc<App>>().ok_or_else(|| Error::internal("a page outside the service"))?;
    let Recognised(actor) = request.data::<Recognised>().ok_or_else(|| Error::internal("a request that nobody looked at"))?;
    Ok(Reader::new(app, actor.clone()))
}
