//! Secrets that let people and systems in: tokens that scanners can recognise and typing errors can't pass, kept only as
//! hashes; passwords under Argon2id.

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version, password_hash::SaltString};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    clock::Clock,
    error::{Error, Result},
};

/// A new secret of a kind, as its holder sees it once: `snd_<kind>_<random>_<checksum>`.
#[must_use]
pub fn make(clock: &Clock, kind: &str) -> String {
    let random = BASE32_NOPAD.encode(&clock.random::<32>()).to_lowercase();
    let head = format!("snd_{kind}_{random}");
    format!("{head}_{:08x}", crc32fast::hash(head.as_bytes()))
}

/// What is kept of a secret; `None` if it can't be one of ours.
#[must_use]
pub fn fingerprint(secret: &str) -> Option<String> {
    let (head, checksum) = secret.rsplit_once('_')?;
    let ours = secret.len() < 200 && head.starts_with("snd_") && format!("{:08x}", crc32fast::hash(head.as_bytes())) == checksum;
    ours.then(|| HEXLOWER.encode(&Sha256::digest(secret.as_bytes())))
}

/// Hashes a password (Argon2id, 19 MiB, two passes, one lane: OWASP's first choice), two at a time.
///
/// # Errors
/// `Busy` when too many wait.
pub async fn hash_password(app: &App, password: &str) -> Result<String> {
    let salt = app.clock.random::<16>();
    let password = password.to_owned();
    hashing(app, move || {
        let salt = SaltString::encode_b64(&salt).map_err(|_| Error::internal("a salt that is none"))?;
        let hash = argon2().hash_password(password.as_bytes(), &salt).map_err(|_| Error::internal("a password did not hash"))?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether a password is the one that was hashed. Without a hash it takes as long and says no, so that nobody learns by
/// the clock who has an account.
///
/// # Errors
/// `Busy` when too many wait.
pub async fn verify_password(app: &App, password: &str, hash: Option<String>) -> Result<bool> {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$0DqKsFVjwbyUhUeFqMRxWm8AkAVGCj6mMJXv9xtrVsE";
    let password = password.to_owned();
    hashing(app, move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let hash = PasswordHash::new(&hash).map_err(|_| Error::internal("a kept password hash does not read"))?;
        Ok(argon2().verify_password(password.as_bytes(), &hash).is_ok() && known)
    })
    .await
}

async fn hashing<T: Send + 'static>(app: &App, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let place = app.limits.enter_hashing().await?;
    let done = tokio::task::spawn_blocking(move || {
        let result = work();
        drop(place);
        result
    });
    done.await.map_err(|_| Error::internal("password hashing stopped"))?
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap_or(Params::DEFAULT))
}
