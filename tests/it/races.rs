//! Races, on the engine that people's writing is kept on (D1–D4 of the acceptance suite). The figures are printed.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use soundings::{access::Role, id::Id as _};
use surrealdb::types::{RecordId, Variables};

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

/// Races of two, in which whoever came in first starts a little later the next time: so they meet ever more closely, and
/// each is first some of the time.
#[derive(Default)]
struct Duel {
    /// How many milliseconds the one waits; if negative, the other.
    handicap: i64,
    /// Whether the one was first the last time, and how often that has turned.
    last: Option<bool>,
    turns: u32,
    first: usize,
    second: usize,
}

impl Duel {
    async fn race<A, B>(
        &self,
        one: impl Future<Output = A> + Send + 'static,
        other: impl Future<Output = B> + Send + 'static,
    ) -> (A, B)
    where
        A: Send + 'static,
        B: Send + 'static,
    {
        let (waits, other_waits) = (wait(self.handicap), wait(-self.handicap));
        both(
            async move {
                waits.await;
                one.await
            },
            async move {
                other_waits.await;
                other.await
            },
        )
        .await
    }

    fn note(&mut self, one_was_first: bool) {
        self.first += usize::from(one_was_first);
        self.second += usize::from(!one_was_first);
        self.turns += u32::from(self.last.replace(one_was_first) == Some(!one_was_first));
        let step = 16_i64 >> self.turns.min(4);
        self.handicap += if one_was_first { step } else { -step };
    }

    /// A race that always ends one way shows nothing.
    fn was_open(&self) {
        assert!(self.first > 0 && self.second > 0, "{} times the one was first, {} times the other", self.first, self.second);
    }
}

async fn wait(milliseconds: i64) {
    tokio::time::sleep(Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))).await;
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
        let mut kept = 0;
        let mut page = format!("{path}/revisions?limit=100");
        loop {
            let revisions = worker.get(&page).await.is(200);
            kept += i64::try_from(revisions.items().len()).unwrap();
            let Some(next) = revisions.json["next"].as_str() else { break };
            page = format!("{path}/revisions?limit=100&cursor={next}");
        }
        println!("D1: {editors} editors × {turns} rounds: {accepted} accepted, revision {revision}, {kept} kept");
        assert_eq!(revision, accepted + 1);
        assert_eq!(kept, revision);
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
        // The first authority hosts the service; the others are raced in.
        service.authority("Host Council").await;
        for race in 0..races {
            let name = format!("Council {race}");
            let organisation = service.authority(&name).await;
            let one = service.person(organisation, &format!("One {race}"), &[Role::Administrator]).await;
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
        let (mut duel, mut breaks) = (Duel::default(), 0);
        let reflection = team.worker.writes("Between us.").await;
        let shares = format!("/reflections/{reflection}/shares");
        // What nobody ends is seen in the same list.
        let kept = team.worker.shares(&reflection, &team.peer).await;
        for _ in 0..races {
            // A new pair each time: somebody who was one's supervisor is not shared with again.
            let supervisor = service.supervisor_in(team.authority).await;
            let agreement = supervisor.supervises(&team.worker).await;
            let path = format!("/supervision/agreements/{agreement}");
            let seen = supervisor.get(&path).await.is(200).etag();
            let share = {
                let (worker, shares, whom) = (team.worker.clone(), shares.clone(), supervisor.id);
                async move { worker.post(&shares, json!({ "person_id": whom.to_string() })).await.status }
            };
            let end = {
                let supervisor = supervisor.clone();
                async move { supervisor.put_if(&format!("{path}/ending"), &seen, json!({})).await.status }
            };
            let (shared, ended) = duel.race(share, end).await;
            assert_eq!(ended, 200);
            assert!([201, 409].contains(&shared), "{shared}");
            duel.note(shared == 201);
            // The author's own list shows what slipped past, also when its reader can't open it.
            let left = team.worker.get(&shares).await.is(200);
            assert!(left.items().iter().any(|share| share["id"] == kept));
            breaks += left.items().iter().filter(|share| share["person"]["id"] == supervisor.id.to_string()).count();
        }
        println!(
            "D3: {races} races of share against end: {} shared first, {} ended first, {breaks} breaks",
            duel.first, duel.second
        );
        assert_eq!(breaks, 0);
        duel.was_open();
    });
}

#[test]
fn a_share_never_misses_the_supervision_that_begins() {
    run(async {
        let service = Service::on_disk().await;
        let team = service.team().await;
        let races = rounds(400);
        let (mut duel, mut loose) = (Duel::default(), 0);
        let reflection = team.worker.writes("Between us.").await;
        let shares = format!("/reflections/{reflection}/shares");
        for _ in 0..races {
            let supervisor = service.supervisor_in(team.authority).await;
            let body = json!({ "organisation_id": team.authority.to_string(), "supervisor_id": supervisor.id.to_string(),
                "worker_id": team.worker.id.to_string() });
            let agreement = supervisor.post("/supervision/agreements", body).await.is(201);
            let path = format!("/supervision/agreements/{}/acceptance", agreement.id());
            let seen = supervisor.put_if(&path, &agreement.etag(), json!({})).await.is(200).etag();
            let share = {
                let (worker, shares, whom) = (team.worker.clone(), shares.clone(), supervisor.id);
                async move { worker.post(&shares, json!({ "person_id": whom.to_string() })).await.is(201) }
            };
            let accept = {
                let worker = team.worker.clone();
                async move { worker.put_if(&path, &seen, json!({})).await.status }
            };
            let (shared, accepted) = duel.race(share, accept).await;
            assert_eq!(accepted, 200);
            // Made as to a colleague, it was hung on the supervision afterwards.
            duel.note(shared.json["relationship_id"].is_null());
            let path = format!("{shares}/{}", shared.id());
            loose += usize::from(!team.worker.get(&path).await.is(200).json["relationship_id"].is_string());
            team.worker.delete(&path).await.is(204);
        }
        println!(
            "D3: {races} races of share against acceptance: {} shared first, {} accepted first, {loose} hang on nothing",
            duel.first, duel.second
        );
        assert_eq!(loose, 0);
        duel.was_open();
    });
}

#[test]
fn a_working_copy_never_outlives_its_reflection() {
    run(async {
        let service = Service::on_disk().await;
        let worker = service.team().await.worker;
        let races = rounds(1_000);
        let mut duel = Duel::default();
        let typed = json!({ "body": "What I was about to say.", "based_on": 1 });
        // One that is there to be counted.
        let other = worker.writes("It stays.").await;
        worker.put(&format!("/reflections/{other}/working-copy"), typed.clone()).await.is(200);
        for _ in 0..races {
            let path = format!("/reflections/{}", worker.writes("It goes.").await);
            let keep = {
                let (worker, path, typed) = (worker.clone(), format!("{path}/working-copy"), typed.clone());
                async move { worker.put(&path, typed).await.status }
            };
            let delete = {
                let worker = worker.clone();
                async move { worker.delete_if(&path, "\"1\"").await.status }
            };
            let (kept, deleted) = duel.race(keep, delete).await;
            assert_eq!(deleted, 204);
            assert!([200, 404].contains(&kept), "{kept}");
            duel.note(kept == 200);
        }
        let left = soundings::backup::inventory(&service.app.db).await.unwrap()["working_copy"].0;
        println!(
            "D3: {races} races of autosave against delete: {} kept first, {} deleted first, {left} left",
            duel.first, duel.second
        );
        assert_eq!(left, 1);
        duel.was_open();
    });
}

#[test]
fn what_is_typed_while_somebody_saves_is_kept() {
    run(async {
        let service = Service::on_disk().await;
        let worker = service.team().await.worker;
        let races = rounds(1_000);
        let mut lost = 0;
        for _ in 0..races {
            let path = format!("/reflections/{}", worker.writes("A line.").await);
            let copy = format!("{path}/working-copy");
            let seen = worker.put(&copy, json!({ "body": "Two pages.", "based_on": 1 })).await.is(200).etag();
            let save = {
                let worker = worker.clone();
                async move { worker.patch(&path, "\"1\"", json!({ "body": "Two pages." })).await.status }
            };
            let keep = {
                let (worker, copy) = (worker.clone(), copy.clone());
                let typed = json!({ "body": "Two pages. And a third.", "based_on": 1 });
                async move { worker.put_if(&copy, &seen, typed).await.status }
            };
            assert_eq!(both(save, keep).await, (200, 200));
            let kept = worker.get(&copy).await;
            lost += usize::from(kept.json["body"] != "Two pages. And a third.");
        }
        println!("D3: {races} races of autosave against save: {lost} lost");
        assert_eq!(lost, 0);
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

#[test]
fn whoever_joins_one_authority_while_leaving_another_stands_where_the_memberships_say() {
    run(async {
        let service = Service::on_disk().await;
        let (northmoor, eastvale) = (service.authority("Northmoor").await, service.authority("Eastvale").await);
        let admin = service.person(northmoor, "Anne Admin", &[Role::Administrator]).await;
        let races = rounds(200);
        let mut breaks = 0;
        for _ in 0..races {
            let mover = service.supervisor_in(northmoor).await;
            let path = format!("/organisations/{northmoor}/members/{}", mover.id);
            let etag = admin.get(&path).await.is(200).etag();
            let joins = {
                let (app, id) = (std::sync::Arc::clone(&service.app), mover.id);
                async move { soundings::people::memberships::join(&app, eastvale, id, &[Role::Supervisor]).await.map(|_| ()) }
            };
            let leaves = {
                let admin = admin.clone();
                async move { admin.delete_if(&path, &etag).await.status }
            };
            let (joined, left) = both(joins, leaves).await;
            joined.unwrap();
            assert_eq!(left, 204);
            let standing = format!("RETURN standing:`{}`.places.organisation", mover.id);
            let mut answer = service.app.db.execute(standing, Variables::new()).await.unwrap();
            let places: Vec<RecordId> = answer.take(0).unwrap();
            breaks += usize::from(places != [eastvale.record()]);
        }
        println!("D3: {races} races of joining against leaving: {breaks} standings differ from the memberships");
        assert_eq!(breaks, 0);
    });
}
