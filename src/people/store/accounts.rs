//! Accounts: people, and whose an address is.

use surrealdb::types::{RecordId, SurrealValue};

use crate::{
    db::{Changes, Db},
    error::{Error, Result},
    id::{Id, PersonId},
    people::model::{Account, Email},
};

fn email_record(email: &Email) -> RecordId {
    RecordId::new("email_claim", email.as_str())
}

pub async fn person_of_email(db: &Db, email: &Email) -> Result<Option<Account>> {
    db.run("SELECT * FROM (SELECT VALUE person FROM $id)").bind("id", email_record(email)).one().await
}

pub async fn account(db: &Db, id: PersonId) -> Result<Account> {
    db.get(id).await?.ok_or(Error::NotFound)
}

pub fn add_person(tx: Changes, account: &Account, email: &Email) -> Changes {
    #[derive(SurrealValue)]
    struct Claim {
        person: PersonId,
    }
    tx.create(email_record(email), Claim { person: account.id }).create(account.id.record(), account.clone())
}

pub fn save_person(tx: Changes, account: &Account, seen: i64) -> Changes {
    tx.replace(account.id.record(), seen, account.clone())
}
