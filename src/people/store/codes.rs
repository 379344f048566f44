//! Codes: what somebody's authenticator app knows, and which codes have been used.

use surrealdb::types::{Bytes, RecordId, SurrealValue};

use crate::{
    db::{Changes, Db},
    error::{Result, Revision},
    id::PersonId,
};

/// What is kept of somebody's codes.
#[derive(Clone, Debug, Default, SurrealValue)]
pub struct Codes {
    /// The sealed secret that their app shares with us; nothing while codes are off.
    pub secret: Option<Bytes>,
    /// The sealed secret that an app is to learn; nothing once one has shown that it knows it.
    pub offered: Option<Bytes>,
    /// The time step of the last code that was used: neither it nor an earlier one is taken again.
    pub last_step: i64,
    /// Keyed digests of the recovery codes that are left.
    pub recovery: Vec<String>,
    /// Goes up with every change, and stays when codes are turned off.
    pub revision: Revision,
}

/// The record of a person's codes.
pub fn codes_record(person: PersonId) -> RecordId {
    RecordId::new("codes", person.to_string())
}

pub async fn codes(db: &Db, person: PersonId) -> Result<Option<Codes>> {
    db.run("SELECT * FROM $id").bind("id", codes_record(person)).one().await
}

/// Keeps somebody's codes, if their revision is still the one that was read: 0 where there was nothing to read.
pub fn save_codes(tx: Changes, person: PersonId, codes: &Codes, seen: Revision) -> Changes {
    tx.with(
        "IF ((SELECT VALUE revision FROM ONLY $id) ?? 0) != $seen { THROW 'soundings:stale' };
         UPSERT ONLY $id CONTENT $row RETURN NONE",
        [("id", codes_record(person).into_value()), ("seen", seen.into_value()), ("row", codes.clone().into_value())],
    )
}
