//! The service is set up, and people come in; at the end, what is left to look after.

use serde_json::json;
use soundings::people::organisations;

use super::recorder::Recorder;
use crate::{
    codes::shown,
    service::{Client, PASSWORD, every_scope},
};

/// Who the story is about.
pub struct People {
    pub admin: Client,
    pub worker: Client,
    pub supervisor: Client,
    pub editor: Client,
}

/// The service is set up, and everybody comes in.
pub async fn arrive(record: &mut Recorder) -> People {
    let admin = set_up(record).await;
    let worker = accept_invitation(record, &admin).await;
    sign_in(record, &worker).await;
    let supervisor = come_in(&admin, "Ruth Adeyemi", "supervisor").await;
    let editor = come_in(&admin, "Daniel Price", "practitioner").await;
    administer_members(record, &admin, &editor).await;
    administer_organisations(record, &admin).await;
    let all = every_scope();
    let (worker, supervisor, editor) = (worker.only(&all).await, supervisor.only(&all).await, editor.only(&all).await);
    record.ask(&worker, "list_colleagues").of(worker.authority).with("limit=2").answers(200).await;
    People { admin, worker, supervisor, editor }
}

async fn set_up(record: &mut Recorder) -> Client {
    let nobody = record.service.anonymous();
    let link = organisations::offer_setup(&record.service.app).await.unwrap();
    record.ask(&nobody, "get_setup").of(&link).answers(200).await;
    let email = "priya.nair@northmoor.example";
    let first = json!({
        "organisation": { "name": "Northmoor Council", "kind": "local_authority" },
        "name": "Priya Nair", "email": email, "password": PASSWORD,
    });
    let made = record.ask(&nobody, "set_up").of(&link).sending(first).answers(200).await;
    let admin = Client { email: email.to_owned(), authority: made.id().parse().unwrap(), ..nobody };
    admin.only(&every_scope()).await
}

async fn accept_invitation(record: &mut Recorder, admin: &Client) -> Client {
    let nobody = record.service.anonymous();
    let email = "amina.khan@northmoor.example";
    let invitation = json!({ "email": email, "name": "Amina Khan", "roles": ["practitioner"] });
    let invited = record.ask(admin, "invite_person").of(admin.authority).sending(invitation).answers(201).await;
    let link = invited.json["secret"].as_str().unwrap();
    record.wait(45);
    let acceptance = json!({ "name": "Amina Khan", "password": PASSWORD });
    let accepted = record.ask(&nobody, "accept_invitation").of(link).sending(acceptance).answers(200).await;
    let id = accepted.json["person_id"].as_str().unwrap().parse().unwrap();
    Client { id, email: email.to_owned(), authority: admin.authority, ..nobody }
}

/// In a browser, with another left open elsewhere.
async fn sign_in(record: &mut Recorder, worker: &Client) {
    let credentials = json!({ "email": worker.email, "password": PASSWORD });
    worker.post("/sessions", credentials.clone()).await.is(201);
    record.wait(20);
    let signed = record.ask(worker, "sign_in").sending(credentials).answers(201).await;
    let cookie = signed.header("set-cookie").split(';').next().unwrap();
    record.ask(worker, "list_sessions").in_browser(cookie).answers(200).await;
    record.ask(worker, "get_me").in_browser(cookie).answers(200).await;
    let again = json!({ "password": PASSWORD });
    record.ask(worker, "confirm_session").in_browser(cookie).sending(again).answers(204).await;
    sign_in_with_codes(record, worker, cookie).await;
    let token = json!({
        "name": "The notes on my laptop", "scopes": ["reflections:read", "reflections:write"],
        "expires_at": "2027-01-31T17:00:00Z",
    });
    record.ask(worker, "create_token").in_browser(cookie).sending(token).answers(201).await;
    record.ask(worker, "list_tokens").in_browser(cookie).answers(200).await;
}

/// She tries an authenticator app, and keeps to her password.
async fn sign_in_with_codes(record: &mut Recorder, worker: &Client, cookie: &str) {
    let offer = record.ask(worker, "begin_codes").in_browser(cookie).answers(200).await;
    let code = shown(offer.json["secret"].as_str().unwrap(), record.service.app.clock.now());
    record.ask(worker, "confirm_codes").in_browser(cookie).sending(json!({ "code": code })).answers(200).await;
    record.ask(worker, "get_codes").in_browser(cookie).answers(200).await;
    record.ask(worker, "renew_recovery_codes").in_browser(cookie).answers(200).await;
    record.ask(worker, "turn_off_codes").in_browser(cookie).answers(204).await;
}

/// The same without being written down.
async fn come_in(admin: &Client, name: &str, role: &str) -> Client {
    let nobody = admin.service.anonymous();
    let email = format!("{}@northmoor.example", name.to_lowercase().replace(' ', "."));
    let invitation = json!({ "email": email, "name": name, "roles": [role] });
    let invited = admin.post(&format!("/organisations/{}/invitations", admin.authority), invitation).await.is(201);
    let link = invited.json["secret"].as_str().unwrap();
    let acceptance = json!({ "password": PASSWORD });
    let accepted = nobody.put(&format!("/invitations/{link}/acceptance"), acceptance).await.is(200);
    let id = accepted.json["person_id"].as_str().unwrap().parse().unwrap();
    Client { id, email, authority: admin.authority, ..nobody }
}

async fn administer_members(record: &mut Recorder, admin: &Client, editor: &Client) {
    let open = json!({ "email": "tom.okafor@northmoor.example", "name": "Tom Okafor", "roles": ["practice_educator"] });
    admin.post(&format!("/organisations/{}/invitations", admin.authority), open).await.is(201);
    record.ask(admin, "list_invitations").of(admin.authority).with("limit=2").answers(200).await;
    record.ask(admin, "list_members").of(admin.authority).with("limit=2").answers(200).await;
    let member = record.ask(admin, "get_member").of(admin.authority).of(editor.id).answers(200).await;
    let asking = record.ask(admin, "set_roles").of(admin.authority).of(editor.id).having_read(&member.etag());
    asking.sending(json!({ "roles": ["practitioner", "editor"] })).answers(200).await;
}

async fn administer_organisations(record: &mut Recorder, admin: &Client) {
    record.ask(admin, "get_organisation").of(admin.authority).answers(200).await;
    let neighbour = json!({ "name": "Eastvale Council", "kind": "local_authority" });
    let made = record.ask(admin, "create_organisation").sending(neighbour).answers(201).await;
    let asking = record.ask(admin, "rename_organisation").of(made.id()).having_read(&made.etag());
    asking.sending(json!({ "name": "Eastvale Borough Council" })).answers(200).await;
}

/// What is left: is it well, a backup, a new password.
pub async fn look_after_the_service(record: &mut Recorder, people: &People) {
    let nobody = record.service.anonymous();
    record.ask(&nobody, "get_liveness").answers(200).await;
    record.ask(&nobody, "get_readiness").answers(200).await;
    record.ask(&people.admin, "create_backup").answers(201).await;
    let change = json!({ "present": PASSWORD, "new": "nine patient otters watching" });
    record.ask(&people.worker, "change_password").sending(change).answers(204).await;
}
