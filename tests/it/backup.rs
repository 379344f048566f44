//! Backup and restore: what counts as whole, who may look, and what happens to the one that was cut off.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use soundings::{
    app::App,
    backup,
    config::Config,
    db::{Db, folder},
};
use surrealdb::types::Variables;

use crate::{
    service::{Service, run},
    store::{on_disk, opened, refused},
};

/// A command of the real program on a data folder.
fn program(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soundings"));
    command.args(words).arg("--data").arg(data).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The one line with which it refuses.
#[track_caller]
fn refusal(data: &Path, words: &[&str]) -> String {
    let output = program(data, words).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{words:?}: it did not refuse");
    assert_eq!(said.lines().count(), 1, "{words:?}: {said}");
    said
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The names of what is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A backup of a team's store in memory, as a file in that folder.
async fn backed_up(folder: &Path) -> String {
    let service = Service::new().await;
    let team = service.team().await;
    for number in 0..20 {
        team.worker.writes(&format!("number {number}")).await;
    }
    let file = folder.join("whole.surql");
    backup::back_up(&service.app.db, &file).await.unwrap();
    file.to_str().unwrap().to_owned()
}

/// Who asked for backups, as the audit has it.
async fn asked(app: &App) -> Vec<String> {
    let query = "SELECT VALUE actor FROM audit WHERE action = 'backup.create'".to_owned();
    app.db.execute(query, Variables::new()).await.unwrap().take(0).unwrap()
}

#[test]
fn a_backup_restores_to_the_same_records() {
    run(async {
        let service = Service::on_disk().await;
        let team = service.team().await;
        let id = team.worker.writes("Carried over.").await;
        team.worker.shares(&id, &team.peer).await;
        team.editor.publishes("Carried over too").await;
        let file = service.data().join("backups").join("one.surql");
        let held = backup::back_up(&service.app.db, &file).await.unwrap();
        assert_eq!(held, backup::inventory(&service.app.db).await.unwrap());
        assert!(backup::back_up(&service.app.db, &file).await.unwrap_err().contains("is there already"));
        assert!(backup::restore(&service.app.config, &service.app.db, &file).await.unwrap_err().contains("not empty"));

        let elsewhere = tempfile::tempdir().unwrap();
        let config = on_disk(elsewhere.path());
        let db = Db::connect_patiently(&config).await.unwrap();
        assert_eq!(backup::restore(&config, &db, &file).await.unwrap(), held);
        drop(db);
        fs::copy(service.data().join("master.key"), elsewhere.path().join("master.key")).unwrap();
        let restored = Service::attached(opened(config).await);
        soundings::library::finding::catch_up(&restored.app).await.unwrap();
        let worker = crate::service::Client { service: restored.clone(), ..team.worker.clone() };
        assert_eq!(worker.get(&format!("/reflections/{id}")).await.is(200).json["body"], "Carried over.");
        assert_eq!(restored.anonymous().get("/practice-examples?q=carried").await.is(200).items().len(), 1);
        // What the store does by itself came along: whoever leaves now is out with the next request.
        let end = format!("UPDATE membership SET state = 'ended' WHERE person = person:`{}`", worker.id);
        restored.app.db.execute(end, Variables::new()).await.unwrap();
        worker.get("/me").await.is(401);
    });
}

#[test]
fn half_a_backup_is_no_backup() {
    run(async {
        let service = Service::new().await;
        service.team().await;
        let data = tempfile::tempdir().unwrap();
        let whole = data.path().join("whole.surql");
        backup::back_up(&service.app.db, &whole).await.unwrap();
        let text = fs::read(&whole).unwrap();
        let half = data.path().join("half.surql");
        fs::write(&half, &text[..text.len() / 2]).unwrap();
        let config = Config::in_memory_at(data.path());
        let db = Db::connect_patiently(&config).await.unwrap();
        assert!(backup::restore(&config, &db, &half).await.is_err());
        fs::write(&half, "").unwrap();
        assert!(backup::restore(&config, &db, &half).await.is_err());
        let mut changed = text.clone();
        let at = changed.windows(9).position(|part| part == b"Northmoor").expect("the name of the council stands in it");
        changed[at] = b'M';
        fs::write(&half, changed).unwrap();
        assert!(backup::restore(&config, &db, &half).await.unwrap_err().contains("not a whole backup"));
        backup::restore(&config, &db, &whole).await.unwrap();
    });
}

#[test]
fn an_export_that_was_cut_off_between_statements_is_not_whole() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        team.worker.writes("Kept.").await;
        team.editor.publishes("Kept too").await;
        let least = backup::least(&service.app.db).await.unwrap();
        let (file, cut) = (service.data().join("export.surql"), service.data().join("cut.surql"));
        service.app.db.export(&file).await.unwrap();
        let text = fs::read_to_string(&file).unwrap();
        backup::holds(&backup::read_back(&file).await.unwrap(), &least).unwrap();
        let ends: Vec<usize> = text.match_indices(";\n").map(|(at, end)| at + end.len()).collect();
        assert!(ends.len() > 100, "{} statements", ends.len());
        // The last cut leaves out one statement, the definition of the last table.
        for end in ends.iter().rev().skip(1).step_by(ends.len() / 12) {
            fs::write(&cut, &text[..*end]).unwrap();
            let whole = match backup::read_back(&cut).await {
                Ok(copy) => backup::holds(&copy, &least).is_ok(),
                Err(_) => false,
            };
            assert!(!whole, "{end} of {} bytes were taken for a whole export", text.len());
        }
    });
}

#[test]
fn a_copy_that_lacks_records_is_not_whole() {
    run(async {
        let service = Service::new().await;
        service.team().await;
        let db = &service.app.db;
        let (least, there) = (backup::least(db).await.unwrap(), backup::inventory(db).await.unwrap());
        backup::holds(&there, &least).unwrap();
        backup::equals(&there, &there).unwrap();

        let mut fewer = there.clone();
        fewer.get_mut("audit").unwrap().0 -= 1;
        assert!(backup::holds(&fewer, &least).unwrap_err().contains("audit"));
        let mut other = there.clone();
        other.get_mut("person").unwrap().1 = "another digest".to_owned();
        assert!(backup::equals(&other, &there).unwrap_err().contains("person"));
        other.remove("person");
        assert!(backup::equals(&other, &there).is_err());
        assert!(backup::equals(&there, &other).is_err(), "a table of its own is a difference too");
    });
}

#[test]
fn a_store_at_rest_and_its_backup_are_the_same() {
    run(async {
        let service = Service::new().await;
        service.team().await.worker.writes("Kept.").await;
        let file = service.data().join("at-rest.surql");
        let held = backup::back_up_at_rest(&service.app.db, &file).await.unwrap();
        assert_eq!(held, backup::inventory(&service.app.db).await.unwrap());
        assert_eq!(held["reflection"].0, 1);
    });
}

#[test]
fn what_a_store_holds_is_the_same_in_pages_of_any_size() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        for number in 0..7 {
            let id = team.worker.writes(&format!("number {number}")).await;
            team.worker.patch(&format!("/reflections/{id}"), "\"1\"", json!({ "body": "again" })).await.is(200);
        }
        let db = &service.app.db;
        let whole = backup::inventory(db).await.unwrap();
        assert_eq!((whole["person"].0, whole["reflection"].0, whole["reflection_revision"].0), (7, 7, 7));
        for page in [1, 2, 7, 14] {
            assert_eq!(backup::inventory_by(db, page).await.unwrap(), whole, "{page} at once");
        }
        team.worker.writes("One more.").await;
        assert_ne!(backup::inventory_by(db, 2).await.unwrap(), whole, "the control: a difference shows");
    });
}

/// Nothing but waiting takes so long in a test: it costs half a minute and no work.
#[test]
fn reading_a_backup_may_take_longer_than_a_request() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("slow.surql");
        fs::write(&file, "OPTION IMPORT;\nDEFINE TABLE thing;\nSLEEP 16s;\nSLEEP 16s;\nCREATE thing:one;\n").unwrap();
        let hasty = Db::connect(&Config::in_memory_at(data.path())).await.unwrap();
        let (cut_off, read) = tokio::join!(hasty.import(&file), backup::read_back(&file));
        assert!(cut_off.is_err(), "the control: a store opened for requests cuts it off");
        assert_eq!(read.unwrap()["thing"].0, 1);
    });
}

#[test]
fn a_failed_backup_leaves_nothing_behind() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let db = Db::connect(&Config::in_memory_at(data.path())).await.unwrap();
        let file = data.path().join("backup.surql");
        assert!(backup::back_up(&db, &file).await.unwrap_err().contains("is empty"));
        assert!(names(data.path()).is_empty(), "{:?}", names(data.path()));
        db.execute("DEFINE TABLE thing; CREATE thing:one".to_owned(), Variables::new()).await.unwrap();
        backup::back_up(&db, &file).await.unwrap();
        assert_eq!(names(data.path()), ["backup.surql"]);
    });
}

#[test]
fn one_backup_is_made_at_a_time() {
    run(async {
        let service = Service::new().await;
        let admin = service.team().await.admin;
        let first = service.app.backing_up.try_lock().unwrap();
        let second = admin.post("/backups", json!({})).await.is(503);
        assert!(second.header("retry-after").parse::<u64>().unwrap() >= 1);
        assert!(!service.data().join("backups").exists());
        drop(first);
        admin.post("/backups", json!({})).await.is(201);
    });
}

#[test]
fn nobody_else_on_the_machine_looks_into_a_backup() {
    run(async {
        let service = Service::new().await;
        let admin = service.team().await.admin;
        let folder = service.data().join("backups");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(folder.join("2026-01-01.surql.partial"), "left by a crash").unwrap();
        fs::write(folder.join("2026-01-01.surql"), "kept").unwrap();
        let made = admin.post("/backups", json!({})).await.is(201);
        let file = Path::new(made.json["file"].as_str().unwrap()).to_owned();
        assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
        let made = file.file_name().unwrap().to_str().unwrap();
        assert_eq!(names(&folder), ["2026-01-01.surql", made]);

        // Nor while it is being written: the export keeps the mode of what it finds.
        let partial = service.data().join("export.surql");
        fs::write(&partial, "a longer text than nothing").unwrap();
        fs::set_permissions(&partial, fs::Permissions::from_mode(0o600)).unwrap();
        service.app.db.export(&partial).await.unwrap();
        assert_eq!(mode(&partial), 0o600);
        assert!(fs::read_to_string(&partial).unwrap().contains("OPTION IMPORT"));
    });
}

#[test]
fn who_asked_for_a_backup_is_written_down_and_in_it() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        team.worker.post("/backups", json!({})).await.is(404);
        assert!(asked(&service.app).await.is_empty());
        let made = team.admin.post("/backups", json!({})).await.is(201);
        assert_eq!(asked(&service.app).await, [format!("person:{}", team.admin.id)]);
        assert!(fs::read_to_string(made.json["file"].as_str().unwrap()).unwrap().contains("backup.create"));
    });
}

#[test]
fn a_backup_does_not_tell_an_administrator_who_wrote_or_how_much() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        team.editor.publishes("For everyone").await;
        let first = team.admin.post("/backups", json!({})).await.is(201);
        team.worker.writes("Between the two.").await;
        service.app.clock.advance(chrono::Duration::seconds(1));
        let second = team.admin.post("/backups", json!({})).await.is(201);
        let tables: Vec<&str> =
            first.json["tables"].as_array().unwrap().iter().map(|table| table["table"].as_str().unwrap()).collect();
        assert_eq!(tables, ["library_change", "practice_example_version"]);
        assert_eq!(first.json["tables"], second.json["tables"]);
        let held = |answer: &Value| fs::read_to_string(answer["file"].as_str().unwrap()).unwrap().matches("reflection:").count();
        assert!(held(&first.json) < held(&second.json), "the control: it is in the second file");
        team.editor.publishes("For everyone too").await;
        service.app.clock.advance(chrono::Duration::seconds(1));
        let third = team.admin.post("/backups", json!({})).await.is(201);
        assert_ne!(second.json["tables"], third.json["tables"], "the control: what everyone can count is counted");
    });
}

#[test]
fn a_restore_that_was_cut_off_is_not_served() {
    run(async {
        let elsewhere = tempfile::tempdir().unwrap();
        let file = backed_up(elsewhere.path()).await;
        let data = elsewhere.path().join("data");
        let config = on_disk(&data);
        let marker = folder::restoring(&config);
        let mut restoring = program(&data, &["restore", "--from", &file]).spawn().unwrap();
        while !marker.exists() {
            assert!(restoring.try_wait().unwrap().is_none(), "it ended before it began");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        restoring.kill().unwrap();
        restoring.wait().unwrap();
        assert!(marker.exists(), "it was cut off midway");

        let why = refused(config.clone()).await;
        assert!(why.contains("was not finished") && why.contains("restore again") && !why.contains('\n'), "{why}");
        let to = elsewhere.path().join("copy.surql");
        let commands: [&[&str]; 6] = [
            &["serve", "--listen", "127.0.0.1:0"],
            &["migrate"],
            &["reindex"],
            &["backup", "--to", to.to_str().unwrap()],
            &["people", "invite", "--email", "a@b.example", "--name", "A", "--organisation", "B"],
            &["restore", "--from", &file],
        ];
        for words in commands {
            assert!(refusal(&data, words).contains("was not finished"), "{words:?}");
        }

        // What it says to do is what helps.
        fs::remove_dir_all(folder::folder(&config).unwrap()).unwrap();
        fs::remove_file(&marker).unwrap();
        assert!(program(&data, &["restore", "--from", &file]).output().unwrap().status.success());
        assert!(!marker.exists());
        let restored = opened(config).await;
        assert_eq!(backup::inventory(&restored.db).await.unwrap()["reflection"].0, 20);
    });
}

#[test]
fn the_search_index_of_another_store_does_not_outlive_a_restore() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let file = backed_up(data.path()).await;
        let config = on_disk(&data.path().join("data"));
        let search = config.search_path().unwrap();
        fs::create_dir_all(&search).unwrap();
        fs::write(search.join("meta.json"), "of another store").unwrap();
        let db = Db::connect_patiently(&config).await.unwrap();
        backup::restore(&config, &db, Path::new(&file)).await.unwrap();
        assert!(!search.exists());
    });
}

#[test]
fn the_backup_before_an_upgrade_is_not_the_upgrade() {
    run(async {
        let data = tempfile::tempdir().unwrap();
        let earlier = data.path().join("earlier");
        let db = Db::connect(&on_disk(&earlier)).await.unwrap();
        db.execute("DEFINE TABLE thing; CREATE thing:one".to_owned(), Variables::new()).await.unwrap();
        drop(db);
        let to = data.path().join("before.surql");
        let mut said = String::new();
        for _ in 0..100 {
            let output = program(&earlier, &["backup", "--to", to.to_str().unwrap()]).output().unwrap();
            if output.status.success() {
                said = String::from_utf8(output.stdout).unwrap();
                break;
            }
            let why = String::from_utf8(output.stderr).unwrap();
            assert!(why.contains("in use"), "{why}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(said.starts_with("thing 1 ") && said.lines().count() == 1, "{said}");
        assert_eq!(names(&earlier), ["store"], "no key and no index were made");
    });
}

#[test]
fn a_mistyped_folder_is_not_made_into_a_store() {
    let data = tempfile::tempdir().unwrap();
    let (right, mistyped, to) = (data.path().join("data"), data.path().join("dta"), data.path().join("copy.surql"));
    assert!(program(&right, &["migrate"]).output().unwrap().status.success());
    let commands: [&[&str]; 2] = [&["backup", "--to", to.to_str().unwrap()], &["reindex"]];
    for words in commands {
        assert!(refusal(&mistyped, words).contains("there is no store"), "{words:?}");
        assert!(!mistyped.exists(), "{words:?}");
        assert!(program(&right, words).output().unwrap().status.success(), "the control: {words:?}");
    }
}

#[test]
fn a_store_on_a_server_is_backed_up_there() {
    let data = tempfile::tempdir().unwrap();
    let remote = Config { store: Some("ws://127.0.0.1:1".to_owned()), ..Config::in_memory_at(data.path()) };
    assert!(backup::is_possible(&remote).unwrap_err().contains("SurrealDB server"));
    assert!(backup::is_possible(&on_disk(data.path())).is_ok());
    let to = data.path().join("copy.surql");
    let words = ["backup", "--store", "ws://127.0.0.1:1", "--to", to.to_str().unwrap()];
    assert!(refusal(data.path(), &words).contains("SurrealDB server"));
}
