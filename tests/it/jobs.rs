//! What is done on a schedule: leases among replicas, and sweeps that keep up.

use std::{fs, ops::Bound, sync::Arc};

use chrono::Duration;
use serde_json::json;
use soundings::{app::App, backup, id::OperationId, jobs, lease, people::credentials};
use surrealdb::types::{RecordId, RecordIdKeyRange, SurrealValue, Value, Variables};

use crate::service::{PASSWORD, Service, run};

/// More than two batches of a sweep.
const MANY: usize = 1_200;

async fn execute(app: &App, text: &str, vars: Variables) {
    app.db.execute(text.to_owned(), vars).await.unwrap();
}

fn new_ids(app: &App, how_many: usize) -> Vec<String> {
    (0..how_many).map(|_| app.clock.new_id::<OperationId>().to_string()).collect()
}

/// Marks as transactions leave them now.
async fn leave_marks(app: &App, how_many: usize) -> Vec<RecordId> {
    let ids = new_ids(app, how_many);
    let mut vars = Variables::new();
    vars.insert("ids".to_owned(), ids.clone().into_value());
    execute(app, "FOR $id IN $ids { CREATE type::record('operation', $id) RETURN NONE }", vars).await;
    ids.into_iter().map(|id| RecordId::new("operation", id)).collect()
}

/// Credentials and idempotency keys that end now.
async fn leave_ended(app: &App, how_many: usize) {
    let mut vars = Variables::new();
    vars.insert("ids".to_owned(), new_ids(app, how_many).into_value());
    vars.insert("at".to_owned(), app.clock.now().into_value());
    let text = "FOR $id IN $ids {
        CREATE type::record('credential', $id) SET handle = $id, kind = 'access', owner = person:gone, epoch = 1, scopes = [],
            name = '', created_at = $at, seen_at = $at, idle_minutes = 0, expires_at = $at RETURN NONE;
        CREATE type::record('once', $id) SET fingerprint = <bytes>'x', resource = person:gone, expires_at = $at RETURN NONE;
    }";
    execute(app, text, vars).await;
}

/// How many records there are in some tables.
async fn count<const N: usize>(app: &App, tables: [&str; N]) -> [usize; N] {
    let held = backup::inventory(&app.db).await.unwrap();
    tables.map(|table| held[table].0)
}

async fn works(app: &App) -> bool {
    lease::hold(app, "job", async { Ok(()) }).await.unwrap().is_some()
}

async fn let_it_run_out(app: &App) {
    execute(app, "UPDATE lease:job SET expires_at = time::now() - 1s", Variables::new()).await;
}

#[test]
fn of_two_replicas_one_holds_a_lease_until_it_runs_out() {
    run(async {
        let service = Service::new().await;
        let first = &service.app;
        let second = App::around(first.config.clone(), first.db.clone(), first.clock.clone()).await.unwrap();
        assert!(works(first).await);
        assert!(!works(&second).await);
        assert!(works(first).await, "whoever holds it goes on");
        let_it_run_out(first).await;
        assert!(works(&second).await);
        assert!(!works(first).await);
        let fence: Option<i64> = first.db.run("SELECT VALUE fence FROM lease:job").one().await.unwrap();
        assert_eq!(fence, Some(2), "it changed hands twice");
        let_it_run_out(first).await;
        let (one, other) = tokio::join!(works(first), works(&second));
        assert!(one != other, "at once: {one} and {other}");
    });
}

#[test]
fn marks_go_after_a_day_however_many_there_are() {
    run(async {
        let service = Service::new().await;
        let app = &service.app;
        let old = leave_marks(app, MANY).await;
        app.clock.advance(Duration::hours(23));
        let recent = leave_marks(app, 3).await;
        assert_eq!(lease::sweep_marks(app).await.unwrap(), 0, "they are not a day old");
        app.clock.advance(Duration::hours(2));
        assert!(lease::sweep_marks(app).await.unwrap() >= MANY);
        let left: Vec<RecordId> = app.db.run("SELECT VALUE id FROM operation").all().await.unwrap();
        assert!(old.iter().all(|mark| !left.contains(mark)));
        assert!(recent.iter().all(|mark| left.contains(mark)), "the control: {} are left", left.len());
    });
}

#[test]
fn what_reads_a_range_of_ids_stops_at_its_limit() {
    #[derive(SurrealValue)]
    struct Ranges {
        old: RecordId,
        rest: RecordId,
    }
    run(async {
        let service = Service::new().await;
        let range = || RecordIdKeyRange { start: Bound::Unbounded, end: Bound::Excluded("g".into()) };
        let ranges = || Ranges { old: RecordId::new("operation", range()), rest: RecordId::new("operation", range()) };
        let mut vars = Variables::new();
        vars.insert("marks".to_owned(), ranges().into_value());
        vars.insert("page".to_owned(), ranges().into_value());
        vars.insert("most".to_owned(), 500_i64.into_value());
        for file in ["lease.rs", "backup/contents.rs"] {
            let text = fs::read_to_string(format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let query = text.split('"').find(|literal| literal.contains("FROM type::record($")).unwrap();
            let mut answer = service.app.db.execute(format!("EXPLAIN {query}"), vars.clone()).await.unwrap();
            let plan: Value = answer.take(0).unwrap();
            let plan = plan.into_json_value().to_string();
            let within = plan.contains("DynamicScan") && plan.contains("limit") && !plan.contains("Limit");
            assert!(within, "{query}\n    {plan}");
        }
    });
}

#[test]
fn what_lets_nobody_in_any_more_goes_however_much_there_is() {
    run(async {
        let service = Service::new().await;
        let worker = service.team().await.worker;
        worker.post_once("/reflections", "a-key", json!({ "body": "Kept." })).await.is(201);
        let app = &service.app;
        let before = count(app, ["credential", "once"]).await;
        assert!(before[0] > 0 && before[1] > 0, "{before:?}");
        leave_ended(app, MANY).await;
        assert_eq!(count(app, ["credential", "once"]).await, before.map(|count| count + MANY));
        app.clock.advance(Duration::seconds(1));
        assert_eq!(credentials::sweep(app).await.unwrap(), 2 * MANY);
        assert_eq!(count(app, ["credential", "once"]).await, before);
        worker.get("/reflections").await.is(200);
    });
}

#[test]
fn names_and_addresses_of_those_who_never_came_go_a_month_after_their_invitation_ran_out() {
    run(async {
        let service = Service::new().await;
        let (admin, nobody) = (service.team().await.admin, service.anonymous());
        let path = format!("/organisations/{}/invitations", admin.authority);
        let mut links = Vec::new();
        for name in ["Nadia", "Omar"] {
            let whom = json!({ "email": format!("{name}@test.example"), "name": name, "roles": ["practitioner"] });
            let invited = admin.post(&path, whom).await.is(201);
            links.push(format!("/invitations/{}/acceptance", invited.json["secret"].as_str().unwrap()));
            if name == "Omar" {
                admin.delete(&format!("{path}/{}", invited.id())).await.is(204);
            }
        }
        let app = &service.app;
        app.clock.advance(Duration::days(14 + 29));
        credentials::sweep(app).await.unwrap();
        assert_eq!(count(app, ["invitation", "link"]).await, [2, 2]);
        for link in &links {
            nobody.put(link, json!({ "password": PASSWORD })).await.is(409);
        }
        app.clock.advance(Duration::days(2));
        assert_eq!(credentials::sweep(app).await.unwrap(), 4);
        assert_eq!(count(app, ["invitation", "link"]).await, [0, 0]);
        for link in &links {
            nobody.put(link, json!({ "password": PASSWORD })).await.is(404);
        }
    });
}

#[test]
fn every_job_of_the_schedule_does_its_work() {
    run(async {
        let service = Service::new().await;
        service.team().await;
        let mut names: Vec<&str> = jobs::SCHEDULE.iter().map(|job| job.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), jobs::SCHEDULE.len(), "a name is a lease: {names:?}");
        for job in &jobs::SCHEDULE {
            (job.verb)(Arc::clone(&service.app)).await.unwrap_or_else(|cause| panic!("{}: {cause}", job.name));
        }
    });
}
