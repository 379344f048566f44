//! What a store holds, table by table, read in pages: a store of any size fits.

use std::{collections::BTreeMap, ops::Bound};

use sha2::{Digest, Sha256};
use surrealdb::types::{RecordId, RecordIdKey, RecordIdKeyRange, SurrealValue, ToSql, Value, Variables};

use crate::{db::Db, error::Error};

/// What a store holds: for each table, how many records and a digest of them all.
pub type Inventory = BTreeMap<String, (usize, String)>;

/// What a copy of a store has to hold: its tables, each with the fewest records it can have.
pub type Least = BTreeMap<String, usize>;

/// Tables from which nothing is ever removed: a copy that was begun later has as many records or more.
const GROWING: [&str; 18] = [
    "_migration",
    "agreement",
    "audit",
    "data_key",
    "email_claim",
    "key_check",
    "library_change",
    "membership",
    "membership_claim",
    "organisation",
    "person",
    "practice_example",
    "practice_example_key",
    "practice_example_version",
    "relationship",
    "service_client",
    "standing",
    "supervision_session",
];

/// How many records are read at once.
const PAGE: usize = 200;

/// What a store holds.
///
/// # Errors
/// One line for the operator.
pub async fn inventory(db: &Db) -> Result<Inventory, String> {
    inventory_by(db, PAGE).await
}

/// The same, with a number of records read at once: it makes no difference to what is found.
///
/// # Errors
/// One line for the operator.
pub async fn inventory_by(db: &Db, page: usize) -> Result<Inventory, String> {
    let mut inventory = Inventory::new();
    for table in tables(db).await? {
        let held = contents(db, &table, page).await?;
        inventory.insert(table, held);
    }
    Ok(inventory)
}

/// What a copy has to hold that is begun after this.
///
/// # Errors
/// One line for the operator.
pub async fn least(db: &Db) -> Result<Least, String> {
    let mut least = Least::new();
    for table in tables(db).await? {
        let fewest = if GROWING.contains(&table.as_str()) { count(db, &table).await? } else { 0 };
        least.insert(table, fewest);
    }
    Ok(least)
}

/// Whether a store has tables or none, but no record.
///
/// # Errors
/// One line for the operator.
pub async fn is_empty(db: &Db) -> Result<bool, String> {
    for table in tables(db).await? {
        if count(db, &table).await? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn tables(db: &Db) -> Result<Vec<String>, String> {
    let unlisted = || "cannot list the tables".to_owned();
    let mut info = db.execute("INFO FOR DB".to_owned(), Variables::new()).await.map_err(|cause| unreadable(&cause))?;
    let info: Value = info.take(0).map_err(|_| unlisted())?;
    let Value::Object(info) = info else { return Err(unlisted()) };
    let Some(Value::Object(tables)) = info.get("tables") else { return Err(unlisted()) };
    Ok(tables.keys().cloned().collect())
}

async fn count(db: &Db, table: &str) -> Result<usize, String> {
    let counted = db.run("SELECT VALUE count() FROM type::table($table) GROUP ALL").bind("table", table.to_owned());
    let count: Option<i64> = counted.one().await.map_err(|cause| unreadable(&cause))?;
    usize::try_from(count.unwrap_or_default()).map_err(|_| format!("cannot count the table {table}"))
}

async fn contents(db: &Db, table: &str, page: usize) -> Result<(usize, String), String> {
    let (mut count, mut digest, mut after) = (0, Sha256::new(), Bound::Unbounded);
    loop {
        let rows = rows(db, table, after, page).await?;
        for row in &rows {
            digest.update(row.to_sql().as_bytes());
        }
        count += rows.len();
        if rows.len() < page {
            return Ok((count, data_encoding::HEXLOWER.encode(&digest.finalize())));
        }
        after = Bound::Excluded(rows.last().and_then(key).ok_or_else(|| format!("a record of {table} has no id"))?);
    }
}

/// The next records of a table in the order of their ids.
async fn rows(db: &Db, table: &str, after: Bound<RecordIdKey>, most: usize) -> Result<Vec<Value>, String> {
    #[derive(SurrealValue)]
    struct Page {
        rest: RecordId,
    }
    let rest = RecordId::new(table, RecordIdKeyRange { start: after, end: Bound::Unbounded });
    // A field of what is bound: the engine looks it up as it runs, and stops at the limit. A range that it knew as it planned
    // it would read to the end of the table, and cut off then.
    db.run("SELECT * FROM type::record($page.rest) LIMIT $most")
        .bind("page", Page { rest })
        .bind("most", i64::try_from(most).unwrap_or(i64::MAX))
        .all()
        .await
        .map_err(|cause| unreadable(&cause))
}

fn key(row: &Value) -> Option<RecordIdKey> {
    let Value::Object(row) = row else { return None };
    let Some(Value::RecordId(id)) = row.get("id") else { return None };
    Some(id.key.clone())
}

fn unreadable(cause: &Error) -> String {
    format!("cannot read the store: {cause}")
}
