//! Migrations: numbered, forward-only, checksummed, embedded in the binary, each in one transaction with its own mark.

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use surrealdb::types::{RecordId, SurrealValue, Variables};

use crate::{db::Db, error::Error};

#[derive(RustEmbed)]
#[folder = "migrations/"]
#[include = "*.surql"]
struct Files;

/// One migration as the binary knows it.
#[derive(Debug)]
struct Migration {
    number: i64,
    name: String,
    checksum: String,
    text: String,
}

#[derive(Debug, SurrealValue)]
struct Applied {
    number: i64,
    checksum: String,
}

/// Applies what is missing. Safe to call from several processes at once.
///
/// # Errors
/// One line for the operator: an edited migration, a gap, or a store newer than this program.
pub async fn migrate(db: &Db) -> Result<usize, String> {
    let known = known()?;
    let mut done = 0;
    for _ in 0..=known.len() * 2 {
        let applied = applied(db).await?;
        let Some(next) = next(&known, &applied)? else { return Ok(done) };
        match apply(db, next).await {
            Ok(()) => done += 1,
            // Another process is applying it too: look again.
            Err(Error::Conflict(_)) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            // What another has defined meanwhile is refused with an error that has no kind of its own.
            Err(cause) if !self::applied(db).await?.iter().any(|row| row.number == next.number) => {
                return Err(format!("migration {} failed: {cause}", next.name));
            }
            Err(_) => {}
        }
    }
    Err("the migrations do not settle: is another version starting at the same time?".to_owned())
}

/// The number of the newest migration this program knows.
///
/// # Errors
/// As [`migrate`].
pub fn newest() -> Result<i64, String> {
    Ok(known()?.last().map_or(0, |migration| migration.number))
}

fn known() -> Result<Vec<Migration>, String> {
    let mut known = Vec::new();
    for name in Files::iter() {
        let file = Files::get(&name).ok_or_else(|| format!("migration {name} is not in this program"))?;
        let text = String::from_utf8_lossy(&file.data).replace("\r\n", "\n");
        let number = name.split('_').next().and_then(|head| head.parse().ok());
        let number = number.ok_or_else(|| format!("migration {name} has no number"))?;
        let checksum = data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
        known.push(Migration { number, name: name.to_string(), checksum, text });
    }
    known.sort_by_key(|migration| migration.number);
    for (expected, migration) in (1..).zip(&known) {
        if migration.number != expected {
            return Err(format!("migration {expected} is missing from this program"));
        }
    }
    Ok(known)
}

async fn applied(db: &Db) -> Result<Vec<Applied>, String> {
    let define = "DEFINE TABLE IF NOT EXISTS _migration SCHEMAFULL PERMISSIONS NONE;
        DEFINE FIELD IF NOT EXISTS number ON _migration TYPE int READONLY;
        DEFINE FIELD IF NOT EXISTS name ON _migration TYPE string READONLY;
        DEFINE FIELD IF NOT EXISTS checksum ON _migration TYPE string READONLY;
        DEFINE FIELD IF NOT EXISTS at ON _migration TYPE datetime READONLY DEFAULT time::now();";
    match db.execute(define.to_owned(), Variables::new()).await {
        Ok(_) | Err(Error::Conflict(_)) => {}
        Err(cause) => return Err(format!("the store does not take a schema: {cause}")),
    }
    let rows = db.run("SELECT number, checksum FROM _migration ORDER BY number").all().await;
    rows.map_err(|cause| format!("cannot read which migrations are applied: {cause}"))
}

fn next<'a>(known: &'a [Migration], applied: &[Applied]) -> Result<Option<&'a Migration>, String> {
    for (expected, row) in (1..).zip(applied) {
        let Some(migration) = known.iter().find(|migration| migration.number == row.number) else {
            return Err(format!(
                "the store is newer than this program (it has migration {}, this program knows {}): use the newer program",
                row.number,
                known.len()
            ));
        };
        if row.number != expected {
            return Err(format!("the store lacks migration {expected}: restore it from a backup"));
        }
        if row.checksum != migration.checksum {
            return Err(format!(
                "migration {} was edited after it was applied: use the program it was applied with",
                migration.name
            ));
        }
    }
    Ok(known.get(applied.len()))
}

async fn apply(db: &Db, migration: &Migration) -> Result<(), Error> {
    let mark = "CREATE ONLY $mark SET number = $number, name = $name, checksum = $checksum RETURN NONE;";
    let text = format!("BEGIN;\n{}\n{mark}\nCOMMIT;", migration.text);
    let mut vars = Variables::new();
    vars.insert("mark".to_owned(), RecordId::new("_migration", migration.number).into_value());
    vars.insert("number".to_owned(), migration.number.into_value());
    vars.insert("name".to_owned(), migration.name.clone().into_value());
    vars.insert("checksum".to_owned(), migration.checksum.clone().into_value());
    db.execute(text, vars).await.map(|_| ())
}

/// Marks the store as one of a newer program: for the test that an older program refuses it.
///
/// # Errors
/// As [`migrate`].
pub async fn pretend_newer(db: &Db) -> Result<(), String> {
    let newest = newest()?;
    let text = format!("-- a migration of a later version\nREMOVE TABLE IF EXISTS nothing_{};", newest + 1);
    let checksum = data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
    let migration = Migration { number: newest + 1, name: "later.surql".to_owned(), checksum, text };
    apply(db, &migration).await.map_err(|cause| cause.to_string())
}
