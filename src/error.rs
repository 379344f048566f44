//! One error for the whole service: what the caller can do about it, free of HTTP and of storage details.

use std::time::Duration;

/// The result of every verb.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a verb said no. `http/problem.rs` alone turns it into an answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or the credential is bad: sign in again.
    #[error("sign in to do this")]
    Unauthenticated,
    /// The caller may know the thing exists but may not do this to it.
    #[error("{0}")]
    Forbidden(String),
    /// The caller may do this once they have given their password again.
    #[error("confirm your password first: PUT it to /sessions/current/confirmation, then try again")]
    Unconfirmed,
    /// There is no such thing, or the caller may not know that there is.
    #[error("there is nothing here, or you may not see it")]
    NotFound,
    /// It was published here and has been withdrawn; the text says why, in the publisher's words.
    #[error("{0}")]
    Gone(String),
    /// The change does not fit the present state: read it again and decide.
    #[error("{0}")]
    Conflict(String),
    /// The caller changed an older revision than the current one (RFC 9110 section 13.1.1).
    #[error("somebody changed this since you read it")]
    Stale {
        /// The revision to read and to send in `If-Match` next time.
        current: Revision,
    },
    /// A change needs `If-Match` and had none (RFC 6585 section 3).
    #[error("send the ETag you read in an If-Match header, so that nobody's text is lost")]
    PreconditionRequired,
    /// The request is understood but breaks rules: all of them, at once.
    #[error("the request breaks {} rule(s)", .0.len())]
    Invalid(Vec<Violation>),
    /// Too many requests from this caller.
    #[error("too many requests: wait and try again")]
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The service or its store is too busy at the moment.
    #[error("the service is busy: wait and try again")]
    Busy {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Something is broken on our side. The text is for the log and is never shown.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// An internal error with a cause that is safe to log: never the text of a storage error, which holds data.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// A single violation.
    pub fn invalid(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(pointer, code, detail)])
    }
}

/// The number of a revision: 1 when created, one more with every change.
pub type Revision = i64;

/// Compares the revision a caller read with the one there is.
///
/// # Errors
/// `Stale` when they differ.
pub const fn fresh(seen: Revision, current: Revision) -> Result<()> {
    if seen == current { Ok(()) } else { Err(Error::Stale { current }) }
}

/// One broken rule: where, which, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// A JSON pointer into the request (RFC 6901), or `?name` for a query parameter.
    pub pointer: String,
    /// A stable word for programs, such as `required` or `too_long`.
    pub code: &'static str,
    /// A sentence for people: what is wrong and what would be right.
    pub detail: String,
}

impl Violation {
    /// A violation at a pointer.
    pub fn new(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), code, detail: detail.into() }
    }
}

/// Collects violations while a request is checked, so that the caller hears of all of them at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<Violation>);

impl Checks {
    /// Notes a violation unless the rule holds.
    pub fn ensure(&mut self, holds: bool, pointer: &str, code: &'static str, detail: &str) {
        if !holds {
            self.0.push(Violation::new(pointer, code, detail));
        }
    }

    /// Keeps a parsed value, or notes why it could not be parsed.
    pub fn parsed<T>(&mut self, pointer: &str, parsed: std::result::Result<T, (&'static str, String)>) -> Option<T> {
        parsed.map_err(|(code, detail)| self.0.push(Violation::new(pointer, code, detail))).ok()
    }

    /// Notes text that is blank or longer than `max` characters.
    pub fn text(&mut self, pointer: &str, text: &str, max: usize) {
        self.ensure(!text.trim().is_empty(), pointer, "required", "Write something here.");
        self.length(pointer, text, max);
    }

    /// Notes text longer than `max` characters, or with a control character or noncharacter that no person types.
    pub fn length(&mut self, pointer: &str, text: &str, max: usize) {
        let long = text.len() > max && text.chars().count() > max;
        self.ensure(!long, pointer, "too_long", &format!("Keep this to {max} characters."));
        let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        let untyped = text.chars().any(|c| control(c) || is_noncharacter(c));
        self.ensure(!untyped, pointer, "control_character", "Remove the control characters.");
    }

    /// The same for text that may be absent.
    pub fn optional(&mut self, pointer: &str, text: Option<&str>, max: usize) {
        if let Some(text) = text {
            self.length(pointer, text, max);
        }
    }

    /// Everything holds, or every violation.
    ///
    /// # Errors
    /// `Invalid` with all the violations noted.
    pub fn done(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

/// What Unicode keeps for no character at all (section 23.7 of the standard), and what XML has partly no place for.
fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || (u32::from(c) & 0xFFFE) == 0xFFFE
}
