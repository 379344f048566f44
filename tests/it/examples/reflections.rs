//! Somebody writes for herself, goes on with it, and shares what she wrote with her supervisor.

use serde_json::json;

use super::{people::People, recorder::Recorder};

/// She writes and shares. Answers the share's id.
pub async fn write_and_share(record: &mut Recorder, people: &People) -> String {
    choose_questions(record, people).await;
    let reflection = write(record, people).await;
    let share = share(record, people, &reflection).await;
    go_on_writing(record, people, &reflection).await;
    push(record, people, &reflection, &share).await;
    answer(record, people, &share).await;
    record.ask(&people.worker, "get_share").of(&reflection).of(&share).answers(200).await;
    record.ask(&people.worker, "get_audience").of(&reflection).answers(200).await;
    share
}

async fn choose_questions(record: &mut Recorder, people: &People) {
    let worker = &people.worker;
    record.ask(worker, "get_prompt_set").of("the-child-first").answers(200).await;
    let own = json!({
        "title": "Before I knock", "summary": "Five minutes in the car before a visit.", "forked_from": "the-child-first",
        "introduction": "For first visits, and for those I would rather put off.",
        "steps": [{ "title": "The child", "questions": ["What do I know about this child’s day?", "Who says so?"] }],
    });
    let made = record.ask(worker, "create_prompt_set").sending(own).answers(201).await;
    record.wait(5);
    let changed = json!({
        "title": "Before I knock", "summary": "Five minutes in the car before a visit.",
        "introduction": "For first visits, and for those I would rather put off.",
        "steps": [
            { "title": "The child", "questions": ["What do I know about this child’s day?", "Who says so?"] },
            { "title": "Me", "questions": ["What am I bringing in with me?"] },
        ],
    });
    let asking = record.ask(worker, "change_prompt_set").of(made.json["slug"].as_str().unwrap()).having_read(&made.etag());
    asking.sending(changed).answers(200).await;
    record.ask(worker, "list_prompt_sets").answers(200).await;
}

async fn write(record: &mut Recorder, people: &People) -> String {
    let visit = json!({
        "title": "Second visit", "occurred_on": "2026-11-20", "prompt_set": "the-child-first",
        "body": "I went in with a plan and left it in the car. Their mother had tidied up for me, and I praised the tidying \
                 because I did not know what else to say. The older one sat on the stairs the whole time, *listening*.",
        "tags": ["home visits", "listening"],
        "unease": "The quiet on the stairs.",
        "unknowns": ["Who he talks to.", "What the neighbour meant by “again”."],
        "hypotheses": ["He keeps watch over his mother.", "He has learned that visitors bring trouble."],
    });
    let began = json!({ "title": "Second visit", "body": "I went in with a plan", "based_on": 0 });
    record.ask(&people.worker, "begin_reflection").sending(began).answers(201).await;
    record.ask(&people.worker, "list_begun").answers(200).await;
    let written = record.ask(&people.worker, "write_reflection").sending(visit).answers(201).await.id();
    record.ask(&people.worker, "mark_reflection").of(&written).answers(204).await;
    record.ask(&people.worker, "list_returning").answers(200).await;
    written
}

async fn share(record: &mut Recorder, people: &People, reflection: &str) -> String {
    let with = json!({
        "person_id": people.supervisor.id, "until": "2027-01-31",
        "note": "Could we look at the stairs together? I am not asking for a plan.",
    });
    record.ask(&people.worker, "share_reflection").of(reflection).sending(with).answers(201).await.id()
}

async fn go_on_writing(record: &mut Recorder, people: &People, reflection: &str) {
    let worker = &people.worker;
    record.wait(120);
    let typed = json!({ "title": "Second visit", "body": "I went in with a plan and left it", "based_on": 1 });
    record.ask(worker, "keep_working_copy").of(reflection).sending(typed).answers(200).await;
    record.ask(worker, "get_working_copy").of(reflection).answers(200).await;
    let further = json!({
        "title": "Second visit, and the stairs",
        "unknowns": null,
        "hypotheses": [
            "He keeps watch over his mother.", "He has learned that visitors bring trouble.", "He wanted to be asked.",
        ],
    });
    let asking = record.ask(worker, "revise_reflection").of(reflection).having_read("\"1\"");
    asking.sending(further).answers(200).await;
    record.ask(worker, "get_reflection").of(reflection).answers(200).await;
    record.ask(worker, "list_reflections").with("tag=listening&limit=2").answers(200).await;
    record.ask(worker, "list_revisions").of(reflection).answers(200).await;
    record.ask(worker, "get_revision").of(reflection).of(1).answers(200).await;
}

async fn push(record: &mut Recorder, people: &People, reflection: &str, share: &str) {
    let worker = &people.worker;
    let update = json!({ "push": true, "until": "2027-02-28", "note": "I have added what I thought of on the way home." });
    let asking = record.ask(worker, "update_share").of(reflection).of(share).having_read("\"1\"");
    asking.sending(update).answers(200).await;
    record.ask(worker, "list_shares").of(reflection).answers(200).await;
}

async fn answer(record: &mut Recorder, people: &People, share: &str) {
    let supervisor = &people.supervisor;
    record.ask(supervisor, "list_received").with("limit=2").answers(200).await;
    let response = json!({ "body": "You go back to the stairs three times. What would you have liked to ask him?" });
    record.ask(supervisor, "respond").of(share).sending(response).answers(201).await;
    record.ask(supervisor, "get_received").of(share).answers(200).await;
}
