//! Backup and restore: an export counts once it has been read back into an empty store and compared, table by table.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use surrealdb::types::{SurrealValue, ToSql, Value, Variables};

use crate::{config::Config, db::Db};

/// What a store holds: for each table, how many records and a digest of them all.
pub type Inventory = BTreeMap<String, (usize, String)>;

/// Exports the store to a file, reads it back into an empty store in memory, compares, and only then gives the file its
/// name. A file that carries the name is whole.
///
/// # Errors
/// One line for the operator.
pub async fn back_up(db: &Db, to: &Path) -> Result<Inventory, String> {
    if to.exists() {
        return Err(format!("{} is there already: choose another name", to.display()));
    }
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|cause| format!("cannot write to {}: {cause}", folder.display()))?;
    }
    let partial = PathBuf::from(format!("{}.partial", to.display()));
    // The export is one snapshot of a store that goes on changing: what it holds is what it says, not what is there later.
    db.export(&partial).await?;
    let checked = verify(&partial).await;
    let inventory = match checked {
        Ok(inventory) => inventory,
        Err(why) => {
            let _leave_nothing_half = std::fs::remove_file(&partial);
            return Err(why);
        }
    };
    seal(&partial)?;
    private_and_durable(&partial)?;
    std::fs::rename(&partial, to).map_err(|cause| format!("cannot write {}: {cause}", to.display()))?;
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty())
        && let Ok(folder) = std::fs::File::open(folder)
    {
        let _best_effort = folder.sync_all();
    }
    Ok(inventory)
}

/// Reads a backup into an empty store and compares it with what the file held.
///
/// # Errors
/// One line for the operator.
pub async fn restore(db: &Db, from: &Path) -> Result<Inventory, String> {
    if !from.is_file() {
        return Err(format!("there is no backup at {}", from.display()));
    }
    let before = inventory(db).await?;
    if before.values().any(|(count, _)| *count > 0) {
        return Err("the store is not empty: restore into an empty data folder".to_owned());
    }
    whole(from)?;
    let expected = verify(from).await?;
    db.import(from).await?;
    let found = inventory(db).await?;
    if found == expected { Ok(found) } else { Err("the restored store differs from the backup: do not use it".to_owned()) }
}

/// What a backup file holds, learnt by reading it into an empty store in memory.
async fn verify(file: &Path) -> Result<Inventory, String> {
    let copy = Db::connect(&Config::in_memory_at(Path::new("."))).await?;
    copy.import(file).await?;
    let inventory = inventory(&copy).await?;
    if inventory.is_empty() { Err("the export is empty".to_owned()) } else { Ok(inventory) }
}

/// How the last line of a backup begins: a comment to the store, and to us the digest of everything before it.
const SEAL: &str = "-- soundings backup, sha256 of what stands above: ";

/// Writes the digest of a backup as its last line, so that a changed or cut-off file is known for what it is.
fn seal(file: &Path) -> Result<(), String> {
    use std::io::Write as _;
    let unwritable = |cause| format!("cannot write {}: {cause}", file.display());
    let digest = digest(&std::fs::read(file).map_err(unwritable)?);
    let mut file = std::fs::OpenOptions::new().append(true).open(file).map_err(unwritable)?;
    file.write_all(format!("\n{SEAL}{digest}\n").as_bytes()).map_err(unwritable)
}

/// Whether a backup is as it was written.
fn whole(file: &Path) -> Result<(), String> {
    let text = std::fs::read(file).map_err(|cause| format!("cannot read {}: {cause}", file.display()))?;
    let damaged = || format!("{} is not a whole backup: use another one", file.display());
    let line = text.len().checked_sub(SEAL.len() + 64 + 2).ok_or_else(damaged)?;
    let (above, last) = text.split_at_checked(line).ok_or_else(damaged)?;
    let last = std::str::from_utf8(last).map_err(|_| damaged())?;
    let kept = last.trim().strip_prefix(SEAL).ok_or_else(damaged)?;
    if kept == digest(above) { Ok(()) } else { Err(damaged()) }
}

fn digest(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

fn private_and_durable(file: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    let unwritable = |cause| format!("cannot write {}: {cause}", file.display());
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).map_err(unwritable)?;
    std::fs::File::open(file).and_then(|file| file.sync_all()).map_err(unwritable)
}

/// What a store holds.
///
/// # Errors
/// One line for the operator.
pub async fn inventory(db: &Db) -> Result<Inventory, String> {
    let unreadable = |cause: crate::error::Error| format!("cannot read the store: {cause}");
    let mut info = db.execute("INFO FOR DB".to_owned(), Variables::new()).await.map_err(unreadable)?;
    let info: Value = info.take(0).map_err(|_| "cannot list the tables".to_owned())?;
    let Value::Object(info) = info else { return Ok(Inventory::new()) };
    let Some(Value::Object(tables)) = info.get("tables") else { return Ok(Inventory::new()) };
    let mut inventory = Inventory::new();
    for table in tables.keys() {
        let mut vars = Variables::new();
        vars.insert("table".to_owned(), table.clone().into_value());
        let text = "SELECT * FROM type::table($table) ORDER BY id".to_owned();
        let mut rows = db.execute(text, vars).await.map_err(unreadable)?;
        let rows: Vec<Value> = rows.take(0).map_err(|_| format!("cannot read the table {table}"))?;
        let mut digest = Sha256::new();
        for row in &rows {
            digest.update(row.to_sql().as_bytes());
        }
        inventory.insert(table.clone(), (rows.len(), data_encoding::HEXLOWER.encode(&digest.finalize())));
    }
    Ok(inventory)
}
