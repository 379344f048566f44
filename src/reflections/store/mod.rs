//! Typed functions over the tables of reflections: seal on the way in, open on the way out. Private to the feature.
//!
//! * this file: what several share, and what hangs together when something is deleted
//! * `reflections`: the text as it reads now, one by one and in lists
//! * `revisions`: how it read each time it was saved
//! * `drafts`: the working copy
//! * `shares`: snapshots for a named person
//! * `responses`: what that person wrote back
//! * `prompts`: prompt sets of one's own
//! * `returning`: what somebody means to return to

mod drafts;
mod prompts;
mod reflections;
mod responses;
mod returning;
mod revisions;
mod shares;

use surrealdb::types::RecordId;

pub use drafts::{begun, working_copy};
pub use prompts::{count_prompt_sets, prompt_sets};
pub use reflections::{add, author, find, get, list, revision, save};
pub use responses::{add_response, response, response_records, responses};
pub use returning::marks;
pub use revisions::{revised, revisions};
pub use shares::{
    ShareRow, add_share, count_shares, hang_share, save_share, share, share_row, shared_between, shared_with, shares_of,
    shares_on, shares_on_nothing, snapshot, snapshot_place,
};

use crate::{
    app::App,
    db::Changes,
    error::{Result, Revision},
    id::{Id, ReflectionId, ShareId},
    vault::Place,
};

/// A revision's text opens only as that revision of that reflection.
fn place(record: &RecordId, revision: Revision) -> Place<'_> {
    Place { record, field: "sealed", revision }
}

/// Deletes a record, if its revision is still the one that was read.
pub fn remove(tx: Changes, record: RecordId, seen: Revision) -> Changes {
    tx.expect(record.clone(), seen).delete(record)
}

/// The records of everything that hangs on a reflection.
pub async fn everything_of(app: &App, id: ReflectionId) -> Result<Vec<RecordId>> {
    let mut answers = app
        .db
        .run(
            "SELECT VALUE id FROM reflection_revision WHERE reflection = $id;
             SELECT VALUE id FROM share WHERE reflection = $id",
        )
        .bind("id", id)
        .answers()
        .await?;
    let mut all: Vec<RecordId> = answers.rows(0)?;
    for share in answers.rows::<ShareId>(1)? {
        // By share: `share IN (…)` would look at every response there is.
        all.extend(response_records(app, share).await?);
        all.push(share.record());
    }
    all.push(super::drafts::record(id));
    Ok(all)
}
