//! An authority publishes what it learned: by the hand of an editor, and from its website.

use serde_json::{Value, json};

use super::{people::People, recorder::Recorder};
use crate::service::Client;

/// It publishes, and everyone reads.
pub async fn publish(record: &mut Recorder, people: &People) {
    let preview = json!({ "markdown": "What helped was *time*:\n\n- ten minutes in the car\n- one note, written together" });
    record.ask(&people.editor, "preview_markdown").sending(preview).answers(200).await;
    let example = publish_by_hand(record, people).await;
    publish_from_the_website(record, people).await;
    read(record, &example).await;
}

async fn publish_by_hand(record: &mut Recorder, people: &People) -> String {
    let editor = &people.editor;
    let made = record.ask(editor, "write_example").of(editor.authority).sending(visits_in_pairs()).answers(201).await;
    let id = made.id();
    record.ask(editor, "list_drafts").of(editor.authority).with("limit=2").answers(200).await;
    record.wait(30);
    let asking = record.ask(editor, "revise_example").of(&id).having_read(&made.etag());
    let change = json!({
        "what_did_not_work": "It needs a second car, and in August there was none. New colleagues found it hard to disagree in the car.",
        "review_by": "2027-04-30",
    });
    let revised = asking.sending(change).answers(200).await;
    record.ask(editor, "publish_example").of(&id).having_read(&revised.etag()).answers(200).await;
    id
}

fn visits_in_pairs() -> Value {
    json!({
        "title": "First visits in pairs",
        "summary": "Two workers go out together on first visits, and talk in the car before they write anything down.",
        "childs_experience": "Children told us that one of the two always had time to sit on the floor.",
        "context": "A town team of nine, since March 2026, on first visits only.",
        "what_we_did": "Whoever is on duty rings a colleague. One talks with the adults, the other stays with the children.",
        "difference_made": "Children were seen alone on the first visit 29 times in 40, where it had been 17 in 40.",
        "what_did_not_work": "It needs a second car, and in August there was none.",
        "what_it_took": "Three hours of a second worker’s week. The Tuesday allocation meeting was stopped for it.",
        "reached": "Families in the town. Not yet the villages.",
        "evidence": [{
            "kind": "family_feedback", "text": "Seven of nine parents would choose a visit in pairs again.",
            "source": "Telephone calls by the participation worker, June to September 2026",
        }],
        "themes": ["home-visits"],
        "maturity": "being_tried",
        "sources": [{ "title": "Northmoor Council (2026) First visits in pairs: notes of the town team." }],
        "contact": "practice@northmoor.example",
        "licence": "CC BY 4.0",
        "review_by": "2027-03-31",
        "state": "draft",
    })
}

/// Its website puts one under its own key, puts it again, and in the end takes it back.
async fn publish_from_the_website(record: &mut Recorder, people: &People) {
    let website = let_in(record, &people.admin).await;
    let mut stories = json!({
        "title": "Bedtime stories by telephone",
        "summary": "A parent and a foster carer read the same story, so that a child hears both voices before sleep.",
        "what_we_did": "Foster carers ring at seven. The parent reads the left page, the carer the right.",
        "themes": ["fostering", "family-time"],
        "maturity": "idea",
        "licence": "CC BY 4.0",
        "state": "published",
    });
    let asking = record.ask(&website, "put_example").of(website.authority).of("bedtime-stories");
    asking.sending(stories.clone()).answers(201).await;
    record.wait(10);
    stories["what_did_not_work"] = json!("Seven was too late for the youngest.");
    let asking = record.ask(&website, "put_example").of(website.authority).of("bedtime-stories");
    let now = asking.sending(stories).answers(200).await;
    let publication = format!("/practice-examples/{}/publication?reason=The+family+asked+us+to.", now.id());
    website.delete_if(&publication, &now.etag()).await.is(204);
}

async fn let_in(record: &mut Recorder, admin: &Client) -> Client {
    let nobody = record.service.anonymous();
    let client = json!({ "name": "The website of Northmoor Council", "scopes": ["library:read", "library:publish"] });
    let made = record.ask(admin, "create_service_client").of(admin.authority).sending(client).answers(201).await;
    record.ask(admin, "list_service_clients").of(admin.authority).with("limit=2").answers(200).await;
    let form = json!({
        "grant_type": "client_credentials", "client_id": made.id(), "client_secret": made.json["client_secret"],
        "scope": "library:publish",
    });
    let access = record.ask(&nobody, "create_access_token").sending_form(form).answers(200).await;
    let token = access.json["access_token"].as_str().unwrap().to_owned();
    Client { token: Some(token), authority: admin.authority, ..nobody }
}

async fn read(record: &mut Recorder, example: &str) {
    let everyone = record.service.anonymous();
    record.ask(&everyone, "list_examples").with("q=visits&limit=2").answers(200).await;
    record.ask(&everyone, "get_example").of(example).answers(200).await;
    record.ask(&everyone, "list_versions").of(example).answers(200).await;
    record.ask(&everyone, "get_version").of(example).of(1).answers(200).await;
    record.ask(&everyone, "get_citation").of(example).answers(200).await;
    record.ask(&everyone, "get_json_feed").answers(200).await;
}
