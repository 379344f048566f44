//! How much one caller may ask of the service: rate limits per person, service client or address, a cap on the requests
//! worked on at once, and places for password hashing (RFC 6585 section 4; RFC 9110 section 15.6.4).

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    config::{Config, Switch},
    error::{Error, Result},
};

/// Passwords hashed at once: each takes 19 MiB and a core.
const HASHED_AT_ONCE: usize = 2;
/// Requests that may wait to hash a password. Each holds a place in flight meanwhile, so they must be few.
const WAITING_TO_HASH: usize = 64;

/// The limits, each with its own memory of who asked when.
pub struct Limits {
    on: bool,
    read: Keyed,
    write: Keyed,
    search: Keyed,
    sign_in: Keyed,
    account: Keyed,
    public: Keyed,
    wrong_guesses: WrongGuesses,
    in_flight: Arc<Semaphore>,
    hashing: Arc<Semaphore>,
    waiting: Semaphore,
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
    /// Guessing a secret: 10 at once, then one every 30 seconds. The key says whose, and by whom.
    SignIn,
    /// Guessing one account's password, from anywhere: 100 at once, then one every 3 seconds.
    Account,
    /// Anything without a credential that works, by address: 120 at once, then 20 a second.
    Public,
}

/// Where a request comes from, as the limits see it: an address. Of IPv6 it is the network of 64 bits, the least that one
/// subscriber is given (RFC 6177).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Whence(Option<IpAddr>);

impl Whence {
    /// Of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(Some(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
            address @ IpAddr::V4(_) => address,
        }))
    }
}

impl fmt::Display for Whence {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => write!(to, "{address}"),
            None => write!(to, "unknown"),
        }
    }
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
            // At most ten in five minutes once the first ten are used up.
            sign_in: one_every(Duration::from_secs(30), 10),
            account: one_every(Duration::from_secs(3), 100),
            public: per_second(20, 120),
            wrong_guesses: WrongGuesses::default(),
            in_flight: Arc::new(Semaphore::new(config.max_in_flight)),
            hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            waiting: Semaphore::new(WAITING_TO_HASH),
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
            Kind::Account => &self.account,
            Kind::Public => &self.public,
        };
        limiter
            .check_key(&who.to_owned())
            .map_err(|until| too_many(until.wait_time_from(governor::clock::DefaultClock::default().now())))
    }

    /// Counts a guess at an account's password before it is known to be right or wrong. What a stranger uses up is their
    /// own address's share, not the person's.
    ///
    /// # Errors
    /// `TooMany` after 10 guesses at this account from this address, 100 from anywhere, or 30 wrong ones from this address
    /// at any account.
    pub fn count_guess(&self, account: &str, from: Whence) -> Result<()> {
        self.wrong_guesses.allow(from)?;
        self.count(Kind::SignIn, &format!("{account} {from}"))?;
        self.count(Kind::Account, account)
    }

    /// Notes that a guess was wrong.
    pub fn note_wrong_guess(&self, from: Whence) {
        if self.on {
            self.wrong_guesses.note(from);
        }
    }

    /// Takes one of the places for requests in flight.
    ///
    /// # Errors
    /// `Busy` when all are taken.
    pub fn enter(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.in_flight).try_acquire_owned().map_err(|_| Error::Busy { retry_after: Duration::from_secs(1) })
    }

    /// Takes one of the two places for password hashing, or waits for one among at most sixteen.
    ///
    /// # Errors
    /// `Busy` when sixteen wait already, and after five seconds.
    pub async fn enter_hashing(&self) -> Result<OwnedSemaphorePermit> {
        let busy = || Error::Busy { retry_after: Duration::from_secs(2) };
        if let Ok(place) = Arc::clone(&self.hashing).try_acquire_owned() {
            return Ok(place);
        }
        let _waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        let place = Arc::clone(&self.hashing).acquire_owned();
        tokio::time::timeout(Duration::from_secs(5), place).await.map_err(|_| busy())?.map_err(|_| busy())
    }

    /// Forgets callers who have not asked for a while.
    pub fn forget_idle(&self) {
        for limiter in [&self.read, &self.write, &self.search, &self.sign_in, &self.account, &self.public] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        self.wrong_guesses.forget_idle();
    }
}

/// Wrong guesses by where they come from: 30 at once, then one every 10 seconds. Right ones leave no trace, because a whole
/// office signs in from one address. Our own, because governor cannot look without counting.
#[derive(Default)]
struct WrongGuesses(Mutex<HashMap<Whence, Instant>>);

impl WrongGuesses {
    const AT_ONCE: u32 = 30;
    const EACH: Duration = Duration::from_secs(10);

    fn allow(&self, from: Whence) -> Result<()> {
        let Some(made_good) = self.open().get(&from).copied() else { return Ok(()) };
        let wait = made_good.saturating_duration_since(Instant::now() + Self::EACH * (Self::AT_ONCE - 1));
        if wait.is_zero() { Ok(()) } else { Err(too_many(wait)) }
    }

    fn note(&self, from: Whence) {
        let now = Instant::now();
        let mut all = self.open();
        let made_good = all.entry(from).or_insert(now);
        *made_good = (*made_good).max(now) + Self::EACH;
    }

    fn forget_idle(&self) {
        let now = Instant::now();
        self.open().retain(|_, made_good| *made_good > now);
    }

    /// When the wrong guesses from each place will have been made good.
    fn open(&self) -> MutexGuard<'_, HashMap<Whence, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_many(wait: Duration) -> Error {
    Error::TooMany { retry_after: wait.max(Duration::from_secs(1)) }
}

fn per_second(rate: u32, burst: u32) -> Keyed {
    RateLimiter::keyed(Quota::per_second(at_least_one(rate)).allow_burst(at_least_one(burst)))
}

fn one_every(period: Duration, burst: u32) -> Keyed {
    let quota = Quota::with_period(period).unwrap_or(Quota::per_minute(at_least_one(1)));
    RateLimiter::keyed(quota.allow_burst(at_least_one(burst)))
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}
