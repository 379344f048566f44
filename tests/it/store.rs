//! The store: the three outcomes of a commit, migrations, keys, and the engine's hazards.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::json;
use soundings::{access::Role, app::App, backup, clock::Clock, config::Config, db::Db, migrate};
use surrealdb::types::{SurrealValue, Value, Variables};

use crate::service::{Service, run};

/// Why an app does not open.
pub async fn refused(config: Config) -> String {
    match App::open(config, Clock::system()).await {
        Ok(_) => panic!("it opened"),
        Err(why) => why,
    }
}

/// The refusal once the engine has let go of its folder, a moment after its last handle.
async fn refused_when_free(config: Config) -> String {
    for _ in 0..200 {
        let why = refused(config.clone()).await;
        if !why.contains("in use") {
            return why;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the store is still locked");
}

/// Opens a store as soon as it is free.
pub async fn opened(config: Config) -> std::sync::Arc<App> {
    for _ in 0..200 {
        match App::open(config.clone(), Clock::system()).await {
            Ok(app) => return app,
            Err(why) => assert!(why.contains("in use"), "{why}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the store is still locked");
}

/// The settings of a store on disk.
pub fn on_disk(data: &Path) -> Config {
    Config { store: None, ..Config::in_memory_at(data) }
}

/// A store on disk with one person's reflection in it.
async fn written(data: &Path) -> String {
    let app = App::open(on_disk(data), Clock::system()).await.unwrap();
    let service = Service::attached(app);
    let authority = service.authority("Northmoor Council").await;
    let worker = service.person(authority, "Amina Worker", &[soundings::access::Role::Practitioner]).await;
    worker.writes("Kept.").await;
    worker.token.clone().unwrap()
}

#[test]
fn conflicts_and_lost_answers_still_write_exactly_once() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        service.app.db.faults.start();
        for number in 0..40 {
            let id = team.worker.writes(&format!("number {number}")).await;
            team.worker
                .patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": format!("number {number}, again") }))
                .await
                .is(200);
        }
        service.app.db.faults.stop();
        let listed = team.worker.get("/reflections?limit=100").await.is(200);
        assert_eq!(listed.items().len(), 40);
        assert!(listed.items().iter().all(|item| item["revision"] == 2));
        let inventory = backup::inventory(&service.app.db).await.unwrap();
        assert_eq!(inventory["reflection_revision"].0, 40);
    });
}

#[test]
fn a_commit_that_the_disk_refused_is_never_acknowledged_and_nothing_more_is_written() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        let kept = worker.writes("Kept.").await;
        service.anonymous().get("/health/ready").await.is(200);
        service.app.db.faults.fill_the_disk();
        worker.post("/reflections", json!({ "body": "Lost?" })).await.is(500);
        service.app.db.faults.stop();
        // The engine would take writes again, and lose them: only a restart makes it honest.
        let refused = worker.post("/reflections", json!({ "body": "Lost too?" })).await.is(503);
        assert!(!refused.header("retry-after").is_empty());
        service.anonymous().get("/health/ready").await.is(503);
        worker.get(&format!("/reflections/{kept}")).await.is(200);
    });
}

#[test]
fn a_failed_transaction_changes_nothing() {
    run(async {
        let service = Service::new().await;
        let db = &service.app.db;
        let before = backup::inventory(db).await.unwrap();
        let id = soundings::id::OrganisationId::from(uuid::Uuid::from_u128(7));
        let twice = db
            .transact(&service.app.clock, |tx| async move {
                #[derive(SurrealValue)]
                struct Row {
                    n: i64,
                }
                let record = surrealdb::types::RecordId::new("fence", id.to_string());
                tx.create(record.clone(), Row { n: 1 }).create(record, Row { n: 2 }).returning(())
            })
            .await;
        assert!(matches!(twice, Err(soundings::error::Error::Conflict(_))), "{twice:?}");
        assert_eq!(backup::inventory(db).await.unwrap(), before);
    });
}

#[test]
fn starting_again_changes_nothing_and_keeps_everything() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let token = written(data.path()).await;
        let app = opened(on_disk(data.path())).await;
        assert_eq!(migrate::migrate(&app.db).await.unwrap(), 0);
        let service = Service::attached(app);
        let worker = crate::service::Client { token: Some(token), ..service.anonymous() };
        assert_eq!(worker.get("/reflections").await.is(200).items()[0]["body"], "Kept.");
    });
}

#[test]
fn a_second_process_is_refused_in_one_line() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let _first = App::open(on_disk(data.path()), Clock::system()).await.unwrap();
        let why = refused(on_disk(data.path())).await;
        assert!(why.contains("in use by another process") && !why.contains('\n'), "{why}");
    });
}

#[test]
fn a_wrong_missing_or_readable_key_is_refused() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let token = written(data.path()).await;
        let key = data.path().join("master.key");
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        let right = fs::read_to_string(&key).unwrap();

        let (head, hex) = right.split_once(':').unwrap();
        let wrong = format!("{head}:{}", hex.replace('a', "b").replace('0', "1"));
        fs::write(&key, wrong).unwrap();
        assert!(refused_when_free(on_disk(data.path())).await.contains("not the key of this store"));
        fs::remove_file(&key).unwrap();
        assert!(refused_when_free(on_disk(data.path())).await.contains("is missing"));
        assert!(!key.exists(), "a missing key is never made anew");
        fs::write(&key, &right).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(refused_when_free(on_disk(data.path())).await.contains("others can read"));

        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let service = Service::attached(opened(on_disk(data.path())).await);
        let worker = crate::service::Client { token: Some(token), ..service.anonymous() };
        assert_eq!(worker.get("/reflections").await.is(200).items()[0]["body"], "Kept.");
    });
}

#[test]
fn a_key_that_a_crash_left_half_written_does_not_stop_the_first_start() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let (key, partial) = (data.path().join("master.key"), data.path().join("master.key.partial"));
        fs::write(&partial, "soundings-master-key-1:00ff").unwrap();
        drop(App::open(on_disk(data.path()), Clock::system()).await.unwrap());
        assert!(!partial.exists(), "it was not taken for a key");
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        opened(on_disk(data.path())).await;
        // The control: half a key under the real name is not made whole, but refused.
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("master.key"), "soundings-master-key-1:00ff").unwrap();
        fs::set_permissions(elsewhere.path().join("master.key"), fs::Permissions::from_mode(0o600)).unwrap();
        assert!(refused(on_disk(elsewhere.path())).await.contains("is broken"));
    });
}

#[test]
fn an_edited_or_later_schema_is_refused() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let db = Db::connect(&Config::in_memory_at(data.path())).await.unwrap();
        assert_eq!(i64::try_from(migrate::migrate(&db).await.unwrap()).unwrap(), migrate::newest().unwrap());
        migrate::pretend_newer(&db).await.unwrap();
        assert!(migrate::migrate(&db).await.unwrap_err().contains("newer than this program"));
        let edited = Db::connect(&Config::in_memory_at(data.path())).await.unwrap();
        migrate::migrate(&edited).await.unwrap();
        let text = "REMOVE FIELD checksum ON _migration; DEFINE FIELD checksum ON _migration TYPE string; UPDATE _migration:1 SET checksum = 'edited'";
        edited.execute(text.to_owned(), Variables::new()).await.unwrap();
        assert!(migrate::migrate(&edited).await.unwrap_err().contains("was edited"));
    });
}

#[test]
fn a_store_that_lacks_a_migration_in_between_is_refused() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let db = Db::connect(&Config::in_memory_at(data.path())).await.unwrap();
        migrate::migrate(&db).await.unwrap();
        db.execute("DELETE _migration:3".to_owned(), Variables::new()).await.unwrap();
        let why = migrate::migrate(&db).await.unwrap_err();
        assert!(why.contains("lacks migration 3") && !why.contains('\n'), "{why}");
        let applied = backup::inventory(&db).await.unwrap()["_migration"].0;
        assert_eq!(i64::try_from(applied + 1).unwrap(), migrate::newest().unwrap(), "nothing was applied on top of the gap");
    });
}

#[test]
fn several_starters_migrate_once() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let db = Db::connect(&on_disk(data.path())).await.unwrap();
        let starters = (0..8).map(|_| {
            let db = db.clone();
            tokio::spawn(async move { migrate::migrate(&db).await })
        });
        let mut applied = 0;
        for starter in futures_util::future::join_all(starters).await {
            applied += starter.unwrap().unwrap();
        }
        assert_eq!(i64::try_from(applied).unwrap(), migrate::newest().unwrap());
    });
}

#[test]
fn standings_are_what_the_memberships_say_in_old_stores_too() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let db = &service.app.db;
        let eastvale = service.authority("Eastvale Council").await;
        let peer = team.peer.joins(eastvale, &[Role::Practitioner]).await;
        let standings = || async {
            let mut answer = db.execute("SELECT * FROM standing ORDER BY id".to_owned(), Variables::new()).await.unwrap();
            answer.take::<Vec<Value>>(0).unwrap()
        };
        let followed = standings().await;
        let before = "REMOVE EVENT standing_follows ON membership; REMOVE TABLE standing";
        db.execute(before.to_owned(), Variables::new()).await.unwrap();
        team.worker.get("/me").await.is(401);
        let migration = include_str!("../../migrations/0009_standing.surql");
        db.execute(format!("BEGIN;\n{migration}\nCOMMIT;"), Variables::new()).await.unwrap();
        team.worker.get("/me").await.is(200);
        assert_eq!(standings().await, followed);

        // Whoever changes a membership, by whatever statement, changes what its person may do with the next request.
        let end = format!("UPDATE membership SET state = 'ended' WHERE person = person:`{}`", team.worker.id);
        db.execute(end, Variables::new()).await.unwrap();
        team.worker.get("/me").await.is(401);
        let gone = format!("DELETE membership WHERE person = person:`{}` AND organisation = organisation:`{eastvale}`", peer.id);
        db.execute(gone, Variables::new()).await.unwrap();
        assert_eq!(peer.get("/me").await.is(200).json["memberships"].as_array().unwrap().len(), 1);
        let gone = format!("DELETE membership WHERE person = person:`{}`", peer.id);
        db.execute(gone, Variables::new()).await.unwrap();
        peer.get("/me").await.is(401);
        // Nor does a credential let anybody in whose owner is not there any more.
        team.editor.get("/me").await.is(200);
        db.execute(format!("DELETE person:`{}`", team.editor.id), Variables::new()).await.unwrap();
        team.editor.get("/me").await.is(401);
        assert_eq!(standings().await.len(), followed.len());
    });
}

#[test]
fn a_weaker_store_setting_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let with = |store: &str| Config { store: Some(store.to_owned()), ..Config::in_memory_at(data.path()) };
    for unsafe_store in
        ["surrealkv://x", "rocksdb://x?sync=200ms", "rocksdb://x?sync=never", "rocksdb://x?sync_data=false", "http://x"]
    {
        assert!(with(unsafe_store).check().is_err(), "{unsafe_store}");
    }
    for store in ["mem://", "ws://localhost:8000", "wss://db.example", "rocksdb://x", "rocksdb://x?sync=every"] {
        assert!(with(store).check().is_ok(), "{store}");
    }
    assert_eq!(with("rocksdb://x").store_url(), "rocksdb://x?sync=every");
    assert!(on_disk(data.path()).store_url().ends_with("/store?sync=every"));
}

#[test]
fn nothing_private_stands_in_the_store_or_in_a_backup_in_the_clear() {
    run(async {
        let service = Service::on_disk().await;
        let team = service.team().await;
        let agreement = team.supervisor.supervises(&team.worker).await;
        let session = team.supervisor.plans(&agreement).await;
        let said = json!({ "body": "canary-body", "title": "canary-title", "tags": ["canary-tag"], "unease": "canary-unease",
            "unknowns": ["canary-unknown"], "hypotheses": ["canary-hypothesis"] });
        let id = team.worker.post("/reflections", said).await.is(201).id();
        team.worker
            .put(&format!("/reflections/{id}/working-copy"), json!({ "body": "canary-copy", "based_on": 1 }))
            .await
            .is(200);
        let shared = json!({ "person_id": team.peer.id.to_string(), "note": "canary-note" });
        let share = team.worker.post(&format!("/reflections/{id}/shares"), shared).await.is(201).id();
        team.peer.post(&format!("/shared-with-me/{share}/responses"), json!({ "body": "canary-response" })).await.is(201);
        team.worker.post(&format!("/supervision/sessions/{session}/agenda"), json!({ "text": "canary-agenda" })).await.is(201);
        team.editor.publishes("canary-published").await;
        let file = service.data().join("export.surql");
        service.app.db.export(&file).await.unwrap();
        let export = fs::read_to_string(&file).unwrap();
        assert!(export.contains("canary-published"), "published text is found, so the search can find");
        let found: Vec<_> = export
            .match_indices("canary-")
            .map(|(at, _)| &export[at..at + 16])
            .filter(|text| !text.starts_with("canary-published"))
            .collect();
        assert!(found.is_empty(), "{found:?}");
        assert!(!export.contains(crate::service::PASSWORD));
        assert!(!export.contains(team.worker.token.as_ref().unwrap()));
    });
}

#[test]
fn deleting_a_data_key_erases_what_it_sealed() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let id = team.worker.writes("To be erased.").await;
        let owner = soundings::id::Id::uuid(team.worker.id);
        service
            .app
            .db
            .transact(&service.app.clock, |tx| std::future::ready(tx.delete(soundings::vault::key_of_owner(owner)).returning(())))
            .await
            .unwrap();
        team.worker.get(&format!("/reflections/{id}")).await.is(404);
    });
}

#[test]
fn what_is_sealed_for_one_place_opens_nowhere_else() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let first = team.worker.writes("First.").await;
        let second = team.worker.writes("Second.").await;
        let text = "LET $sealed = (SELECT VALUE sealed FROM ONLY type::record('reflection', $first)); UPDATE type::record('reflection', $second) SET sealed = $sealed";
        let mut vars = Variables::new();
        vars.insert("first".to_owned(), first.clone().into_value());
        vars.insert("second".to_owned(), second.clone().into_value());
        service.app.db.execute(text.to_owned(), vars).await.unwrap();
        team.worker.get(&format!("/reflections/{first}")).await.is(200);
        team.worker.get(&format!("/reflections/{second}")).await.is(500);
    });
}
