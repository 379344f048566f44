//! What an authenticator app and this service both know, and the six digits that each works out from it and from the time
//! (RFC 6238). SHA-1, six digits and thirty seconds: that is what every app understands.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use totp_rs::{Algorithm, TOTP};
use zeroize::Zeroizing;

use crate::{
    clock::Clock,
    error::{Error, Result},
};

/// How many digits a code has.
const DIGITS: usize = 6;
/// For how many seconds an app shows a code.
const STEP: u32 = 30;
/// How many steps before and after the present one count: clocks differ, and people type slowly (RFC 6238 section 5.2).
const LEEWAY: i64 = 1;

/// A secret that an app shares with us: 160 bits (RFC 4226 section 4). Wiped from memory when dropped.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A new one.
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        Self::from_bytes(clock.random::<20>().to_vec())
    }

    /// One that was kept.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Its bytes, to be sealed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// It in Base32, as people type it into an app.
    #[must_use]
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// It with whose it is and where, as apps scan it and list it (the Key URI Format of Google Authenticator, which all of them
    /// read).
    #[must_use]
    pub fn uri(&self, service: &str, account: &str) -> String {
        // A space is %20 here: not every app reads a plus sign as one.
        let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let (service, account, secret) = (escaped(service), escaped(account), self.base32());
        format!(
            "otpauth://totp/{service}:{account}?secret={secret}&issuer={service}&algorithm=SHA1&digits={DIGITS}&period={STEP}"
        )
    }

    /// The time step whose code this is, if it is the present one or one beside it.
    ///
    /// # Errors
    /// `Internal` when the secret is too short to be one.
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
        let app = TOTP::new(Algorithm::SHA1, DIGITS, 0, STEP.into(), self.0.to_vec())
            .map_err(|_| Error::internal("the secret of an app is too short"))?;
        let step = i64::from(STEP);
        let present = now.timestamp().div_euclid(step);
        // The library's own look at the clock and at the steps beside it is not used: it does not say which step it was.
        let shows = |at: &i64| u64::try_from(at * step).is_ok_and(|second| app.check(code, second));
        Ok((present - LEEWAY..=present + LEEWAY).rev().find(shows))
    }
}
