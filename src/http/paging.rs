//! Cursor in, page out. Cursors are opaque, signed, and good for one list only.

use data_encoding::BASE64URL_NOPAD;
use poem_openapi::{
    Object,
    types::{ParseFromJSON, ToJSON},
};
use surrealdb::types::SurrealValue;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    vault::Vault,
};

/// How many items a page has unless the caller says.
pub const DEFAULT_LIMIT: usize = 20;
/// The most items a page may have.
pub const MOST: usize = 100;
/// Sorts after every id: where the first page begins.
pub const FROM_THE_NEWEST: &str = "g";

/// One page of a list, newest first.
#[derive(Debug, Object)]
pub struct Page<T: ParseFromJSON + ToJSON + poem_openapi::types::Type> {
    /// The items of this page.
    pub items: Vec<T>,
    /// The cursor of the next page; null on the last one.
    pub next: Option<String>,
}

/// Which page a caller asks for.
#[derive(Clone, Debug)]
pub struct Paging {
    /// At most so many items.
    pub limit: usize,
    /// Only what sorts before this.
    pub before: String,
}

/// Items with the sort key from which the next page goes on.
#[derive(Debug)]
pub struct Slice<T> {
    /// The items.
    pub items: Vec<T>,
    /// The sort key of the last one, if there are more.
    pub last: Option<String>,
}

impl Paging {
    /// Reads `limit` and `cursor`.
    ///
    /// # Errors
    /// `Invalid` for a limit outside 1–100 or a cursor that is not of this list.
    pub fn read(vault: &Vault, list: &'static str, limit: Option<u32>, cursor: Option<&str>) -> Result<Self> {
        Self::from(vault, list, self::limit(limit)?, cursor)
    }

    /// The same with a limit that has been checked.
    ///
    /// # Errors
    /// `Invalid` for a cursor that is not of this list.
    pub fn from(vault: &Vault, list: &'static str, limit: usize, cursor: Option<&str>) -> Result<Self> {
        let before = match cursor {
            None => FROM_THE_NEWEST.to_owned(),
            Some(cursor) => {
                let bytes = open(vault, list, cursor)?;
                Uuid::from_slice(&bytes).map_err(|_| foreign())?.to_string()
            }
        };
        Ok(Self { limit, before })
    }

    /// Cuts what was read (one more than the limit) to a page.
    pub fn slice<T>(&self, mut items: Vec<T>, key: impl Fn(&T) -> String) -> Slice<T> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let last = if more { items.last().map(key) } else { None };
        Slice { items, last }
    }
}

impl<T> Slice<T> {
    /// The cursor of the next page; nothing on the last one.
    #[must_use]
    pub fn next(&self, vault: &Vault, list: &'static str) -> Option<String> {
        let key = self.last.as_deref().and_then(|key| Uuid::try_parse(key).ok())?;
        Some(sign(vault, list, key.as_bytes()))
    }

    /// The page as the caller sees it.
    pub fn page<U: ParseFromJSON + ToJSON + poem_openapi::types::Type>(
        self,
        vault: &Vault,
        list: &'static str,
        show: impl Fn(T) -> U,
    ) -> Page<U> {
        let next = self.next(vault, list);
        Page { items: self.items.into_iter().map(show).collect(), next }
    }
}

/// Checks a limit.
///
/// # Errors
/// `Invalid` outside 1–100.
pub fn limit(limit: Option<u32>) -> Result<usize> {
    let limit = limit.map_or(DEFAULT_LIMIT, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    if (1..=MOST).contains(&limit) { Ok(limit) } else { Err(Error::invalid("?limit", "out_of_range", "Ask for 1 to 100 items.")) }
}

/// Makes an opaque cursor for a list.
#[must_use]
pub fn sign(vault: &Vault, list: &str, place: &[u8]) -> String {
    let mac = vault.digest(list, place);
    let signed: Vec<u8> = place.iter().chain(mac.iter().take(8)).copied().collect();
    BASE64URL_NOPAD.encode(&signed)
}

/// Reads a cursor of that list.
///
/// # Errors
/// `Invalid` when it was not made by [`sign`] for this list.
pub fn open(vault: &Vault, list: &str, cursor: &str) -> Result<Vec<u8>> {
    let signed = BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| foreign())?;
    let at = signed.len().checked_sub(8).ok_or_else(foreign)?;
    let (place, mac) = signed.split_at_checked(at).ok_or_else(foreign)?;
    if vault.digest(list, place).starts_with(mac) { Ok(place.to_vec()) } else { Err(foreign()) }
}

fn foreign() -> Error {
    Error::invalid("?cursor", "malformed", "This cursor is not of this list: start again without it.")
}

/// A row whose order in a list is its id's.
pub trait Sorted: SurrealValue {
    /// The sort key: the id as text.
    fn sort_key(&self) -> String;
}
