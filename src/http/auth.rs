//! Cookie or bearer → [`Actor`]. The credential is recognised once for each request, before the operation is chosen
//! (`router.rs` asks `people`), and the extractors here hand it to the operations.

use poem::{FromRequest, Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use crate::{
    access::Actor,
    error::{Error, Result},
    limits::Whence,
};

/// What a request presented to say who sends it.
#[derive(Debug, PartialEq, Eq)]
pub enum Presented {
    /// Nothing.
    Nothing,
    /// A bearer token (RFC 6750 section 2.1).
    Bearer(String),
    /// The session cookie of a browser.
    Cookie(String),
    /// Something that is no credential of ours: refused, never taken for nobody.
    Unusable,
}

/// The name of the session cookie: with the prefix that pins it to https and to this host where that can be (RFC 6265bis).
#[must_use]
pub const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-sid" } else { "sid" }
}

/// The session cookie as it is set; without a secret, as it is taken back.
#[must_use]
pub fn cookie(https: bool, secret: &str, seconds: i64) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", cookie_name(https))
}

impl Presented {
    /// Reads the credential of a request.
    #[must_use]
    pub fn of(request: &Request, https: bool) -> Self {
        if let Some(value) = request.headers().get(header::AUTHORIZATION) {
            let text = value.to_str().unwrap_or_default();
            return match text.split_once(' ') {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => {
                    Self::Bearer(token.trim().to_owned())
                }
                _ => Self::Unusable,
            };
        }
        let cookies = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == cookie_name(https))
            .map_or(Self::Nothing, |(_, value)| Self::Cookie(value.to_owned()))
    }
}

/// A request from another site must not act with a person's cookie: browsers say where a request comes from.
#[must_use]
pub fn same_site(request: &Request, public_url: &str) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == public_url || header("host").is_some_and(|host| origin.ends_with(&format!("//{host}"))),
        (None, None) => false,
    }
}

/// The caller, who must have shown a credential. Always an operation's first argument, so that nothing is parsed for
/// strangers.
#[derive(Clone, Debug)]
pub struct Auth(pub Actor);

/// The caller, who may be anonymous. A credential that is present but bad is refused all the same.
#[derive(Clone, Debug)]
pub struct MaybeAuth(pub Actor);

/// A client's id and secret in a Basic Authorization header (RFC 6749 section 2.3.1), if there is one.
#[derive(Clone, Debug)]
pub struct ClientAuth(pub Option<(String, String)>);

impl<'a> FromRequest<'a> for ClientAuth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(Self(None)) };
        let basic = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
        let decoded = basic.and_then(|(_, text)| data_encoding::BASE64.decode(text.trim().as_bytes()).ok());
        let pair = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = pair.as_deref().and_then(|pair| pair.split_once(':')).ok_or(Error::Unauthenticated)?;
        Ok(Self(Some((pair.0.to_owned(), pair.1.to_owned()))))
    }
}

impl<'a> FromRequest<'a> for Whence {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(request.data::<Self>().copied().unwrap_or_default())
    }
}

/// What became of the credential; put into the request by the router.
#[derive(Clone, Debug)]
pub struct Recognised(pub Actor);

impl<'a> FromRequest<'a> for Recognised {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(actor(request)?))
    }
}

const BEARER: &str = "bearer";
const COOKIE: &str = "session";
const CLIENT: &str = "service_client";

fn register(registry: &mut Registry) {
    let scheme = |ty, description, scheme, name, key_in, flows| MetaSecurityScheme {
        ty,
        description: Some(description),
        name,
        key_in,
        scheme,
        bearer_format: None,
        flows,
        openid_connect_url: None,
    };
    let person = "A personal access token, or the access token of a service client, in the Authorization header (RFC 6750).";
    registry.create_security_scheme(BEARER, scheme("http", person, Some("bearer"), None, None, None));
    let cookie = "The session of a signed-in browser.";
    registry.create_security_scheme(COOKIE, scheme("apiKey", cookie, None, Some("__Host-sid"), Some("cookie"), None));
}

impl<'a> ApiExtractor<'a> for Auth {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![BEARER, COOKIE]
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        match actor(request)? {
            Actor::Anonymous => Err(Error::Unauthenticated.into()),
            actor => Ok(Self(actor)),
        }
    }
}

impl<'a> ApiExtractor<'a> for MaybeAuth {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![BEARER, COOKIE]
    }

    fn has_security_fallback() -> bool {
        true
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        Ok(Self(actor(request)?))
    }
}

fn actor(request: &Request) -> Result<Actor> {
    let recognised = request.data::<Recognised>().ok_or_else(|| Error::internal("a request that nobody looked at"))?;
    Ok(recognised.0.clone())
}

/// The name of the scheme under which the contract describes service clients.
#[must_use]
pub const fn client_scheme() -> &'static str {
    CLIENT
}
