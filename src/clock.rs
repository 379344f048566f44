//! The only source of time and of chance: real in the service, fixed and sequential in tests.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use uuid::{NoContext, Timestamp, Uuid};

/// Tells the time, makes ids and draws random bytes.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<Fixed>>>);

#[derive(Debug)]
struct Fixed {
    now: DateTime<Utc>,
    drawn: u64,
}

impl Clock {
    /// The machine's clock and the operating system's random numbers.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is moved, with sequential ids: for tests and examples.
    #[must_use]
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(Fixed { now, drawn: 0 }))))
    }

    /// The time now, in UTC, to the microsecond: what every store and every wire keeps.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            None => {
                #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
                let now = Utc::now();
                chrono::SubsecRound::trunc_subsecs(now, 6)
            }
            Some(fixed) => fixed.lock().unwrap_or_else(PoisonError::into_inner).now,
        }
    }

    /// Today's date in UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// A new id of any kind (UUID version 7), later in text order than every id this process made before.
    #[must_use]
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        let uuid = match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
            None => Uuid::now_v7(),
            Some(fixed) => {
                let mut fixed = fixed.lock().unwrap_or_else(PoisonError::into_inner);
                fixed.drawn += 1;
                let seconds = u64::try_from(fixed.now.timestamp()).unwrap_or_default();
                let base = Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, 0)).as_u128();
                // Keep the time and the version; count in the low bits, so that ids are sequential and repeatable.
                let head = base & (0xffff_ffff_ffff_f000_u128 << 64);
                Uuid::from_u128(head | (0x8000_0000_0000_0000 + u128::from(fixed.drawn)))
            }
        };
        T::from(uuid)
    }

    /// Random bytes fit for keys and secrets (repeatable on a fixed clock).
    ///
    /// # Panics
    /// When the operating system has no random numbers to give: nothing safe can be done without them.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            None => {
                #[expect(clippy::expect_used, reason = "a service without random numbers must not go on")]
                getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
            }
            Some(fixed) => {
                let mut fixed = fixed.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in bytes.chunks_mut(32) {
                    fixed.drawn += 1;
                    let digest = Sha256::digest(fixed.drawn.to_be_bytes());
                    for (to, from) in chunk.iter_mut().zip(digest) {
                        *to = from;
                    }
                }
            }
        }
        bytes
    }

    /// Moves a fixed clock on; the system clock does not move for anyone.
    pub fn advance(&self, by: Duration) {
        if let Some(fixed) = &self.0 {
            fixed.lock().unwrap_or_else(PoisonError::into_inner).now += by;
        }
    }
}
