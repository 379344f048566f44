//! Backup and restore. An export counts once it has been read back into an empty store and holds what the store is known to
//! hold; a restore counts once the store holds what the file does.
//!
//! * this file: the verbs, and what a copy is compared with
//! * `contents`: what a store holds
//! * `file`: what is written, and how

mod contents;
mod file;

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, NaiveDateTime, Utc};
use surrealdb::types::RecordId;

pub use contents::{Inventory, Least, inventory, inventory_by, least};

use crate::{
    access::{self, Action, Actor, Object},
    app::App,
    config::Config,
    db::{Db, folder},
    error::{self, Error},
};

/// Where in the data folder the service keeps the backups that it makes, and by what names: when, and what it is.
const FOLDER: &str = "backups";
const NAMED: &str = "%Y-%m-%dT%H-%M-%S%.6fZ";
const ENDING: &str = ".surql";

/// Makes a backup on the machine while the service runs. Who asks for a copy of everything is written down first.
///
/// # Errors
/// `NotFound` for anyone but administrators of the host; `Busy` while another one is made; `Conflict` when the store is on a
/// server; `Internal` when the copy is not whole.
pub async fn make(app: &App, actor: &Actor) -> error::Result<(PathBuf, Inventory)> {
    access::check(actor, Action::Host, Object::Installation)?;
    is_possible(&app.config).map_err(Error::Conflict)?;
    let _alone = app.backing_up.try_lock().map_err(|_| Error::Busy { retry_after: Duration::from_mins(1) })?;
    let name = app.clock.now().format(NAMED).to_string();
    let subject = &RecordId::new("backup", name.clone());
    app.db
        .transact(&app.clock, |tx| {
            std::future::ready(tx.audit(&app.clock, actor, "backup.create", subject.clone()).returning(()))
        })
        .await?;
    let folder = app.config.data.join(FOLDER);
    file::tidy(&folder).map_err(|cause| Error::internal(unwritable(&folder, &cause)))?;
    let file = folder.join(format!("{name}{ENDING}"));
    let held = back_up(&app.db, &file).await.map_err(Error::Internal)?;
    Ok((file, held))
}

/// When the newest backup was made that lies on the machine: those that the service made while it ran.
#[must_use]
pub fn newest(config: &Config) -> Option<DateTime<Utc>> {
    let named = |file: fs::DirEntry| file.file_name().to_str()?.strip_suffix(ENDING).map(str::to_owned);
    let names = fs::read_dir(config.data.join(FOLDER)).ok()?.flatten().filter_map(named);
    let when = |name: String| NaiveDateTime::parse_from_str(&name, NAMED).ok();
    Some(names.filter_map(when).max()?.and_utc())
}

/// Whether this program can copy the store, and read a copy into it.
///
/// # Errors
/// A sentence, when the store is on a server.
pub fn is_possible(config: &Config) -> Result<(), String> {
    if config.embedded() {
        return Ok(());
    }
    Err("The store is on a SurrealDB server: back it up and restore it there, with surreal export and surreal import.".to_owned())
}

/// Exports a store that goes on changing to a file, reads it back into an empty store in memory, and gives it its name once it
/// has every table, and as many records as the tables that only grow had before. A file that carries the name is whole.
///
/// # Errors
/// One line for the operator.
pub async fn back_up(db: &Db, to: &Path) -> Result<Inventory, String> {
    let least = least(db).await?;
    write(db, to, |copy| holds(copy, &least)).await
}

/// The same for a store that nobody else writes to: then the file must hold the very same records.
///
/// # Errors
/// One line for the operator.
pub async fn back_up_at_rest(db: &Db, to: &Path) -> Result<Inventory, String> {
    let there = inventory(db).await?;
    write(db, to, |copy| equals(copy, &there)).await
}

/// Whether a copy holds what it has to. Exports go by the names of tables, and the last of them is there for this alone: a
/// copy that was cut off lacks it.
///
/// # Errors
/// One line for the operator.
pub fn holds(copy: &Inventory, least: &Least) -> Result<(), String> {
    for (table, fewest) in least {
        match copy.get(table) {
            Some((count, _)) if count >= fewest => {}
            Some((count, _)) => return Err(format!("the export is not whole: it has {count} of {fewest} records of {table}")),
            None => return Err(format!("the export is not whole: it lacks the table {table}")),
        }
    }
    Ok(())
}

/// Whether a copy is the same as what it was made of.
///
/// # Errors
/// One line for the operator.
pub fn equals(copy: &Inventory, there: &Inventory) -> Result<(), String> {
    match there.iter().find(|(table, held)| copy.get(*table) != Some(*held)) {
        None if copy.len() == there.len() => Ok(()),
        None => Err("the copy has tables of its own: do not use it".to_owned()),
        Some((table, _)) => Err(format!("the copy differs in the table {table}: do not use it")),
    }
}

/// Reads a backup into an empty store and compares it with what the file held. Until then the folder is marked, and nothing
/// opens the store.
///
/// # Errors
/// One line for the operator.
pub async fn restore(config: &Config, db: &Db, from: &Path) -> Result<Inventory, String> {
    if !from.is_file() {
        return Err(format!("there is no backup at {}", from.display()));
    }
    if !contents::is_empty(db).await? {
        return Err("the store is not empty: restore into an empty data folder".to_owned());
    }
    file::is_whole(from)?;
    let held = read_back(from).await?;
    begin(config).map_err(|cause| unwritable(&config.data, &cause))?;
    db.import(from).await?;
    let found = inventory(db).await?;
    equals(&found, &held)?;
    end(config).map_err(|cause| unwritable(&config.data, &cause))?;
    Ok(found)
}

/// What a backup file holds, learnt by reading it into an empty store in memory.
///
/// # Errors
/// One line for the operator.
pub async fn read_back(file: &Path) -> Result<Inventory, String> {
    let copy = Db::connect_patiently(&Config::in_memory_at(Path::new("."))).await?;
    copy.import(file).await?;
    let inventory = inventory(&copy).await?;
    if inventory.is_empty() { Err("the export is empty".to_owned()) } else { Ok(inventory) }
}

async fn write(db: &Db, to: &Path, compare: impl FnOnce(&Inventory) -> Result<(), String>) -> Result<Inventory, String> {
    if to.exists() {
        return Err(format!("{} is there already: choose another name", to.display()));
    }
    let partial = file::Partial::at(to).map_err(|cause| unwritable(to, &cause))?;
    db.export(partial.path()).await?;
    let copy = read_back(partial.path()).await?;
    compare(&copy)?;
    let to = to.to_owned();
    // Reading a file of gigabytes again holds up a thread that nobody else waits for.
    let named = tokio::task::spawn_blocking(move || partial.name(&to).map_err(|cause| unwritable(&to, &cause)));
    named.await.map_err(|_| "the backup stopped before its end".to_owned())??;
    Ok(copy)
}

/// Marks the folder, on the disk, before anything comes in. What was derived from an earlier store goes.
fn begin(config: &Config) -> io::Result<()> {
    if folder::folder(config).is_none() {
        return Ok(());
    }
    let mut marker = File::create(folder::restoring(config))?;
    marker.write_all(b"A restore into this folder has not been finished.\n")?;
    marker.sync_all()?;
    file::sync(&config.data)?;
    match config.search_path().map(fs::remove_dir_all) {
        Some(Err(cause)) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

fn end(config: &Config) -> io::Result<()> {
    if folder::folder(config).is_none() {
        return Ok(());
    }
    fs::remove_file(folder::restoring(config))?;
    file::sync(&config.data)
}

fn unwritable(path: &Path, cause: &io::Error) -> String {
    format!("cannot write to {}: {cause}", path.display())
}
