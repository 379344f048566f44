//! A3 over the interface: everybody reads everything that can be read.

use poem::http::Method;
use serde_json::json;

use super::{
    Seen, bytes, compare,
    marks::{COMMON, mark},
    village::Village,
};
use crate::{
    endpoints::{Operation, operations},
    service::{Service, run},
};

/// Every address that can be read, with every id there is.
fn addresses(village: &Village) -> Vec<String> {
    let mut addresses = Vec::new();
    for operation in operations().into_iter().filter(|operation| operation.method == Method::GET) {
        for path in village.filled(&operation.path) {
            addresses.extend(queries(&operation).into_iter().map(|query| format!("{path}{query}")));
        }
    }
    addresses
}

/// What everybody sees.
async fn look(village: &Village) -> Vec<Seen> {
    let mut seen = Vec::new();
    let addresses = addresses(village);
    for (by, client) in village.people.iter().map(|(name, client)| (*name, client)) {
        for address in &addresses {
            let answer = client.get(address).await;
            assert!(answer.status < 500, "{address} for {by}: {}", answer.text);
            seen.push(Seen { by, at: address.clone(), bytes: bytes(&answer) });
        }
    }
    seen
}

/// The ways in which an address is asked.
fn queries(operation: &Operation) -> Vec<String> {
    let more: &[&str] = match operation.id.as_str() {
        "list_examples" => &["?limit=100", "?q=heronry", "?theme=early-help", "?maturity=idea"],
        "get_example" => &["?view=draft", "?view=published"],
        "list_reflections" => &["?limit=100", "?q=heronry", "?from=2026-01-01&to=2026-12-31"],
        "list_supervision_sessions" => &["?from=2020-01-01T00:00:00Z"],
        "list_received" | "list_agreements" | "list_members" | "list_drafts" => &["?limit=1", "?limit=100"],
        _ => &[],
    };
    std::iter::once("").chain(more.iter().copied()).map(str::to_owned).collect()
}

#[test]
fn nobody_sees_what_is_not_theirs() {
    run(async {
        assert_eq!(COMMON, "heronry", "as the queries say");
        let village = Village::new().await;
        let seen = look(&village).await;
        let wanted = village.wanted();
        let (leaks, missing) = compare(&wanted, &seen);
        println!("A3: {} markers, {} answers looked through, {} seen by the wrong person", wanted.len(), seen.len(), leaks.len());
        assert!(leaks.is_empty(), "{leaks:#?}");
        assert!(missing.is_empty(), "whoever may see a marker sees it: {missing:#?}");
    });
}

/// Words that a person looks for are theirs as well: no answer to a search says them back.
#[test]
fn a_refusal_does_not_say_private_words_back() {
    run(async {
        let service = Service::new().await;
        let team = service.team().await;
        let word = mark("said");
        for path in [
            "/reflections?q=",
            "/reflections?limit=",
            "/reflections?cursor=",
            "/practice-examples?maturity=",
            "/reflections?from=",
        ] {
            let answer = team.worker.get(&format!("{path}{word}")).await;
            assert!(!answer.text.contains(&word), "{path}: {}", answer.text);
        }
        let answer = team.worker.post("/reflections", json!({ "body": word, "title": [word] })).await.is(422);
        assert!(!bytes(&answer).contains(&word), "{}", answer.text);
        let answer = team.worker.post("/reflections", json!({ "body": word })).await.is(201);
        assert!(bytes(&answer).contains(&word), "the positive control");
    });
}
