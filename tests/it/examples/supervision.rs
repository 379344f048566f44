//! Two people agree on supervision, plan a session, put on its agenda what they want to talk about, and end it.

use serde_json::json;

use super::{people::People, recorder::Recorder};

/// They agree: one proposes, the other changes, both accept. Answers the agreement's id.
pub async fn agree(record: &mut Recorder, people: &People) -> String {
    let (worker, supervisor) = (&people.worker, &people.supervisor);
    let proposal = json!({
        "organisation_id": supervisor.authority, "supervisor_id": supervisor.id, "worker_id": worker.id,
        "purpose": "A place to think about the children you work with, and about what the work does to you.",
        "frequency": "Every three weeks, for ninety minutes.",
        "recording": "What we decide about a child goes on the child’s record the same day. What you say about yourself does not.",
        "limits_of_confidentiality": "A child at risk of harm, or practice that puts somebody at risk: we say so to each other before we pass it on.",
        "how_we_disagree": "We say it in the room, and write down both views where they matter to a child.",
    });
    let proposed = record.ask(supervisor, "propose_agreement").sending(proposal).answers(201).await;
    let id = proposed.id();
    record.wait(90);
    let asking = record.ask(worker, "change_agreement").of(&id).having_read(&proposed.etag());
    let terms = json!({ "frequency": "Every two weeks until the end of January, then every three, for ninety minutes." });
    let changed = asking.sending(terms).answers(200).await;
    let path = format!("/supervision/agreements/{id}/acceptance");
    let accepted = worker.put_if(&path, &changed.etag(), json!({})).await.is(200);
    record.ask(supervisor, "accept_agreement").of(&id).having_read(&accepted.etag()).answers(200).await;
    record.ask(worker, "get_agreement").of(&id).answers(200).await;
    record.ask(worker, "list_agreements").with("limit=2").answers(200).await;
    id
}

/// They plan a session, fill its agenda, move it, and call it off.
pub async fn meet(record: &mut Recorder, people: &People, agreement: &str, share: &str) {
    let (worker, supervisor) = (&people.worker, &people.supervisor);
    let slot = json!({
        "agreement_id": agreement, "starts_at": "2026-12-01T10:00:00Z", "minutes": 90,
        "place": "The small meeting room, second floor",
    });
    let planned = record.ask(supervisor, "plan_session").sending(slot).answers(201).await;
    let id = planned.id();
    let item = json!({ "text": "Whether I am the right person to ask him.", "share_id": share });
    record.ask(worker, "add_agenda_item").of(&id).sending(item).answers(201).await;
    let rest = json!({ "text": "Your leave in December." });
    supervisor.post(&format!("/supervision/sessions/{id}/agenda"), rest).await.is(201);
    record.ask(worker, "get_agenda").of(&id).answers(200).await;
    record.ask(worker, "list_supervision_sessions").with("from=2026-12-01T00:00:00Z").answers(200).await;
    record.wait(60);
    let asking = record.ask(worker, "move_session").of(&id).having_read(&planned.etag());
    let moved = json!({
        "starts_at": "2026-12-02T14:00:00Z", "minutes": 90, "place": "A video call", "reason": "I am in court on the first.",
    });
    asking.sending(moved).answers(200).await;
    let read = record.ask(supervisor, "get_supervision_session").of(&id).answers(200).await;
    let asking = record.ask(supervisor, "cancel_session").of(&id).having_read(&read.etag());
    let reason = json!({ "reason": "I am ill. I will ring you about another day this week." });
    asking.sending(reason).answers(200).await;
}

/// The worker moves to another team, and the supervision ends.
pub async fn end(record: &mut Recorder, people: &People, agreement: &str) {
    let now = people.worker.get(&format!("/supervision/agreements/{agreement}")).await.is(200).etag();
    record.ask(&people.worker, "end_agreement").of(agreement).having_read(&now).answers(200).await;
}
