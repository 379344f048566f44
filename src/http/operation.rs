//! `Idempotency-Key` → [`Once`].

use poem::{FromRequest, Request, RequestBody};

use crate::{
    error::{Error, Result},
    once::Once,
};

/// A digest of what was asked, so that a key cannot stand for two different requests. Put into the request by `edge.rs`.
#[derive(Clone, Copy, Debug)]
pub struct Fingerprint(pub [u8; 32]);

/// The `Idempotency-Key` header of a request that creates, if there is one.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(pub Once);

impl<'a> FromRequest<'a> for IdempotencyKey {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(read(request)?))
    }
}

fn read(request: &Request) -> Result<Once> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(Once::default()) };
    let visible = |key: &&str| (1..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let key = value.to_str().ok().filter(visible);
    let key = key.ok_or_else(|| {
        Error::invalid("Idempotency-Key", "malformed", "Send 1 to 128 visible ASCII characters, such as a UUID.")
    })?;
    let Fingerprint(digest) = request.data().copied().ok_or_else(|| Error::internal("a request without fingerprint"))?;
    Ok(Once::new(key.to_owned(), digest))
}
