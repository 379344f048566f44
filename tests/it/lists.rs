//! Every list is one index scan, and shows the same rows as a look at every record would.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use surrealdb::types::{RecordId, SurrealValue as _, Value as Stored, Variables};

use crate::service::{Service, Team, run};

/// What asks for more than a record by its id and needs no index, and why.
const EXEMPT: [(&str, &str); 5] = [
    ("FROM _migration", "read once at start, and all of it is wanted"),
    ("FROM bare", "the floor that measurements are compared with, in a store of its own"),
    ("FROM type::table($table)", "a backup counts everything"),
    ("FROM organisation WHERE hosts", "the first organisation of a service hosts it"),
    ("FROM organisation LIMIT 1", "any record will do"),
];

/// A query that looks for rows of a table.
struct Query {
    file: String,
    text: String,
    table: String,
}

impl Query {
    /// The same, as a look at every record.
    fn without_index(&self) -> String {
        let from = format!(" FROM {}", self.table);
        self.text.replacen(&from, &format!("{from} WITH NOINDEX"), 1)
    }

    /// The names it binds.
    fn names(&self) -> BTreeSet<&str> {
        let after = self.text.split('$').skip(1);
        after.filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()).collect()
    }
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The statements of every `.run("…")` in the source, each on one line.
fn statements() -> Vec<(String, String)> {
    let (mut files, mut found) = (Vec::new(), Vec::new());
    sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut files);
    for (file, source) in files {
        for call in source.split(".run(").skip(1) {
            let call = call.trim_start();
            let Some(literal) = call.strip_prefix('"') else {
                assert!(call.starts_with(')'), "{file} runs a query that does not stand there");
                continue;
            };
            let (text, _) = literal.split_once('"').unwrap();
            assert!(!text.contains('\\'), "{file}: this test does not read escapes: {text}");
            for statement in text.split(';') {
                found.push((file.clone(), statement.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        }
    }
    found
}

/// The tables that a statement reads; what is read by its id names none.
fn tables(statement: &str) -> Vec<String> {
    let sources = statement.split(" FROM ").skip(1).filter_map(|rest| rest.split([' ', ')']).next());
    sources.filter(|source| !by_id(source)).map(str::to_owned).collect()
}

/// Whether a source is records by their ids, such as `$id`, `(SELECT …`, `[$one, $other]`, `key_check:one` or a range.
fn by_id(source: &str) -> bool {
    source.starts_with(['$', '(', '[']) || source.starts_with("type::record(") || source.replace("::", "").contains(':')
}

/// Every query that looks for rows of a table.
fn queries() -> Vec<Query> {
    let mut found = Vec::new();
    for (file, text) in statements() {
        let tables = tables(&text);
        if tables.is_empty() || EXEMPT.iter().any(|(exempt, _)| text.contains(exempt)) {
            continue;
        }
        let [table] = tables.as_slice() else { panic!("{file}: this test explains one table at a time: {text}") };
        assert!(text.starts_with("SELECT "), "{file}: this test explains what is selected: {text}");
        found.push(Query { file, table: table.clone(), text });
    }
    found
}

/// A store with rows for every list to show, and what its queries are asked with.
async fn filled(service: &Service) -> BTreeMap<&'static str, Stored> {
    let team = service.team().await;
    let mut values = written(&team).await;
    published(&team).await;
    let invited = json!({ "email": "nia@test.example", "name": "Nia New", "roles": ["practitioner"] });
    team.admin.post(&format!("/organisations/{}/invitations", team.authority), invited).await.is(201);
    service.system(team.authority, &["library:read"]).await;

    let (worker, supervisor) = (record("person", &team.worker.id), record("person", &team.supervisor.id));
    for name in ["author", "owner", "person", "worker"] {
        values.insert(name, worker.clone());
    }
    for name in ["reader", "supervisor"] {
        values.insert(name, supervisor.clone());
    }
    values.insert("organisation", record("organisation", &team.authority));
    for (name, text) in [
        ("before", "g"),
        ("place", ""),
        ("from", "2026"),
        ("to", "9"),
        ("kind", "token"),
        ("email", "nia@test.example"),
        ("purpose", "setup"),
    ] {
        values.insert(name, text.to_owned().into_value());
    }
    values.insert("until", (service.app.clock.now() + Duration::days(1)).into_value());
    let mut owner = Variables::new();
    owner.insert("owner".to_owned(), worker);
    for (name, text) in [
        ("relationship", "SELECT VALUE id FROM relationship LIMIT 1"),
        ("handle", "SELECT VALUE handle FROM credential WHERE owner = $owner AND kind = 'token' LIMIT 1"),
        ("who", "SELECT owner FROM credential WHERE owner = $owner LIMIT 1"),
    ] {
        let rows = rows(service, text, &owner).await;
        values.insert(name, if name == "who" { rows.into_value() } else { rows.into_iter().next().unwrap() });
    }
    values
}

/// Reflections, what hangs on them, and supervision.
async fn written(team: &Team) -> BTreeMap<&'static str, Stored> {
    let (worker, supervisor) = (&team.worker, &team.supervisor);
    let agreement = supervisor.supervises(worker).await;
    let session = supervisor.plans(&agreement).await;
    let agenda = format!("/supervision/sessions/{session}/agenda");
    let reflection = worker.writes("What I saw today.").await;
    worker.patch(&format!("/reflections/{reflection}"), "\"1\"", json!({ "title": "Second visit" })).await.is(200);
    for number in 0..25 {
        worker.writes(&format!("{number}")).await;
        worker.post(&agenda, json!({ "text": format!("{number}") })).await.is(201);
    }
    let share = worker.shares(&reflection, supervisor).await;
    worker.shares(&reflection, &team.peer).await;
    supervisor.post(&format!("/shared-with-me/{share}/responses"), json!({ "body": "I see a door." })).await.is(201);
    let steps = json!([{ "title": "Before", "questions": ["Who is afraid?"] }]);
    let set = json!({ "title": "Mine", "summary": "For visits.", "steps": steps });
    worker.post_once("/prompt-sets", "once", set).await.is(201);
    BTreeMap::from([
        ("id", record("reflection", &reflection)),
        ("reflection", record("reflection", &reflection)),
        ("share", record("share", &share)),
        ("agreement", record("agreement", &agreement)),
        ("of", record("supervision_session", &session)),
    ])
}

/// Examples: published, withdrawn, and drafts.
async fn published(team: &Team) {
    let shelf = format!("/organisations/{}/practice-examples", team.authority);
    for number in 0..25 {
        // No two at once, so that their order is certain.
        team.editor.service.app.clock.advance(Duration::seconds(1));
        team.editor.publishes(&format!("Example {number}")).await;
        team.editor.post(&shelf, json!({ "title": format!("Draft {number}"), "summary": "Not yet." })).await.is(201);
    }
    let withdrawn = team.editor.publishes("A mistake").await;
    let publication = format!("/practice-examples/{withdrawn}/publication?reason=Wrong.");
    team.editor.delete_if(&publication, "\"1\"").await.is(204);
}

fn record(table: &'static str, id: &impl ToString) -> Stored {
    RecordId::new(table, id.to_string()).into_value()
}

/// What a query is asked with, at some time.
fn bound(query: &Query, values: &BTreeMap<&'static str, Stored>, now: DateTime<Utc>) -> Variables {
    let mut vars = Variables::new();
    for name in query.names() {
        let value = match name {
            "now" => Some(now.into_value()),
            // Before what: a moment, a number, or a place in the list.
            "before" if query.text.contains("_at < $before") => Some(now.into_value()),
            "before" if query.text.contains("number < $before") => Some(1_000_i64.into_value()),
            _ => values.get(name).cloned(),
        };
        let value = value.unwrap_or_else(|| panic!("lists.rs has no value for ${name}: {} asks {}", query.file, query.text));
        vars.insert(name.to_owned(), value);
    }
    vars
}

async fn rows(service: &Service, text: &str, vars: &Variables) -> Vec<Stored> {
    let answer = service.app.db.execute(text.to_owned(), vars.clone()).await;
    let mut answer = answer.unwrap_or_else(|cause| panic!("{text}: {cause}"));
    let found: Stored = answer.take(0).unwrap();
    match found {
        Stored::Array(rows) => rows.into_vec(),
        row => vec![row],
    }
}

#[test]
fn every_list_is_an_index_scan() {
    run(async {
        let service = Service::new().await;
        let values = filled(&service).await;
        let queries = queries();
        assert!(queries.len() >= 30, "the test finds the queries: {}", queries.len());
        let mut wrong = Vec::new();
        for query in &queries {
            let vars = bound(query, &values, service.app.clock.now());
            let plan = rows(&service, &format!("EXPLAIN {}", query.text), &vars).await;
            let plan = plan.into_value().into_json_value().to_string();
            println!("{}: {}\n    {plan}", query.file, query.text);
            let scan = plan.contains("IndexScan") || plan.contains("Iterate Index");
            if !scan || ["TableScan", "Iterate Table", "Sort"].iter().any(|slow| plan.contains(slow)) {
                wrong.push(format!("{}: {}\n    {plan}", query.file, query.text));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn every_list_shows_what_a_look_at_every_record_would() {
    run(async {
        let service = Service::new().await;
        let values = filled(&service).await;
        let (mut shown, mut empty) = (0, Vec::new());
        for query in queries() {
            let mut some = false;
            // Now, and once everything has expired.
            for days in [0, 4_000] {
                let vars = bound(&query, &values, service.app.clock.now() + Duration::days(days));
                let indexed = in_order(&query, &rows(&service, &query.text, &vars).await);
                some |= !indexed.is_empty();
                let looked_at = in_order(&query, &rows(&service, &query.without_index(), &vars).await);
                assert_eq!(indexed, looked_at, "{}", query.text);
            }
            shown += usize::from(some);
            if !some {
                empty.push(query.text);
            }
        }
        assert!(shown >= 25, "{shown} lists show something, and these show nothing: {empty:#?}");
    });
}

/// Rows to compare: those of a query that asks for no order, in any.
fn in_order(query: &Query, rows: &[Stored]) -> Vec<String> {
    let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    if !query.text.contains(" ORDER BY ") {
        rows.sort_unstable();
    }
    rows
}

#[test]
fn the_test_knows_a_list_from_a_read_by_id() {
    for by_id in [
        "SELECT * FROM $id",
        "SELECT VALUE id FROM [$audit, $operation] WHERE id != NONE",
        "SELECT * FROM (SELECT VALUE example FROM $id)",
        "SELECT wrapped FROM key_check:one",
        "SELECT VALUE id FROM type::record($marks.old) LIMIT 500",
        "RETURN 1",
    ] {
        assert!(tables(by_id).is_empty(), "{by_id}");
    }
    let list = "SELECT VALUE id FROM operation WHERE at < $day LIMIT 2000";
    assert_eq!(tables(list), ["operation"]);
    let query = Query { file: String::new(), text: list.to_owned(), table: "operation".to_owned() };
    assert_eq!(query.without_index(), "SELECT VALUE id FROM operation WITH NOINDEX WHERE at < $day LIMIT 2000");
    assert_eq!(query.names(), BTreeSet::from(["day"]));
}

/// Every row that a list returns is one that the policy lets the caller read.
#[test]
fn every_listed_row_is_one_that_can_be_read() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let agreement = team.supervisor.supervises(&team.worker).await;
        team.supervisor.plans(&agreement).await;
        let id = team.worker.writes("Shared.").await;
        team.peer.writes("Not shared.").await;
        team.worker.shares(&id, &team.supervisor).await;
        team.editor.publishes("Published").await;
        let mut rows = 0;
        for client in [&team.worker, &team.peer, &team.supervisor, &team.psw, &team.editor, &team.admin] {
            for list in [
                "/reflections",
                "/shared-with-me",
                "/supervision/agreements",
                "/supervision/sessions",
                "/practice-examples",
                "/prompt-sets",
            ] {
                for item in client.get(list).await.is(200).items() {
                    let name = item.get("id").or_else(|| item.get("slug")).and_then(Value::as_str).unwrap();
                    client.get(&format!("{list}/{name}")).await.is(200);
                    rows += 1;
                }
            }
        }
        assert!(rows > 50, "{rows}");
    });
}
