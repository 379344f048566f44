//! How much one caller may ask of the service: rate limits per person, service client or address, and a cap on the
//! requests worked on at once (RFC 6585 section 4; RFC 9110 section 15.6.4).

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    config::{Config, Switch},
    error::{Error, Result},
};

/// The limits, each with its own memory of who asked when.
pub struct Limits {
    on: bool,
    read: Keyed,
    write: Keyed,
    search: Keyed,
    sign_in: Keyed,
    public: Keyed,
    in_flight: Arc<Semaphore>,
    hashing: Arc<Semaphore>,
}

type Keyed = DefaultKeyedRateLimiter<String>;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Reading: 300 at once, then 20 a second.
    Read,
    /// Changing: 60 at once, then 2 a second.
    Write,
    /// Searching: 30 at once, then 2 a second.
    Search,
    /// Guessing a password: 10 in five minutes for one account.
    SignIn,
    /// Anything without a credential, by address: 120 at once, then 20 a second.
    Public,
}

impl Limits {
    /// The limits of `security.md`, or none when the settings say so.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            on: config.rate_limits == Switch::On,
            read: per_second(20, 300),
            write: per_second(2, 60),
            search: per_second(2, 30),
            // Ten guesses, and another every thirty seconds: at most ten in five minutes once they are used up.
            sign_in: RateLimiter::keyed(
                Quota::with_period(Duration::from_secs(30))
                    .unwrap_or(Quota::per_minute(at_least_one(2)))
                    .allow_burst(at_least_one(10)),
            ),
            public: per_second(20, 120),
            in_flight: Arc::new(Semaphore::new(config.max_in_flight)),
            hashing: Arc::new(Semaphore::new(2)),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// `TooMany` with the time to wait.
    pub fn count(&self, kind: Kind, who: &str) -> Result<()> {
        if !self.on {
            return Ok(());
        }
        let limiter = match kind {
            Kind::Read => &self.read,
            Kind::Write => &self.write,
            Kind::Search => &self.search,
            Kind::SignIn => &self.sign_in,
            Kind::Public => &self.public,
        };
        limiter.check_key(&who.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(governor::clock::DefaultClock::default().now());
            Error::TooMany { retry_after: wait.max(Duration::from_secs(1)) }
        })
    }

    /// Takes one of the places for requests in flight.
    ///
    /// # Errors
    /// `Busy` when all are taken.
    pub fn enter(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.in_flight).try_acquire_owned().map_err(|_| Error::Busy { retry_after: Duration::from_secs(1) })
    }

    /// Waits for one of the two places for password hashing: each takes 19 MiB and a core.
    ///
    /// # Errors
    /// `Busy` after five seconds.
    pub async fn enter_hashing(&self) -> Result<OwnedSemaphorePermit> {
        let busy = || Error::Busy { retry_after: Duration::from_secs(2) };
        let place = Arc::clone(&self.hashing).acquire_owned();
        tokio::time::timeout(Duration::from_secs(5), place).await.map_err(|_| busy())?.map_err(|_| busy())
    }

    /// Forgets callers who have not asked for a while.
    pub fn forget_idle(&self) {
        for limiter in [&self.read, &self.write, &self.search, &self.sign_in, &self.public] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn per_second(rate: u32, burst: u32) -> Keyed {
    RateLimiter::keyed(Quota::per_second(at_least_one(rate)).allow_burst(at_least_one(burst)))
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}
