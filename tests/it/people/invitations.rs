//! Invitations: sent, accepted once, withdrawn, run out.

use chrono::Duration;
use serde_json::json;
use soundings::access::Role;

use super::{ANOTHER_PASSWORD, accepts, count_members, invitations, invites, pair, sign_in};
use crate::service::{Client, PASSWORD, Service, every_scope, run};

#[test]
fn an_invitation_becomes_a_membership_when_it_is_accepted() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let invited = invites(&admin, "Nadia.New@Test.example").await.is(201);
        sign_in(&nobody, "nadia.new@test.example", PASSWORD).await.is(422);
        assert_eq!(count_members(&admin).await, 2, "an invitation is no membership yet");
        let person = accepts(&nobody, &invited, PASSWORD).await.is(200).json["person_id"].clone();
        let nadia = Client { email: "nadia.new@test.example".to_owned(), ..nobody };
        let me = nadia.only(&every_scope()).await.get("/me").await.is(200).json;
        assert_eq!((&me["id"], &me["name"]), (&person, &json!("Nadia New")));
        assert_eq!(me["memberships"][0]["roles"], json!(["practitioner"]));
        assert_eq!(count_members(&admin).await, 3);
    });
}

#[test]
fn an_invitation_is_used_once() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let invited = invites(&admin, "nadia@test.example").await.is(201);
        accepts(&nobody, &invited, "short").await.is(422);
        accepts(&nobody, &invited, PASSWORD).await.is(200);
        accepts(&nobody, &invited, ANOTHER_PASSWORD).await.is(404);
        sign_in(&nobody, "nadia@test.example", ANOTHER_PASSWORD).await.is(422);
        sign_in(&nobody, "nadia@test.example", PASSWORD).await.is(201);
        let path = format!("{}/{}", invitations(&admin), invited.id());
        admin.delete(&path).await.is(409);
        assert!(admin.get(&invitations(&admin)).await.is(200).items().is_empty(), "a used invitation is not open");
    });
}

#[test]
fn a_withdrawn_invitation_makes_nobody_a_member() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let kept = invites(&admin, "kept@test.example").await.is(201);
        let withdrawn = invites(&admin, "withdrawn@test.example").await.is(201);
        let path = format!("{}/{}", invitations(&admin), withdrawn.id());
        admin.delete(&path).await.is(204);
        admin.delete(&path).await.is(409);
        accepts(&nobody, &withdrawn, PASSWORD).await.is(409);
        assert_eq!(count_members(&admin).await, 2);
        accepts(&nobody, &kept, PASSWORD).await.is(200);
        assert_eq!(count_members(&admin).await, 3);
    });
}

#[test]
fn a_second_invitation_does_not_let_a_leaver_back_in() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let lost = invites(&admin, "nadia@test.example").await.is(201);
        let sent_again = invites(&admin, "nadia@test.example").await.is(201);
        accepts(&nobody, &lost, ANOTHER_PASSWORD).await.is(409);
        accepts(&nobody, &sent_again, ANOTHER_PASSWORD).await.is(200);
        // A member is not invited again, so nothing is left open for the day they leave.
        invites(&admin, "nadia@test.example").await.is(409);
        assert!(admin.get(&invitations(&admin)).await.is(200).items().is_empty());
    });
}

#[test]
fn of_two_invitations_sent_at_once_one_makes_a_member_and_neither_outlives_the_membership() {
    run(async {
        let service = Service::on_disk().await;
        let (admin, _) = pair(&service).await;
        for round in 0..20 {
            let email = format!("nadia.{round}@test.example");
            let (one, other) = tokio::join!(invites(&admin, &email), invites(&admin, &email));
            let nobody = service.anonymous();
            let links = [one.is(201), other.is(201)];
            let (first, second) =
                tokio::join!(accepts(&nobody, &links[0], ANOTHER_PASSWORD), accepts(&nobody, &links[1], ANOTHER_PASSWORD));
            let accepted = [first.status, second.status].iter().filter(|status| **status == 200).count();
            assert_eq!(accepted, 1, "{} and {}", first.text, second.text);
            let members = admin.get(&format!("/organisations/{}/members?limit=100", admin.authority)).await.is(200);
            let joined: Vec<_> = members.items().iter().filter(|member| member["email"] == email.as_str()).collect();
            assert_eq!(joined.len(), 1, "{}", members.text);
            let path = format!("/organisations/{}/members/{}", admin.authority, joined[0]["person_id"].as_str().unwrap());
            admin.delete_if(&path, "\"1\"").await.is(204);
            for link in &links {
                assert_ne!(accepts(&nobody, link, ANOTHER_PASSWORD).await.status, 200);
            }
            sign_in(&nobody, &email, ANOTHER_PASSWORD).await.is(422);
        }
    });
}

#[test]
fn an_invitation_runs_out_after_fourteen_days() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let nobody = service.anonymous();
        let early = invites(&admin, "early@test.example").await.is(201);
        let late = invites(&admin, "late@test.example").await.is(201);
        service.app.clock.advance(Duration::days(14) - Duration::minutes(1));
        accepts(&nobody, &early, PASSWORD).await.is(200);
        service.app.clock.advance(Duration::minutes(1));
        accepts(&nobody, &late, PASSWORD).await.is(409);
        assert_eq!(count_members(&admin).await, 3);
    });
}

#[test]
fn somebody_with_an_account_joins_with_the_password_they_have() {
    run(async {
        let service = Service::new().await;
        let (_, worker) = pair(&service).await;
        let elsewhere = service.authority("Eastvale Council").await;
        let admin = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let nobody = service.anonymous();
        let invited = invites(&admin, &worker.email).await.is(201);
        let refused = accepts(&nobody, &invited, ANOTHER_PASSWORD).await.is(422);
        assert_eq!(refused.pointers(), ["/password"]);
        assert_eq!(count_members(&admin).await, 1);
        let accepted = accepts(&nobody, &invited, PASSWORD).await.is(200);
        assert_eq!(accepted.json["person_id"], worker.id.to_string());
        // What they may do has changed: sessions and tokens of before do not gain by it.
        worker.get("/me").await.is(401);
        let member = Client { token: None, ..worker.clone() }.only(&every_scope()).await;
        assert_eq!(member.get("/me").await.is(200).json["memberships"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn the_secret_of_an_invitation_is_shown_once() {
    run(async {
        let service = Service::new().await;
        let (admin, _) = pair(&service).await;
        let body = json!({ "email": "nadia@test.example", "name": "Nadia New", "roles": ["practitioner"] });
        let invited = admin.post_once(&invitations(&admin), "one", body.clone()).await.is(201);
        let secret = invited.json["secret"].as_str().unwrap();
        let list = admin.get(&invitations(&admin)).await.is(200);
        assert!(list.text.contains(&invited.id()) && !list.text.contains(secret), "{}", list.text);
        admin.post_once(&invitations(&admin), "one", body).await.is(409);
        assert_eq!(admin.get(&invitations(&admin)).await.items().len(), 1, "the second time invited nobody");
    });
}

#[test]
fn only_administrators_of_an_organisation_invite_to_it() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let elsewhere = service.authority("Eastvale Council").await;
        let stranger = service.person(elsewhere, "Elin Admin", &[Role::Administrator]).await;
        let body = json!({ "email": "nadia@test.example", "name": "Nadia New", "roles": ["practitioner"] });
        let path = invitations(&admin);
        worker.post(&path, body.clone()).await.is(403);
        stranger.post(&path, body.clone()).await.is(404);
        service.anonymous().post(&path, body.clone()).await.is(401);
        admin.only(&["people:read"]).await.post(&path, body.clone()).await.is(403);
        assert!(admin.get(&path).await.is(200).items().is_empty());
        admin.post(&path, body).await.is(201);
        assert_eq!(admin.get(&path).await.is(200).items().len(), 1);
    });
}

#[test]
fn an_invitation_hears_of_everything_that_is_wrong_with_it() {
    run(async {
        let service = Service::new().await;
        let (admin, worker) = pair(&service).await;
        let wrong = json!({ "email": "nowhere", "name": " ", "roles": [] });
        assert_eq!(admin.post(&invitations(&admin), wrong).await.is(422).pointers(), ["/email", "/name", "/roles"]);
        let unknown = json!({ "email": "nadia@test.example", "name": "Nadia", "roles": ["practitioner", "chief"] });
        assert_eq!(admin.post(&invitations(&admin), unknown).await.is(422).pointers(), ["/roles/1"]);
        invites(&admin, &worker.email).await.is(409);
    });
}
