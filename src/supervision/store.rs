//! Typed functions over the tables of supervision. Private to the feature.

use chrono::{DateTime, Utc};
use surrealdb::types::{Bytes, RecordId, SurrealValue};

use super::model::{AgendaItem, Agreement, Session, SessionState, SessionText, Slot, Standing};
use crate::{
    app::App,
    db::Changes,
    error::{Error, Result, Revision},
    http::paging::Paging,
    id::{AgendaItemId, AgreementId, Id, OrganisationId, PersonId, RelationshipId, ShareId, SupervisionSessionId},
    people,
    vault::{DataKey, Place},
};

#[derive(Clone, SurrealValue)]
struct AgreementRow {
    id: AgreementId,
    organisation: OrganisationId,
    supervisor: PersonId,
    worker: PersonId,
    state: String,
    relationship: Option<RelationshipId>,
    sealed: Bytes,
    revision: Revision,
    accepted_by_supervisor: Option<Revision>,
    accepted_by_worker: Option<Revision>,
    text_revision: Revision,
    sort_key: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Clone, SurrealValue)]
struct SessionRow {
    id: SupervisionSessionId,
    agreement: AgreementId,
    supervisor: PersonId,
    worker: PersonId,
    starts_at: DateTime<Utc>,
    minutes: i64,
    state: String,
    sealed: Bytes,
    revision: Revision,
    time_key: String,
    updated_at: DateTime<Utc>,
}

#[derive(Clone, SurrealValue)]
struct ItemRow {
    id: AgendaItemId,
    session: SupervisionSessionId,
    by: PersonId,
    share: Option<ShareId>,
    sealed: Bytes,
    sort_key: String,
    added_at: DateTime<Utc>,
}

fn place(record: &RecordId, revision: Revision) -> Place<'_> {
    Place { record, field: "sealed", revision }
}

impl AgreementRow {
    async fn open(self, app: &App) -> Result<Agreement> {
        let key = app.vault.key_of(&app.db, self.id.uuid()).await?;
        Ok(Agreement {
            standing: self.standing(app).await?,
            terms: key.open_json(place(&self.id.record(), self.revision), &self.sealed)?,
            id: self.id,
            organisation: self.organisation,
            supervisor: self.supervisor,
            worker: self.worker,
            revision: self.revision,
            text_revision: self.text_revision,
            accepted_by_supervisor: self.accepted_by_supervisor,
            accepted_by_worker: self.accepted_by_worker,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    /// The relationship says whether supervision lasts: it ends by itself when one of the two leaves.
    async fn standing(&self, app: &App) -> Result<Standing> {
        match (self.state.as_str(), self.relationship) {
            ("in_force", Some(relationship)) => {
                let current = people::relationships::get(app, relationship).await?.current();
                Ok(if current { Standing::InForce(relationship) } else { Standing::Lapsed(relationship) })
            }
            ("ended", _) => Ok(Standing::Ended),
            _ => Ok(Standing::Proposed),
        }
    }
}

fn agreement_row(app: &App, key: &DataKey, agreement: &Agreement) -> Result<AgreementRow> {
    let (state, relationship) = match agreement.standing {
        Standing::Proposed => ("proposed", None),
        Standing::InForce(relationship) | Standing::Lapsed(relationship) => ("in_force", Some(relationship)),
        Standing::Ended => ("ended", None),
    };
    Ok(AgreementRow {
        id: agreement.id,
        organisation: agreement.organisation,
        supervisor: agreement.supervisor,
        worker: agreement.worker,
        state: state.to_owned(),
        relationship,
        sealed: key.seal_json(&app.clock, place(&agreement.id.record(), agreement.revision), &agreement.terms)?,
        revision: agreement.revision,
        accepted_by_supervisor: agreement.accepted_by_supervisor,
        accepted_by_worker: agreement.accepted_by_worker,
        text_revision: agreement.text_revision,
        sort_key: agreement.id.to_string(),
        created_at: agreement.created_at,
        updated_at: agreement.updated_at,
    })
}

pub fn add_agreement(app: &App, tx: Changes, key: &DataKey, agreement: &Agreement) -> Result<Changes> {
    Ok(tx.create(agreement.id.record(), agreement_row(app, key, agreement)?))
}

pub fn save_agreement(app: &App, tx: Changes, key: &DataKey, agreement: &Agreement) -> Result<Changes> {
    Ok(tx.replace(agreement.id.record(), agreement.revision - 1, agreement_row(app, key, agreement)?))
}

pub async fn agreement(app: &App, id: AgreementId) -> Result<Agreement> {
    let row: Option<AgreementRow> = app.db.get(id).await?;
    row.ok_or(Error::NotFound)?.open(app).await
}

/// A person's agreements on both sides, newest first.
pub async fn agreements(app: &App, person: PersonId, paging: &Paging) -> Result<Vec<Agreement>> {
    let mut answers = app
        .db
        .run(
            "SELECT * FROM agreement WHERE supervisor = $person AND sort_key < $before ORDER BY sort_key DESC LIMIT 101;
             SELECT * FROM agreement WHERE worker = $person AND sort_key < $before ORDER BY sort_key DESC LIMIT 101",
        )
        .bind("person", person)
        .bind("before", paging.before.clone())
        .answers()
        .await?;
    let mut rows: Vec<AgreementRow> = answers.rows(0)?;
    rows.extend(answers.rows::<AgreementRow>(1)?);
    rows.sort_by(|a, b| b.sort_key.cmp(&a.sort_key));
    rows.truncate(paging.limit + 1);
    let mut agreements = Vec::with_capacity(rows.len());
    for row in rows {
        agreements.push(row.open(app).await?);
    }
    Ok(agreements)
}

/// The agreements between two people that nobody has ended.
pub async fn living_between(app: &App, supervisor: PersonId, worker: PersonId) -> Result<Vec<AgreementId>> {
    app.db
        .run("SELECT VALUE id FROM agreement WHERE supervisor = $supervisor AND sort_key < 'g' AND worker = $worker AND state != 'ended'")
        .bind("supervisor", supervisor)
        .bind("worker", worker)
        .all()
        .await
}

impl SessionRow {
    fn open(self, key: &DataKey) -> Result<Session> {
        let text: SessionText = key.open_json(place(&self.id.record(), self.revision), &self.sealed)?;
        let state = match (self.state.as_str(), text.cancelled_because) {
            ("cancelled", reason) => SessionState::Cancelled { reason: reason.unwrap_or_default() },
            _ => SessionState::Planned,
        };
        Ok(Session {
            id: self.id,
            agreement: self.agreement,
            supervisor: self.supervisor,
            worker: self.worker,
            slot: Slot { starts_at: self.starts_at, minutes: self.minutes, place: text.place },
            state,
            moves: text.moves,
            revision: self.revision,
            updated_at: self.updated_at,
        })
    }
}

fn session_row(app: &App, key: &DataKey, session: &Session) -> Result<SessionRow> {
    let (state, cancelled_because) = match &session.state {
        SessionState::Planned => ("planned", None),
        SessionState::Cancelled { reason } => ("cancelled", Some(reason.clone())),
    };
    let text = SessionText { place: session.slot.place.clone(), moves: session.moves.clone(), cancelled_because };
    Ok(SessionRow {
        id: session.id,
        agreement: session.agreement,
        supervisor: session.supervisor,
        worker: session.worker,
        starts_at: session.slot.starts_at,
        minutes: session.slot.minutes,
        state: state.to_owned(),
        sealed: key.seal_json(&app.clock, place(&session.id.record(), session.revision), &text)?,
        revision: session.revision,
        time_key: session.time_key(),
        updated_at: session.updated_at,
    })
}

pub fn add_session(app: &App, tx: Changes, key: &DataKey, session: &Session) -> Result<Changes> {
    Ok(tx.create(session.id.record(), session_row(app, key, session)?))
}

pub fn save_session(app: &App, tx: Changes, key: &DataKey, session: &Session) -> Result<Changes> {
    Ok(tx.replace(session.id.record(), session.revision - 1, session_row(app, key, session)?))
}

pub async fn session(app: &App, id: SupervisionSessionId) -> Result<Session> {
    let row: Option<SessionRow> = app.db.get(id).await?;
    let row = row.ok_or(Error::NotFound)?;
    let key = app.vault.key_of(&app.db, row.agreement.uuid()).await?;
    row.open(&key)
}

/// The sessions under an agreement of a worker's that begin before a time, the latest first.
pub async fn sessions_under(app: &App, (worker, agreement): (PersonId, AgreementId), before: String) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = app
        .db
        .run(
            "SELECT * FROM supervision_session WHERE worker = $worker AND time_key < $before AND agreement = $agreement
             ORDER BY time_key DESC LIMIT 101",
        )
        .bind("worker", worker)
        .bind("before", before)
        .bind("agreement", agreement)
        .all()
        .await?;
    let key = app.vault.key_of(&app.db, agreement.uuid()).await?;
    rows.into_iter().map(|row| row.open(&key)).collect()
}

/// A person's sessions that begin in a stretch of time, in order.
pub async fn sessions(app: &App, person: PersonId, from: String, to: String) -> Result<Vec<Session>> {
    let mut answers = app
        .db
        .run(
            "SELECT * FROM supervision_session WHERE supervisor = $person AND time_key >= $from AND time_key < $to ORDER BY time_key ASC LIMIT 500;
             SELECT * FROM supervision_session WHERE worker = $person AND time_key >= $from AND time_key < $to ORDER BY time_key ASC LIMIT 500",
        )
        .bind("person", person)
        .bind("from", from)
        .bind("to", to)
        .answers()
        .await?;
    let mut rows: Vec<SessionRow> = answers.rows(0)?;
    rows.extend(answers.rows::<SessionRow>(1)?);
    rows.sort_by(|a, b| a.time_key.cmp(&b.time_key));
    let mut sessions = Vec::with_capacity(rows.len());
    for row in rows {
        let key = app.vault.key_of(&app.db, row.agreement.uuid()).await?;
        sessions.push(row.open(&key)?);
    }
    Ok(sessions)
}

pub fn add_item(app: &App, tx: Changes, key: &DataKey, session: SupervisionSessionId, item: &AgendaItem) -> Result<Changes> {
    let record = item.id.record();
    let row = ItemRow {
        id: item.id,
        session,
        by: item.by,
        share: item.share,
        sealed: key.seal_json(&app.clock, place(&record, 0), &item.text)?,
        sort_key: item.id.to_string(),
        added_at: item.added_at,
    };
    Ok(tx.create(record, row))
}

pub async fn items(app: &App, key: &DataKey, session: SupervisionSessionId) -> Result<Vec<AgendaItem>> {
    let rows: Vec<ItemRow> = app
        .db
        .run("SELECT * FROM agenda_item WHERE session = $of AND sort_key < 'g' ORDER BY sort_key ASC LIMIT 200")
        .bind("of", session)
        .all()
        .await?;
    rows.into_iter()
        .map(|row| {
            let text = key.open_json(place(&row.id.record(), 0), &row.sealed)?;
            Ok(AgendaItem { id: row.id, by: row.by, text, share: row.share, added_at: row.added_at })
        })
        .collect()
}

/// How many items an agenda has, as far as that matters.
pub async fn count_items(app: &App, session: SupervisionSessionId) -> Result<usize> {
    let items: Vec<AgendaItemId> = app
        .db
        .run("SELECT VALUE id FROM agenda_item WHERE session = $of AND sort_key < 'g' LIMIT 200")
        .bind("of", session)
        .all()
        .await?;
    Ok(items.len())
}
