//! Every list is one index scan, and shows the same rows as a look at every record would.

use std::fs;

use serde_json::{Value, json};
use surrealdb::types::{RecordId, SurrealValue as _, Variables};

use crate::service::{Service, run};

/// The list queries as they stand in the code: a `SELECT … FROM table WHERE …` in a store file.
fn list_queries() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for feature in ["people", "reflections", "library", "supervision"] {
        let path = format!("{}/src/{feature}/store.rs", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        for literal in text.split('"').skip(1).step_by(2) {
            for statement in literal.split(';') {
                let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
                let plain = statement.starts_with("SELECT")
                    && statement.contains(" WHERE ")
                    && !statement.contains("FROM $")
                    && !statement.contains("FROM (");
                if plain {
                    found.push((feature.to_owned(), statement));
                }
            }
        }
    }
    found
}

async fn values(service: &Service) -> Variables {
    let team = service.team().await;
    let mut vars = Variables::new();
    let person = RecordId::new("person", team.worker.id.to_string());
    for name in ["author", "reader", "person", "owner", "worker", "supervisor", "id_person"] {
        vars.insert(name.to_owned(), person.clone().into_value());
    }
    let organisation = RecordId::new("organisation", team.authority.to_string());
    vars.insert("organisation".to_owned(), organisation.into_value());
    for (name, table) in [
        ("id", "reflection"),
        ("reflection", "reflection"),
        ("share", "share"),
        ("of", "supervision_session"),
        ("relationship", "relationship"),
    ] {
        vars.insert(name.to_owned(), RecordId::new(table, "x").into_value());
    }
    for (name, text) in
        [("before", "g"), ("place", ""), ("from", "2026"), ("to", "9"), ("kind", "token"), ("handle", "x"), ("purpose", "setup")]
    {
        vars.insert(name.to_owned(), text.to_owned().into_value());
    }
    vars.insert("now".to_owned(), service.app.clock.now().into_value());
    vars
}

#[test]
fn every_list_is_an_index_scan() {
    run(async {
        let service = Service::new().await;
        let mut vars = values(&service).await;
        let who = json!([{ "owner": null }]);
        vars.insert("who".to_owned(), who.into_value());
        let queries = list_queries();
        assert!(queries.len() >= 20, "the test finds the queries: {}", queries.len());
        let mut wrong = Vec::new();
        for (feature, query) in &queries {
            // Setup asks once in the life of a service, before anything is in it.
            if query.contains("FROM link") || query.contains("hosts = true") {
                continue;
            }
            let mut answer = service
                .app
                .db
                .execute(format!("EXPLAIN {query}"), vars.clone())
                .await
                .unwrap_or_else(|cause| panic!("{query}: {cause}"));
            let plan: surrealdb::types::Value = answer.take(0).unwrap();
            let plan = plan.into_json_value().to_string();
            println!("{feature}: {query}\n    {plan}");
            if plan.contains("TableScan")
                || plan.contains("Iterate Table")
                || plan.contains("Sort")
                || !(plan.contains("IndexScan") || plan.contains("Iterate Index"))
            {
                wrong.push(format!("{query}\n    {plan}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn every_list_shows_what_a_look_at_every_record_would() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        for number in 0..30 {
            team.worker.writes(&format!("{number}")).await;
            team.editor.publishes(&format!("Example {number}")).await;
        }
        let mut vars = Variables::new();
        vars.insert("author".to_owned(), RecordId::new("person", team.worker.id.to_string()).into_value());
        vars.insert("organisation".to_owned(), RecordId::new("organisation", team.authority.to_string()).into_value());
        for (table, condition) in [
            ("reflection", "author = $author AND sort_key < 'g'"),
            ("practice_example", "state = 'published' AND sort_key < 'g'"),
            ("membership", "organisation = $organisation AND state = 'active' AND sort_key < 'g'"),
        ] {
            let rows = |hint: &'static str| {
                let query = format!("SELECT VALUE id FROM {table} {hint} WHERE {condition} ORDER BY sort_key DESC LIMIT 21");
                let (db, vars) = (service.app.db.clone(), vars.clone());
                async move {
                    let mut answer = db.execute(query, vars).await.unwrap();
                    let rows: Vec<RecordId> = answer.take(0).unwrap();
                    rows
                }
            };
            let indexed = rows("").await;
            assert!(!indexed.is_empty(), "{table}");
            assert_eq!(indexed, rows("WITH NOINDEX").await, "{table}");
        }
    });
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
