//! Races, on the engine that people's writing is kept on (D1–D4 of the acceptance suite). The figures are printed.

use futures_util::future::join_all;
use serde_json::json;
use soundings::access::Role;

use crate::service::{Client, Service, run};

/// Fewer rounds than `make prove` runs, so that the tests stay quick: the figure is a setting.
fn rounds(full: usize) -> usize {
    let full_size = option_env!("SOUNDINGS_FULL_RACES").is_some();
    if full_size { full } else { full.div_ceil(20) }
}

async fn both<A, B>(one: impl Future<Output = A> + Send + 'static, other: impl Future<Output = B> + Send + 'static) -> (A, B)
where
    A: Send + 'static,
    B: Send + 'static,
{
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    (one.await.unwrap(), other.await.unwrap())
}

#[test]
fn accepted_edits_and_revisions_are_the_same_number() {
    run(async {
        let service = Service::on_disk().await;
        let worker = service.team().await.worker;
        let path = format!("/reflections/{}", worker.writes("0").await);
        let (editors, turns) = (50, rounds(200));
        let editing = (0..editors).map(|editor| {
            let (worker, path) = (worker.clone(), path.clone());
            tokio::spawn(async move {
                let mut accepted = 0;
                for turn in 0..turns {
                    let seen = worker.get(&path).await.is(200).etag();
                    let answer = worker.patch(&path, &seen, json!({ "body": format!("{editor}/{turn}") })).await;
                    assert!([200, 412, 503].contains(&answer.status), "{}", answer.text);
                    accepted += i64::from(answer.status == 200);
                }
                accepted
            })
        });
        let accepted: i64 = join_all(editing).await.into_iter().map(Result::unwrap).sum();
        let revision = worker.get(&path).await.is(200).json["revision"].as_i64().unwrap();
        let kept = i64::try_from(worker.get(&format!("{path}/revisions")).await.is(200).items().len()).unwrap();
        println!("D1: {editors} editors × {turns} rounds: {accepted} accepted, revision {revision}, {kept} kept");
        assert_eq!(revision, accepted + 1);
        assert_eq!(kept, revision.min(1_000));
        assert!(accepted >= i64::try_from(turns).unwrap());
    });
}

#[test]
fn of_sixteen_who_want_the_same_name_one_gets_it() {
    run(async {
        let service = Service::on_disk().await;
        let team = service.team().await;
        let contests = rounds(2_000);
        let mut winners = 0;
        for contest in 0..contests {
            let path = format!("/organisations/{}/practice-examples/name-{contest}", team.authority);
            let racing = (0..16).map(|writer| {
                let (editor, path) = (team.editor.clone(), path.clone());
                tokio::spawn(
                    async move { editor.put(&path, json!({ "title": format!("By {writer}"), "summary": "Mine." })).await },
                )
            });
            let answers: Vec<_> = join_all(racing).await.into_iter().map(Result::unwrap).collect();
            let created = answers.iter().filter(|answer| answer.status == 201).count();
            let ids: std::collections::BTreeSet<_> =
                answers.iter().filter(|answer| answer.status < 300).map(crate::service::Answer::id).collect();
            assert_eq!((created, ids.len()), (1, 1), "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
            winners += created;
        }
        println!("D2: 16 writers × {contests} names: {winners} winners");
    });
}

#[test]
fn of_sixteen_who_accept_one_invitation_one_becomes_a_member() {
    run(async {
        let service = Service::on_disk().await;
        let team = service.team().await;
        for contest in 0..rounds(60) {
            let invitation = json!({ "email": format!("new{contest}@test.example"), "name": "New", "roles": ["practitioner"] });
            let made = team.admin.post(&format!("/organisations/{}/invitations", team.authority), invitation).await.is(201);
            let path = format!("/invitations/{}/acceptance", made.json["secret"].as_str().unwrap());
            let racing = (0..16).map(|_| {
                let (nobody, path) = (service.anonymous(), path.clone());
                tokio::spawn(async move { nobody.put(&path, json!({ "password": "seven quiet herons waiting" })).await.status })
            });
            let statuses: Vec<_> = join_all(racing).await.into_iter().map(Result::unwrap).collect();
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        }
    });
}

#[test]
fn two_administrators_who_step_down_at_once_leave_one() {
    run(async {
        let service = Service::on_disk().await;
        let races = rounds(1_000);
        let (mut breaks, mut one_left) = (0, 0);
        let host = service.authority("Host Council").await;
        let overseer = service.person(host, "Over Seer", &[Role::Administrator]).await;
        for race in 0..races {
            let name = format!("Council {race}");
            let organisation = service.authority(&name).await;
            let one = overseer.joins(organisation, &[Role::Administrator]).await;
            let other = service.person(organisation, &format!("Other {race}"), &[Role::Administrator]).await;
            let demote = |actor: Client, whom: Client| async move {
                let path = format!("/organisations/{organisation}/members/{}", whom.id);
                actor.patch(&path, "\"1\"", json!({ "roles": ["practitioner"] })).await.status
            };
            let (first, second) = both(demote(one.clone(), one.clone()), demote(other.clone(), other.clone())).await;
            let left = soundings::people::memberships::active(&service.app, organisation, one.id).await.unwrap().administers();
            let right = soundings::people::memberships::active(&service.app, organisation, other.id).await.unwrap().administers();
            if !left && !right {
                breaks += 1;
            }
            one_left += usize::from(left != right);
            assert!([first, second].iter().all(|status| [200, 401, 409, 412].contains(status)), "{first} {second}");
        }
        println!("D3: {races} races of two last administrators: {one_left} ended with one, {breaks} with none");
        assert_eq!(breaks, 0);
        assert_eq!(one_left, races);
    });
}

#[test]
fn a_share_never_slips_past_the_end_of_supervision() {
    run(async {
        let service = Service::on_disk().await;
        let team = service.team().await;
        let races = rounds(1_000);
        let (mut shared_first, mut ended_first, mut breaks) = (0, 0, 0);
        let reflection = team.worker.writes("Between us.").await;
        for _ in 0..races {
            // A new pair each time: somebody who was one's supervisor is not shared with again.
            let supervisor = service.supervisor_in(team.authority).await;
            let agreement = supervisor.supervises(&team.worker).await;
            let path = format!("/supervision/agreements/{agreement}");
            let seen = supervisor.get(&path).await.is(200).etag();
            let share = {
                let (worker, reflection, whom) = (team.worker.clone(), reflection.clone(), supervisor.id);
                async move {
                    worker
                        .post(&format!("/reflections/{reflection}/shares"), json!({ "person_id": whom.to_string() }))
                        .await
                        .status
                }
            };
            let end = {
                let supervisor = supervisor.clone();
                async move { supervisor.put_if(&format!("{path}/ending"), &seen, json!({})).await.status }
            };
            let (shared, ended) = both(share, end).await;
            assert_eq!(ended, 200);
            assert!([201, 409, 404].contains(&shared), "{shared}");
            shared_first += usize::from(shared == 201);
            ended_first += usize::from(shared != 201);
            breaks += supervisor.get("/shared-with-me").await.is(200).items().len();
        }
        println!(
            "D3: {races} races of share against end: {shared_first} shared first, {ended_first} ended first, {breaks} breaks"
        );
        assert_eq!(breaks, 0);
    });
}

#[test]
fn two_hundred_equal_posts_write_one_reflection() {
    run(async {
        let service = Service::on_disk().await;
        let worker = service.team().await.worker;
        let posting = (0..200).map(|_| {
            let worker = worker.clone();
            tokio::spawn(async move { worker.post_once("/reflections", "the-same-key", json!({ "body": "Once." })).await })
        });
        let answers: Vec<_> = join_all(posting).await.into_iter().map(Result::unwrap).collect();
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        let ids: std::collections::BTreeSet<_> = made.iter().map(|answer| answer.id()).collect();
        let count = worker.get("/reflections").await.is(200).items().len();
        println!(
            "D4: 200 equal posts: {} answered 201, {} told to wait, {count} resource",
            made.len(),
            answers.len() - made.len()
        );
        assert_eq!((ids.len(), count), (1, 1));
        assert!(answers.iter().all(|answer| [201, 503].contains(&answer.status)));
    });
}
