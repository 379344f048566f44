//! Where an embedded store is on the disk, and what stands in the way of opening it.

use std::path::PathBuf;

use crate::config::Config;

/// The folder of an embedded store; nothing for one in memory or on a server.
#[must_use]
pub fn folder(config: &Config) -> Option<PathBuf> {
    let url = config.store_url();
    let place = url.strip_prefix("rocksdb://")?;
    Some(PathBuf::from(place.split_once('?').map_or(place, |(path, _)| path)))
}

/// The file that marks a data folder from the beginning of a restore until what came in has been compared. The store beside
/// it may lack whole tables, though its migrations look complete.
#[must_use]
pub fn restoring(config: &Config) -> PathBuf {
    config.data.join("restoring")
}

/// Whether there is a store to open: what only reads one must not make one under a name that was mistyped.
///
/// # Errors
/// One line for the operator.
pub fn exists(config: &Config) -> Result<(), String> {
    match folder(config) {
        Some(store) if !store.join("CURRENT").exists() => Err(format!("there is no store at {}: check --data", store.display())),
        _ => Ok(()),
    }
}

/// Whether the store is whole, as far as its folder says.
pub(super) fn is_whole(config: &Config) -> Result<(), String> {
    let Some(store) = folder(config) else { return Ok(()) };
    let marker = restoring(config);
    if !marker.exists() {
        return Ok(());
    }
    Err(format!(
        "a restore into {} was not finished: delete {} and {}, and restore again",
        config.data.display(),
        store.display(),
        marker.display()
    ))
}
